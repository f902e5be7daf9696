"""Small numbers are not shown, and cannot be reckoned back from the sums that are."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.run.figures.crowd import LEAST_SHOWN, NOBODY, Crowd, together
from engine.run.figures.suppression import split, suppressed

ROWS, COLUMNS = "abcd", "wxyz"
TABLES = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), st.integers(0, 40), min_size=1, max_size=16
)
Cells = dict[tuple[str, str], int]


def is_small(number: int) -> bool:
    """Return whether a number of people is small."""
    return 0 < number < LEAST_SHOWN


def crowds(cells: Cells) -> dict[tuple[str, str], Crowd]:
    """Return cells in which everybody is counted once."""
    return {
        place: Crowd(number, frozenset(f"{place} {one}" for one in range(min(number, LEAST_SHOWN))))
        for place, number in cells.items()
    }


def large(cells: Cells) -> None:
    """Take only tables none of whose sums is small: the grid sees to that."""
    assume(not any(is_small(sum(cells.get((row, column), 0) for column in COLUMNS)) for row in ROWS))


@given(TABLES)
def test_no_small_number_is_shown(cells: Cells) -> None:
    """What is shown is zero, or large, and right; so are the sums."""
    large(cells)
    sums, shown = split(crowds(cells), ROWS)
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
    found = suppressed(crowds(cells), ROWS, COLUMNS)
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
    found = suppressed(crowds(cells), ROWS, COLUMNS)
    assert {place for place, number in found.items() if number is None} == set(cells)


def test_one_small_cell_takes_three_others_with_it() -> None:
    """The fewest that keep it: the smallest beside it and below, and the one across."""
    cells = {(row, column): 20 for row in ROWS for column in COLUMNS} | {
        ("a", "w"): 3,
        ("a", "x"): 12,
        ("c", "w"): 15,
    }
    found = suppressed(crowds(cells), ROWS, COLUMNS)
    hidden = {place for place, number in found.items() if number is None}
    assert hidden == {("a", "w"), ("a", "x"), ("c", "w"), ("c", "x")}


PEOPLE = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)),
    st.tuples(st.integers(0, 39), st.integers(1, 30), st.integers(1, 3)),
    min_size=4,
    max_size=16,
)


@given(PEOPLE)
def test_no_number_is_shown_behind_which_few_people_stand(drawn: dict[tuple[str, str], tuple[int, int, int]]) -> None:
    """However many things of theirs are counted, and in however many cells the same people are."""
    things = {
        place: [f"case {(first + one) % 40}" for one in range(number) for _ in range(each)]
        for place, (first, number, each) in drawn.items()
    }
    cells = {place: Crowd(len(some), frozenset(some)) for place, some in things.items()}
    assume(not any(together(cells.get((row, column), NOBODY) for column in COLUMNS).is_small for row in ROWS))
    sums, shown = split(cells, ROWS)
    for place, number in shown.items():
        assert number is None or number == len(things.get(place, ()))
        assert number in {None, 0} or len(set(things[place])) >= LEAST_SHOWN
    for column in sums:
        people = {one for row in ROWS for one in things.get((row, column), ())}
        assert len(people) >= LEAST_SHOWN
    for row in ROWS:
        left_out = {one for (where, column), some in things.items() if where == row for one in some
                    if shown.get((row, column)) is None}  # fmt: skip
        assert not left_out or len(left_out) >= LEAST_SHOWN
