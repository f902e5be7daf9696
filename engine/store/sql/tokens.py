"""Keys of programs in a database: by hash, each for one person, one scope, and a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.store.sql import tables as t
from engine.store.sql.accounts import hashed
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros

_k = t.tokens.c


@dataclass(frozen=True, slots=True)
class Token:
    """A key: whose, what it is called, what it may (``read`` or ``write``), until when (UTC)."""

    id: str
    user: str
    name: str
    scope: str
    made: datetime
    until: datetime
    ended: datetime | None


class SqlTokens:
    """Keeps the keys of programs."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def add(self, token: str, user: str, name: str, scope: str, now: datetime, until: datetime) -> None:
        """Keep a key."""
        values = {"user": user, "name": name, "scope": scope, "made_at": micros(now), "until": micros(until)}
        with self.database.write() as connection:
            connection.execute(t.tokens.insert().values(token=hashed(token), ended_at=None, **values))

    def find(self, token: str) -> Token | None:
        """Return a key; None for one that never was."""
        with self.database.read() as connection:
            row = connection.execute(select(t.tokens).where(_k.token == hashed(token))).one_or_none()
        return None if row is None else _read(row)

    def of(self, user: str) -> Sequence[Token]:
        """Return the keys of somebody that were not ended, the newest first."""
        query = select(t.tokens).where(_k.user == user, _k.ended_at.is_(None)).order_by(_k.made_at.desc())
        with self.database.read() as connection:
            return [_read(row) for row in connection.execute(query)]

    def end(self, user: str, id_: str, now: datetime) -> None:
        """End a key of somebody."""
        where = (_k.token == id_) & (_k.user == user) & _k.ended_at.is_(None)
        with self.database.write() as connection:
            connection.execute(update(t.tokens).where(where).values(ended_at=micros(now)))


def _read(row: Any) -> Token:
    ended = None if row.ended_at is None else instant(row.ended_at)
    return Token(row.token, row.user, row.name, row.scope, instant(row.made_at), instant(row.until), ended)
