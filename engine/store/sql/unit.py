"""A unit of work: some cases read, decided on, and written with everything that belongs to it, table by table.

Rows are gathered while cases are decided on, and written at the end, each table at once: a pass over a hundred cases
costs one statement a table, and a case whose work fails has written nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from engine.core.case.effects import Message, Told
from engine.core.case.events import CaseErased, NotTaken, RungFired
from engine.core.case.state import Case, CaseClock
from engine.store.codec.cases import has_same_body, read_case, write_case, write_clock
from engine.store.codec.entries import CASE_EVENTS
from engine.store.journal import START, chain
from engine.store.news import news_of
from engine.store.points import passed
from engine.store.ports import (
    CaseExistsError,
    DoubleFiringError,
    FrozenError,
    KeyReusedError,
    Posting,
    StoreError,
    Ticket,
    UnknownCaseError,
    UnreadableError,
    Written,
)
from engine.store.sql.statements import MANY, CaseStatements, Cursor, Prepared, Row, cursor_of
from engine.store.sql.tables import instant, micros
from engine.store.vault import CaseSeals, Vault

#: A message that is to go out.
WAITING = "waiting"


@dataclass(slots=True)
class Loaded:
    """A case as stored, with the seals its values were opened with."""

    case: Case
    seals: CaseSeals
    head: bytes
    key: str
    new: bool = False


@dataclass(slots=True)
class Unit:
    """Reads cases inside one transaction and gathers what is to be written."""

    connection: Connection
    statements: CaseStatements
    vault: Vault
    cursor: Cursor = field(init=False)
    _cases: list[Row] = field(default_factory=list)
    _new: list[Row] = field(default_factory=list)
    _counters: list[Row] = field(default_factory=list)
    _clocks: list[Row] = field(default_factory=list)
    _entries: list[Row] = field(default_factory=list)
    _firings: list[Row] = field(default_factory=list)
    _messages: list[Row] = field(default_factory=list)
    _calls: list[Row] = field(default_factory=list)
    _commands: list[Row] = field(default_factory=list)
    _erasures: list[Row] = field(default_factory=list)
    _incidents: list[tuple[str, str, datetime]] = field(default_factory=list)
    _holders: dict[str, list[Row]] = field(default_factory=dict)
    _waiting: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take a cursor of the driver."""
        self.cursor = cursor_of(self.connection)

    def load(self, code: str, *, frozen_too: bool = False) -> Loaded:
        """Return a case. Raises UnknownCaseError, FrozenError, UnreadableError."""
        found = self.load_many([code], frozen_too=frozen_too)[code]
        if isinstance(found, StoreError):
            raise found
        return found

    def load_many(self, codes: Sequence[str], *, frozen_too: bool = False) -> dict[str, Loaded | StoreError]:
        """Return the cases of these codes, or the error that stands for one that cannot be worked on."""
        rows = {row[0]: row for row in self._read(self.statements.cases, codes)}
        clocks: dict[str, list[tuple[str, str, str]]] = {code: [] for code in codes}
        for code, enrolment, key, body in self._read(self.statements.clocks, codes):
            clocks[code].append((enrolment, key, body))
        return {code: self._loaded(rows.get(code), clocks[code], frozen_too) for code in codes}

    def _read(self, statements: Mapping[int, Prepared], codes: Sequence[str]) -> Iterator[Row]:
        if len(codes) == 1:
            yield from statements[1].run(self.cursor, codes).fetchall()
            return
        for at in range(0, len(codes), MANY):
            some = codes[at : at + MANY]
            filled = (*some, *([some[0]] * (MANY - len(some))))
            yield from statements[MANY].run(self.cursor, filled).fetchall()

    def _loaded(self, row: Row | None, clocks: list[tuple[str, str, str]], frozen_too: bool) -> Loaded | StoreError:
        if row is None:
            return UnknownCaseError()
        code, seq, version, recorded, head, key, frozen, body = row
        if frozen and not frozen_too:
            return FrozenError()
        seals = self.vault.of_case(code, key)
        counters = (seq, version, None if recorded is None else instant(recorded))
        try:
            return Loaded(read_case(body, counters, clocks, seals), seals, head, key)
        except Exception as error:  # noqa: BLE001, RUF100 - damage has every shape, and must not stop other cases
            return _unreadable(error)

    def begin(self, code: str, key: str) -> Loaded:
        """Return an empty case that is to be opened. Raises CaseExistsError."""
        if self.statements.cases[1].run(self.cursor, (code,)).fetchone() is not None:
            raise CaseExistsError
        return Loaded(Case(code), self.vault.of_case(code, key), START, key, new=True)

    def seen(self, ticket: Ticket | None) -> str | None:
        """Return the case on which a request was carried out before. Raises KeyReusedError if it was another one."""
        if ticket is None:
            return None
        row = self.statements.command.run(self.cursor, (ticket.actor, ticket.key)).fetchone()
        if row is not None and row[0] != ticket.fingerprint:
            raise KeyReusedError
        return row[1] if row is not None else None

    def gather(self, loaded: Loaded, written: Written, ticket: Ticket | None) -> None:
        """Add everything that a decision on a case writes; if that cannot be put into rows, nothing is added."""
        case, seals, first = written.case, loaded.seals, loaded.case.seq
        events = tuple(enumerate(written.decision.events, first + 1))
        bodies = [CASE_EVENTS.write(event, seals) for _, event in events]
        entries = list(chain(stream_of(case.id), first, loaded.head, bodies))
        told = [(seq, event.message) for seq, event in events if isinstance(event, Told)]
        messages = _messages(case.id, told, written.postings)
        clocks = _changed_clocks(loaded.case, case, seals)
        same = not loaded.new and has_same_body(loaded.case, case)
        body = "" if same else write_case(case, seals).decode()
        row = _counters(written, entries[-1].hash if entries else loaded.head)
        if loaded.new:
            self._new.append((case.id, loaded.key, *row, body))
        elif same:
            self._counters.append((*row, case.id))
        else:
            self._cases.append((*row, body, case.id))
        self._entries += [(one.stream, one.seq, one.body.decode(), one.hash) for one in entries]
        self._firings += [firing_row(case.id, event) for _, event in events if isinstance(event, RungFired)]
        self._messages += messages
        self._calls += [(case.id, seq, kind.value, micros(at)) for seq, kind, at in news_of(loaded.case, events)]
        self._clocks += clocks
        self._replace(self._holders, loaded.case, case, holder_rows)
        self._replace(self._waiting, loaded.case, case, waiting_rows)
        self._erasures += [
            (case.id, loaded.key, micros(one.at), None) for _, one in events if isinstance(one, CaseErased)
        ]
        self._incidents += [_not_taken(case.id, one) for _, one in events if isinstance(one, NotTaken)]
        if ticket is not None:
            self._commands.append((ticket.actor, ticket.key, ticket.fingerprint, case.id, case.seq))

    def _replace(
        self, rows: dict[str, list[Row]], before: Case, after: Case, rows_of: Callable[[Case], list[Row]]
    ) -> None:
        """Note the rows of a small table of the case, if they are others than before."""
        found = rows_of(after)
        if found != rows_of(before):
            rows[after.id] = found

    @property
    def incidents(self) -> Sequence[tuple[str, str, datetime]]:
        """What went wrong in the cases: subject, words, instant."""
        return self._incidents

    def flush(self) -> None:
        """Write all of it. Raises DoubleFiringError where a rung went out before."""
        run, cursor = self.statements, self.cursor
        passed("action: inside the transaction")
        run.insert_case.run_many(cursor, self._new)
        run.update_case.run_many(cursor, self._cases)
        run.update_counters.run_many(cursor, self._counters)
        passed("action: state written")
        run.put_clock.run_many(cursor, self._clocks)
        passed("action: clocks written")
        run.insert_entry.run_many(cursor, self._entries)
        passed("action: journal written")
        try:
            run.insert_firing.run_many(cursor, self._firings)
        except sqlite3.IntegrityError as error:
            raise DoubleFiringError from error
        passed("action: firings written")
        run.insert_message.run_many(cursor, self._messages)
        run.insert_call.run_many(cursor, self._calls)
        passed("action: outbox written")
        for clear, insert, rows in (
            (run.clear_holders, run.insert_holder, self._holders),
            (run.clear_waiting, run.insert_waiting, self._waiting),
        ):
            clear.run_many(cursor, [(code,) for code in rows])
            insert.run_many(cursor, [row for some in rows.values() for row in some])
        run.insert_erasure.run_many(cursor, self._erasures)
        run.clear_lookups.run_many(cursor, [(row[0],) for row in self._erasures])
        run.insert_command.run_many(cursor, self._commands)
        passed("action: command written")


