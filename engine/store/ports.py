"""The interfaces of everything with side effects. The docstrings are the contracts; tests/conformance holds them.

An implementation is chosen in one place. The memory store is one of them, shipped for users' tests and simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol as Interface

from engine.core.case.effects import Decision, Message
from engine.core.case.events import Event
from engine.core.case.state import Case
from engine.core.errors import SpeanError


class StoreError(SpeanError):
    """The store could not do this; nothing was written."""


class UnknownCaseError(StoreError):
    """There is no case with this code; check what was typed."""


class CaseExistsError(StoreError):
    """A case with this code exists already; choose another code."""


class KeyReusedError(StoreError):
    """The same key came with another request; send the request under a new key."""


class DoubleFiringError(StoreError):
    """A rung would have gone out twice under one key; nothing was written. Please report this."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Recognises a request that comes twice: who sent it, its key, and the fingerprint of its content."""

    actor: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a unit of work wants written: the decision, the case after it, and when to look at it again (UTC)."""

    decision: Decision
    case: Case
    wake: datetime | None


#: Gets the case as stored, returns what to write. May run more than once; must not have effects of its own.
Work = Callable[[Case], Written]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to one recipient, waiting to be sent. ``number`` gives the order within a store."""

    number: int
    case: str
    message: Message
    sent: datetime | None = None


class Store(Interface):
    """Cases with their journal, what is due, and the outbox."""

    def open(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Create a case: run the work on an empty one and write all of it in one transaction.

        Raises CaseExistsError if there is a case of that code, and whatever the work raises; then nothing is
        written. A ticket seen before is answered as in ``transact``.
        """

    def transact(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Lock the case, run the work on it, write state, journal, outbox, wake-up and ticket in one transaction.

        Two calls for one case never run their work on the same state. Raises UnknownCaseError, DoubleFiringError,
        KeyReusedError, and whatever the work raises; then nothing is written. A ticket that was written before,
        with the same fingerprint, runs nothing and returns the case as it is now.
        """

    def case(self, case: str) -> Case:
        """Return the case as stored. Raises UnknownCaseError."""

    def cases(self) -> Sequence[str]:
        """Return the codes of all cases, in the order in which they were opened."""

    def journal(self, case: str, after: int = 0) -> Sequence[Event]:
        """Return the events of a case in record order, those behind the first ``after``. Raises UnknownCaseError.

        Folding all of them over an empty case gives the stored case.
        """

    def due(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Return at most ``limit`` cases whose wake-up lies at or before now, the longest waiting first."""

    def next_wake(self) -> datetime | None:
        """Return the earliest wake-up of any case; None where none waits."""

    def outbox(self, limit: int = 100) -> Sequence[OutboxRow]:
        """Return at most ``limit`` messages that were not sent, in the order in which they were written."""

    def mark_sent(self, number: int, at: datetime) -> None:
        """Note that a message was handed over. Marking it again changes nothing."""


class Time(Interface):
    """The only source of the present instant."""

    def now(self) -> datetime:
        """Return the present instant (aware, UTC). Never earlier than what it returned before."""
