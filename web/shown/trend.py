"""How many limits were overdue at the end of each of the last weeks, and how many cases each worker leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.words import instant_in_words
from web.desk import Visitor

WEEKS = 12
#: More open cases than this are a warning: overload is why steps stall. CP Minimum Standards, standard 18 (general
#: knowledge, not verified; proposed, an agency confirms it).
MOST_CASES = 25
#: The picture, in its own units.
_WIDTH, _HEIGHT = 440, 120


@dataclass(frozen=True, slots=True)
class Week:
    """The end of a week, how many limits were overdue then, and where its point is in the picture."""

    ends: str
    overdue: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases a worker leads, and whether that is too many."""

    name: str
    cases: int
    too_many: bool


def ends_of(now: datetime) -> list[datetime]:
    """Return the ends of the last twelve weeks (UTC), the oldest first; the last one ends now."""
    return [now - timedelta(weeks=WEEKS - 1 - number) for number in range(WEEKS)]


def weeks(ends: Sequence[datetime], counts: Sequence[int], visitor: Visitor) -> list[Week]:
    """Return the weeks with the points of the picture, the oldest first."""
    most = max((*counts, 1))
    step = _WIDTH / (WEEKS - 1)
    return [
        Week(
            instant_in_words(end, visitor.zone, visitor.language).partition(",")[0],
            count,
            round(number * step, 1),
            round(_HEIGHT - _HEIGHT * count / most, 1),
        )
        for number, (end, count) in enumerate(zip(ends, counts, strict=True))
    ]


def loads(led: Mapping[str, int], visitor: Visitor) -> list[Load]:
    """Return the workers by name: how many cases, never who is slower."""
    known = visitor.directory.users
    rows = [(known[user].name if user in known else user, number) for user, number in led.items() if user]
    return [Load(name, number, number > MOST_CASES) for name, number in sorted(rows)]
