"""Checkpoints in a database. The heads of the newest ones are kept, so that what changed can be named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine.store.checkpoints import Checkpoint, checkpoint_of, unpack
from engine.store.journal import Head
from engine.store.points import passed
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.streams import heads
from engine.store.sql.tables import instant, micros

_k = t.checkpoints.c
#: Of so many of the newest checkpoints the heads are kept.
KEPT = 40


class SqlCheckpoints:
    """Makes and reads checkpoints."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def make(self, now: datetime) -> Checkpoint:
        """Make a checkpoint of everything as it is now; it is to be published by the caller."""
        with self.database.write() as connection:
            number = (connection.execute(select(func.max(_k.number))).scalar() or 0) + 1
            made, packed = checkpoint_of(number, now, heads(connection))
            connection.execute(
                t.checkpoints.insert().values(
                    number=number,
                    made_at=micros(now),
                    root=made.root,
                    streams=made.streams,
                    entries=made.entries,
                    heads=packed,
                )
            )
            connection.execute(update(t.checkpoints).where(_k.number <= number - KEPT).values(heads=None))
        passed("checkpoint: made")
        return made

    def all(self) -> Sequence[Checkpoint]:
        """Return every checkpoint, the oldest first."""
        with self.database.read() as connection:
            return [_read(row) for row in connection.execute(select(t.checkpoints).order_by(_k.number))]

    def heads(self, number: int) -> list[Head] | None:
        """Return the heads of a checkpoint; None where they are kept no more. Raises CheckpointError if damaged."""
        with self.database.read() as connection:
            packed = connection.execute(select(_k.heads).where(_k.number == number)).scalar()
        return None if packed is None else unpack(packed)


def _read(row: Any) -> Checkpoint:
    return Checkpoint(row.number, instant(row.made_at), row.root, row.streams, row.entries)
