"""The access log in a database: written and committed before the answer leaves. No log, no answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from engine.store.access import ACCESS_EVENTS, Accessed, stream_of_day
from engine.store.codec.seals import OPEN
from engine.store.points import passed
from engine.store.sql.database import Database
from engine.store.sql.streams import Streams, entries


class SqlAccessLog:
    """Appends to the log of the day and reads it."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        self._streams = Streams(database.dialect)

    def write(self, accesses: Sequence[Accessed]) -> None:
        """Write accesses, all in one transaction."""
        with self.database.write() as connection:
            for stream, some in groupby(accesses, key=lambda one: stream_of_day(one.at)):
                self._streams.append(connection, stream, [ACCESS_EVENTS.write(one, OPEN) for one in some])
        passed("access: written")

    def of_day(self, day: date) -> list[Accessed]:
        """Return what was logged on a UTC date, in order."""
        with self.database.read() as connection:
            return [ACCESS_EVENTS.read(one.body, OPEN) for one in entries(connection, f"access:{day.isoformat()}")]
