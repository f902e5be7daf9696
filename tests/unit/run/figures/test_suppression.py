"""Small numbers are not shown, and cannot be reckoned back from the sums that are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.run.figures.suppression import LEAST_SHOWN, suppressed, total

TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 40), min_size=1, max_size=9
)


@given(TABLES)
def test_no_small_number_is_shown(cells: dict[tuple[str, str], int]) -> None:
    """What is shown is zero, or large, and right."""
    for place, shown in suppressed(cells, "abc", "xyz").items():
        assert shown is None or shown == cells.get(place, 0)
        assert shown is None or shown == 0 or shown >= LEAST_SHOWN


@given(TABLES)
def test_nothing_can_be_reckoned_back(cells: dict[tuple[str, str], int]) -> None:
    """No line or column leaves out exactly one number where others of it are shown with their sum."""
    found = suppressed(cells, "abc", "xyz")
    lines = [[(r, c) for c in "xyz"] for r in "abc"] + [[(r, c) for r in "abc"] for c in "xyz"]
    for line in lines:
        hidden = [place for place in line if found[place] is None]
        if len(hidden) == 1:
            number = cells[hidden[0]]
            assert not any(found[place] for place in line)
            assert sum(cells.get(place, 0) for place in line) == number
            assert total(number) is None or number >= LEAST_SHOWN


@given(st.integers(0, 100))
def test_a_sum_is_shown_only_if_it_is_large_or_nothing(number: int) -> None:
    """The same rule for a number that stands alone."""
    assert total(number) == (None if 0 < number < LEAST_SHOWN else number)
