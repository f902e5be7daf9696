"""What concerns a database as a whole: small facts under a key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.statements import Prepared, cursor_of, putting

#: Whether only invented people live here (``yes``): drafts run, and ``tick --now`` may move the time.
SIMULATION = "simulation"
#: When the last pass of a worker ended (ISO 8601, UTC).
LAST_PASS = "last_pass"  # noqa: S105 - no password
#: The UTC date of the last daily checkpoint.
LAST_CHECKPOINT = "last_checkpoint"
#: When the access log was last looked at for odd patterns (ISO 8601, UTC).
LAST_WATCH = "last_watch"
#: Why everything but urgent rungs is held back; empty or absent: nothing is.
BRAKE = "brake"


class Meta:
    """Reads and writes the facts."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        self._put: Prepared = putting(database.dialect, t.meta)
        self._get = Prepared(
            database.dialect, select(t.meta.c.value).where(t.meta.c.key == bindparam("key")), ["key"]
        )

    def get(self, key: str, default: str = "") -> str:
        """Return a fact."""
        with self.database.read() as connection:
            row = self._get.run(cursor_of(connection), (key,)).fetchone()
        return (row[0] if row is not None else "") or default

    def put(self, key: str, value: str) -> None:
        """Write a fact."""
        with self.database.write() as connection:
            self.put_inside(connection, key, value)

    def put_inside(self, connection: Connection, key: str, value: str) -> None:
        """Write a fact in a transaction that the caller began."""
        self._put.run(cursor_of(connection), (key, value))

    def instant(self, key: str) -> datetime | None:
        """Return a fact that is an instant (UTC)."""
        text = self.get(key)
        return datetime.fromisoformat(text) if text else None


def read_meta(connection: Connection, key: str) -> str:
    """Return a fact, inside a transaction; the empty text where there is none."""
    return connection.execute(select(t.meta.c.value).where(t.meta.c.key == key)).scalar() or ""
