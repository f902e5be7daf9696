"""A protocol made ready to decide with: its machines, and indexes over its deadlines, tasks and conditions.

Built once for each protocol version and kept; nothing in it belongs to a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.core.clocks.clock import Terms
from engine.core.conditions import Condition, Leaf, leaves
from engine.core.deciding.machine import Moves, moves_of
from engine.core.judging.turning import reads_time
from engine.core.model import Action, Deadline, Entering, Field, Lasts, Per, Protocol, Step, Task

NO_NEWS = "no_news"


@dataclass(frozen=True)
class Placed:
    """A deadline where it stands. ``task`` None: the step's own."""

    path: str
    track: str
    step: str
    deadline: Deadline
    task: Task | None = None

    @cached_property
    def may_arm_later(self) -> bool:
        """Whether its clock may be armed, or armed again, at another moment than on entering."""
        deadline = self.deadline
        waits = deadline.applies_when is not None or deadline.until is not None
        return self.task is None and (waits or deadline.lasts is not Lasts.STEP)

    @cached_property
    def follows_facts(self) -> bool:
        """Whether what is recorded can end, void or move its clock."""
        deadline = self.deadline
        waits = deadline.applies_when is not None or deadline.until is not None
        moves = deadline.limit.depends_on is not None or not isinstance(deadline.counts_from, Entering)
        return waits or moves or deadline.limit.before is not None


class Rulebook:
    """What ``decide`` needs of one protocol version."""

    def __init__(self, protocol: Protocol) -> None:
        """Index the protocol."""
        self.protocol = protocol
        self.moves: Mapping[str, Moves] = moves_of(protocol)
        self.of_step: Mapping[tuple[str, str], tuple[Placed, ...]] = {
            (track.id, step.id): tuple(_placed(track.id, step))
            for track in protocol.tracks.values()
            for step in track.steps.values()
        }
        self.armed_later: Mapping[tuple[str, str], tuple[Placed, ...]] = {
            place: tuple(item for item in items if item.may_arm_later) for place, items in self.of_step.items()
        }
        #: The terms last asked for, by deadline.
        self.terms: dict[str, Terms] = {}
        self.deadlines: Mapping[str, Placed] = {item.path: item for items in self.of_step.values() for item in items}
        self._of_an_enrolment = frozenset(
            field.id for field in protocol.fields.values() if field.per is not Per.PERSON
        )
        self.opened_by_a_miss = frozenset(
            item.deadline.if_missed.task
            for item in self.deadlines.values()
            if item.deadline.if_missed and item.deadline.if_missed.task
        )

    def moves_case(self, path: str) -> bool:
        """Return whether the deadline takes an action at its limit; the no-news limit never does."""
        placed = self.deadlines.get(path)
        return placed is not None and placed.deadline.then is not None

    def has_effects(self, path: str) -> bool:
        """Return whether a miss of the deadline does more than send rungs; one of the no-news limit does not."""
        placed = self.deadlines.get(path)
        return self.moves_case(path) or (placed is not None and placed.deadline.if_missed is not None)

    def step(self, track: str, step: str) -> Step:
        """Return a step."""
        return self.protocol.tracks[track].steps[step]

    def field(self, name: str) -> Field | None:
        """Return the field of this name, if the protocol knows it."""
        return self.protocol.fields.get(name)

    def is_of_person(self, name: str) -> bool:
        """Return whether a fact belongs to the person, and so to every enrolment of the case."""
        return name not in self._of_an_enrolment

    def task(self, name: str) -> tuple[str, str, Task] | None:
        """Return a task with its track and step, the first of that name."""
        found = ((t, s, task) for t, s, task in self.tasks() if task.id == name)
        return next(found, None)

    def tasks(self) -> Iterator[tuple[str, str, Task]]:
        """Yield every task with its track and step."""
        for track in self.protocol.tracks.values():
            for step in track.steps.values():
                for task in step.tasks.values():
                    yield track.id, step.id, task

    def suppliers(self, field: str, track: str = "") -> tuple[str, ...]:
        """Return the roles that can give a fact: who may write it, else who records at a step that collects it.

        A lane that not everybody may know of names its people only to those who act in it (``track``), or where
        nobody else collects the fact.
        """
        known = self.protocol.fields.get(field)
        if known is not None and known.written_by:
            return known.written_by
        found = self._collecting.get(field, {})
        told = [roles for id_, roles in found.items() if id_ == track or not self.protocol.tracks[id_].seen_by]
        return tuple(dict.fromkeys(role for roles in told or found.values() for role in roles))

    @cached_property
    def _collecting(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Who records at the steps that collect a fact, by track."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for track in self.protocol.tracks.values():
            for step in track.steps.values():
                for name in step.collect:
                    lanes = found.setdefault(name, {})
                    lanes[track.id] = (*lanes.get(track.id, ()), *step.recorded_by)
        return found

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the protocol."""
        return tuple(_conditions(self.protocol))

    @cached_property
    def timed(self) -> tuple[Leaf, ...]:
        """Every question that can change by time alone, each once: all that a wake-up has to look at."""
        asked = (leaf for condition in self.conditions for leaf in leaves(condition))
        return tuple(dict.fromkeys(leaf for leaf in asked if reads_time(leaf)))

    @cached_property
    def depends_on_time(self) -> bool:
        """Whether some condition can change by time alone, or a task repeats (15). A consent can expire."""
        expires = any(consent.expires for consent in self.protocol.consents.values())
        return self.has_repeated_tasks or expires or bool(self.timed)

    @cached_property
    def has_repeated_tasks(self) -> bool:
        """Whether some task lies on a grid of dates or comes back by itself."""
        return any(task.offsets or task.every for _, _, task in self.tasks())

    @cached_property
    def only_reminds(self) -> bool:
        """Whether time alone sends rungs and does nothing else: no limit moves a case or sets anything."""
        moves = any(item.deadline.then or item.deadline.if_missed for item in self.deadlines.values())
        return not moves and not self.depends_on_time

    @cached_property
    def has_automatic_actions(self) -> bool:
        """Whether some action is taken without a person."""
        return any(
            action.automatic
            for moves in self.moves.values()
            for actions in moves.actions.values()
            for action in actions.values()
        )


def _placed(track: str, step: Step) -> Iterator[Placed]:
    for deadline in step.deadlines.values():
        yield Placed(f"{track}.{step.id}.{deadline.id}", track, step.id, deadline)
    for task in step.tasks.values():
        for deadline in task.deadlines.values():
            yield Placed(f"{track}.{step.id}.{task.id}.{deadline.id}", track, step.id, deadline, task)


def _conditions(protocol: Protocol) -> Iterator[Condition]:
    for rule in protocol.forbidden.values():
        yield rule.never
    for track in protocol.tracks.values():
        yield from filter(None, (track.opens_when, *_guards(track.at_any_step)))
        for step in track.steps.values():
            yield from _guards(step.actions)
            deadlines = (*step.deadlines.values(), *(d for t in step.tasks.values() for d in t.deadlines.values()))
            for deadline in deadlines:
                yield from filter(None, (deadline.applies_when, deadline.until))
            yield from (task.until for task in step.tasks.values() if task.until)


def _guards(actions: Mapping[str, Action]) -> Iterator[Condition]:
    return (action.only_if for action in actions.values() if action.only_if)
