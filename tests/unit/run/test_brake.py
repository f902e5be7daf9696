"""The brake: when a pass holds ordinary messages back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.run.ticks.passing import FEW, ON_TIME, Brake

NOW = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
DAY, MOMENT = timedelta(hours=24), timedelta(microseconds=1)
MANY = 100 * (FEW + 1)


@pytest.mark.parametrize(
    ("gap", "due", "waiting", "brakes"),
    [
        (DAY, 0, MANY, False),
        (DAY + MOMENT, 0, MANY, True),
        (timedelta(days=3650), 1, 1, True),
        (ON_TIME, MANY, MANY, False),
        (ON_TIME + MOMENT, MANY, MANY, True),
        (DAY, FEW, FEW, False),
        (DAY, FEW + 1, FEW + 1, True),
        (DAY, FEW + 1, 20 * (FEW + 1), False),
        (DAY, FEW + 1, 20 * (FEW + 1) - 1, True),
        (timedelta(0), MANY, MANY, False),
    ],
)
def test_the_brake_holds_after_a_long_gap_or_when_too_much_is_due(
    gap: timedelta, due: int, waiting: int, brakes: bool
) -> None:
    """More than a day without a pass; or more than a moment, and more than 50 cases and 5 % of all due at once."""
    assert bool(Brake().reason(NOW - gap, NOW, lambda: (due, waiting))) is brakes


def test_an_office_that_had_no_pass_is_not_held_back() -> None:
    """The first pass of all has nothing to be late against."""
    assert Brake().reason(None, NOW, lambda: (MANY, MANY)) == ""


def test_the_reason_is_told_in_words() -> None:
    """What whoever keeps the office has to know: since when, or how much."""
    assert "2026-03-10 01:00 UTC, more than 24 hours" in Brake().reason(NOW - 2 * DAY, NOW, lambda: (0, 0))
    assert Brake().reason(NOW - DAY, NOW, lambda: (60, 100)) == "60 of 100 open cases fell due at once."