def _unreadable(error: Exception) -> UnreadableError:
    """Return what stands for a damaged case; the cause stays with it for whoever looks with ``--debug``."""
    found = UnreadableError()
    found.__cause__ = error
    return found


def stream_of(code: str) -> str:
    """Return the name of a case's journal stream."""
    return f"case:{code}"


def _counters(written: Written, head: bytes) -> Row:
    """Return the columns of ``CHANGING``."""
    case = written.case
    return (
        case.seq,
        case.version,
        _at(case.recorded),
        head,
        case.about,
        case.agency,
        _at(case.opened),
        _at(case.closed),
        _at(written.wake),
        _at(written.urgent_wake),
    )


def _at(when: datetime | None) -> int | None:
    return None if when is None else micros(when)


def firing_row(code: str, event: RungFired) -> Row:
    """Return the row of a rung that was due."""
    one = event.firing
    key = (code, event.enrolment, event.clock, one.generation, one.rung, one.occurrence)
    return (*key, micros(one.scheduled), micros(one.fired), one.kind.value)


def _messages(code: str, told: list[tuple[int, Message]], postings: tuple[Posting, ...]) -> list[Row]:
    """Return the outbox rows of messages; without a posting one goes out at once."""
    given = postings or tuple(Posting(message.at) for _, message in told)
    return [
        (code, seq, message.to, WAITING, int(post.urgent), micros(post.due), None, None, None)
        for (seq, message), post in zip(told, given, strict=True)
    ]


