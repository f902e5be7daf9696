"""Tapes: the statements that the store sends for one action, and the same ones again on the bare driver.

A tape is recorded where the store takes its cursor, so it holds what SQLite gets, in the same order and with the same
rows; only the transaction around it is added. To play it is the least that any program pays that writes these rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine.store.sql.database import Database

_PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"),
    *("foreign_keys=ON", "cache_size=-65536", "temp_store=MEMORY"),
)


@dataclass(frozen=True)
class Statement:
    """One statement with its rows; ``many``: sent once for all of them."""

    sql: str
    rows: Any
    many: bool = False


@dataclass
class Tape:
    """The statements of one transaction."""

    statements: list[Statement] = field(default_factory=list)

    def play(self, file: sqlite3.Connection) -> None:
        """Send all of it again, in one transaction."""
        run = file.execute
        run("BEGIN IMMEDIATE")
        for one in self.statements:
            if one.many:
                file.executemany(one.sql, one.rows)
            else:
                run(one.sql, one.rows).fetchall()
        run("COMMIT")


class RecordingDatabase(Database):
    """A database that keeps a tape of every transaction that writes."""

    def __init__(self, url: str) -> None:
        """Record from the first transaction on."""
        super().__init__(url)
        self.tapes: list[Tape] = []

    @contextmanager
    def write(self, *, point: str = "") -> Iterator[Connection]:
        """Give the writing connection; what its cursors are told is kept."""
        with super().write(point=point) as connection:
            self.tapes.append(Tape())
            ears: Any = _Recording(connection, self.tapes[-1])
            yield ears


class _Recording:
    """A connection as the store uses it, down to the driver's cursor."""

    def __init__(self, connection: Connection, tape: Tape) -> None:
        self._connection = connection
        self._tape = tape

    @property
    def connection(self) -> _Recording:
        return self

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection.connection.cursor(), self._tape)


class _Cursor:
    def __init__(self, cursor: Any, tape: Tape) -> None:
        self._cursor = cursor
        self._tape = tape
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def execute(self, sql: str, row: Sequence[Any] = ()) -> None:
        self._tape.statements.append(Statement(sql, row))
        self._cursor.execute(sql, row)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._tape.statements.append(Statement(sql, list(rows), many=True))
        self._cursor.executemany(sql, rows)


def bare(path: Path) -> sqlite3.Connection:
    """Open a file as the store does: the same promises to the disk, the same cache."""
    file = sqlite3.connect(path, isolation_level=None)
    for one in _PRAGMAS:
        file.execute(f"PRAGMA {one}")
    return file


def content(path: Path) -> dict[str, list[Any]]:
    """Return every row of every table, to compare two files."""
    with sqlite3.connect(path) as file:
        tables = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(file.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
    file.close()
    return found
