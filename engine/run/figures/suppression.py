"""Small numbers are not shown: behind one there may be somebody whom a reader recognises.

Whoever reads knows the sums, too, and reckons. So what is left out of a table is always a whole rectangle of it, all
of whose sums by row and by column are nothing or large. What is in a cell of it can then lie anywhere in a span that
is at least as wide as the threshold: with R and C the sums of its row and its column and N that of the rectangle, the
span is as wide as the least of R, C, N - R and N - C, and each of them is large: no smaller than the people in it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from engine.run.figures.crowd import NOBODY, Crowd, together

#: The column of all that are too few to have one of their own.
OTHERS = "*others"
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


def suppressed(
    cells: Mapping[tuple[Row, Column], Crowd], rows: Sequence[Row], columns: Sequence[Column]
) -> dict[tuple[Row, Column], int | None]:
    """Return the cells of a table whose sums by row and by column are shown; None for what is left out.

    A cell that is not given is empty. No sum of a row or a column may be small: such rows are put together before.
    """
    few = [place for place, crowd in cells.items() if crowd.is_small]
    out_rows, out_columns = {row for row, _ in few}, {column for _, column in few}

    def across(row: Row) -> Crowd:
        return together(cells.get((row, column), NOBODY) for column in out_columns)

    def down(column: Column) -> Crowd:
        return together(cells.get((row, column), NOBODY) for row in out_rows)

    while True:
        if any(across(row).is_small for row in out_rows):
            free = [column for column in columns if column not in out_columns and down(column)]
            out_columns.add(min(free, key=lambda one: (down(one).number, str(one))))
        elif any(down(column).is_small for column in out_columns):
            other = [row for row in rows if row not in out_rows and across(row)]
            out_rows.add(min(other, key=lambda one: (across(one).number, str(one))))
        else:
            break
    return {
        (row, column): None if row in out_rows and column in out_columns else cells.get((row, column), NOBODY).number
        for row in rows
        for column in columns
    }


def split(
    cells: Mapping[tuple[Row, str], Crowd], rows: Sequence[Row]
) -> tuple[Mapping[str, int], Mapping[tuple[Row, str], int | None]]:
    """Return the sums of the columns and the cells that are shown of them; columns with small sums are left out.

    Those stand together, with the next smallest until they are no small sum; whoever takes the columns that are
    shown from the sum of a row finds them.
    """
    sums: dict[str, Crowd] = {}
    for (_, column), crowd in cells.items():
        sums[column] = sums.get(column, NOBODY) + crowd
    joined: list[str] = []
    for column in sorted(sums, key=lambda one: (not sums[one].is_small, sums[one].number, one)):
        if not sums[column].is_small and not together(sums[one] for one in joined).is_small:
            break
        joined.append(column)
    named = sorted(set(sums) - set(joined))
    table = {(row, column): cells.get((row, column), NOBODY) for row in rows for column in named}
    for row in rows if joined else ():
        table[row, OTHERS] = together(cells.get((row, column), NOBODY) for column in joined)
    shown = suppressed(table, rows, [*named, OTHERS] if joined else named)
    return (
        {column: sums[column].number for column in named},
        {(row, column): shown[row, column] for row in rows for column in named},
    )
