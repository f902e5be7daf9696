"""Erasures in a database: written with the event that asks for them, done when the key is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import micros

_e = t.erasures.c


@dataclass(frozen=True, slots=True)
class Erasure:
    """A person whose key has to be destroyed."""

    case: str
    key: str


class SqlErasures:
    """Reads and confirms erasures."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def waiting(self) -> Sequence[Erasure]:
        """Return what was asked for and is not done."""
        with self.database.read() as connection:
            rows = connection.execute(select(_e.code, _e.key).where(_e.done_at.is_(None)).order_by(_e.code))
            return [Erasure(row.code, row.key) for row in rows]

    def keys_of_others(self) -> dict[str, str]:
        """Return the id of the key of every case whose person was not erased."""
        cases = t.cases.c
        query = select(cases.code, cases.key).where(cases.code.not_in(select(_e.code)))
        with self.database.read() as connection:
            return {row.code: row.key for row in connection.execute(query)}

    def done(self, case: str, now: datetime) -> None:
        """Note that the key is gone; what the log of the database still holds of the past is overwritten."""
        with self.database.write() as connection:
            connection.execute(update(t.erasures).where(_e.code == case).values(done_at=micros(now)))
        self.database.settle()
