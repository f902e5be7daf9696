"""An auditor's replay: a real log run through a protocol, to see what was due, not allowed, and stalled.

Roles, consents and required facts are not asked, drafts are allowed, nothing is stored. Each rung's first firing
counts; repeats and no-news rungs are arithmetic, never events. Where an event and a timer carry the same instant, the
event comes first (26). Refusals are findings: the case stays where it is and goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.core.case import events as happenings
from engine.core.case.commands import AUDITOR, Act, OpenCase, Pass, Record
from engine.core.case.events import Event
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, CaseClock, Place
from engine.core.clocks.calendar import end_of_day, local_date
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.facts import read_value, why_not
from engine.core.deciding.library import Library, always_open
from engine.core.errors import DateOutOfRangeError
from engine.core.model import Action, Protocol, TargetKind
from engine.core.values import Value
from engine.run.logs.event_log import LogError, LoggedEvent

#: The one enrolment of a replayed case.
RUN = "run"
PASS = Pass(actor=AUDITOR, with_repeats=False)
JUST_BEFORE = timedelta(microseconds=1)

#: Where the lines of firings and refusals go.
Line = Callable[[str], None]


@dataclass(frozen=True)
class Questions:
    """What is asked of a log: until when it runs (that day included), and what had stalled on which days."""

    until: date | None = None
    stalled_on: tuple[date, ...] = ()
    stalled_days: tuple[int, ...] = (0, 30, 60, 90, 180, 365)


@dataclass
class Findings:
    """What a replay found. ``stalled``: cases by (date, step, days). ``last_steps``: of every opened case."""

    cases: int = 0
    events: int = 0
    accepted_cases: int = 0
    refusals: int = 0
    firings: int = 0
    last_steps: Counter[str] = field(default_factory=Counter)
    stalled: Counter[tuple[date, str, int]] = field(default_factory=Counter)

    def add(self, other: Findings) -> None:
        """Count what was found in other cases, too."""
        self.cases += other.cases
        self.events += other.events
        self.accepted_cases += other.accepted_cases
        self.refusals += other.refusals
        self.firings += other.firings
        self.last_steps.update(other.last_steps)
        self.stalled.update(other.stalled)


class Route:
    """A protocol made ready to follow a log: which action an activity means at which step."""

    def __init__(self, protocol: Protocol, library: Library) -> None:
        """Index the protocol's events."""
        self.protocol = protocol
        self.library = library
        self.zone = zone_of(protocol, library)
        self.main = protocol.main.id
        rules = library.rulebooks[protocol.meaning]
        self.only_reminds = rules.only_reminds
        moves = rules.moves
        self.at_step: Mapping[tuple[str, str], Mapping[str, str]] = {
            (track, step): {action.event: action.id for action in known.values() if action.event}
            for track, found in moves.items()
            for step, known in found.actions.items()
        }
        self.named: dict[str, str] = {}
        self._entry: dict[str, str] = {}
        for track, found in moves.items():
            for action in (one for known in found.actions.values() for one in known.values() if one.event):
                self._name(track, action)

    def _name(self, track: str, action: Action) -> None:
        event = action.event or ""
        self.named.setdefault(event, action.id)
        target = action.target
        if target.kind is TargetKind.STEP and (target.track or track) == self.main:
            self._entry.setdefault(event, target.step)

    def knows(self, activity: str) -> bool:
        """Return whether anything in the protocol names this activity."""
        return activity in self.named or activity == self.protocol.opening.event

    def refused_at(self, events: list[LoggedEvent]) -> tuple[int, str] | None:
        """Return the place and the activity for which a case cannot be opened at all; None where it can."""
        unknown = next((index for index, event in enumerate(events) if not self.knows(event.activity)), None)
        if unknown is None and self.opens_at(events[0].activity) is None:
            unknown = 0
        return None if unknown is None else (unknown, events[unknown].activity)

    def find(self, case: Case, activity: str) -> tuple[str, str]:
        """Return the first open track whose step knows the activity, and the action; else what is refused."""
        for track, state in case.enrolments[RUN].tracks.items():
            action = self.at_step[track, state.step].get(activity)
            if action is not None and state.place is Place.OPEN:
                return track, action
        return self.main, self.named.get(activity, activity)

    def opens_at(self, activity: str) -> str | None:
        """Return the step at which a case begins whose first event this is; None where it cannot begin with it."""
        opening = self.protocol.opening
        if activity == opening.event:
            return self.protocol.main.first_step
        return self._entry.get(activity) if opening.any_event else None