def _not_taken(code: str, event: NotTaken) -> tuple[str, str, datetime]:
    """Return subject, words and instant of the incident that a refused move at a limit opens (21)."""
    words = f"The action {event.action} of the deadline {event.clock} was due by itself and was refused."
    return f"{code} {event.enrolment} {event.clock}", words, event.at


def _changed_clocks(before: Case, after: Case, seals: CaseSeals) -> list[Row]:
    """Return the rows of the clocks that are no longer the same objects; an enrolment only ever adds clocks."""
    rows: list[Row] = []
    for name, enrolment in after.enrolments.items():
        known = before.enrolments[name].clocks if name in before.enrolments else {}
        if known is enrolment.clocks:
            continue
        for position, (key, item) in enumerate(enrolment.clocks.items()):
            if known.get(key) is not item:
                rows.append(clock_row(after.id, name, position, item, seals))
    return rows


def holder_rows(case: Case) -> list[Row]:
    """Return the rows of who holds which role in the case."""
    return [(case.id, role, user) for role, user in case.holders.items()]


def waiting_rows(case: Case) -> list[Row]:
    """Return the rows of what somebody must answer in the case, one for each that is asked."""
    return [
        (case.id, item.id, asked, item.kind.value, micros(item.at))
        for item in case.waiting.values()
        if item.is_open
        for asked in item.asked
    ]


def clock_row(code: str, enrolment: str, position: int, item: CaseClock, seals: CaseSeals) -> Row:
    """Return the row of a clock."""
    clock = item.clock
    return (
        *(code, enrolment, item.key, position, item.deadline, clock.outcome.value),
        _at(clock.limit),
        write_clock(item, seals).decode(),
    )
