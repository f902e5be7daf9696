"""Many cases at once: the rows of one case that the engine opened, copied under other codes with chains of their own.

Opening a hundred thousand cases one by one would take longer than measuring them. A copy differs from what the engine
would have written in one thing: it shares the key of its original, so an original must hold nothing sealed. Its
journal is chained anew, and ``spean verify`` finds nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.core.case.code import BYTES, code_of
from engine.store.journal import START, chain

Row = tuple[Any, ...]
#: The tables that hold rows of a case beside ``cases`` and ``journal``, with the column that a database numbers.
_BESIDE = {"clocks": "", "holders": "", "waiting": "", "firings": "", "outbox": "number"}


def codes(number: int, series: str = "") -> list[str]:
    """Return so many codes, spread as random ones are, in their order; the same ones for a series each time."""
    found: set[str] = set()
    tried = 0
    while len(found) < number:
        found.add(code_of(sha256(f"{series}{tried}".encode()).digest()[:BYTES]))
        tried += 1
    return sorted(found)


@dataclass(frozen=True)
class Original:
    """The rows of a case, and what takes them into and out of a table."""

    code: str
    case: Row
    head: bytes
    bodies: tuple[str, ...]
    beside: dict[str, tuple[str, list[Row]]]

    def copies(self, others: Sequence[str]) -> Iterator[tuple[str, Iterable[Row]]]:
        """Yield the statement and the rows for each table, under the other codes."""
        heads: dict[str, bytes] = {}
        yield "INSERT INTO journal VALUES (?, ?, ?, ?)", self._journal(others, heads)
        yield (
            f"INSERT INTO cases VALUES ({_marks(len(self.case))})",
            (
                tuple(heads[other] if part == self.head else _moved(part, self.code, other) for part in self.case)
                for other in others
            ),
        )
        for insert, rows in self.beside.values():
            yield insert, (tuple(_moved(part, self.code, other) for part in row) for other in others for row in rows)

    def _journal(self, others: Sequence[str], heads: dict[str, bytes]) -> Iterator[Row]:
        for other in others:
            bodies = [body.replace(self.code, other).encode() for body in self.bodies]
            head = START
            for entry in chain(f"case:{other}", 0, START, bodies):
                head = entry.hash
                yield entry.stream, entry.seq, entry.body.decode(), entry.hash
            heads[other] = head


def take(path: Path, code: str) -> Original:
    """Take a case out of a database file that nobody uses, and return its rows."""
    with sqlite3.connect(path) as file:
        case = file.execute("SELECT * FROM cases WHERE code = ?", (code,)).fetchone()
        stream = (f"case:{code}",)
        entries = file.execute("SELECT body, hash FROM journal WHERE stream = ? ORDER BY seq", stream).fetchall()
        beside = {table: _rows(file, table, numbered, code) for table, numbered in _BESIDE.items()}
        file.execute("DELETE FROM journal WHERE stream = ?", stream)
        for table in ("cases", *_BESIDE):
            file.execute(f"DELETE FROM {table} WHERE code = ?", (code,))
    file.close()
    return Original(code, case, entries[-1][1], tuple(body for body, _ in entries), beside)


def fill(path: Path, original: Original, others: Sequence[str]) -> None:
    """Write a copy of the original under each code into a database file that nobody uses."""
    file = sqlite3.connect(path)
    file.execute("PRAGMA synchronous=OFF")
    file.execute("PRAGMA cache_size=-262144")
    with file:
        for insert, rows in original.copies(others):
            file.executemany(insert, rows)
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()


def _rows(file: sqlite3.Connection, table: str, numbered: str, code: str) -> tuple[str, list[Row]]:
    columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[1] != numbered]
    names = ", ".join(f'"{name}"' for name in columns)
    rows = file.execute(f"SELECT {names} FROM {table} WHERE code = ?", (code,)).fetchall()
    return f"INSERT INTO {table} ({names}) VALUES ({_marks(len(columns))})", rows


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _moved(part: Any, code: str, other: str) -> Any:
    return part.replace(code, other) if isinstance(part, str) else part
