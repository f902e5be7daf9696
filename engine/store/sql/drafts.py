"""Forms that were begun and not sent, sealed, for whoever began them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.statements import Prepared, cursor_of
from engine.store.sql.tables import instant, micros

_d = t.drafts.c


class SqlDrafts:
    """Keeps drafts, one for each form of each person."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        here = (_d.user == bindparam("user")) & (_d.form == bindparam("form"))
        self._find = Prepared(database.dialect, select(_d.body, _d.saved_at).where(here), ["user", "form"])

    def keep(self, user: str, form: str, body: bytes, now: datetime) -> None:
        """Keep a draft in place of any earlier one."""
        values = {"body": body, "saved_at": micros(now)}
        row = insert(t.drafts).values(user=user, form=form, **values)
        with self.database.write() as connection:
            connection.execute(row.on_conflict_do_update(("user", "form"), set_=values))

    def find(self, user: str, form: str) -> tuple[bytes, datetime] | None:
        """Return a draft and when (UTC) it was kept; None where there is none."""
        with self.database.read() as connection:
            row = self._find.run(cursor_of(connection), (user, form)).fetchone()
        return None if row is None else (bytes(row[0]), instant(row[1]))

    def drop(self, user: str, form: str) -> None:
        """Forget a draft."""
        with self.database.write() as connection:
            connection.execute(delete(t.drafts).where(_d.user == user, _d.form == form))

    def clear(self, before: datetime) -> None:
        """Forget every draft that was kept before an instant."""
        with self.database.write() as connection:
            connection.execute(delete(t.drafts).where(_d.saved_at < micros(before)))
