"""Journal streams that are not a case's: the directory, the registry, the access log of a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine.store.journal import START, Entry, Head, chain
from engine.store.sql import tables as t
from engine.store.sql.statements import Prepared, cursor_of, inserting, putting

_j, _h, _c = t.journal.c, t.heads.c, t.cases.c
#: What the streams of cases begin with.
CASE = "case:"


class Streams:
    """Appends to streams, inside a transaction that the caller began."""

    def __init__(self, dialect: Any) -> None:
        """Prepare the statements."""
        self._insert: Prepared = inserting(dialect, t.journal)
        self._put: Prepared = putting(dialect, t.heads)

    def append(self, connection: Connection, stream: str, bodies: Sequence[bytes]) -> Head:
        """Append entries and return the newest."""
        head = head_of(connection, stream)
        entries = list(chain(stream, head.seq, head.hash, bodies))
        if not entries:
            return head
        cursor = cursor_of(connection)
        self._insert.run_many(cursor, [(one.stream, one.seq, one.body.decode(), one.hash) for one in entries])
        last = entries[-1]
        self._put.run(cursor, (stream, last.seq, last.hash))
        return Head(stream, last.seq, last.hash)


def head_of(connection: Connection, stream: str) -> Head:
    """Return the newest entry of a stream that is not a case's; number 0 for one without entries."""
    row = connection.execute(select(_h.seq, _h.hash).where(_h.stream == stream)).one_or_none()
    return Head(stream, 0, START) if row is None else Head(stream, row.seq, row.hash)


def case_head(connection: Connection, code: str) -> Head | None:
    """Return the newest entry of a case, as its row says; None where there is no such case."""
    row = connection.execute(select(_c.code, _c.seq, _c.head).where(_c.code == code)).one_or_none()
    return None if row is None else Head(CASE + row.code, row.seq, row.head)


def heads(connection: Connection) -> Iterator[Head]:
    """Yield the newest entry of every stream, as the rows beside the journal say it."""
    for row in connection.execute(select(_c.code, _c.seq, _c.head)):
        yield Head(CASE + row.code, row.seq, row.head)
    for row in connection.execute(select(_h.stream, _h.seq, _h.hash)):
        yield Head(row.stream, row.seq, row.hash)


def entries(connection: Connection, stream: str, after: int = 0) -> Iterator[Entry]:
    """Yield the entries of a stream behind a number, in order."""
    query = select(_j.seq, _j.body, _j.hash).where(_j.stream == stream, _j.seq > after).order_by(_j.seq)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield Entry(stream, row.seq, row.body.encode(), row.hash)


def all_entries(connection: Connection) -> Iterator[Entry]:
    """Yield every entry of every stream, stream by stream, in order."""
    query = select(_j.stream, _j.seq, _j.body, _j.hash).order_by(_j.stream, _j.seq)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield Entry(row.stream, row.seq, row.body.encode(), row.hash)
