"""Whether it gets better or worse: how many limits were overdue at the end of each week; who leads how many cases.

Of all cases somebody has to do with, closed ones too, and of each only what she may know. Looking is logged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from engine.core.people.directory import CASE_MANAGER
from engine.run.cases.view import View
from engine.run.cases.worklist import Worklist, reach_of
from engine.store.access import Accessed
from engine.store.sql.worklist import PastClock

#: So many cases are held at once.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many limits were overdue at each of some instants, and how many open cases each leads, by id."""

    overdue: Sequence[int]
    led: Mapping[str, int]


def weeks_of(worklist: Worklist, user: str, ends: Sequence[datetime]) -> Weeks:
    """Count at these instants (UTC), the oldest first. A clock is overdue from its limit until it ended."""
    work, now = worklist.casework, worklist.casework.time.now()
    directory = work.people.now()
    reach = reach_of(directory, user, now)
    late: dict[str, list[PastClock]] = {}
    for one in worklist.index.overdue(reach, ends[0], ends[-1]):
        late.setdefault(one.case, []).append(one)
    counts, led, seen = [0] * len(ends), Counter[str](), 0
    for views in _views(worklist, user, {*late, *worklist.index.open_cases(reach)}, now):
        seen += len(views)
        for code, view in views.items():
            if view.case.is_open:
                led[view.case.holders.get(CASE_MANAGER, "")] += 1
            for clock in late.get(code, ()):
                if view.knows(clock.enrolment, clock.track):
                    for number, end in enumerate(ends):
                        counts[number] += clock.limit < end and (clock.ended is None or clock.ended > end)
    work.access.write([Accessed(at=now, by=user, what="list", detail=f"{seen} cases")])
    return Weeks(counts, led)


def _views(worklist: Worklist, user: str, codes: Iterable[str], now: datetime) -> Iterator[Mapping[str, View]]:
    directory, ordered = worklist.casework.people.now(), iter(sorted(codes))
    while some := list(islice(ordered, _BATCH)):
        yield worklist.views(user, some, now, directory)
