"""A replay through a database and the worker: the same answers as in memory, and every step of the way durable.

Events and passes follow one another in the order of time over all cases. Each event is a request under a key of its
own, so a replay that was killed goes on where it stopped, however often. The findings are read from the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from engine.core.case import events as happenings
from engine.core.case.commands import AUDITOR, Act, AnyCommand, NoteRefused, OpenCase, Record
from engine.core.case.events import Event
from engine.core.case.reasons import Refused
from engine.core.case.state import Case
from engine.core.clocks.calendar import local_date
from engine.core.errors import SpeanError
from engine.core.values import Value
from engine.run.cases.writing import deciding
from engine.run.logs.crew import OneCase
from engine.run.logs.event_log import EventLog, LoggedEvent, Progress, quietly
from engine.run.logs.grouping import by_case
from engine.run.logs.replay import (
    JUST_BEFORE,
    PASS,
    RUN,
    Findings,
    Line,
    Questions,
    Route,
    day_text,
    end_of,
    facts_of,
)
from engine.run.ticks.passing import Passes
from engine.store.keyring import MemoryKeyring
from engine.store.ports import Ticket, Written
from engine.store.sql import schema
from engine.store.sql.cases import SqlCases
from engine.store.sql.database import Database
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.meta import SIMULATION, Meta
from engine.store.vault import Vault

#: In whose name the requests of a replay stand.
REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class _Step:
    """One event of the log, at its place in its case."""

    at: datetime
    case: str
    index: int
    event: LoggedEvent

    @property
    def key(self) -> str:
        """The key of its request."""
        return f"{self.case}|{self.index}"


class StoredReplay:
    """Runs a log through the cases of a database."""

    def __init__(self, route: Route, cases: SqlCases, passes: Passes) -> None:
        """Follow the route; what is due goes out in passes."""
        self.route = route
        self.cases = cases
        self.passes = passes
        self._done: set[str] = set()

    def run(self, log: Sequence[OneCase], last: date, progress: Progress) -> None:
        """Carry out what was not carried out before, until the end of the date ``last``."""
        end = end_of(last, self.route.zone)
        self._done = self.cases.answered(REPLAY)
        steps = sorted(self._steps(log, end), key=lambda one: one.at)
        done = 0
        for at, group in groupby(steps, key=lambda one: one.at):
            waiting = list(group)
            done += len(waiting)
            missing = [one for one in waiting if not self._is_done(one)]
            if missing:
                self._advance(at)
                for one in missing:
                    self._take(one)
            progress(done, len(steps))
        self._advance(end)

    def findings(
        self, log: Iterable[OneCase], questions: Questions, last: date, firing: Line, refusal: Line
    ) -> Findings:
        """Return what the journal says that happened, with the lines of firings and refusals."""
        found = Findings()
        end = end_of(last, self.route.zone)
        for case, events in log:
            counted = [event for event in events if event.at < end]
            if counted:
                found.cases += 1
                found.events += len(counted)
                _Reading(self.route, found, firing, refusal, case).read(
                    self._journal(case, counted), counted, questions, end
                )
        return found

    def _journal(self, case: str, events: list[LoggedEvent]) -> Sequence[Event]:
        return self.cases.journal(case) if self.route.refused_at(events) is None else ()

    def _steps(self, log: Iterable[OneCase], end: datetime) -> Iterator[_Step]:
        """Yield the events of every case that can be opened at all."""
        for case, events in log:
            counted = [event for event in events if event.at < end]
            if counted and self.route.refused_at(counted) is None:
                yield from (_Step(event.at, case, index, event) for index, event in enumerate(counted))

    def _is_done(self, step: _Step) -> bool:
        return step.key in self._done or f"{step.key}|facts" in self._done

    def _take(self, step: _Step) -> None:
        facts = facts_of(self.route, step.event)
        if step.index == 0:
            at_step = self.route.opens_at(step.event.activity) if self.route.protocol.opening.any_event else None
            meaning = self.route.protocol.meaning
            opening = OpenCase(
                actor=AUDITOR, enrolment=RUN, meaning=meaning, facts=facts, happened=step.at, at_step=at_step
            )  # fmt: skip
            self._ask(step, lambda _: opening)
            return
        refused = f"{step.key}|refused"
        if refused not in self._done and self._acted(step, facts):
            return
        if facts and self.cases.case(step.case).is_open:  # the world is not refused; only moves are (7)
            recording = Record(actor=AUDITOR, enrolment=RUN, facts=facts, happened=step.at)
            self._ask(step, lambda _: recording, "|facts")

    def _acted(self, step: _Step, facts: Mapping[str, Value]) -> bool:
        """Take the action; where it is refused, keep that on record and return False."""
        found: list[tuple[str, str, str]] = []

        def act(stored: Case) -> Act:
            track, action = self.route.find(stored, step.event.activity)
            found.append((track, action, stored.enrolments[RUN].tracks[self.route.main].step))
            return Act(actor=AUDITOR, enrolment=RUN, track=track, action=action, facts=facts, happened=step.at)

        try:
            self._ask(step, act)
        except Refused as refused:
            track, action, stands = found[-1]
            noted = NoteRefused(
                actor=AUDITOR,
                attempted=action,
                enrolment=RUN,
                track=track,
                step=stands,
                reasons=refused.reasons,
                request=str(step.index),
            )
            self._ask(step, lambda _: noted, "" if not facts else "|refused")
            return False
        return True

    def _ask(self, step: _Step, command: Callable[[Case], AnyCommand], suffix: str = "") -> None:
        """Carry out what is to be asked of the case as it is when it is locked."""
        ticket = Ticket(REPLAY, step.key + suffix, "")

        def work(stored: Case) -> Written:
            return deciding(command(stored), lambda: step.at, self.route.library, with_repeats=False)(stored)

        run = self.cases.open if step.index == 0 else self.cases.transact
        run(step.case, work, ticket)

    def _advance(self, until: datetime) -> None:
        """Let every rung and limit fall due that lies before the instant, each at its own where it matters."""
        while (wake := self.cases.next_wake()) is not None and wake < until:
            self.passes.run(until - JUST_BEFORE if self.route.only_reminds else wake, PASS)


class _Reading:
    """Reads the journal of one case and counts."""

    def __init__(self, route: Route, found: Findings, firing: Line, refusal: Line, case: str) -> None:
        self.route = route
        self.found = found
        self.firing = firing
        self.refusal = refusal
        self.case = case
        self.visits: dict[tuple[str, int], str] = {}
        self.entered: list[happenings.StepEntered] = []
        self.refused = 0

    def read(self, journal: Sequence[Event], events: list[LoggedEvent], questions: Questions, end: datetime) -> None:
        """Count what the journal says, or the refusal of a case that could not be opened."""
        if not journal:
            self._refuse(*(self.route.refused_at(events) or (0, "")), step="")
            return
        for event in journal:
            self._note(event)
        for day in sorted(questions.stalled_on):
            self._look(min(end_of(day, self.route.zone), end), day, questions)
        self.found.last_steps[self.entered[-1].step] += 1
        self.found.accepted_cases += not self.refused

    def _note(self, event: Event) -> None:
        if isinstance(event, happenings.StepEntered):
            moment = isinstance(event.happened, datetime)
            day = day_text(event.happened, self.route.zone) if moment else str(event.happened)
            self.visits[event.track, event.visit] = day
            if event.track == self.route.main:
                self.entered.append(event)
        elif isinstance(event, happenings.AttemptRefused):
            self._refuse(int(event.request), event.attempted, step=event.step)
        elif isinstance(event, happenings.RungFired) and event.firing.occurrence == 1:
            self._fired(event)

    def _fired(self, event: happenings.RungFired) -> None:
        """Write a firing's line; the clock's key is ``track.step.deadline#visit``."""
        track, step, rest = event.clock.split(".", 2)
        visit = int(rest.partition("#")[2].partition("~")[0])
        fired = day_text(event.firing.scheduled, self.route.zone)
        self.found.firings += 1
        self.firing(f"{self.case}|{step}|{self.visits.get((track, visit), '')}|{event.firing.rung}|{fired}")

    def _refuse(self, index: int, action: str, *, step: str) -> None:
        self.refused += 1
        self.found.refusals += 1
        self.refusal(f"{self.case}|{index}|{step}|{action}")

    def _look(self, end: datetime, day: date, questions: Questions) -> None:
        """Note how long the case had stood at its step at the end of the date."""
        standing = [one for one in self.entered if one.at < end]
        if not standing:
            return
        entered = standing[-1].happened
        on = local_date(entered, self.route.zone) if isinstance(entered, datetime) else entered
        for days in questions.stalled_days:
            if (day - on).days >= days:
                self.found.stalled[day, standing[-1].step, days] += 1


