"""Small numbers are not shown: behind one there may be somebody whom a reader recognises.

Whoever reads knows the sums, too, and reckons. So what is left out of a table is always a whole rectangle of it, all
of whose sums by row and by column are nothing or large. What is in a cell of it can then lie anywhere in a span that
is at least as wide as the threshold: with R and C the sums of its row and its column and N that of the rectangle, the
span is as wide as the least of R, C, N - R and N - C, and each of them is large.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

#: The least number that is shown. A rule of this program (proposed; statistical offices use 3 to 20): every person
#: here could be found by who knows her, so it lies in the upper half.
LEAST_SHOWN = 11
#: The column of all that are too few to have one of their own.
OTHERS = "*others"
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


def is_small(number: int, least: int = LEAST_SHOWN) -> bool:
    """Return whether a number is so small that somebody may stand behind it. Zero is not: it tells of nobody."""
    return 0 < number < least


def suppressed(
    cells: Mapping[tuple[Row, Column], int], rows: Sequence[Row], columns: Sequence[Column], least: int = LEAST_SHOWN
) -> dict[tuple[Row, Column], int | None]:
    """Return the cells of a table whose sums by row and by column are shown; None for what is left out.

    A cell that is not given is zero. No sum of a row or a column may be small: such rows are put together before.
    """
    few = [place for place, number in cells.items() if is_small(number, least)]
    out_rows, out_columns = {row for row, _ in few}, {column for _, column in few}

    def across(row: Row) -> int:
        return sum(cells.get((row, column), 0) for column in out_columns)

    def down(column: Column) -> int:
        return sum(cells.get((row, column), 0) for row in out_rows)

    while True:
        if any(is_small(across(row), least) for row in out_rows):
            free = [column for column in columns if column not in out_columns and down(column)]
            out_columns.add(min(free, key=lambda one: (down(one), str(one))))
        elif any(is_small(down(column), least) for column in out_columns):
            other = [row for row in rows if row not in out_rows and across(row)]
            out_rows.add(min(other, key=lambda one: (across(one), str(one))))
        else:
            break
    return {
        (row, column): None if row in out_rows and column in out_columns else cells.get((row, column), 0)
        for row in rows
        for column in columns
    }


def split(
    cells: Mapping[tuple[Row, str], int], rows: Sequence[Row], least: int = LEAST_SHOWN
) -> tuple[Mapping[str, int], Mapping[tuple[Row, str], int | None]]:
    """Return the sums of the columns and the cells that are shown of them; columns with small sums are left out.

    Those stand together, with the next smallest until they are no small sum; whoever takes the columns that are
    shown from the sum of a row finds them.
    """
    sums: dict[str, int] = {}
    for (_, column), number in cells.items():
        sums[column] = sums.get(column, 0) + number
    joined: list[str] = []
    for column in sorted(sums, key=lambda one: (sums[one], one)):
        together = sum(sums[one] for one in joined)
        if not is_small(sums[column], least) and not is_small(together, least):
            break
        joined.append(column)
    named = sorted(set(sums) - set(joined))
    table = {(row, column): cells.get((row, column), 0) for row in rows for column in named}
    for row in rows if joined else ():
        table[row, OTHERS] = sum(cells.get((row, column), 0) for column in joined)
    shown = suppressed(table, rows, [*named, OTHERS] if joined else named, least)
    return (
        {column: sums[column] for column in named},
        {(row, column): shown[row, column] for row in rows for column in named},
    )
