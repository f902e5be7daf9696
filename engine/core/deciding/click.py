"""One click of the past: its decision cut out of the journal, and the case before and after it (4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.core.case.apply import fold
from engine.core.case.events import (
    ActionTaken,
    ActionWithdrawn,
    ClockSet,
    Event,
    FactRecorded,
    StepEntered,
    StepLeft,
    TaskSet,
    TrackEnded,
    WaitingSet,
)
from engine.core.case.state import SYSTEM, Case

#: What says that a track was moved: an action at it, or a visit that began or ended.
_MOVES = (ActionTaken, StepLeft, StepEntered, TrackEnded)
#: A track of an enrolment: the names of both.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Click:
    """An action somebody took, and all that belongs to its decision.

    ``number``: of its event in the case. ``made``: the events from the facts given with it to the end of its
    decision; ``since``: those of later decisions that were not withdrawn. ``before`` and ``after``: the case.
    ``undermined``: an earlier click that was withdrawn since, so that ``before`` is not what was.
    """

    taken: ActionTaken
    number: int
    made: tuple[Event, ...]
    since: tuple[Event, ...]
    before: Case
    after: Case
    undermined: ActionWithdrawn | None = None

    @property
    def moved(self) -> frozenset[Place]:
        """The tracks that it moved, opened or closed, and its own: in another enrolment, too, if its facts did."""
        return frozenset((event.enrolment, event.track) for event in self.made if isinstance(event, _MOVES))

    @property
    def touched(self) -> frozenset[Place]:
        """The tracks that it moved, or of which it changed a clock or a task."""
        clocks = {(event.enrolment, event.clock.track) for event in self.made if isinstance(event, ClockSet)}
        tasks = {(event.enrolment, event.state.track) for event in self.made if isinstance(event, TaskSet)}
        return self.moved | {place for place in clocks | tasks if place[1]}

    @property
    def asked(self) -> tuple[str, ...]:
        """The waiting items that came into being with it."""
        return tuple(
            event.waiting.id for event in self.made if isinstance(event, WaitingSet) and event.what == "asked"
        )

    def moved_since(self) -> Event | None:
        """Return the first later event by which a track it touched was moved, if there is one."""
        touched = self.touched
        later = (event for event in self.since if isinstance(event, _MOVES))
        return next((one for one in later if (one.enrolment, one.track) in touched), None)


def last_click(case: Case, journal: Sequence[Event], enrolment: str, track: str) -> Click | None:
    """Return the last action that a person took at the track and nobody has withdrawn; None if there is none.

    The journal is that of the case, whole and in record order.
    """
    void = set(_withdrawn(journal))
    for index in range(len(journal) - 1, -1, -1):
        event = journal[index]
        if isinstance(event, ActionTaken) and index not in void and _is_by_hand(event, enrolment, track):
            return _cut(case, journal, event, index, void)
    return None


def _is_by_hand(event: ActionTaken, enrolment: str, track: str) -> bool:
    return (event.enrolment, event.track) == (enrolment, track) and not event.automatic and event.by != SYSTEM


def _withdrawn(journal: Sequence[Event]) -> Iterator[int]:
    """Yield the place of every event whose decision was withdrawn."""
    for event in journal:
        if isinstance(event, ActionWithdrawn):
            index = event.taken - 1
            yield from range(_first(journal, index), _end(journal, index))


def _cut(case: Case, journal: Sequence[Event], taken: ActionTaken, index: int, void: set[int]) -> Click:
    first, end = _first(journal, index), _end(journal, index)
    before = fold(Case(case.id), journal[:first])
    made = tuple(journal[first:end])
    since = tuple(event for place, event in enumerate(journal[end:], end) if place not in void)
    withdrawn = (event for event in journal[end:] if isinstance(event, ActionWithdrawn) and event.taken <= index)
    return Click(taken, index + 1, made, since, before, fold(before, made), next(withdrawn, None))


def _first(journal: Sequence[Event], index: int) -> int:
    """Return where the click begins: with the facts that were given with the action."""
    by = journal[index].by
    while (
        index
        and not journal[index].begins
        and isinstance(known := journal[index - 1], FactRecorded)
        and known.by == by
    ):
        index -= 1
    return index


def _end(journal: Sequence[Event], index: int) -> int:
    """Return where the next decision begins."""
    later = (place for place in range(index + 1, len(journal)) if journal[place].begins)
    return next(later, len(journal))
