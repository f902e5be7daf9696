"""A mail that was not taken waits longer each time, and is given up after some days."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.backoff import FIRST, LONGEST, MOST_ATTEMPTS, next_attempt
from tests.builders.mails import AT


class _Always(Random):
    """A chance that always gives the same."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def random(self) -> float:
        """Return the share."""
        return self._share


def _waits(share: float) -> list[timedelta]:
    found = [next_attempt(attempts, AT, _Always(share)) for attempts in range(1, MOST_ATTEMPTS)]
    return [one - AT for one in found if one is not None]


def test_waits_double_up_to_six_hours() -> None:
    """Without chance the waits are 5, 10, 20 ... 320 minutes, then 6 hours each."""
    minutes = [wait // timedelta(minutes=1) for wait in _waits(0.0)]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, *[360] * 12]


def test_chance_doubles_the_first_wait_at_most_and_adds_half_to_others() -> None:
    """With all of chance the first wait is twice as long, each later one half as long again."""
    minutes = [wait / timedelta(minutes=1) for wait in _waits(1.0)]
    assert minutes == [10, 15, 30, 60, 120, 240, 480, *[540] * 12]


def test_mail_is_given_up_between_three_and_a_half_and_five_and_a_half_days() -> None:
    """All waits together are as long as the file says."""
    shortest, longest = sum(_waits(0.0), timedelta()), sum(_waits(1.0), timedelta())
    assert timedelta(days=3, hours=10) < shortest < timedelta(days=3, hours=12)
    assert timedelta(days=5) < longest < timedelta(days=5, hours=12)


@pytest.mark.parametrize("attempts", [MOST_ATTEMPTS, MOST_ATTEMPTS + 1, 10**9])
def test_after_the_last_try_there_is_none(attempts: int) -> None:
    """The twentieth failed try is the last."""
    assert next_attempt(attempts, AT, Random(1)) is None


@given(st.integers(-5, MOST_ATTEMPTS - 1), st.integers())
def test_next_try_lies_in_the_future_and_within_nine_hours(attempts: int, seed: int) -> None:
    """Whatever the number of tries and the chance, the wait is between five minutes and nine hours."""
    found = next_attempt(attempts, AT, Random(seed))
    assert found is not None
    assert FIRST <= found - AT < LONGEST * 1.5
    assert found.utcoffset() == timedelta(0)


def test_a_thousand_mails_do_not_come_back_together() -> None:
    """After one outage no minute gets more than a quarter of the mails."""
    chance = Random(7)
    minutes = [next_attempt(1, AT, chance) for _ in range(1000)]
    counts = [
        sum(one is not None and (one - AT) // timedelta(minutes=1) == at for one in minutes) for at in range(5, 10)
    ]
    assert sum(counts) == 1000
    assert max(counts) < 250
