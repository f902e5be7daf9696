"""The clocks of a withdrawn click: those it ended go on as if never stopped, those it began end (4, 18)."""

from __future__ import annotations

from datetime import date, datetime

from engine.core.case.apply import apply
from engine.core.case.events import (
    ConsentRecorded,
    Event,
    FactRecorded,
    StepEntered,
    StepLeft,
    TaskSet,
    TrackEnded,
)
from engine.core.case.state import Case, CaseClock, TaskState
from engine.core.clocks import clock as clocks
from engine.core.clocks.clock import Change, Notice, NoticeKind
from engine.core.conditions import Condition
from engine.core.deciding.click import Click
from engine.core.deciding.draft import Draft
from engine.core.deciding.restoration import Restoration
from engine.core.deciding.rulebook import NO_NEWS
from engine.core.deciding.timers import follow, set_clock, terms_for
from engine.core.deciding.waits import WAIT_PATHS
from engine.core.judging.truth import evaluate

#: What conditions read. Of tracks the click touched there is nothing since it: it could not be withdrawn.
_READ = (FactRecorded, ConsentRecorded, TaskSet, StepEntered, StepLeft, TrackEnded)


class Resumption:
    """The clocks of a case before a click, right after it, and now; tracks and facts are restored already."""

    def __init__(self, draft: Draft, click: Click) -> None:
        """Look at a click that is being withdrawn."""
        self.draft, self.click = draft, click
        self.runs = {name: Restoration(click, name, draft.case) for name in click.before.enrolments}

    def restore_clocks(self) -> None:
        """Let the clocks go on that the click ended, and end those it began; those of silence, too."""
        contact = self._contact_since()
        for name, run in self.runs.items():
            for item in list(run.now.clocks.values()):
                if item.deadline not in WAIT_PATHS:  # those end with their waiting items
                    self._restore(name, item, contact)

    def _contact_since(self) -> date | datetime | None:
        """Return from when the silence counts, if somebody was in contact since the click."""
        for name, run in self.runs.items():
            for now in run.now.open_clocks():
                after = _clock_in(self.click.after, name, now.key)
                moved = after is None or after.clock.start != now.clock.start
                if now.deadline == NO_NEWS and moved and isinstance(now.clock.start, date):
                    return now.clock.start
        return None

    def _restore(self, enrolment: str, now: CaseClock, contact: date | datetime | None) -> None:
        before = _clock_in(self.click.before, enrolment, now.key)
        after = _clock_in(self.click.after, enrolment, now.key)
        if before is None:
            if after is not None or self.runs[enrolment].is_lost(now.track, now.visit):
                self._end(enrolment, now)
        elif before != after and now == after:
            self._let_go_on(enrolment, before, now, contact)
        elif before != after and now.deadline == NO_NEWS and contact is None:
            self._count_silence(enrolment, before, now)

    def _end(self, enrolment: str, item: CaseClock) -> None:
        """End a clock that the click began; whoever was told hears of it."""
        terms = terms_for(self.draft, self.draft.rules(enrolment), item)
        change = clocks.withdrawn(item.clock, terms, self.draft.held, self.draft.now)
        set_clock(self.draft, enrolment, item, "withdrawn", change)

    def _let_go_on(self, enrolment: str, before: CaseClock, now: CaseClock, contact: date | datetime | None) -> None:
        """Let a clock be what it was, but for holds that ended meanwhile; a limit that moves back is told."""
        draft = self.draft
        terms = terms_for(draft, draft.rules(enrolment), before)
        change = clocks.recompute(before.clock, terms, draft.held, draft.now)
        limit = change.clock.limit
        if now.clock.is_open and now.clock.limit != limit and not change.notices:
            moved = tuple(Notice(NoticeKind.LIMIT_MOVED, to, draft.now, limit) for to in before.clock.told)
            change = Change(change.clock, moved)
        if before.deadline == NO_NEWS and contact is not None:
            change = clocks.contact(change.clock, terms, contact, draft.held, draft.now)
        self._catch_up(enrolment, set_clock(draft, enrolment, before, "restored", change))

    def _catch_up(self, enrolment: str, item: CaseClock) -> None:
        """Let what was recorded since the click have its effect as of when it happened, not as of now (18, 20)."""
        placed = self.draft.rules(enrolment).deadlines.get(item.deadline)
        if placed is None:
            return
        now, deadline = self.draft.happened, placed.deadline
        if deadline.until is not None and self._is_true(self.draft, enrolment, item, deadline.until):
            self.draft.happened = self._turned_true(enrolment, item, deadline.until)
        elif deadline.limit.depends_on is not None:
            self.draft.happened = self._answered(deadline.limit.depends_on)
        follow(self.draft, enrolment, item)
        self.draft.happened = now

    def _turned_true(self, enrolment: str, item: CaseClock, until: Condition) -> date | datetime:
        """Return when what the clock waited for happened; now, if it was not by anything recorded since."""
        case = self.click.before
        for event in self._recorded_since():
            case = apply(case, event)
            past = Draft(case, self.draft.library, self.draft.actor, event.at)
            if self._is_true(past, enrolment, item, until):
                return _when(event)
        return self.draft.happened

    def _answered(self, field: str) -> date | datetime:
        """Return when the newest answer of a field happened that was given since; now, if there is none."""
        given = (one for one in self._recorded_since() if isinstance(one, FactRecorded) and one.field == field)
        found = [one.fact.happened for one in given if not one.older]
        return found[-1] if found else self.draft.happened

    def _recorded_since(self) -> list[Event]:
        known = {"", *self.runs}
        since = (event for event in self.click.since if isinstance(event, _READ))
        return [event for event in since if getattr(event, "enrolment", "") in known]

    def _is_true(self, draft: Draft, enrolment: str, item: CaseClock, until: Condition) -> bool:
        world = draft.world(enrolment, visit=f"{item.track}#{item.visit}", blind_to=item.key)
        return evaluate(until, world) is True

    def _count_silence(self, enrolment: str, before: CaseClock, now: CaseClock) -> None:
        """Count the silence from the contact before the click; a rung of it has gone out since."""
        terms = terms_for(self.draft, self.draft.rules(enrolment), now)
        start = before.clock.start or before.clock.opened
        change = clocks.correct_start(now.clock, terms, start, self.draft.held, self.draft.now)
        set_clock(self.draft, enrolment, now, "start corrected", change)


def _clock_in(case: Case, enrolment: str, key: str) -> CaseClock | None:
    found = case.enrolments.get(enrolment)
    return found.clocks.get(key) if found is not None else None


def _when(event: Event) -> date | datetime:
    """Return when something happened of which an event tells."""
    if isinstance(event, FactRecorded):
        return event.fact.happened
    if isinstance(event, ConsentRecorded):
        return event.record.happened
    if isinstance(event, TaskSet):
        return _newest_done(event.state) or event.at
    return getattr(event, "happened", event.at)


def _newest_done(task: TaskState) -> date | datetime | None:
    """Return when a task was done; of one that repeats, when it was last recorded."""
    done = [item.done for item in task.occurrences if item.done is not None]
    return done[-1] if done else None
