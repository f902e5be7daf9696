"""What is due, across cases: the clocks that run out first, of the cases that somebody may have to do with.

Who may see a case is decided elsewhere, case by case; here only candidates are found, by what stands in an index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from engine.core.people.directory import CASE_MANAGER
from engine.store.sql import tables as t
from engine.store.sql.database import Database
from engine.store.sql.tables import instant, micros

#: At most so many cases that nobody leads are listed, and they are looked for so often (seconds).
MOST_UNLED, FRESH_SECONDS = 500, 60


@dataclass(frozen=True, slots=True)
class DueClock:
    """An open clock with a limit (UTC)."""

    limit: datetime
    case: str
    enrolment: str
    clock: str
    deadline: str


@dataclass(frozen=True, slots=True)
class PastClock:
    """A clock of whatever case, from its limit (UTC) until it ended; ``ended`` None: it runs."""

    case: str
    enrolment: str
    track: str
    limit: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases: those in which one of these users holds a role, those of these agencies, or all.

    ``unled``: agencies of which those cases count, too, that nobody leads.
    """

    users: Collection[str]
    agencies: Collection[str] = ()
    unled: Collection[str] = ()
    everywhere: bool = False


class SqlWorklist:
    """Finds what is due."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self.database = database
        self._without_leader: dict[frozenset[str], tuple[float, Sequence[str]]] = {}

    def due(self, reach: Reach, until: datetime, most: int, after: DueClock | None = None) -> list[DueClock]:
        """Return at most so many clocks that run out by an instant (UTC), the longest overdue first.

        ``after``: go on behind this one.
        """
        c = t.clocks.c
        query = (
            select(c.limit_at, c.code, c.enrolment, c.clock, c.deadline)
            .where(c.outcome == "open", c.limit_at <= micros(until), _within(c.code, reach, self._unled(reach)))
            .order_by(c.limit_at, c.code, c.enrolment, c.clock)
            .limit(most)
        )
        if after is not None:
            here = (micros(after.limit), after.case, after.enrolment, after.clock)
            query = query.where(tuple_(c.limit_at, c.code, c.enrolment, c.clock) > here)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [DueClock(instant(at), code, enrolment, clock, path) for at, code, enrolment, clock, path in rows]

    def cases(self, reach: Reach, most: int, after: str = "") -> list[str]:
        """Return at most so many open cases by code; ``after``: go on behind this one."""
        c = t.cases.c
        query = select(c.code).where(
            c.closed_at.is_(None), c.code > after, _within(c.code, reach, self._unled(reach))
        )
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(c.code).limit(most)).scalars())

    def overdue(self, reach: Reach, since: datetime, until: datetime) -> Iterator[PastClock]:
        """Yield the clocks that were overdue at some time from one instant (UTC) to another, of closed cases, too."""
        c = t.clocks.c
        ended = func.json_extract(c.body, "$.clock.ended")
        query = select(c.code, c.enrolment, func.json_extract(c.body, "$.track"), c.limit_at, ended)
        with self.database.read() as connection:
            rows = connection.execute(query.where(c.limit_at < micros(until), _ever_within(c.code, reach)))
            for code, enrolment, track, limit, text in rows:
                end = datetime.fromisoformat(text) if text else None
                if end is None or end > since:
                    yield PastClock(code, enrolment, track or "", instant(limit), end)

    def open_cases(self, reach: Reach) -> list[str]:
        """Return all open cases by code."""
        c = t.cases.c
        query = select(c.code).where(c.closed_at.is_(None), _ever_within(c.code, reach)).order_by(c.code)
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def _unled(self, reach: Reach) -> Sequence[str]:
        """Return the open cases that nobody leads: few, and found by looking through all; so not at every request."""
        agencies, now = frozenset(reach.unled), monotonic()
        known = self._without_leader.get(agencies)
        if reach.everywhere or not agencies:
            return ()
        if known is None or now - known[0] > FRESH_SECONDS:
            led = select(t.holders.c.code).where(t.holders.c.role == CASE_MANAGER, t.holders.c.code == t.cases.c.code)
            where = t.cases.c.agency.in_(agencies) & t.cases.c.closed_at.is_(None) & ~led.exists()
            with self.database.read() as connection:
                query = select(t.cases.c.code).where(where).limit(MOST_UNLED)
                known = (now, tuple(connection.execute(query).scalars()))
            self._without_leader[agencies] = known
        return known[1]

    def asked(self, person: str, most: int, roles: Collection[str] = (), reach: Reach | None = None) -> list[str]:
        """Return at most so many cases in which something waits for an answer, the oldest first.

        ``person``: who is asked herself, ``user:ID``, in whatever case; ``roles``: what she has, in cases within
        ``reach``: what the whole country asks of a role would push her own out of the list.
        """
        w = t.waiting.c
        where = w.asked == person
        if roles and reach is not None:
            where |= w.asked.in_(roles) & _within(w.code, reach, self._unled(reach))
        query = select(w.code).where(where).order_by(w.asked_at, w.code).distinct().limit(most)
        with self.database.read() as connection:
            return list(dict.fromkeys(connection.execute(query).scalars()))


def _within(code: ColumnElement[str], reach: Reach, unled: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a case is within reach; ``unled``: those of its agencies that nobody leads."""
    if reach.everywhere:
        return code.is_not(None)
    held = select(t.holders.c.code).where(t.holders.c.user.in_(reach.users))
    found = or_(code.in_(held), code.in_(unled)) if unled else code.in_(held)
    if not reach.agencies:
        return found
    return or_(found, code.in_(select(t.cases.c.code).where(t.cases.c.agency.in_(reach.agencies))))


def _ever_within(code: ColumnElement[str], reach: Reach) -> ColumnElement[bool]:
    """Return the condition that a case, open or closed, is within reach, with no bound on those that nobody leads."""
    found = _within(code, reach, ())
    if reach.everywhere or not reach.unled:
        return found
    led = select(t.holders.c.code).where(t.holders.c.role == CASE_MANAGER, t.holders.c.code == t.cases.c.code)
    unled = select(t.cases.c.code).where(t.cases.c.agency.in_(reach.unled), ~led.exists())
    return or_(found, code.in_(unled))
