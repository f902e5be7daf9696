"""Connections to one database: how they are opened, how a transaction runs, what its errors say to people.

SQLite: write-ahead log with synchronous FULL (what was acknowledged survives a power cut), transactions that begin
IMMEDIATE (no read that later fails to become a write), strict tables, deleted content overwritten. One connection of
a process writes, behind a lock; reads have a small pool of their own and never wait for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from engine.store.points import passed
from engine.store.ports import (
    BusyError,
    CorruptError,
    DiskError,
    FullError,
    MissingError,
    ReadOnlyError,
    StoreError,
    UrlError,
)
from engine.store.sql.statements import cursor_of

#: So long a transaction waits for another process to finish its own, in seconds.
PATIENCE_SECONDS = 20
#: It asks again so often, in milliseconds. SQLite's own handler soon asks ten times a second only: with 16 processes
#: on one file the lock would lie idle most of the time.
ASKED_AGAIN = 4
READERS = 4
#: Writes something else in a transaction that somebody began.
Beside = Callable[[Connection], None]

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",  # nothing of a case lies in temporary files
)


class Database:
    """One database, by its URL (``sqlite:///path``). Safe to use from several threads, not across a fork."""

    def __init__(self, url: str, *, create: bool = False, patience: float = PATIENCE_SECONDS) -> None:
        """Prepare connections; the first use opens one. ``create``: whether a missing file is made."""
        self.url = _read(url)
        self.create = create
        self.patience = patience
        self._writing = RLock()
        self._writer: Connection | None = None
        self._writes = self._engine(pool_size=1)
        self._reads = self._engine(pool_size=READERS)

    @cached_property
    def path(self) -> Path | None:
        """The file of an SQLite database; None for one in memory."""
        name = self.url.database
        return Path(name) if name and name != ":memory:" else None

    @property
    def dialect(self) -> Any:
        """The dialect that statements are written for."""
        return self._writes.dialect

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection inside a transaction that only reads: all it reads is of one instant."""
        with _in_words(self.path), self._reads.connect() as connection:
            _send(connection, "BEGIN")
            try:
                yield connection
            finally:
                _send(connection, "ROLLBACK")

    @contextmanager
    def write(self, *, point: str = "") -> Iterator[Connection]:
        """Give the writing connection inside a transaction; commit it, or roll it back if anything is raised.

        ``point`` names the points before and after the commit (``points.py``).
        """
        with self._writing, _in_words(self.path):
            connection = self._connected()
            try:
                self._begin(connection)
                yield connection
                if point:
                    passed(f"{point}: before commit")
                _send(connection, "COMMIT")
            except BaseException:
                self._undo(connection)
                raise
        if point:
            passed(f"{point}: after commit")

    def settle(self) -> None:
        """Move the write-ahead log into the file and empty it, so that it holds nothing of the past.

        Where somebody still reads, that is left for later.
        """
        with self._writing, _in_words(self.path):
            connection = self._connected()
            connection.exec_driver_sql(_wait(self.patience * 1000))
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql(_wait(ASKED_AGAIN))

    def close(self) -> None:
        """Close every connection."""
        with self._writing:
            self._drop()
            self._writes.dispose()
            self._reads.dispose()

    def _connected(self) -> Connection:
        if self._writer is None:
            self._writer = self._writes.connect()
            self._writer.begin()  # for its own books only: whoever is given it must not begin or commit anything
            self._writer.exec_driver_sql(_wait(ASKED_AGAIN))
        return self._writer

    def _begin(self, connection: Connection) -> None:
        """Begin a transaction that writes, as soon as no other process has one; give up when patience is over."""
        until = monotonic() + self.patience
        while True:
            try:
                return _send(connection, "BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= until:
                    raise

    def _undo(self, connection: Connection) -> None:
        """Roll back; a connection that cannot even do that is thrown away, and with it the transaction."""
        try:
            raw: Any = connection.connection.driver_connection
            if raw.in_transaction:
                _send(connection, "ROLLBACK")
        except (DBAPIError, sqlite3.Error):
            self._drop()

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.invalidate()
            self._writer.close()
            self._writer = None

    def _engine(self, pool_size: int) -> Engine:
        path = self.path
        if self.url.get_backend_name() != "sqlite" or path is None:
            raise UrlError(
                f"{self.url.render_as_string()}: this kind of database is not known; write sqlite:///FILE."
            )
        return create_engine(
            self.url,
            creator=lambda: self._open(path),
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_reset_on_return=None,  # every transaction is ended where it is begun
        )

    def _open(self, path: Path) -> sqlite3.Connection:
        """Open the file. One that is missing is never made by accident: an empty database looks like no cases."""
        if not self.create and not path.exists():
            raise MissingError(f"{path}: there is no database; `spean init` makes one.")
        if not self.create and path.stat().st_size == 0:
            raise CorruptError(f"{path}: the file is empty; put it aside and bring a backup back: `spean restore`.")
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=self.patience)
        try:
            for line in (_wait(self.patience * 1000), *_PRAGMAS):
                connection.execute(line)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _wait(milliseconds: float) -> str:
    return f"PRAGMA busy_timeout={int(milliseconds)}"


def _send(connection: Connection, words: str) -> None:
    """Begin or end a transaction on the driver's own cursor: through the connection it takes five times as long."""
    cursor_of(connection).execute(words)


def _read(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise UrlError(f"{url!r} names no database; write sqlite:///FILE.") from error


@contextmanager
def _in_words(path: Path | None) -> Iterator[None]:
    """Turn what a database answers into one sentence; what people typed never stands in it."""
    try:
        yield
    except DBAPIError as error:
        raise _told(path, error.orig) from error
    except sqlite3.Error as error:
        raise _told(path, error) from error


def _told(path: Path | None, error: BaseException | None) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) or 0
    kind = _KINDS.get(code & 0xFF)
    where = f"{path}: " if path else ""
    if kind is None:
        return StoreError(f"{where}the database refused a statement ({type(error).__name__}); please report this.")
    return kind(f"{where}{_SENTENCES[kind]}")


_KINDS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: BusyError,
    sqlite3.SQLITE_LOCKED: BusyError,
    sqlite3.SQLITE_FULL: FullError,
    sqlite3.SQLITE_IOERR: DiskError,
    sqlite3.SQLITE_CORRUPT: CorruptError,
    sqlite3.SQLITE_NOTADB: CorruptError,
    sqlite3.SQLITE_READONLY: ReadOnlyError,
    sqlite3.SQLITE_CANTOPEN: ReadOnlyError,
    sqlite3.SQLITE_PERM: ReadOnlyError,
    sqlite3.SQLITE_AUTH: ReadOnlyError,
}
_SENTENCES: dict[type[StoreError], str] = {
    BusyError: "another process keeps the database locked; nothing was written. Try again, or see what else uses it.",
    FullError: "the disk is full; nothing was written. Free some space and try again.",
    DiskError: "the disk answered with an error; nothing was written. Check the disk, then run `spean verify`.",
    CorruptError: "this is no whole database; nothing was written. Put it aside; `spean restore` brings a backup.",
    ReadOnlyError: "the database cannot be opened for writing; check the rights of the file and of its folder.",
}
