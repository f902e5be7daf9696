"""How the office is doing, without anyone's story: counts by outcome, overdue share, time at a step, by quarter and
province. Whoever reads it reaches no case from here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.core.people.directory import Directory
from engine.run.figures.suppression import LEAST_SHOWN, suppressed, total
from engine.store.sql.figures import Limit, Run

Counted = TypeVar("Counted")
#: The outcome of a run that goes on.
GOES_ON = "goes on"
#: Steps shown: those at which the most limits ran.
MOST_STEPS = 15


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by columns, numbers or None for what is not shown, and the sums of the rows."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Mapping[tuple[str, str], int | None]
    sums: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many limits so many passed, in percent; None where there were too few."""

    name: str
    limits: int | None
    overdue: int | None


@dataclass(frozen=True, slots=True)
class Stay:
    """How many days a limit of a step ran until it ended: the median; None where there were too few."""

    step: str
    number: int | None
    days: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it, as it was at an instant (UTC)."""

    made: datetime
    outcomes: Table
    provinces: Table
    quarters: Sequence[Share]
    by_province: Sequence[Share]
    stays: Sequence[Stay]


def overview(
    runs: Iterable[Run], limits: Iterable[Limit], directory: Directory, zone: ZoneInfo, now: datetime
) -> Overview:
    """Count."""
    province = {one.id: one.province or one.id for one in directory.agencies.values()}
    every = list(runs)
    clocks = [one for one in limits if one.limit <= now or one.outcome in {"met", "missed"}]
    return Overview(
        now,
        _table(_by_time((quarter_of(one.ended or one.opened, zone), one.outcome or GOES_ON) for one in every)),
        _table(_by_time((quarter_of(one.opened, zone), province.get(one.agency, "-")) for one in every)),
        _shares(_by_time((quarter_of(one.limit, zone), _is_over(one, now)) for one in clocks)),
        _shares(_by_size((province.get(one.agency, "-"), _is_over(one, now)) for one in clocks)),
        _stays(clocks),
    )


def _by_time(pairs: Iterable[tuple[str, Counted]]) -> list[tuple[str, Counted]]:
    """Return them by spans of quarters, none of which is so small that it had to be left out.

    What was left out of one table could be reckoned back from the sum of another one.
    """
    found = list(pairs)
    counts = Counter(name for name, _ in found)
    spans: list[list[str]] = []
    for quarter in sorted(counts):
        if spans and sum(counts[one] for one in spans[-1]) < LEAST_SHOWN:
            spans[-1].append(quarter)
        else:
            spans.append([quarter])
    if len(spans) > 1 and sum(counts[one] for one in spans[-1]) < LEAST_SHOWN:
        last = spans.pop()
        spans[-1] += last
    names = {one: span[0] if len(span) == 1 else f"{span[0]} – {span[-1]}" for span in spans for one in span}
    return [(names[name], value) for name, value in found]


def _by_size(pairs: Iterable[tuple[str, Counted]]) -> list[tuple[str, Counted]]:
    """Return them with the small groups put together, and with the next smallest until they are no small one."""
    found = list(pairs)
    counts = Counter(name for name, _ in found)
    joined: list[str] = []
    for name in sorted(counts, key=lambda one: (counts[one], one)):
        if counts[name] >= LEAST_SHOWN and (not joined or sum(counts[one] for one in joined) >= LEAST_SHOWN):
            break
        joined.append(name)
    together = " + ".join(sorted(joined))
    return [(together if name in joined else name, value) for name, value in found]


def quarter_of(when: datetime, zone: ZoneInfo) -> str:
    """Return the quarter of a local date: ``2027 Q1``."""
    local = when.astimezone(zone)
    return f"{local.year} Q{(local.month + 2) // 3}"


def _is_over(one: Limit, now: datetime) -> bool:
    return one.outcome == "missed" or (one.outcome == "open" and one.limit < now)


def _table(pairs: Iterable[tuple[str, str]]) -> Table:
    cells = Counter(pairs)
    rows, columns = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
    sums = {row: total(sum(cells[row, column] for column in columns)) for row in rows}
    return Table(rows, columns, suppressed(cells, rows, columns), sums)


def _shares(pairs: Iterable[tuple[str, bool]]) -> list[Share]:
    """Return the shares; where one alone is left out, so is the smallest other one: the sum is known elsewhere."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, over in pairs:
        counts[name][0] += 1
        counts[name][1] += over
    found = [_share(name, number, over) for name, (number, over) in sorted(counts.items())]
    shown = [one for one in found if one.overdue is not None]
    if len(shown) == len(found) - 1 and shown:
        least = min(shown, key=lambda one: (one.limits or 0, one.name))
        found = [replace(one, overdue=None) if one is least else one for one in found]
    return found


def _share(name: str, number: int, over: int) -> Share:
    """Return a share; neither those that passed nor those that did not may be so few that they are somebody."""
    small = any(0 < part < LEAST_SHOWN for part in (over, number - over))
    return Share(name, total(number), None if small or not number else round(100 * over / number))


def _stays(limits: Iterable[Limit]) -> list[Stay]:
    days: dict[str, list[float]] = defaultdict(list)
    for one in limits:
        if one.ended is not None:
            days[one.step].append((one.ended - one.opened).total_seconds() / 86_400)
    often = sorted(days.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_STEPS]
    return [
        Stay(step, total(len(some)), round(median(some), 1) if len(some) >= LEAST_SHOWN else None)
        for step, some in often
    ]
