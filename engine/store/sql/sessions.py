"""Sessions in a database: who is logged in where. A token stands in the cookie alone; here only its hash does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from engine.store.sql import tables as t
from engine.store.sql.accounts import hashed
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros

_s = t.sessions.c


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in. ``whole``: the second factor was given, too. Instants are UTC. ``id`` tells it from others.

    ``confirmed``: when she last showed who she is, with the log-in or after it.
    """

    id: str
    user: str
    whole: bool
    begun: datetime
    seen: datetime
    ended: datetime | None
    confirmed: datetime


class SqlSessions:
    """Begins, finds and ends sessions."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def begin(self, token: str, user: str, now: datetime, *, whole: bool) -> None:
        """Begin a session."""
        values = {"begun_at": micros(now), "seen_at": micros(now), "ended_at": None}
        with self.database.write() as connection:
            row = t.sessions.insert().values(token=hashed(token), user=user, whole=int(whole), **values)
            connection.execute(row)

    def find(self, token: str) -> Session | None:
        """Return the session of a token, ended or not; None where there is none."""
        with self.database.read() as connection:
            row = connection.execute(select(t.sessions).where(_s.token == hashed(token))).one_or_none()
        return None if row is None else _read(row)

    def seen(self, id_: str, now: datetime) -> None:
        """Note that somebody was there."""
        with self.database.write() as connection:
            connection.execute(update(t.sessions).where(_s.token == id_).values(seen_at=micros(now)))

    def confirm(self, id_: str, now: datetime) -> None:
        """Note that she has shown once more who she is."""
        with self.database.write() as connection:
            connection.execute(update(t.sessions).where(_s.token == id_).values(confirmed_at=micros(now)))

    def end(self, id_: str, now: datetime) -> None:
        """End a session."""
        where = (_s.token == id_) & _s.ended_at.is_(None)
        with self.database.write() as connection:
            connection.execute(update(t.sessions).where(where).values(ended_at=micros(now)))

    def end_all(self, user: str, now: datetime, *, but: str = "") -> None:
        """End every session of somebody, but one."""
        where = (_s.user == user) & _s.ended_at.is_(None) & (_s.token != but)
        with self.database.write() as connection:
            connection.execute(update(t.sessions).where(where).values(ended_at=micros(now)))

    def of(self, user: str) -> Sequence[Session]:
        """Return the sessions of somebody that were not ended, the newest first."""
        query = select(t.sessions).where(_s.user == user, _s.ended_at.is_(None)).order_by(_s.begun_at.desc())
        with self.database.read() as connection:
            return [_read(row) for row in connection.execute(query)]

    def clear(self, before: datetime) -> None:
        """Forget sessions that nobody has used since an instant."""
        with self.database.write() as connection:
            connection.execute(delete(t.sessions).where(_s.seen_at < micros(before)))


def _read(row: Any) -> Session:
    ended = None if row.ended_at is None else instant(row.ended_at)
    confirmed = instant(row.begun_at if row.confirmed_at is None else row.confirmed_at)
    return Session(
        row.token, row.user, bool(row.whole), instant(row.begun_at), instant(row.seen_at), ended, confirmed
    )
