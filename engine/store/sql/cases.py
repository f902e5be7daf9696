"""Cases in a database: the port of ``ports.Store``, one transaction for everything an action writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from engine.core.case.events import Event
from engine.core.case.state import Case
from engine.store.codec.entries import CASE_EVENTS
from engine.store.incidents import IncidentKind
from engine.store.points import passed
from engine.store.ports import Due, Ticket, UnknownCaseError, Work
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.statements import CaseStatements, WakeStatements, cursor_of
from engine.store.sql.tables import instant, micros
from engine.store.sql.unit import Loaded, Unit, stream_of
from engine.store.vault import Vault

#: An instant before every wake-up, in microseconds since 1970-01-01 UTC.
_BEFORE_ALL = -1


class SqlCases:
    """Cases with their journal, what is due, and their messages."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Keep cases in this database, private values under the keys of the vault."""
        self.database = database
        self.vault = vault
        self._statements = CaseStatements(database.dialect)
        self._wakes = WakeStatements(database.dialect)
        self._incidents = SqlIncidents(database)

    def open(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Create a case; see the port. Its key is made first: one that no case uses harms nobody."""
        passed("action: asked")
        self.vault.keyring.refresh()
        key = self.vault.keyring.create()
        passed("key: made")
        try:
            with self.database.write(point="action") as connection:
                unit = Unit(connection, self._statements, self.vault)
                opened = unit.seen(ticket)
                if opened is not None:
                    raise _AnsweredError(unit.load(opened).case)
                return self._carry_out(unit, unit.begin(case, key), work, ticket)
        except BaseException as error:
            self.vault.keyring.destroy(key)
            if isinstance(error, _AnsweredError):
                return error.case
            raise

    def transact(self, case: str, work: Work, ticket: Ticket | None = None) -> Case:
        """Run the work on the case and write what it returns; see the port."""
        passed("action: asked")
        self.vault.keyring.refresh()
        with self.database.write(point="action") as connection:
            unit = Unit(connection, self._statements, self.vault)
            loaded = unit.load(case)
            passed("action: case read")
            return loaded.case if unit.seen(ticket) else self._carry_out(unit, loaded, work, ticket)

    def _carry_out(self, unit: Unit, loaded: Loaded, work: Work, ticket: Ticket | None) -> Case:
        written = work(loaded.case)
        passed("action: decided")
        unit.gather(loaded, written, ticket)
        self._flush(unit)
        return written.case

    def _flush(self, unit: Unit) -> None:
        unit.flush()
        for subject, words, at in unit.incidents:
            self._incidents.open_inside(unit.connection, IncidentKind.NOT_TAKEN, subject, words, at)

    def transact_many(self, cases: Sequence[str], work: Work) -> Mapping[str, Case | Exception]:
        """Run the work on several cases in one transaction; see the port."""
        found: dict[str, Case | Exception] = {}
        self.vault.keyring.refresh()
        passed("pass: before a batch")
        with self.database.write(point="pass") as connection:
            unit = Unit(connection, self._statements, self.vault)
            for case, loaded in unit.load_many(cases).items():
                found[case] = loaded if isinstance(loaded, Exception) else self._tried(unit, loaded, work)
            passed("pass: inside a batch")
            self._flush(unit)
        return found

    def _tried(self, unit: Unit, loaded: Loaded, work: Work) -> Case | Exception:
        try:
            written = work(loaded.case)
            unit.gather(loaded, written, None)
        except Exception as error:  # noqa: BLE001, RUF100 - one broken case must not stop the others
            return error
        return written.case

    def case(self, case: str) -> Case:
        """Return the case as stored; see the port."""
        self.vault.keyring.refresh()
        with self.database.read() as connection:
            return Unit(connection, self._statements, self.vault).load(case, frozen_too=True).case

    def several(self, cases: Sequence[str]) -> dict[str, Case]:
        """Return cases as stored, by code, in this order; one that is damaged or not there is left out."""
        self.vault.keyring.refresh()
        with self.database.read() as connection:
            found = Unit(connection, self._statements, self.vault).load_many(cases, frozen_too=True)
        return {code: one.case for code, one in found.items() if isinstance(one, Loaded)}

    def cases(self) -> Sequence[str]:
        """Return the codes of all cases; see the port."""
        with self.database.read() as connection:
            rows = connection.execute(select(t.cases.c.code).order_by(t.cases.c.opened_at, t.cases.c.code))
            return tuple(row.code for row in rows)

    def journal(self, case: str, after: int = 0) -> Sequence[Event]:
        """Return the events of a case; see the port."""
        return self._entries(case, t.journal.c.seq > after)

    def has_ticket(self, actor: str, key: str) -> bool:
        """Return whether something was carried out under a key of somebody's."""
        query = select(t.commands.c.code).where(t.commands.c.actor == actor, t.commands.c.key == key)
        with self.database.read() as connection:
            return connection.execute(query).first() is not None

    def event(self, case: str, seq: int) -> Event:
        """Return one event of a case by its number. Raises UnknownCaseError where there is none."""
        found = self._entries(case, t.journal.c.seq == seq)
        if not found:
            raise UnknownCaseError
        return found[0]

    def _entries(self, case: str, which: ColumnElement[bool]) -> Sequence[Event]:
        self.vault.keyring.refresh()
        entry = t.journal.c
        with self.database.read() as connection:
            key = connection.execute(select(t.cases.c.key).where(t.cases.c.code == case)).scalar()
            if key is None:
                raise UnknownCaseError
            rows = connection.execute(
                select(entry.body).where(entry.stream == stream_of(case), which).order_by(entry.seq)
            )
            seals = self.vault.of_case(case, key)
            return tuple(CASE_EVENTS.read(row.body, seals) for row in rows)

    def answered(self, actor: str) -> set[str]:
        """Return the keys under which requests of an actor were carried out."""
        with self.database.read() as connection:
            return set(connection.execute(select(t.commands.c.key).where(t.commands.c.actor == actor)).scalars())

    def asked_for(self, kind: str) -> Sequence[str]:
        """Return the cases in which something of this kind waits for an answer."""
        with self.database.read() as connection:
            return tuple(connection.execute(select(t.waiting.c.code).where(t.waiting.c.kind == kind)).scalars())

    def agencies(self) -> Sequence[str]:
        """Return the agencies that own open cases."""
        c = t.cases.c
        query = select(c.agency).where(c.agency.is_not(None), c.closed_at.is_(None)).distinct().order_by(c.agency)
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def keys(self) -> set[str]:
        """Return the ids of the keys of all persons whose erasure was never asked for."""
        c = t.cases.c
        query = select(c.key).where(c.code.not_in(select(t.erasures.c.code)))
        with self.database.read() as connection:
            return set(connection.execute(query).scalars())

    def recorded_after(self, instant_: datetime) -> int:
        """Return in how many cases something was recorded after an instant (UTC)."""
        query = select(func.count()).where(t.cases.c.recorded_at > micros(instant_))
        with self.database.read() as connection:
            found: int = connection.execute(query).scalar_one()
            return found

    def freeze(self, case: str) -> None:
        """Let nothing more be done to a case: its state and its journal differ."""
        with self.database.write() as connection:
            connection.execute(update(t.cases).where(t.cases.c.code == case).values(frozen=1))

    def is_erased(self, case: str) -> bool:
        """Return whether the person of a case was erased, or somebody asked for it."""
        with self.database.read() as connection:
            return connection.execute(select(t.erasures.c.code).where(t.erasures.c.code == case)).first() is not None

    def frozen(self) -> list[str]:
        """Return the cases that are frozen: nothing goes out about them."""
        query = select(t.cases.c.code).where(t.cases.c.frozen != 0).order_by(t.cases.c.code)
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def thaw(self, case: str) -> None:
        """Let a case go on that was frozen."""
        with self.database.write() as connection:
            connection.execute(update(t.cases).where(t.cases.c.code == case).values(frozen=0))

    def count_due(self, now: datetime) -> tuple[int, int]:
        """Return how many cases are due by now, and how many wait for anything at all."""
        wake = t.cases.c.wake_at
        with self.database.read() as connection:
            due = connection.execute(select(func.count()).where(wake.is_not(None), wake <= micros(now))).scalar_one()
            return due, connection.execute(select(func.count()).where(wake.is_not(None))).scalar_one()

    def due(
        self, now: datetime, limit: int = 100, *, after: Due | None = None, urgent: bool = False
    ) -> Sequence[Due]:
        """Return the cases to look at by now; see the port."""
        at, code = (_BEFORE_ALL, "") if after is None else (micros(after.at), after.case)
        asked = (micros(now), IncidentKind.CASE.value, at, code, limit)
        with self.database.read() as connection:
            rows = self._wakes.due[urgent].run(cursor_of(connection), asked).fetchall()
        passed("pass: due cases read")
        return tuple(Due(instant(wake), case) for wake, case in rows)

    def next_wake(self) -> datetime | None:
        """Return the earliest wake-up of any case; see the port."""
        with self.database.read() as connection:
            row = self._wakes.next.run(cursor_of(connection)).fetchone()
        return None if row is None else instant(row[0])


class _AnsweredError(Exception):
    """The request was carried out before; this is the case as it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
