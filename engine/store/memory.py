"""A store in dictionaries: the same contracts, no disk. For users' tests, simulation and the demo."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from engine.core.case.events import Event, RungFired
from engine.core.case.state import Case
from engine.store.ports import (
    CaseExistsError,
    DoubleFiringError,
    KeyReusedError,
    OutboxRow,
    Ticket,
    UnknownCaseError,
    Work,
    Written,
)

FiringKey = tuple[str, str, str, int, str, int]


@dataclass(slots=True)
class MemoryStore:
    """Cases of one process, gone with it."""

    _cases: dict[str, Case] = field(default_factory=dict)
    _journal: dict[str, list[Event]] = field(default_factory=dict)
    _wakes: dict[str, datetime] = field(default_factory=dict)
    _outbox: dict[int, OutboxRow] = field(default_factory=dict)
    _unsent: dict[int, None] = field(default_factory=dict)
    _fired: set[FiringKey] = field(default_factory=set)
    _tickets: dict[tuple[str, str], str] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def open(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Create a case; see the port."""
        with self._lock:
            if self._seen(ticket):
                return self.case(case)
            if case in self._cases:
                raise CaseExistsError
            return self._write(case, work(Case(case)), ticket)

    def transact(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Run the work on the case and write what it returns; see the port."""
        with self._lock:
            stored = self.case(case)
            return stored if self._seen(ticket) else self._write(case, work(stored), ticket)

    def case(self, case: str) -> Case:
        """Return the case as stored."""
        try:
            return self._cases[case]
        except KeyError:
            raise UnknownCaseError from None

    def cases(self) -> Sequence[str]:
        """Return the codes of all cases, oldest first."""
        return tuple(self._cases)

    def journal(self, case: str, after: int = 0) -> Sequence[Event]:
        """Return the events of a case behind the first ``after``."""
        self.case(case)
        return tuple(self._journal[case][after:])

    def due(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Return the cases to look at by now, the longest waiting first."""
        with self._lock:
            waiting = ((wake, case) for case, wake in self._wakes.items() if wake <= now)
            return tuple(case for _, case in heapq.nsmallest(limit, waiting))

    def next_wake(self) -> datetime | None:
        """Return the earliest wake-up of any case."""
        with self._lock:
            return min(self._wakes.values(), default=None)

    def outbox(self, limit: int = 100) -> Sequence[OutboxRow]:
        """Return what was not sent, oldest first."""
        with self._lock:
            return tuple(self._outbox[number] for number, _ in zip(self._unsent, range(limit), strict=False))

    def mark_sent(self, number: int, at: datetime) -> None:
        """Note that a message was handed over."""
        with self._lock:
            if self._outbox[number].sent is None:
                self._outbox[number] = replace(self._outbox[number], sent=at)
                del self._unsent[number]

    def _seen(self, ticket: Ticket | None) -> bool:
        if ticket is None:
            return False
        known = self._tickets.get((ticket.actor, ticket.key))
        if known is not None and known != ticket.fingerprint:
            raise KeyReusedError
        return known is not None

    def _write(self, name: str, written: Written, ticket: Ticket | None) -> Case:
        """Check everything that can fail before the first change: all or nothing."""
        firings = [_key(name, event) for event in written.decision.events if isinstance(event, RungFired)]
        if len(set(firings)) < len(firings) or not self._fired.isdisjoint(firings):
            raise DoubleFiringError
        self._fired.update(firings)
        self._cases[name] = written.case
        self._journal.setdefault(name, []).extend(written.decision.events)
        for message in written.decision.effects:
            number = len(self._outbox) + 1
            self._outbox[number] = OutboxRow(number, name, message)
            self._unsent[number] = None
        if written.wake is None:
            self._wakes.pop(name, None)
        else:
            self._wakes[name] = written.wake
        if ticket is not None:
            self._tickets[ticket.actor, ticket.key] = ticket.fingerprint
        return written.case


def _key(case: str, event: RungFired) -> FiringKey:
    firing = event.firing
    return case, event.enrolment, event.clock, firing.generation, firing.rung, firing.occurrence
