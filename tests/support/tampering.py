"""Changes of a journal by somebody who has the database file, knows how it is built, and covers the traces."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.store.journal import START, hash_entry

CASE = "case:"


@dataclass
class Tamperer:
    """Changes one copy of a database. ``older``: copies that were made earlier."""

    path: Path
    older: list[Path]
    chance: Random

    def change(self, how: str) -> None:
        """Make one change of a kind."""
        if how == "replace by an older copy":
            shutil.copyfile(self.chance.choice(self.older), self.path)
            return
        database = sqlite3.connect(self.path)
        try:
            WAYS[how](self, database)
            database.commit()
        finally:
            database.close()

    def entry(self, database: sqlite3.Connection) -> tuple[str, int, str]:
        """Return any entry: stream, number, body."""
        row: tuple[str, int, str] = self.chance.choice(
            database.execute("SELECT stream, seq, body FROM journal").fetchall()
        )
        return row

    def edit_byte(self, database: sqlite3.Connection) -> None:
        stream, seq, body = self.entry(database)
        place = self.chance.randrange(len(body))
        sign = self.chance.choice([one for one in "abcdefgh0123456789 " if one != body[place]])
        self._write(database, stream, seq, body[:place] + sign + body[place + 1 :])

    def delete_entry(self, database: sqlite3.Connection) -> None:
        stream, seq, _ = self.entry(database)
        database.execute("DELETE FROM journal WHERE stream = ? AND seq = ?", (stream, seq))

    def insert_entry(self, database: sqlite3.Connection) -> None:
        """Put an entry before another one and let the later ones move up, their chain made good.

        Behind the last entry it would be no insertion but one more entry, which no checkpoint can have seen.
        """
        stream, seq, body = self.entry(database)
        _, _, other = self.entry(database)
        where = "stream = ? AND seq >= ?"
        rows = database.execute(f"SELECT seq, body FROM journal WHERE {where}", (stream, seq)).fetchall()
        database.execute(f"DELETE FROM journal WHERE {where}", (stream, seq))
        new = other if other != body else f"{body} "
        for number, text in [(seq, new), *((number + 1, text) for number, text in rows)]:
            database.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (stream, number, text, b""))
        self._make_good(database, stream)

    def swap_entries(self, database: sqlite3.Connection) -> None:
        """Let two neighbours with different content change places, the chain made good."""
        while True:
            stream, seq, body = self.entry(database)
            row = database.execute(
                "SELECT body FROM journal WHERE stream = ? AND seq = ?", (stream, seq + 1)
            ).fetchone()
            if row and row[0] != body:
                break
        self._write(database, stream, seq, row[0])
        self._write(database, stream, seq + 1, body)
        self._make_good(database, stream)

    def cut_tail(self, database: sqlite3.Connection) -> None:
        """Take away the last entries of a stream, and say in its row that it ends there."""
        stream, seq, _ = self.entry(database)
        database.execute("DELETE FROM journal WHERE stream = ? AND seq >= ?", (stream, seq))
        self._make_good(database, stream)

    def drop_case(self, database: sqlite3.Connection) -> None:
        """Take a case away with every row that belongs to it."""
        code = self.chance.choice([row[0] for row in database.execute("SELECT code FROM cases")])
        database.execute("DELETE FROM journal WHERE stream = ?", (CASE + code,))
        for table in ("cases", "clocks", "firings", "holders", "waiting", "outbox", "lookups"):
            database.execute(f"DELETE FROM {table} WHERE code = ?", (code,))

    def recompute_chain(self, database: sqlite3.Connection) -> None:
        """Change an entry and make good every hash behind it, and the row that says where the chain ends."""
        self.edit_byte(database)
        for (stream,) in database.execute("SELECT DISTINCT stream FROM journal").fetchall():
            self._make_good(database, stream)

    def _write(self, database: sqlite3.Connection, stream: str, seq: int, body: str) -> None:
        database.execute("UPDATE journal SET body = ? WHERE stream = ? AND seq = ?", (body, stream, seq))

    def _make_good(self, database: sqlite3.Connection, stream: str) -> None:
        last = START
        number = 0
        rows = database.execute("SELECT seq, body FROM journal WHERE stream = ? ORDER BY seq", (stream,)).fetchall()
        for number, body in rows:
            last = hash_entry(stream, number, body.encode(), last)
            database.execute("UPDATE journal SET hash = ? WHERE stream = ? AND seq = ?", (last, stream, number))
        if stream.startswith(CASE):
            code = stream.removeprefix(CASE)
            database.execute("UPDATE cases SET seq = ?, head = ? WHERE code = ?", (number, last, code))
        else:
            database.execute("UPDATE heads SET seq = ?, hash = ? WHERE stream = ?", (number, last, stream))


Way = Callable[[Tamperer, sqlite3.Connection], None]
WAYS: dict[str, Way] = {
    "edit a byte": Tamperer.edit_byte,
    "delete an entry": Tamperer.delete_entry,
    "insert an entry": Tamperer.insert_entry,
    "swap two entries": Tamperer.swap_entries,
    "cut the tail": Tamperer.cut_tail,
    "drop a case": Tamperer.drop_case,
    "recompute a chain": Tamperer.recompute_chain,
}
KINDS = (*WAYS, "replace by an older copy")
