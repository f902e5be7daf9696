"""What comes back when a click is withdrawn: tracks, tasks and facts as they were before it (4).

What somebody recorded, did or moved apart from the click stays as it is now. Clocks: ``resumption.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.case.events import Event, FactRecorded, Restored
from engine.core.case.state import Case, Fact, TaskState, TaskStatus, TrackState
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.click import Click
from engine.core.deciding.facts import is_older
from engine.core.evolve import evolve


def restored_enrolments(click: Click, now: Case, calendar: Calendar) -> dict[str, Restored]:
    """Return what every enrolment is again that the click changed. The calendar says which answers are older."""
    found = {name: Restoration(click, name, now).restored(calendar) for name in click.before.enrolments}
    return {name: one for name, one in found.items() if one != Restored()}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that a click gave: those about the person, or (``owner``) those of one enrolment."""

    click: Click
    owner: str
    calendar: Calendar

    def restored(
        self, before: Mapping[str, Fact], after: Mapping[str, Fact], now: Mapping[str, Fact]
    ) -> dict[str, Fact | None]:
        """Return the answers that nobody has given anew since, as they were; None: not known."""
        names = dict.fromkeys(event.field for event in self._recorded(self.click.made))
        mine = [name for name in names if now.get(name) == after.get(name) != before.get(name)]
        return {name: self._without_click(name, before.get(name)) for name in mine}

    def _without_click(self, name: str, known: Fact | None) -> Fact | None:
        """Return the answer with what was recorded late since, and only the click's own answer had hidden."""
        for event in self._recorded(self.click.since):
            if event.field == name and (known is None or self._is_newer(event.fact, known)):
                known = event.fact
        return known

    def _is_newer(self, fact: Fact, known: Fact) -> bool:
        """Return whether a late record replaces an answer; what a miss set does so only if it is certainly newer."""
        if fact.clock:
            return is_older(known.happened, fact.happened, self.calendar)
        return not is_older(fact.happened, known.happened, self.calendar)

    def _recorded(self, events: tuple[Event, ...]) -> Iterator[FactRecorded]:
        return (event for event in events if isinstance(event, FactRecorded) and event.enrolment == self.owner)


class Restoration:
    """One enrolment before a click, right after it, and now; and what it must become."""

    def __init__(self, click: Click, name: str, now: Case) -> None:
        """Look at an enrolment that ran before the click."""
        self.click = click
        self.before = click.before.enrolments[name]
        self.after = click.after.enrolments[name]
        self.now = now.enrolments[name]
        self.moved = frozenset(track for enrolment, track in click.moved if enrolment == name)

    def restored(self, calendar: Calendar) -> Restored:
        """Return all that is again as it was."""
        return Restored(
            tracks=self._tracks(),
            visits=self._visits(),
            tasks=self._tasks(),
            facts=Answers(self.click, self.now.id, calendar).restored(
                self.before.facts, self.after.facts, self.now.facts
            ),
            rules=self._rules(),
            resumed=self.before.is_open and not self.after.is_open,
        )

    def is_lost(self, track: str, visit: int) -> bool:
        """Return whether something belongs to a visit that the click began."""
        return track in self.moved and visit > self._kept_visit(track)

    def _kept_visit(self, track: str) -> int:
        state = self.before.tracks.get(track)
        return state.visit if state is not None else 0

    def _tracks(self) -> dict[str, TrackState | None]:
        """Return the tracks as they were; None: not opened. Those the click moved nothing has moved since."""
        found = {}
        for name, after in self.after.tracks.items():
            before, now = self.before.tracks.get(name), self.now.tracks[name]
            if before != now and (name in self.moved or now == after):
                found[name] = before
        return found

    def _visits(self) -> dict[str, int]:
        """Return the highest visit number of each track that loses a visit; none of them is used again."""
        lost = sorted(name for name in self.moved if self.is_lost(name, self.now.tracks[name].visit))
        return {name: max(self.now.tracks[name].visit, self.now.visits.get(name, 0)) for name in lost}

    def _tasks(self) -> dict[str, TaskState | None]:
        """Return the tasks as they were; None: gone. What was done meanwhile stays done."""
        found = {key: self._task(key, state) for key, state in self.now.tasks.items()}
        return {key: state for key, state in found.items() if state != self.now.tasks[key]}

    def _task(self, key: str, now: TaskState) -> TaskState | None:
        before, after = self.before.tasks.get(key), self.after.tasks.get(key)
        if before is None and (after is not None or self.is_lost(now.track, now.visit)):
            return _what_was_done(now)
        return _with_what_was_done(before, now) if before is not None and before != after else now

    def _rules(self) -> dict[str, bool | None]:
        """Return the truths of the rules as they were judged, so that no alarm is raised twice."""
        before, after, now = self.before.rules, self.after.rules, self.now.rules
        return {
            name: truth for name, truth in before.items() if truth is not after[name] and now[name] is after[name]
        }


def _what_was_done(state: TaskState) -> TaskState | None:
    """Return a task of a visit that is gone: only if somebody did it, and then with nothing left open."""
    if not any(item.status is TaskStatus.DONE for item in state.occurrences):
        return None
    left = (
        evolve(item, status=TaskStatus.CANCELLED) if item.status is TaskStatus.OPEN else item
        for item in state.occurrences
    )
    return evolve(state, occurrences=tuple(left))


def _with_what_was_done(before: TaskState, now: TaskState) -> TaskState:
    """Return a task as it was, with what was done since."""
    done = {item.number: item for item in now.occurrences if item.status is TaskStatus.DONE}
    kept = tuple(done.pop(item.number, item) for item in before.occurrences)
    return evolve(before, occurrences=(*kept, *done.values()))
