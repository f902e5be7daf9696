"""Virtual time: a clock that stands still until it is told to jump, and cases in memory that live by it.

For simulations and users' tests: nothing sleeps, two runs are equal.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.core.case.commands import AnyCommand, OpenCase, Pass
from engine.core.case.state import Case
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.library import Library
from engine.run.story.agenda import Agenda, Plan
from engine.store.memory import MemoryStore
from engine.store.ports import Written

#: Between two passes of one case at least so much virtual time goes by.
TICK = timedelta(minutes=1)


class VirtualTime:
    """The present instant of a simulation (UTC); it never runs back."""

    def __init__(self, start: datetime) -> None:
        """Stand at the start."""
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the present instant."""
        return self._now

    def jump(self, instant: datetime) -> None:
        """Go on to an instant; an earlier one changes nothing."""
        self._now = max(self._now, instant)


class Simulation:
    """Cases in a store of their own, with time that jumps to whatever comes next: a due clock or a planned deed."""

    def __init__(self, library: Library, start: datetime, *, tick: timedelta = TICK) -> None:
        """Begin with no cases. ``tick``: so much virtual time at least goes by between two passes."""
        self.library = library
        self.time = VirtualTime(start)
        self.store = MemoryStore()
        self._tick = tick
        self._agenda = Agenda()

    def now(self) -> datetime:
        """Return the present instant."""
        return self.time.now()

    def case(self, case: str) -> Case:
        """Return a case as it is. Raises UnknownCaseError."""
        return self.store.case(case)

    def plan(self, instant: datetime, deed: Plan) -> None:
        """Let something be done at an instant; deeds of one instant are done in the order they were planned."""
        self._agenda.plan(max(instant, self.now()), deed)

    def do(self, case: str, command: AnyCommand) -> Case:
        """Run one command now and store what it leads to. Raises Refused; then nothing has changed."""

        def work(stored: Case) -> Written:
            now = self.time.now()
            decision, after = decided(stored, command, now, self.library)
            return Written(decision, after, wake(after, now, self.library))

        run = self.store.open if isinstance(command, OpenCase) else self.store.transact
        return run(case, work)

    def run(self, until: datetime) -> None:
        """Let time pass: planned deeds come before clocks of the same instant (26)."""
        while (instant := self._next()) is not None and instant < until:
            self.time.jump(instant)
            if self._agenda.is_due(self.now()):
                self._agenda.take()()
            else:
                self._pass()
        self.time.jump(until)

    def _next(self) -> datetime | None:
        coming = (self._agenda.first(), self.store.next_wake())
        return min((instant for instant in coming if instant is not None), default=None)

    def _pass(self) -> None:
        """Serve every case that is due, as the worker of an installation would."""
        for due in self.store.due(self.time.now()):
            self.do(due.case, Pass())
        self.time.jump(self.time.now() + self._tick)
