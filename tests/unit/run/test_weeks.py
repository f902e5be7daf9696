"""A part of every week as people type it."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.people.rota import EveryWeek
from engine.run.cli.people.weeks import read_week

TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(st.builds(EveryWeek, st.integers(0, 6), TIMES, st.integers(0, 6), TIMES))
def test_what_is_shown_can_be_typed(week: EveryWeek) -> None:
    """The words in which a shift is shown are read as that shift."""
    assert read_week(str(week)) == week


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Fri 17:00 - Mon 08:00", EveryWeek(4, time(17), 0, time(8))),
        (" friday  7:05–SAT 0:00 ", EveryWeek(4, time(7, 5), 5, time())),
        ("Thurs 17:00 to Sun 24:00", EveryWeek(3, time(17), 0, time())),
        ("Mon 24:00-Mon 24:00", EveryWeek(1, time(), 1, time())),
    ],
)
def test_ways_to_write_a_week(text: str, week: EveryWeek) -> None:
    """Short and whole names, any case, a hyphen, a dash or the word; 24:00 is the end of its day."""
    assert read_week(text) == week


@pytest.mark.parametrize(
    "text",
    ["", "nights", "Mon - Tue", "Mon 17:00", "Mo 17:00 - Tu 8:00", "Mon 25:00 - Tue 8:00", "Mon 24:01 - Tue 8:00",
     "Mon 17:60 - Tue 8:00", "Moon 17:00 - Tue 8:00", "Mon 17:00 - Tue 8:00 - Wed 9:00", "Mon ១៧:00 - Tue 8:00"],
)  # fmt: skip
def test_what_is_no_part_of_a_week(text: str) -> None:
    """Anything else is none."""
    assert read_week(text) is None
