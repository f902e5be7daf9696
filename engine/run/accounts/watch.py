"""Odd patterns in the access log: who tries doors that are not hers, or reads far more than anybody's work needs.

The numbers are defaults of Spean, no law: an officer looks at each alert, and nothing is closed by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.store.access import NO_ROLE, Accessed
from engine.store.incidents import IncidentKind
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.incidents import SqlIncidents
from engine.store.sql.meta import LAST_WATCH, Meta

#: Looked at is so long a time; it is looked at so often.
WINDOW, EACH = timedelta(hours=24), timedelta(minutes=15)
#: So many different codes without a role in them; mistyping one is no attempt at a door.
DOORS = 10
#: So many different cases read; a worker leads 25, a supervisor of nine workers 225 (domain paper 8.1).
READ = 300
#: What is no reading by somebody: what was refused, and what leaves for a program by itself.
_NO_READING = frozenset({"refused", "webhook"})


@dataclass(frozen=True, slots=True)
class Odd:
    """Somebody of whom something is odd. ``words``: one sentence, with no case and nobody but the account.

    ``size``: how many digits the number of cases has; ten times as many are told of anew.
    """

    user: str
    rule: str
    words: str
    size: int


def odd(log: Iterable[Accessed]) -> Iterator[Odd]:
    """Yield what is odd in a time; one line for each account and rule."""
    doors: dict[str, set[str]] = {}
    read: dict[str, set[str]] = {}
    for one in log:
        if one.what == "refused" and one.detail.startswith(NO_ROLE):
            doors.setdefault(one.by, set()).add(one.case)
        elif one.what not in _NO_READING and one.case:
            read.setdefault(one.by, set()).add(one.case)
    for user, codes in sorted(doors.items()):
        if len(codes) >= DOORS:
            words = _sentence(user, f"asked for {len(codes)} cases in which it has no role", DOORS)
            yield Odd(user, "doors", words, _digits(len(codes)))
    for user, codes in sorted(read.items()):
        if len(codes) >= READ:
            words = _sentence(user, f"read {len(codes)} different cases", READ)
            yield Odd(user, "reading", words, _digits(len(codes)))


def _digits(number: int) -> int:
    return len(str(number))


def _sentence(user: str, did: str, rule: int) -> str:
    return f"Within 24 hours the account {user} {did} (you are told from {rule} on)."


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at the log now and then, and opens an incident for the data protection officer.

    One a day, rule and size of the number.

    It ends as soon as it is told (``notices.py``): what is to be done about it, nobody does in Spean.
    """

    access: SqlAccessLog
    incidents: SqlIncidents
    meta: Meta

    def look(self, now: datetime) -> int:
        """Look, if it is time (UTC); return how many incidents were opened. Asked again it opens none twice."""
        last = self.meta.instant(LAST_WATCH)
        if last is not None and last <= now < last + EACH:
            return 0
        known = {one.subject for one in self.incidents.all() if one.kind is IncidentKind.ACCESS}
        opened = 0
        for one in odd(self._log(now)):
            subject = f"{one.user} {now.date()} {one.rule} {one.size}"
            if subject not in known:
                self.incidents.open(IncidentKind.ACCESS, subject, one.words, now)
                opened += 1
        self.meta.put(LAST_WATCH, now.isoformat())
        return opened

    def _log(self, now: datetime) -> Iterator[Accessed]:
        for day in (now - WINDOW, now):
            yield from (one for one in self.access.of_day(day.date()) if now - WINDOW < one.at <= now)
