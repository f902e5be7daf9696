"""Attempts in a row that did not succeed, by what they are counted for. Each is counted before it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros

_f = t.attempts.c


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts in a row, the last one, and until when (UTC) nothing more is tried."""

    failed: int
    last: datetime
    until: datetime


#: What comes after one more attempt; None: it is not allowed now.
Next = Callable[[Attempts | None], Attempts | None]


class SqlAttempts:
    """Counts attempts."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def of(self, subject: str) -> Attempts | None:
        """Return the attempts in a row at something; None where there are none."""
        with self.database.read() as connection:
            return _attempts(connection, subject)

    def begin(self, subjects: Mapping[str, Next]) -> Mapping[str, Attempts] | None:
        """Count one more for each subject, or for none where one of them rests; return what was counted, or None.

        One transaction that writes from its first word: of many at the same moment each sees those before it.
        """
        counted = {}
        with self.database.write() as connection:
            for subject, after in subjects.items():
                attempts = after(_attempts(connection, subject))
                if attempts is None:
                    return None
                counted[subject] = attempts
            for subject, attempts in counted.items():
                _put(connection, subject, attempts)
        return counted

    def take_back(self, subject: str, counted: Attempts) -> None:
        """Count one less, for an attempt that succeeded; the rest that it began is over, none that others began."""
        with self.database.write() as connection:
            found = _attempts(connection, subject)
            if found is None:
                return
            if found.failed <= 1:
                _forget(connection, subject)
                return
            until = counted.last if found.until == counted.until else found.until
            _put(connection, subject, Attempts(found.failed - 1, found.last, until))

    def forget(self, subject: str) -> None:
        """Forget the attempts at something."""
        with self.database.write() as connection:
            _forget(connection, subject)


def _attempts(connection: Connection, subject: str) -> Attempts | None:
    row = connection.execute(select(t.attempts).where(_f.subject == subject)).one_or_none()
    return None if row is None else Attempts(row.failed, instant(row.last_at), instant(row.until))


def _put(connection: Connection, subject: str, attempts: Attempts) -> None:
    values = {"failed": attempts.failed, "last_at": micros(attempts.last), "until": micros(attempts.until)}
    made = insert(t.attempts).values(subject=subject, **values)
    connection.execute(made.on_conflict_do_update(("subject",), set_=values))


def _forget(connection: Connection, subject: str) -> None:
    connection.execute(delete(t.attempts).where(_f.subject == subject))
