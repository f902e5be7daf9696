"""Calls to webhooks in a database: claimed one by one for a while, sent, noted, kept for a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal_column, or_, select, update

from engine.store.points import passed
from engine.store.ports import Posted
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros
from engine.store.webhooks import Call, NewsKind

_c, _w = t.calls.c, t.webhooks.c
#: Written into the text of a query, because a parameter would keep it from the partial indexes.
_WAITING: ColumnElement[str] = literal_column("'waiting'")


class SqlCalls:
    """Keeps what is to be told to whom. Calls are written with the action that is the news (``unit.py``)."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def due(self, now: datetime) -> Sequence[str]:
        """Return the webhooks for which something is due by now (UTC) and free."""
        waits = exists().where(_c.webhook == _w.id, _claimable(now))
        with self.database.read() as connection:
            return connection.execute(select(_w.id).where(waits).order_by(_w.id)).scalars().all()

    def claim(self, webhook: str, now: datetime, until: datetime, by: str) -> Call | None:
        """Return the call to a webhook that has been due longest, kept from other workers until ``until`` (UTC)."""
        passed("webhook: before claim")
        first = select(_c.number).where(_c.webhook == webhook, _claimable(now)).order_by(_c.due_at, _c.number)
        with self.database.write() as connection:
            number = connection.execute(first.limit(1)).scalar()
            if number is None:
                return None
            values = {"lease_until": micros(until), "leased_by": by}
            connection.execute(update(t.calls).where(_c.number == number).values(**values))
            found = _read(connection.execute(select(t.calls).where(_c.number == number)).one())
        passed("webhook: after claim")
        return found

    def end(self, number: int, status: Posted, attempts: int, now: datetime, words: str = "") -> None:
        """Note that a call was sent, dropped or given up at an instant (UTC)."""
        values = {"status": status.value, "attempts": attempts, "ended_at": micros(now), "words": words or None}
        self._note(number, **values)

    def put_off(self, number: int, attempts: int, due: datetime, words: str) -> None:
        """Let a call wait until another try (UTC)."""
        self._note(number, attempts=attempts, due_at=micros(due), words=words)

    def resend(self, now: datetime, *, number: int | None = None, webhook: str | None = None) -> int:
        """Let calls that were given up go out anew: one, or all of a webhook. Return how many they are."""
        which = _c.number == number if number is not None else _c.webhook == webhook
        values = {"status": "waiting", "attempts": 0, "due_at": micros(now), "ended_at": None}
        with self.database.write() as connection:
            changed = update(t.calls).where(which, _c.status == Posted.DEAD.value).values(**values)
            return connection.execute(changed).rowcount

    def latest(self, status: Posted | None, limit: int) -> Sequence[Call]:
        """Return calls of a status (None: of any), the newest first."""
        query = select(t.calls).order_by(_c.number.desc()).limit(limit)
        if status is not None:
            query = query.where(_c.status == status.value)
        with self.database.read() as connection:
            return [_read(row) for row in connection.execute(query)]

    def counts(self) -> dict[str, dict[Posted, int]]:
        """Return how many calls of each status each webhook has."""
        found: dict[str, dict[Posted, int]] = {}
        query = select(_c.webhook, _c.status, func.count()).group_by(_c.webhook, _c.status)
        with self.database.read() as connection:
            for webhook, status, number in connection.execute(query):
                found.setdefault(webhook, {})[Posted(status)] = number
        return found

    def has_dead(self, webhook: str) -> bool:
        """Return whether a call to a webhook was given up and waits for somebody."""
        query = select(_c.number).where(_c.webhook == webhook, _c.status == Posted.DEAD.value).limit(1)
        with self.database.read() as connection:
            return connection.execute(query).first() is not None

    def forget(self, before: datetime) -> None:
        """Forget calls that were sent or dropped before an instant (UTC); what was given up stays."""
        old = and_(_c.ended_at.is_not(None), _c.ended_at < micros(before), _c.status != Posted.DEAD.value)
        with self.database.write() as connection:
            connection.execute(delete(t.calls).where(old))

    def _note(self, number: int, **values: Any) -> None:
        with self.database.write() as connection:
            free = {"lease_until": None, "leased_by": None}
            connection.execute(update(t.calls).where(_c.number == number).values(**values, **free))


def _claimable(now: datetime) -> ColumnElement[bool]:
    at = micros(now)
    return and_(_c.status == _WAITING, _c.due_at <= at, or_(_c.lease_until.is_(None), _c.lease_until <= at))


def _read(row: Any) -> Call:
    return Call(
        row.number,
        row.webhook,
        row.code,
        row.seq,
        NewsKind(row.kind),
        instant(row.due_at),
        Posted(row.status),
        row.attempts,
        row.words or "",
    )
