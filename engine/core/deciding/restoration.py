"""What comes back when a click is withdrawn: tracks, tasks, facts and clocks as they were before it (4).

What somebody recorded, did or moved apart from the click stays as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.case.events import FactRecorded
from engine.core.case.state import Case, CaseClock, Fact, TaskState, TaskStatus, TrackState
from engine.core.clocks import clock as clocks
from engine.core.clocks.clock import Change, Notice, NoticeKind
from engine.core.deciding.click import Click
from engine.core.deciding.draft import Draft
from engine.core.deciding.rulebook import NO_NEWS
from engine.core.deciding.timers import set_clock, terms_for
from engine.core.deciding.waits import WAIT_PATHS
from engine.core.evolve import evolve


class Restoration:
    """The enrolment of a click before it, right after it, and now; and what must become of the present."""

    def __init__(self, draft: Draft, click: Click) -> None:
        """Look at a click that may be withdrawn."""
        name = click.taken.enrolment
        self.draft, self.click = draft, click
        self.before = click.before.enrolments[name]
        self.after = click.after.enrolments[name]
        self.now = draft.case.enrolments[name]

    def tracks(self) -> dict[str, TrackState | None]:
        """Return the tracks as they were; None: not opened. Those the click touched nothing has moved since."""
        found = {}
        for name, after in self.after.tracks.items():
            before, now = self.before.tracks.get(name), self.now.tracks[name]
            if before != now and (name in self.click.tracks or now == after):
                found[name] = before
        return found

    def visits(self) -> dict[str, int]:
        """Return the number of the visit that each track loses; it is not used again."""
        return {
            name: self.now.tracks[name].visit
            for name in self.after.tracks
            if name in self.click.tracks and self.now.tracks[name].visit > self._kept_visit(name)
        }

    def _kept_visit(self, track: str) -> int:
        state = self.before.tracks.get(track)
        return state.visit if state is not None else 0

    def _is_lost(self, track: str, visit: int) -> bool:
        """Whether something belongs to a visit that the click began."""
        return track in self.click.tracks and visit > self._kept_visit(track)

    def tasks(self) -> dict[str, TaskState | None]:
        """Return the tasks as they were; None: gone. What was done meanwhile stays done."""
        found = {key: self._task(key, state) for key, state in self.now.tasks.items()}
        return {key: state for key, state in found.items() if state != self.now.tasks[key]}

    def _task(self, key: str, now: TaskState) -> TaskState | None:
        before, after = self.before.tasks.get(key), self.after.tasks.get(key)
        if before is None and (after is not None or self._is_lost(now.track, now.visit)):
            return _what_was_done(now)
        return _with_what_was_done(before, now) if before is not None and before != after else now

    def facts(self) -> dict[str, Fact | None]:
        """Return the facts of the enrolment as they were; None: not known."""
        return dict(self._facts(self.now.id, self.before.facts, self.after.facts, self.now.facts))

    def facts_of_person(self) -> dict[str, Fact | None]:
        """Return the facts about the person as they were; None: not known."""
        return dict(self._facts("", self.click.before.facts, self.click.after.facts, self.draft.case.facts))

    def _facts(
        self, owner: str, before: Mapping[str, Fact], after: Mapping[str, Fact], now: Mapping[str, Fact]
    ) -> Iterator[tuple[str, Fact | None]]:
        recorded = (
            event for event in self.click.made if isinstance(event, FactRecorded) and event.enrolment == owner
        )
        for name in dict.fromkeys(event.field for event in recorded):
            if now.get(name) == after.get(name) != before.get(name):
                yield name, before.get(name)

    def rules(self) -> dict[str, bool | None]:
        """Return the truths of the rules as they were judged, so that no alarm is raised twice."""
        before, after, now = self.before.rules, self.after.rules, self.now.rules
        return {
            name: truth for name, truth in before.items() if truth is not after[name] and now[name] is after[name]
        }

    def restore_clocks(self) -> None:
        """Let the clocks go on that the click ended, and end those it began; those of silence, too."""
        for name, enrolment in list(self.draft.case.enrolments.items()):
            for item in list(enrolment.clocks.values()):
                if item.deadline not in WAIT_PATHS:  # those end with their waiting items
                    self._restore_clock(name, item)

    def _restore_clock(self, enrolment: str, now: CaseClock) -> None:
        before = _clock_in(self.click.before, enrolment, now.key)
        after = _clock_in(self.click.after, enrolment, now.key)
        if before is None:
            lost = enrolment == self.now.id and self._is_lost(now.track, now.visit)
            if after is not None or lost:
                self._end(enrolment, now)
        elif before != after and now == after:
            self._let_go_on(enrolment, before, now)
        elif before != after and now.deadline == NO_NEWS:
            self._count_silence(enrolment, before, now)

    def _end(self, enrolment: str, item: CaseClock) -> None:
        """End a clock that the click began; whoever was told hears of it."""
        terms = terms_for(self.draft, self.draft.rules(enrolment), item)
        change = clocks.withdrawn(item.clock, terms, self.draft.held, self.draft.now)
        set_clock(self.draft, enrolment, item, "withdrawn", change)

    def _let_go_on(self, enrolment: str, before: CaseClock, now: CaseClock) -> None:
        """Let a clock be what it was, but for holds that ended meanwhile; a limit that moves back is told."""
        terms = terms_for(self.draft, self.draft.rules(enrolment), before)
        change = clocks.recompute(before.clock, terms, self.draft.held, self.draft.now)
        limit = change.clock.limit
        if now.clock.is_open and now.clock.limit != limit and not change.notices:
            moved = tuple(Notice(NoticeKind.LIMIT_MOVED, to, self.draft.now, limit) for to in before.clock.told)
            change = Change(change.clock, moved)
        set_clock(self.draft, enrolment, before, "restored", change)

    def _count_silence(self, enrolment: str, before: CaseClock, now: CaseClock) -> None:
        """Count the silence from the contact before the click, if there was none since."""
        after = _clock_in(self.click.after, enrolment, now.key)
        if after is None or before.clock.start is None or now.clock.start != after.clock.start:
            return
        terms = terms_for(self.draft, self.draft.rules(enrolment), now)
        change = clocks.correct_start(now.clock, terms, before.clock.start, self.draft.held, self.draft.now)
        set_clock(self.draft, enrolment, now, "start corrected", change)


def _clock_in(case: Case, enrolment: str, key: str) -> CaseClock | None:
    found = case.enrolments.get(enrolment)
    return found.clocks.get(key) if found is not None else None


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
