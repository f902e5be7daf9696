"""Incidents in a database. One that is open for the same thing already is counted, not opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from engine.store.incidents import Incident, IncidentKind, next_retry
from engine.store.sql import tables as t
from engine.store.sql.database import Beside, Database
from engine.store.sql.statements import Prepared, cursor_of
from engine.store.sql.tables import instant, micros

_i = t.incidents.c


class SqlIncidents:
    """Opens, retries and ends incidents."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        open_ = select(_i.subject).where(_i.kind == bindparam("kind"), _i.ended_at.is_(None))
        self._subjects = Prepared(database.dialect, open_, ["kind"])
        self._resting = Prepared(database.dialect, open_.where(_i.retry_at > bindparam("now")), ["kind", "now"])

    def open(self, kind: IncidentKind, subject: str, words: str, now: datetime) -> Incident:
        """Open an incident, or count one more attempt of the one that is open for this already."""
        with self.database.write() as connection:
            return self.open_inside(connection, kind, subject, words, now)

    def opening(self, kind: IncidentKind, subject: str, words: str, now: datetime) -> Beside:
        """Return what opens an incident in the transaction of something else."""

        def open_(connection: Connection) -> None:
            self.open_inside(connection, kind, subject, words, now)

        return open_

    def open_inside(
        self, connection: Connection, kind: IncidentKind, subject: str, words: str, now: datetime
    ) -> Incident:
        """Do the same in a transaction that the caller began."""
        same = (_i.kind == kind.value) & (_i.subject == subject) & _i.ended_at.is_(None)
        row = connection.execute(select(t.incidents).where(same)).one_or_none()
        if row is None:
            retry = next_retry(1, now)
            values = {"kind": kind.value, "subject": subject, "words": words, "opened_at": micros(now), "attempts": 1}
            made = connection.execute(t.incidents.insert().values(**values, retry_at=micros(retry)))
            number = (made.inserted_primary_key or (0,))[0]
        else:
            number, attempts = row.number, row.attempts + 1
            again = {"attempts": attempts, "words": words, "retry_at": micros(next_retry(attempts, now))}
            connection.execute(update(t.incidents).where(_i.number == number).values(**again))
        return _read(connection.execute(_one(number)).one())

    def end(self, number: int, *, by: str, ended_as: str, now: datetime) -> bool:
        """End an incident; return whether it was open."""
        values = {"ended_at": micros(now), "ended_by": by, "ended_as": ended_as}
        with self.database.write() as connection:
            where = (_i.number == number) & _i.ended_at.is_(None)
            return connection.execute(update(t.incidents).where(where).values(**values)).rowcount == 1

    def end_for(self, kind: IncidentKind, subject: str, *, by: str, ended_as: str, now: datetime) -> None:
        """End the incident that is open for something, if there is one."""
        for one in self.all(open_only=True):
            if (one.kind, one.subject) == (kind, subject):
                self.end(one.number, by=by, ended_as=ended_as, now=now)

    def subjects(self, kind: IncidentKind) -> set[str]:
        """Return what incidents of a kind are open for."""
        with self.database.read() as connection:
            return {row[0] for row in self._subjects.run(cursor_of(connection), (kind.value,))}

    def resting(self, kind: IncidentKind, now: datetime) -> set[str]:
        """Return what is not to be tried again yet."""
        with self.database.read() as connection:
            return {row[0] for row in self._resting.run(cursor_of(connection), (kind.value, micros(now)))}

    def retry(self, number: int, at: datetime) -> bool:
        """Let what failed be tried again at an instant (UTC); return whether the incident is open."""
        where = (_i.number == number) & _i.ended_at.is_(None)
        with self.database.write() as connection:
            changed = connection.execute(update(t.incidents).where(where).values(retry_at=micros(at)))
            return changed.rowcount == 1

    def told(self, number: int, now: datetime) -> None:
        """Note that an incident escalated."""
        with self.database.write() as connection:
            connection.execute(update(t.incidents).where(_i.number == number).values(told_at=micros(now)))

    def all(self, *, open_only: bool = False) -> Sequence[Incident]:
        """Return the incidents, the oldest first."""
        query = select(t.incidents).order_by(_i.number)
        if open_only:
            query = query.where(_i.ended_at.is_(None))
        with self.database.read() as connection:
            return [_read(row) for row in connection.execute(query)]

    def one(self, number: int) -> Incident | None:
        """Return an incident."""
        with self.database.read() as connection:
            row = connection.execute(_one(number)).one_or_none()
            return None if row is None else _read(row)


def _one(number: int) -> Select[Any]:
    return select(t.incidents).where(_i.number == number)


def _read(row: Any) -> Incident:
    return Incident(
        row.number,
        IncidentKind(row.kind),
        row.subject,
        row.words,
        instant(row.opened_at),
        row.attempts,
        row.retry_at and instant(row.retry_at),
        row.told_at and instant(row.told_at),
        row.ended_at and instant(row.ended_at),
        row.ended_by or "",
        row.ended_as or "",
    )