def zone_of(protocol: Protocol, library: Library) -> ZoneInfo:
    """Return the zone in which a log without offsets is read: the protocol's, else its calendar's, else UTC."""
    if protocol.zone is not None:
        return ZoneInfo(protocol.zone)
    calendar = library.calendars.get(protocol.calendar or "")
    return calendar.tz if calendar is not None else always_open("UTC").tz


class Replay:
    """Runs cases through a protocol and counts. ``firing`` and ``refusal`` get one line each time."""

    def __init__(self, route: Route, questions: Questions, firing: Line, refusal: Line) -> None:
        """Begin with nothing counted."""
        self.route = route
        self.questions = questions
        self.found = Findings()
        self.firing = firing
        self.refusal = refusal

    def run(self, case: str, events: list[LoggedEvent], last: date) -> None:
        """Run one case to the end of the date ``last``; its later events are left out."""
        end = end_of(last, self.route.zone)
        counted = [event for event in events if event.at < end]
        if counted:
            self.found.cases += 1
            self.found.events += len(counted)
            try:
                _CaseRun(self, case).go(counted, end)
            except DateOutOfRangeError as error:
                raise LogError(f"Line {counted[0].line} of the log, the case that begins here: {error}") from error


class _CaseRun:
    """One case on its way through the protocol."""

    def __init__(self, replay: Replay, case: str) -> None:
        self.replay = replay
        self.route = replay.route
        self.library = replay.route.library
        self.case = Case(case)
        self.wake: datetime | None = None
        self.visits: dict[tuple[str, int], str] = {}
        self.refused = 0

    def go(self, events: list[LoggedEvent], end: datetime) -> None:
        """Replay the events, then let time pass until the end."""
        if not self._begin(events):
            return
        questions = [(end_of(day, self.route.zone), day) for day in sorted(self.replay.questions.stalled_on)]
        for index, event in enumerate(events):
            while questions and questions[0][0] <= event.at:
                self._look(*questions.pop(0))
            if index:
                self._take(index, event)
        for instant, day in questions:  # what lies behind the last day is looked at as it stands then
            self._look(min(instant, end), day)
        self._advance(end)
        found = self.replay.found
        found.last_steps[self._step] += 1
        found.accepted_cases += not self.refused

    def _begin(self, events: list[LoggedEvent]) -> bool:
        """Open the case with its first event; refuse all of it where an activity means nothing here."""
        refused = self.route.refused_at(events)
        if refused is not None:
            self._refuse(refused[0], "", refused[1])
            return False
        first = events[0]
        step = self.route.opens_at(first.activity)
        at_step = step if self.route.protocol.opening.any_event else None
        meaning = self.route.protocol.meaning
        facts = facts_of(self.route, first)
        self._do(
            OpenCase(actor=AUDITOR, enrolment=RUN, meaning=meaning, facts=facts, happened=first.at, at_step=at_step),
            first.at,
        )
        return True

    def _take(self, index: int, event: LoggedEvent) -> None:
        self._advance(event.at)
        facts = facts_of(self.route, event)
        track, action = self.route.find(self.case, event.activity)
        try:
            self._do(
                Act(actor=AUDITOR, enrolment=RUN, track=track, action=action, facts=facts, happened=event.at),
                event.at,
            )
        except Refused:
            self._refuse(index, self._step, action)
            if facts and self.case.is_open:  # the world is not refused; only moves are (7)
                self._do(Record(actor=AUDITOR, enrolment=RUN, facts=facts, happened=event.at), event.at)

    def _advance(self, until: datetime) -> None:
        """Let every rung and limit fall due that lies before the instant, each at its own where it matters."""
        while self.wake is not None and self.wake < until:
            self._do(PASS, until - JUST_BEFORE if self.route.only_reminds else self.wake)

    def _do(self, command: OpenCase | Act | Record | Pass, now: datetime) -> None:
        decision, self.case = decided(self.case, command, now, self.library)
        for event in decision.events:
            self._note(event)
        if self.route.only_reminds:  # nothing but open clocks can wake the case: the same answer, sooner
            self.wake = min(filter(None, map(_next_rung, self.case.enrolments[RUN].open_clocks())), default=None)
        else:
            self.wake = wake(self.case, now, self.library, with_repeats=False)

    def _note(self, event: Event) -> None:
        if isinstance(event, happenings.StepEntered):
            entered = event.happened
            moment = isinstance(entered, datetime)
            self.visits[event.track, event.visit] = day_text(entered, self.route.zone) if moment else str(entered)
        elif isinstance(event, happenings.RungFired) and event.firing.occurrence == 1:
            self._fired(event)

    def _fired(self, event: happenings.RungFired) -> None:
        clock = self.case.enrolments[RUN].clocks[event.clock]
        entered = self.visits.get((clock.track, clock.visit), "")
        step = clock.deadline.split(".")[1]
        fired = day_text(event.firing.scheduled, self.route.zone)
        self.replay.found.firings += 1
        self.replay.firing(f"{self.case.id}|{step}|{entered}|{event.firing.rung}|{fired}")

    def _refuse(self, index: int, step: str, action: str) -> None:
        self.refused += 1
        self.replay.found.refusals += 1
        self.replay.refusal(f"{self.case.id}|{index}|{step}|{action}")

    @property
    def _step(self) -> str:
        return self.case.enrolments[RUN].tracks[self.route.main].step

    def _look(self, end: datetime, day: date) -> None:
        """Note how long the case has stood at its step at the end of the date."""
        if self.case.opened is None:
            return
        self._advance(end)
        state = self.case.enrolments[RUN].tracks[self.route.main]
        entered = state.entered_on
        on = local_date(entered, self.route.zone) if isinstance(entered, datetime) else entered
        age = (day - on).days
        for days in self.replay.questions.stalled_days:
            if age >= days:
                self.replay.found.stalled[day, state.step, days] += 1


