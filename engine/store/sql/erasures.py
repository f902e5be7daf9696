"""Erasures in a database: written with the event that asks for them, done when the key is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

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

    def done(self, case: str, now: datetime) -> None:
        """Note that the key is gone, and forget her documents, and forms about her that were begun.

        What the log of the database still holds of the past is overwritten.
        """
        form = t.drafts.c.form  # a night, a hand-over and an opening may speak of her, too
        forms = (
            form.startswith(f"/case/{case}/", autoescape=True) | form.endswith("/people") | ~form.startswith("/case/")
        )
        with self.database.write() as connection:
            connection.execute(delete(t.drafts).where(forms))
            connection.execute(delete(t.documents).where(t.documents.c.code == case))
            connection.execute(update(t.erasures).where(_e.code == case).values(done_at=micros(now)))
        self.database.settle()
