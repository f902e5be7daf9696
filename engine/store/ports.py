"""The interfaces of everything with side effects. The docstrings are the contracts; tests/conformance holds them.

An implementation is chosen in one place. The memory store is one of them, shipped for users' tests and simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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


class UrlError(StoreError):
    """This names no database; write sqlite:///FILE."""


class MissingError(StoreError):
    """There is no database; `spean init` makes one."""


class BusyError(StoreError):
    """Another process keeps the database locked; nothing was written. Try again."""


class FullError(StoreError):
    """The disk is full; nothing was written. Free some space and try again."""


class DiskError(StoreError):
    """The disk answered with an error; nothing was written. Check the disk, then run `spean verify`."""


class CorruptError(StoreError):
    """This is no whole database; put it aside and restore a backup."""


class ReadOnlyError(StoreError):
    """The database cannot be opened for writing; check the rights of the file and of its folder."""


class SchemaError(StoreError):
    """The database belongs to another version of Spean; see the message."""


class FrozenError(StoreError):
    """The case is frozen: its state and its journal differ. Nothing was written; see the incident."""


class UnreadableError(StoreError):
    """What is stored of the case cannot be read; `spean verify` names what is damaged. Bring a backup back."""


class DoubleFiringError(StoreError):
    """A rung would have gone out twice under one key; nothing was written. Please report this."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Recognises a request that comes twice: who sent it, its key, and the fingerprint of its content."""

    actor: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Posting:
    """When a message is to go out (UTC), and whether it goes out alone (urgent) or in the morning's digest."""

    due: datetime
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """What a unit of work wants written: the decision, the case after it, and when to look at it again (UTC).

    ``urgent_wake``: when a clock that nothing may hold back wants it. ``postings``: one for each message of the
    decision, in order; none at all: each goes out at once.
    """

    decision: Decision
    case: Case
    wake: datetime | None
    urgent_wake: datetime | None = None
    postings: tuple[Posting, ...] = ()


#: Gets the case as stored, returns what to write. May run more than once; must not have effects of its own.
Work = Callable[[Case], Written]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A case that wants to be looked at, and since when (UTC)."""

    at: datetime
    case: str


class Posted(StrEnum):
    """What became of a message, and of each mail it led to."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"  # overtaken by what happened since; nobody needs it any more
    DEAD = "dead"  # given up; an incident says so


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail about a message to one person: its id, how often it was tried, when it is tried again (UTC)."""

    user: str
    message_id: str
    status: Posted = Posted.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    ended_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message to one recipient (a role, or ``user:ID``). ``seq``: its entry in the journal of the case."""

    number: int
    case: str
    seq: int
    message: Message
    due: datetime
    urgent: bool = True
    status: Posted = Posted.WAITING
    why: str = ""
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxChange:
    """What shall be noted of a message. ``due``: it waits again, until then, and is free to be claimed."""

    number: int
    deliveries: tuple[Delivery, ...] = ()
    status: Posted | None = None
    why: str = ""
    due: datetime | None = None


class Store(Interface):
    """Cases with their journal, and what is due."""

    def open(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Create a case: run the work on an empty one and write all of it in one transaction.

        Raises CaseExistsError if there is a case of that code, and whatever the work raises; then nothing is
        written. A ticket seen before runs nothing and returns the case that was opened then, as it is now, whatever
        code was drawn this time.
        """

    def transact(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Lock the case, run the work on it, write state, journal, outbox, wake-up and ticket in one transaction.

        Two calls for one case never run their work on the same state. Raises UnknownCaseError, FrozenError,
        DoubleFiringError, KeyReusedError, and whatever the work raises; then nothing is written. A ticket that was
        written before, with the same fingerprint, runs nothing and returns the case as it is now. UnreadableError: a
        case that is damaged where it is stored; no other case suffers from it.
        """

    def transact_many(self, cases: Sequence[str], work: Work) -> Mapping[str, Case | Exception]:
        """Run the work on each case, in the order given, and write what all of them return in one transaction.

        A case whose work raises writes nothing and is answered with the error; the others are written. Raises what
        the database raises; then nothing is written at all.
        """

    def case(self, case: str) -> Case:
        """Return the case as stored. Raises UnknownCaseError, UnreadableError."""

    def cases(self) -> Sequence[str]:
        """Return the codes of all cases, in the order in which they were opened."""

    def journal(self, case: str, after: int = 0) -> Sequence[Event]:
        """Return the events of a case in record order, those behind the first ``after``. Raises UnknownCaseError.

        Folding all of them over an empty case gives the stored case.
        """

    def due(
        self, now: datetime, limit: int = 100, *, after: Due | None = None, urgent: bool = False
    ) -> Sequence[Due]:
        """Return at most ``limit`` cases whose wake-up lies at or before now, the longest waiting first.

        ``after``: those behind it in that order. ``urgent``: by the wake-up of what nothing may hold back. Frozen
        cases are left out.
        """

    def next_wake(self) -> datetime | None:
        """Return the earliest wake-up of any case; None where none waits."""


class Outbox(Interface):
    """Messages that were written with the cases, and what became of them."""

    def messages(
        self, limit: int = 100, *, after: int = 0, status: Posted | None = Posted.WAITING
    ) -> Sequence[OutboxRow]:
        """Return at most ``limit`` messages behind the number ``after``, of this status (None: of any), in order."""

    def claim(self, now: datetime, until: datetime, by: str, limit: int = 100) -> Sequence[OutboxRow]:
        """Return messages that are due by now, and keep them from other workers until ``until`` (both UTC).

        In order of ``due``. Never one while an earlier message of its queue (the same case, recipient and urgency) is
        kept by another worker or put off until after it. With them come those that share an unfinished mail with one
        of them, so that a digest is sent again whole.
        """

    def note(self, changes: Sequence[OutboxChange]) -> None:
        """Write what became of messages, all in one transaction; ``status`` or ``due`` ends a claim."""

    def oldest(self) -> datetime | None:
        """Return since when the longest overdue message waits (its ``due``, UTC); None where none waits."""


class Time(Interface):
    """The only source of the present instant."""

    def now(self) -> datetime:
        """Return the present instant (aware, UTC). Never earlier than what it returned before."""