def facts_of(route: Route, event: LoggedEvent) -> dict[str, Value]:
    """Return the answers of an event. Raises LogError where one is none."""
    facts = {}
    for name, text in event.facts:
        known = route.protocol.fields[name]
        value = read_value(known, text)
        wrong = why_not(known, value)
        if wrong is not None:
            raise LogError(f"Line {event.line} of the log: what is to become {name} is no answer to it: {wrong}.")
        facts[name] = value
    return facts


def _next_rung(item: CaseClock) -> datetime | None:
    clock = item.clock
    waiting = zip(clock.now.schedule, clock.dealt, strict=True) if clock.is_armed else ()
    return min((instant for instant, dealt in waiting if not dealt), default=None)


@lru_cache(maxsize=50_000)
def day_text(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local date of a moment, as ``2026-03-31``."""
    return str(local_date(moment, zone))


@lru_cache(maxsize=1000)
def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) behind a local date."""
    return end_of_day(day, zone)


def replay(
    cases: Iterable[tuple[str, list[LoggedEvent]]],
    route: Route,
    questions: Questions,
    *,
    last: date,
    firing: Line = lambda _: None,
    refusal: Line = lambda _: None,
) -> Findings:
    """Run every case through the protocol until the end of ``last``; return what was found."""
    run = Replay(route, questions, firing, refusal)
    for case, events in cases:
        run.run(case, events, last)
    return run.found
