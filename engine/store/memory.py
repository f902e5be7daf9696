"""A store in dictionaries: the same contracts, no disk. For users' tests and simulation."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from threading import RLock

from engine.core.case.effects import Told
from engine.core.case.events import Event, RungFired
from engine.core.case.state import Case
from engine.store.ports import (
    CaseExistsError,
    DoubleFiringError,
    Due,
    KeyReusedError,
    OutboxChange,
    OutboxRow,
    Posted,
    Posting,
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
    _urgent: dict[str, datetime] = field(default_factory=dict)
    _outbox: dict[int, OutboxRow] = field(default_factory=dict)
    _waiting: dict[int, None] = field(default_factory=dict)
    _leases: dict[int, datetime] = field(default_factory=dict)
    _fired: set[FiringKey] = field(default_factory=set)
    _tickets: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def open(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Create a case; see the port."""
        with self._lock:
            opened = self._seen(ticket)
            if opened is not None:
                return self.case(opened)
            if case in self._cases:
                raise CaseExistsError
            return self._write(case, work(Case(case)), ticket)

    def transact(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Run the work on the case and write what it returns; see the port."""
        with self._lock:
            stored = self.case(case)
            return stored if self._seen(ticket) else self._write(case, work(stored), ticket)

    def transact_many(self, cases: Sequence[str], work: Work) -> Mapping[str, Case | Exception]:
        """Run the work on several cases; see the port."""
        with self._lock:
            return {case: self._tried(case, work) for case in cases}

    def _tried(self, case: str, work: Work) -> Case | Exception:
        try:
            return self._write(case, work(self.case(case)), None)
        except Exception as error:  # noqa: BLE001, RUF100 - one broken case must not stop the others
            return error

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

    def due(
        self, now: datetime, limit: int = 100, *, after: Due | None = None, urgent: bool = False
    ) -> Sequence[Due]:
        """Return the cases to look at by now; see the port."""
        with self._lock:
            waiting = (Due(at, case) for case, at in (self._urgent if urgent else self._wakes).items() if at <= now)
            behind = (one for one in waiting if after is None or one > after)
            return tuple(heapq.nsmallest(limit, behind))

    def next_wake(self) -> datetime | None:
        """Return the earliest wake-up of any case."""
        with self._lock:
            return min(self._wakes.values(), default=None)

    def messages(
        self, limit: int = 100, *, after: int = 0, status: Posted | None = Posted.WAITING
    ) -> Sequence[OutboxRow]:
        """Return messages in order; see the port."""
        with self._lock:
            numbers = self._waiting if status is Posted.WAITING else self._outbox
            rows = (self._outbox[number] for number in numbers if number > after)
            return tuple(islice((row for row in rows if status in {None, row.status}), limit))

    def claim(self, now: datetime, until: datetime, by: str, limit: int = 100) -> Sequence[OutboxRow]:
        """Return due messages and keep them; see the port."""
        with self._lock:
            free = [self._outbox[number] for number in self._waiting if self._is_free(number, now)]
            found = sorted((row for row in free if row.due <= now), key=lambda row: (row.due, row.number))[:limit]
            found += self._sharing(found)
            self._leases.update((row.number, until) for row in found)
            return tuple(found)

    def _is_free(self, number: int, now: datetime) -> bool:
        """Return whether neither the message nor an earlier one of its queue is kept, or put off until later."""
        row = self._outbox[number]
        earlier = (
            self._outbox[one] for one in self._waiting if one < number and _queue(self._outbox[one]) == _queue(row)
        )
        kept = {one for one, until in self._leases.items() if until > now}
        return number not in kept and all(one.due <= row.due and one.number not in kept for one in earlier)

    def _sharing(self, found: Sequence[OutboxRow]) -> list[OutboxRow]:
        """Return the waiting messages that share an unfinished mail with these."""
        ids = {one.message_id for row in found for one in row.deliveries if one.status is Posted.WAITING}
        others = (self._outbox[number] for number in self._waiting if self._outbox[number] not in found)
        return [row for row in others if any(one.message_id in ids for one in row.deliveries)]

    def note(self, changes: Sequence[OutboxChange]) -> None:
        """Write what became of messages; see the port."""
        with self._lock:
            for change in changes:
                self._note(change)

    def _note(self, change: OutboxChange) -> None:
        row = self._outbox[change.number]
        mails = {one.user: one for one in (*row.deliveries, *change.deliveries)}
        later = replace(
            row,
            deliveries=tuple(mails.values()),
            status=change.status or row.status,
            why=change.why or row.why,
            due=change.due or row.due,
        )
        self._outbox[change.number] = later
        if change.status is not None or change.due is not None:
            self._leases.pop(change.number, None)
        if later.status is not Posted.WAITING:
            self._waiting.pop(change.number, None)

    def oldest(self) -> datetime | None:
        """Return since when the longest overdue message waits; see the port."""
        with self._lock:
            return min((self._outbox[number].due for number in self._waiting), default=None)

    def _seen(self, ticket: Ticket | None) -> str | None:
        """Return the case on which the request was carried out before."""
        known = self._tickets.get((ticket.actor, ticket.key)) if ticket is not None else None
        if ticket is None or known is None:
            return None
        if known[0] != ticket.fingerprint:
            raise KeyReusedError
        return known[1]

    def _write(self, name: str, written: Written, ticket: Ticket | None) -> Case:
        """Check everything that can fail before the first change: all or nothing."""
        firings = [_key(name, event) for event in written.decision.events if isinstance(event, RungFired)]
        if len(set(firings)) < len(firings) or not self._fired.isdisjoint(firings):
            raise DoubleFiringError
        self._fired.update(firings)
        first = self._cases[name].seq if name in self._cases else 0
        self._cases[name] = written.case
        self._journal.setdefault(name, []).extend(written.decision.events)
        self._post(name, first, written)
        _keep(self._wakes, name, written.wake)
        _keep(self._urgent, name, written.urgent_wake)
        if ticket is not None:
            self._tickets[ticket.actor, ticket.key] = (ticket.fingerprint, name)
        return written.case

    def _post(self, name: str, first: int, written: Written) -> None:
        told = [
            (seq, one.message) for seq, one in enumerate(written.decision.events, first + 1) if isinstance(one, Told)
        ]
        postings = written.postings or tuple(Posting(message.at) for _, message in told)
        for (seq, message), posting in zip(told, postings, strict=True):
            number = len(self._outbox) + 1
            self._outbox[number] = OutboxRow(number, name, seq, message, posting.due, posting.urgent)
            self._waiting[number] = None


def _keep(wakes: dict[str, datetime], name: str, wake: datetime | None) -> None:
    if wake is None:
        wakes.pop(name, None)
    else:
        wakes[name] = wake


def _key(case: str, event: RungFired) -> FiringKey:
    firing = event.firing
    return case, event.enrolment, event.clock, firing.generation, firing.rung, firing.occurrence


def _queue(row: OutboxRow) -> tuple[str, str, bool]:
    return row.case, row.message.to, row.urgent
