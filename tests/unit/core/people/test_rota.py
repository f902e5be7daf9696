"""When somebody is on duty."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people.rota import WEEK, Between, EveryWeek, covers_week, is_on
from tests.builders.protocols import ZONE

ZONE_INFO = ZoneInfo(ZONE)
WEEKEND = EveryWeek(4, time(17), 0, time(8))
WORKWEEK = EveryWeek(0, time(8), 4, time(17))
TIMES = st.times()
SHIFTS = st.builds(EveryWeek, st.integers(0, 6), TIMES, st.integers(0, 6), TIMES)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of the week of Monday 2 March 2026, as the clock in Phnom Penh shows it."""
    return datetime(2026, 3, 2 + day, hour, minute, tzinfo=ZONE_INFO).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "on"),
    [
        (local(4, 16, 59), False),
        (local(4, 17), True),
        (local(6, 23, 59), True),
        (local(7, 0), True),
        (local(7, 7, 59), True),
        (local(7, 8), False),
        (local(2, 12), False),
    ],
)
def test_shift_over_the_weekend(instant: datetime, *, on: bool) -> None:
    """A shift may run over Sunday night; its end is not part of it."""
    assert is_on(WEEKEND, instant, ZONE_INFO) is on


def test_shift_is_counted_on_the_wall() -> None:
    """The weekdays and times of a shift are those of the place, not of UTC."""
    sunday_night = datetime(2026, 3, 8, 17, 30, tzinfo=UTC)  # Monday 00:30 there
    only_monday = EveryWeek(0, time(0), 1, time(0))
    assert is_on(only_monday, sunday_night, ZONE_INFO)
    assert not is_on(only_monday, sunday_night, ZoneInfo("UTC"))


def test_single_stretch() -> None:
    """A single stretch has its begin and not its end."""
    shift = Between(local(0, 8), local(1, 8))
    assert [is_on(shift, at, ZONE_INFO) for at in (local(0, 7), local(0, 8), local(1, 7), local(1, 8))] == [
        False,
        True,
        True,
        False,
    ]


def test_week_is_covered() -> None:
    """Two shifts that meet cover the week; with a minute between them they do not."""
    assert covers_week([WEEKEND, WORKWEEK])
    assert not covers_week([WEEKEND, EveryWeek(0, time(8, 1), 4, time(17))])
    assert not covers_week([WORKWEEK])
    assert not covers_week([])
    assert covers_week([EveryWeek(2, time(9), 2, time(9))]), "from an instant to itself is the whole week"
    assert not covers_week([Between(local(0, 0), local(6, 0))]), "a single stretch ends"


@given(st.lists(SHIFTS, max_size=4))
def test_covered_week_has_somebody_at_every_edge(shifts: list[EveryWeek]) -> None:
    """A week is covered exactly if somebody is on duty at its start and whenever a shift ends."""
    edges = {0, *(end for shift in shifts for _, end in shift.parts() if end < WEEK)}
    monday = datetime(2026, 3, 2)  # noqa: DTZ001 - the clock on the wall
    on = all(any(monday + timedelta(seconds=edge) in shift for shift in shifts) for edge in edges)
    assert covers_week(shifts) is on


def test_shifts_are_shown_in_words() -> None:
    """A shift says itself in words."""
    assert str(WEEKEND) == "Friday 17:00 to Monday 08:00"
    assert str(Between(local(0, 8), local(1, 8))) == "2026-03-02 01:00 to 2026-03-03 01:00 UTC"
