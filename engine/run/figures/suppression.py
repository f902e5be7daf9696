"""Small numbers are not shown: behind one there may be somebody whom a reader recognises.

A cell below the threshold is left out. Where it alone was left out of a line or a column of which the sum is known,
the next smallest is left out, too: nobody may reckon it back.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

#: The least number that is shown. A rule of this program (proposed; statistical offices use 3 to 20): every person
#: here could be found by who knows her, so it lies in the upper half.
LEAST_SHOWN = 11
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


def suppressed(
    cells: Mapping[tuple[Row, Column], int], rows: Sequence[Row], columns: Sequence[Column], least: int = LEAST_SHOWN
) -> dict[tuple[Row, Column], int | None]:
    """Return the cells of a table whose sums by row and by column are shown; None for what is left out.

    A cell that is not given is zero. Zero is shown: it tells of nobody.
    """
    found: dict[tuple[Row, Column], int | None] = {}
    for row in rows:
        for column in columns:
            number = cells.get((row, column), 0)
            found[row, column] = None if 0 < number < least else number
    lines = [[(row, column) for column in columns] for row in rows] + [
        [(row, column) for row in rows] for column in columns
    ]
    changed = True
    while changed:
        changed = False
        for line in lines:
            hidden = [place for place in line if found[place] is None]
            shown = [place for place in line if found[place]]
            if len(hidden) == 1 and shown:
                found[min(shown, key=lambda place: (cells.get(place, 0), str(place)))] = None
                changed = True
    return found


def total(number: int, least: int = LEAST_SHOWN) -> int | None:
    """Return a number that stands alone, or None where it is too small to be shown."""
    return None if 0 < number < least else number
