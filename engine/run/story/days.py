"""The days of an office in virtual time: its real worker ticks, its people do what they planned, nothing sleeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.core.case.commands import AnyCommand
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.run.setup.office import Office
from engine.run.story.agenda import Agenda, Plan
from engine.run.story.staff import Staff
from engine.run.story.virtual import VirtualTime
from engine.run.ticks.worker import Worker

#: Between two ticks at least so much virtual time goes by.
TICK = timedelta(minutes=1)

#: Called with (days done, days in all).
Progress = Callable[[int, int], None]


class DaysError(SpeanError):
    """The worker of the demo could not do its work; the message says what failed."""


class Days:
    """Lets time pass in an office: it jumps to whatever comes next, a due clock, a due mail or a planned deed."""

    def __init__(self, office: Office, worker: Worker, staff: Staff, time: VirtualTime) -> None:
        """Live in this office. ``time``: the one that the office was opened with."""
        self._office = office
        self._worker = worker
        self._staff = staff
        self._time = time
        self._agenda = Agenda()

    @property
    def library(self) -> Library:
        """The protocols in use."""
        return self._staff.library

    def now(self) -> datetime:
        """Return the present instant (UTC)."""
        return self._time.now()

    def case(self, case: str) -> Case:
        """Return a case as it is. Raises UnknownCaseError."""
        return self._office.cases.case(case)

    def do(self, case: str, command: AnyCommand) -> Case:
        """Let somebody who may carry out a command. Raises Refused; then nothing has changed."""
        return self._staff.do(case, command)

    def plan(self, instant: datetime, deed: Plan) -> None:
        """Let something be done at an instant (UTC)."""
        self._agenda.plan(max(instant, self.now()), deed)

    def pass_until(self, until: datetime, progress: Progress) -> None:
        """Let time pass: planned deeds come before clocks and mails of the same instant (26). Raises DaysError.

        At the end no mail is due any more; ordinary messages may wait for the digest of the next morning.
        """
        start = self.now()
        while (instant := self._next()) is not None and instant < until:
            self._time.jump(instant)
            progress((self.now() - start).days, (until - start).days)
            if self._agenda.is_due(self.now()):
                self._agenda.take()()
            else:
                self._tick()
                self._time.jump(self.now() + TICK)
        self._time.jump(until)
        self._tick()

    def _next(self) -> datetime | None:
        coming = (self._agenda.first(), self._office.cases.next_wake(), self._office.outbox.oldest())
        return min((instant for instant in coming if instant is not None), default=None)

    def _tick(self) -> None:
        report = self._worker.tick(self.now())
        if report.errors:
            raise DaysError(report.errors[0])
