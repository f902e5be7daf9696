"""Webhooks in a database. Who is removed is gone with all that waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros
from engine.store.webhooks import NewsKind, Webhook

_w, _k = t.webhooks.c, t.webhook_kinds.c


class SqlWebhooks:
    """Keeps which programs outside are told what."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def add(self, one: Webhook) -> None:
        """Keep a webhook; it is told what happens from now on."""
        values = {"id": one.id, "url": one.url, "owner": one.owner, "secret": one.secret, "made_by": one.made_by}
        with self.database.write() as connection:
            connection.execute(t.webhooks.insert().values(**values, made_at=micros(one.made_at)))
            kinds = [{"kind": kind.value, "webhook": one.id} for kind in one.kinds]
            connection.execute(t.webhook_kinds.insert(), kinds)

    def all(self) -> Sequence[Webhook]:
        """Return the webhooks, the oldest first."""
        with self.database.read() as connection:
            kinds: dict[str, list[str]] = {}
            for row in connection.execute(select(t.webhook_kinds)):
                kinds.setdefault(row.webhook, []).append(row.kind)
            rows = connection.execute(select(t.webhooks).order_by(_w.made_at, _w.id)).all()
        return [_read(row, kinds.get(row.id, [])) for row in rows]

    def one(self, id_: str) -> Webhook | None:
        """Return a webhook; None where there is none of this name."""
        with self.database.read() as connection:
            row = connection.execute(select(t.webhooks).where(_w.id == id_)).one_or_none()
            kinds = connection.execute(select(_k.kind).where(_k.webhook == id_)).scalars().all()
        return None if row is None else _read(row, kinds)

    def rotate(self, id_: str, secret: bytes, former: bytes, until: datetime) -> None:
        """Give a webhook another secret; the former one signs, too, until an instant (UTC)."""
        values = {"secret": secret, "former": former, "former_until": micros(until)}
        with self.database.write() as connection:
            connection.execute(update(t.webhooks).where(_w.id == id_).values(**values))

    def remove(self, id_: str) -> None:
        """Forget a webhook and every call to it."""
        with self.database.write() as connection:
            connection.execute(delete(t.calls).where(t.calls.c.webhook == id_))
            connection.execute(delete(t.webhook_kinds).where(_k.webhook == id_))
            connection.execute(delete(t.webhooks).where(_w.id == id_))


def _read(row: Any, kinds: Sequence[str]) -> Webhook:
    return Webhook(
        row.id,
        row.url,
        row.owner,
        tuple(one for one in NewsKind if one.value in kinds),
        row.made_by,
        instant(row.made_at),
        row.secret,
        row.former,
        None if row.former_until is None else instant(row.former_until),
    )
