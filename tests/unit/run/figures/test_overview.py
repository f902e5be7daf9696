"""Tables that count the same things: what one of them leaves out cannot be reckoned back from another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from engine.core.people.directory import Directory
from engine.run.figures.overview import Share, overview
from engine.run.figures.suppression import LEAST_SHOWN
from engine.store.sql.figures import Limit, Run

NOW = datetime(2027, 1, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Phnom_Penh")
#: How many days ago, and for which agency.
PLACED = st.lists(st.tuples(st.integers(1, 700), st.sampled_from(["north", "river", "south"])), max_size=80)


def at(days: int) -> datetime:
    """Return an instant so many days ago."""
    return NOW - timedelta(days=days)


def run(days: int, agency: str) -> Run:
    """Return a run that was begun so many days ago and goes on."""
    return Run(agency, "care", at(days), None, "")


def limit(days: int, agency: str, *, over: bool = False) -> Limit:
    """Return a limit that ran out so many days ago: missed or met."""
    return Limit(agency, "care.plan", "missed" if over else "met", at(days), at(days), at(days))


def sums(shares: Sequence[Share]) -> int | None:
    """Return the sum of a list as a reader knows it; None where something is left out."""
    return None if any(one.limits is None for one in shares) else sum(one.limits or 0 for one in shares)


@given(PLACED)
def test_no_line_is_left_out_whose_sum_is_known(places: list[tuple[int, str]]) -> None:
    """Small groups stand together with others; only where all together are few, nothing is shown at all."""
    runs = [run(days, agency) for days, agency in places]
    clocks = [limit(days, agency) for days, agency in places]
    found = overview(runs, clocks, Directory(), ZONE, NOW)
    few = 0 < len(places) < LEAST_SHOWN
    for known in (found.outcomes.sums, found.provinces.sums):
        assert (None in known.values()) is few
    assert sums(found.quarters) == sums(found.by_province) == (None if few else len(places))


@given(st.lists(st.tuples(st.integers(1, 700), st.sampled_from("abc"), st.booleans()), min_size=30, max_size=90))
def test_no_share_is_left_out_alone(places: list[tuple[int, str, bool]]) -> None:
    """The one that is missing would be the sum less the others."""
    clocks = [limit(days, agency, over=over) for days, agency, over in places]
    found = overview([], clocks, Directory(), ZONE, NOW)
    for shares in (found.quarters, found.by_province):
        hidden = [one for one in shares if one.overdue is None]
        assert len(hidden) != 1 or len(shares) == 1
