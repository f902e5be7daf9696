"""The use cases: load, decide, write, in one transaction. Web pages, commands and the worker call nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.core.case.commands import Actor, AnyCommand, Enrol, OpenCase, Pass
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case
from engine.core.deciding import options as core
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.library import Library
from engine.core.deciding.options import Option
from engine.core.deciding.rulebook import Rulebook
from engine.store.ports import Store, Ticket, Time, Written


@dataclass(frozen=True, slots=True)
class Report:
    """What one pass did: how many cases it looked at."""

    cases: int


@dataclass(frozen=True, slots=True)
class Service:
    """The use cases over a store, with the protocols in use and the time.

    ``simulation``: the store holds invented people only. Elsewhere a protocol runs once it is adopted and in force.
    """

    store: Store
    library: Library
    time: Time
    simulation: bool = False

    def do(self, case: str, command: AnyCommand, ticket: Ticket | None = None) -> Case:
        """Carry out a command on a case, or open it. Raises Refused, and what the store raises."""

        if isinstance(command, OpenCase | Enrol) and not self.simulation:
            self._refuse_unfit(self.library.rulebooks[command.meaning])

        def work(stored: Case) -> Written:
            now = self.time.now()
            decision, after = decided(stored, command, now, self.library)
            return Written(decision, after, wake(after, now, self.library))

        if isinstance(command, OpenCase):
            return self.store.open(case, work, ticket)
        return self.store.transact(case, work, ticket)

    def _refuse_unfit(self, rules: Rulebook) -> None:
        """Refuse a protocol that may not run on real people yet (28, 30)."""
        protocol = rules.protocol
        if protocol.status != "adopted":
            raise Refused(Reason(Why.DRAFT, protocol.id))
        today = self.time.now().astimezone(ZoneInfo(protocol.zone or "UTC")).date()
        if protocol.in_force is not None and today < protocol.in_force:
            raise Refused(Reason(Why.NOT_IN_FORCE, protocol.id, protocol.in_force.isoformat()))

    def options(self, case: str, actor: Actor) -> tuple[Option, ...]:
        """Return what this person can do next in the case, and what not, and why."""
        return core.options(self.store.case(case), actor, self.time.now(), self.library)

    def pass_(self, limit: int = 1000) -> Report:
        """Look at the cases that are due, at most ``limit`` of them, and let everything due go out."""
        now = self.time.now()
        due = self.store.due(now, limit)
        for one in due:
            self.do(one.case, Pass())
        return Report(len(due))
