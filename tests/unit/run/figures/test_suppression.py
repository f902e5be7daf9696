"""Small numbers are not shown, and cannot be reckoned back from the sums that are."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.run.figures.suppression import is_small, split, suppressed

ROWS, COLUMNS = "abcd", "wxyz"
TABLES = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), st.integers(0, 40), min_size=1, max_size=16
)
Cells = dict[tuple[str, str], int]


def large(cells: Cells) -> None:
    """Take only tables none of whose sums is small: the grid sees to that."""
    assume(not any(is_small(sum(cells.get((row, column), 0) for column in COLUMNS)) for row in ROWS))


@given(TABLES)
def test_no_small_number_is_shown(cells: Cells) -> None:
    """What is shown is zero, or large, and right; so are the sums."""
    large(cells)
    sums, shown = split(cells, ROWS)
    for place, number in shown.items():
        assert number is None or (number == cells.get(place, 0) and not is_small(number))
    for column, number in sums.items():
        assert number == sum(cells.get((row, column), 0) for row in ROWS)
        assert not is_small(number)


@given(TABLES)
def test_what_is_left_out_is_a_rectangle_with_large_sums(cells: Cells) -> None:
    """So each cell of it may lie in a span that is as wide as the threshold."""
    large(cells)
    assume(not any(is_small(sum(cells.get((row, column), 0) for row in ROWS)) for column in COLUMNS))
    found = suppressed(cells, ROWS, COLUMNS)
    hidden = {place for place, number in found.items() if number is None}
    rows, columns = {row for row, _ in hidden}, {column for _, column in hidden}
    assert hidden == {(row, column) for row in rows for column in columns}
    across = [sum(cells.get((row, column), 0) for column in columns) for row in rows]
    down = [sum(cells.get((row, column), 0) for row in rows) for column in columns]
    assert not any(is_small(one) for one in (*across, *down))


def test_a_bridge_gives_nothing_away() -> None:
    """Two squares joined by one cell: each line leaves out two or more, and yet the joining one could be reckoned."""
    cells = {(row, column): 30 for row in ROWS for column in COLUMNS}
    for place in (("a", "w"), ("a", "x"), ("b", "w"), ("b", "x"), ("b", "y"), ("c", "y"), ("c", "z"), ("d", "y")):
        cells[place] = 4
    found = suppressed(cells, ROWS, COLUMNS)
    assert {place for place, number in found.items() if number is None} == set(cells)


def test_one_small_cell_takes_three_others_with_it() -> None:
    """The fewest that keep it: the smallest beside it and below, and the one across."""
    cells = {(row, column): 20 for row in ROWS for column in COLUMNS} | {
        ("a", "w"): 3,
        ("a", "x"): 12,
        ("c", "w"): 15,
    }
    found = suppressed(cells, ROWS, COLUMNS)
    hidden = {place for place, number in found.items() if number is None}
    assert hidden == {("a", "w"), ("a", "x"), ("c", "w"), ("c", "x")}
