"""How the office is doing, without anyone's story: counts by outcome, overdue share, time at a step, by quarter and
province. Whoever reads it reaches no case from here, and nothing small can be reckoned back from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from zoneinfo import ZoneInfo

from engine.core.deciding.rulebook import NO_NEWS
from engine.core.evolve import evolve
from engine.core.people.directory import Directory
from engine.run.figures.crowd import LEAST_SHOWN, NOBODY, Crowd, gathered, together
from engine.run.figures.grid import Grid, Group, Span, grid_of
from engine.run.figures.suppression import split
from engine.store.sql.figures import Limit, Run

#: The outcome of a run that goes on.
GOES_ON = "goes on"
#: What became of a limit.
_OVER, _KEPT = "over", "kept"
#: Steps shown: those at which the most limits ran.
MOST_STEPS = 15
#: A span of quarters and a group of provinces; the empty one stands for all.
Place = tuple[Span, Group]
ALL: Place = ((), ())


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are, and how many of each kind; None: not told apart from others that are left out."""

    together: int
    kinds: Mapping[str, int | None]

    @property
    def others(self) -> int:
        """How many are of no kind that is shown."""
        return self.together - sum(number or 0 for number in self.kinds.values())


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many limits so many passed, in percent; None where there were too few."""

    limits: int
    overdue: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it, as it stood at an instant (UTC), by place; a measure of which there is too little is empty."""

    made: datetime
    grid: Grid
    outcomes: Mapping[Place, Counted]
    shares: Mapping[Place, Share]
    #: By step, those with the most limits first: the median of days that a limit ran until it ended.
    stays: Mapping[str, Mapping[Place, float]]


def overview(
    runs: Iterable[Run], limits: Iterable[Limit], directory: Directory, zone: ZoneInfo, now: datetime
) -> Overview:
    """Count, as everything stood at the end of the last quarter before an instant (UTC).

    Figures that grow with every day tell what became of one person to whoever looks before and after.
    """
    cut = begin_of_quarter(now, zone)
    province = {one.id: one.province for one in directory.agencies.values()}
    begun = (_as_of(one, cut) for one in runs if one.opened < cut)
    ended = gathered(
        ((quarter_of(one.ended or one.opened, zone), province.get(one.agency, ""), one.outcome or GOES_ON), one.case)
        for one in begun
    )
    clocks = [
        (quarter_of(one.limit, zone), province.get(one.agency, ""), one)
        for one in limits
        if one.limit < cut and one.step != NO_NEWS  # that one moves with each contact: it has no past
    ]
    passed = gathered(
        ((quarter, where, _OVER if _is_over(one, cut) else _KEPT), one.case) for quarter, where, one in clocks
    )
    measures = [one for one in (ended, passed) if one and not together(one.values()).is_small]
    grid = grid_of([_places(one) for one in measures])
    shares = _by_place(passed, grid) if passed in measures else {}
    return Overview(
        cut,
        grid,
        _by_place(ended, grid) if ended in measures else {},
        {place: _share(one) for place, one in shares.items()},
        _stays([one for one in clocks if one[2].ended is None or one[2].ended < cut], grid) if shares else {},
    )


def quarter_of(when: datetime, zone: ZoneInfo) -> str:
    """Return the quarter of a local date: ``2027 Q1``."""
    local = when.astimezone(zone)
    return f"{local.year} Q{(local.month + 2) // 3}"


def begin_of_quarter(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the quarter of an instant (UTC) began."""
    local = now.astimezone(zone)
    return datetime(local.year, local.month - (local.month - 1) % 3, 1, tzinfo=zone).astimezone(UTC)


def _as_of(one: Run, cut: datetime) -> Run:
    """Return a run as it stood at an instant (UTC): what ended later goes on."""
    return one if one.ended is not None and one.ended < cut else evolve(one, ended=None, outcome="")


def _is_over(one: Limit, cut: datetime) -> bool:
    """Return whether a limit that lies before an instant (UTC) had passed by then without being kept."""
    return one.outcome == "missed" or one.ended is None or one.ended >= cut


def _places(counts: Mapping[tuple[str, str, str], Crowd]) -> dict[tuple[str, str], Crowd]:
    found: dict[tuple[str, str], Crowd] = {}
    for (quarter, province, _), crowd in counts.items():
        found[quarter, province] = found.get((quarter, province), NOBODY) + crowd
    return found


def _by_place(counts: Mapping[tuple[str, str, str], Crowd], grid: Grid) -> dict[Place, Counted]:
    """Return what is shown of each cell, of each span and group, and of all."""
    cells: dict[Span, dict[tuple[Group, str], Crowd]] = {span: {} for span in grid.spans}
    for (quarter, province, kind), crowd in counts.items():
        span, group = grid.place(quarter, province)
        cells[span][group, kind] = cells[span].get((group, kind), NOBODY) + crowd
    kinds = sorted({kind for _, _, kind in counts})
    found: dict[Place, Counted] = {}
    for span, table in cells.items():
        sums, shown = split(table, grid.groups)
        here = {kind for _, kind in table}
        for group in grid.groups:
            known = {kind: shown.get((group, kind), None if kind in here else 0) for kind in kinds}
            found[span, group] = Counted(together(table.get((group, kind), NOBODY) for kind in here).number, known)
        all_here = {kind: sums.get(kind, None if kind in here else 0) for kind in kinds}
        found[span, ()] = Counted(together(table.values()).number, all_here)
    for group in (*grid.groups, ()):
        found[(), group] = _together([found[span, group] for span in grid.spans], kinds)
    return found


def _together(some: Sequence[Counted], kinds: Sequence[str]) -> Counted:
    """Return the sum of what is shown, and of nothing else: a kind that one of them leaves out has none."""
    sums: dict[str, int | None] = {}
    for kind in kinds:
        numbers = [one.kinds[kind] for one in some]
        sums[kind] = None if None in numbers else sum(number or 0 for number in numbers)
    return Counted(sum(one.together for one in some), sums)


def _share(counted: Counted) -> Share:
    """Return a share; neither those that passed nor those that did not may be so few that they are somebody."""
    over = counted.kinds.get(_OVER, 0)
    shown = over is not None and counted.together and not counted.others
    return Share(counted.together, round(100 * (over or 0) / counted.together) if shown else None)


def _stays(clocks: Iterable[tuple[str, str, Limit]], grid: Grid) -> dict[str, Mapping[Place, float]]:
    """Return the medians. How many limits a step had is not told: with other sums it could tell of a few."""
    days: dict[str, dict[Place, list[float]]] = defaultdict(lambda: defaultdict(list))
    people: dict[tuple[str, Place], set[str]] = defaultdict(set)
    for quarter, province, one in clocks:
        if one.ended is not None:
            span, group = grid.place(quarter, province)
            for place in ((span, group), (span, ()), ((), group), ALL):
                days[one.step][place].append((one.ended - one.opened).total_seconds() / 86_400)
                people[one.step, place].add(one.case)
    often = sorted(days, key=lambda step: (-len(days[step][ALL]), step))[:MOST_STEPS]
    return {
        step: {
            place: round(median(some), 1)
            for place, some in days[step].items()
            if len(people[step, place]) >= LEAST_SHOWN
        }
        for step in often
    }