class OtherReplayError(SpeanError):
    """This database holds another replay, or a real office; name a new file."""


def replay_into(
    url: str,
    path: Path,
    route: Route,
    questions: Questions,
    *,
    facts: Mapping[str, str] | None = None,
    progress: Progress = quietly,
    firing: Line | None = None,
    refusal: Line | None = None,
) -> Findings:
    """Replay a log through the database of this URL, which is made if it is missing, and return what was found.

    The same log and protocol go on where they stopped. Raises LogError, OtherReplayError, and what the store raises.
    """
    size = path.stat().st_size if path.is_file() else 0
    events = EventLog(path, route.zone, facts or {}, lambda done, total: progress(done // 4, total)).events()
    log = list(by_case(events, size))
    latest = max((event.at for _, events in log for event in events), default=None)
    if latest is None:
        raise AssertionError("a log without events is refused when it is read")
    last = questions.until or local_date(latest, route.zone)
    database = Database(url, create=True)
    try:
        _begin(database, path, route, facts or {}, last)
        # What a log holds is no secret of ours: nothing of it is sealed.
        cases = SqlCases(database, Vault(MemoryKeyring()))
        passes = Passes(cases, SqlIncidents(database), Meta(database), lambda: route.library)
        replay = StoredReplay(route, cases, passes)
        replay.run(log, last, lambda done, total: progress(size // 4 + size * done // (2 * max(total, 1)), size))
        found = replay.findings(log, questions, last, firing or _nowhere, refusal or _nowhere)
    finally:
        database.close()
    progress(size, size)
    return found


def _begin(database: Database, path: Path, route: Route, facts: Mapping[str, str], last: date) -> None:
    """Make the tables of a new database; in an old one, see that it is this replay's."""
    mark = sha256(
        path.read_bytes() + repr((route.protocol.meaning, sorted(facts.items()), last)).encode()
    ).hexdigest()
    if not schema.version_of(database):
        schema.upgrade(database)
        meta = Meta(database)
        meta.put(SIMULATION, "yes")
        meta.put(REPLAY, mark)
    schema.check(database)
    if Meta(database).get(REPLAY) != mark:
        raise OtherReplayError


def _nowhere(_: str) -> None:
    """Keep no line."""
