"""Two cases that are found by the same mark and may be of one person, and what a reviewer decided about them.

A likeness is no row: it follows from the blind index as long as both cases stand in it, and is gone with an erasure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, not_, select
from sqlalchemy.dialects.sqlite import insert

from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros

_d = t.likenesses.c
_a, _b = t.lookups.alias("a"), t.lookups.alias("b")
_one, _two = t.cases.alias("one"), t.cases.alias("two")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two codes in order, which kinds of marks they share, and since when (UTC) both are known; None: not noted."""

    first: str
    second: str
    kinds: tuple[str, ...]
    since: datetime | None


class SqlLikenesses:
    """Finds and decides."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database

    def waiting(self, is_known: Callable[[str], bool], most: int = 200) -> Sequence[Likeness]:
        """Return those that nobody has decided, the longest waiting first. ``is_known``: whether a key is there.

        A decision covers the marks that were noted by then; later proof waits anew.
        """
        same = and_(_a.c.kind == _b.c.kind, _a.c.token == _b.c.token, _a.c.code < _b.c.code)
        known = [_d.decided_at >= func.coalesce(one.c.noted_at, 0) for one in (_a, _b)]
        decided = select(_d.first).where(_d.first == _a.c.code, _d.second == _b.c.code, *known).exists()
        query = (
            select(_a.c.code, _b.c.code, _one.c.key, _two.c.key, _a.c.kind, _a.c.noted_at, _b.c.noted_at)
            .select_from(_a.join(_b, same).join(_one, _one.c.code == _a.c.code).join(_two, _two.c.code == _b.c.code))
            .where(not_(decided))
        )
        pairs: dict[tuple[str, str], list[tuple[str, int]]] = {}
        with self.database.read() as connection:
            for first, second, *keys, kind, one, two in connection.execute(query):
                if not all(map(is_known, keys)):
                    continue
                pairs.setdefault((first, second), []).append((kind, max(one or 0, two or 0)))
        made = [
            Likeness(*codes, tuple(sorted(kind for kind, _ in found)), _since(min(at for _, at in found)))
            for codes, found in pairs.items()
        ]
        return sorted(made, key=lambda one: (one.since is not None, one.since, one.first, one.second))[:most]

    def decide(self, first: str, second: str, verdict: str, by: str, now: datetime) -> None:
        """Keep what was decided about two cases; a later decision takes the place of an earlier one."""
        values = {"verdict": verdict, "by": by, "decided_at": micros(now)}
        row = insert(t.likenesses).values(first=first, second=second, **values)
        with self.database.write() as connection:
            connection.execute(row.on_conflict_do_update(("first", "second"), set_=values))


def _since(at: int) -> datetime | None:
    return instant(at) if at else None
