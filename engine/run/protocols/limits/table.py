"""A table as it comes back from a spreadsheet: columns and rows in any order, blank rows, columns of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.core.errors import SpeanError
from engine.protocol.sentences.words import guess
from engine.protocol.sentences.words import show as shown
from engine.run.protocols.limits.cells import unguard
from engine.run.protocols.limits.rows import COLUMNS, ID

#: No table of limits is larger; so much of a file is read.
LARGEST_TABLE = 4 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 2_000, 100
#: Among so many rows the one with the names of the columns is looked for.
_HEAD = 20


class TableError(SpeanError):
    """The table cannot be read; save it anew as CSV UTF-8 or as XLSX."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its number as the spreadsheet shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that are known, the rows in which something stands, and the columns nobody reads."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    ignored: tuple[str, ...] = ()


def arrange(rows: Iterable[Sequence[str]]) -> Table:
    """Return the rows of a spreadsheet, first row first, by column. Raises TableError."""
    numbered = list(islice(enumerate(rows, 1), MOST_ROWS + 1))
    if len(numbered) > MOST_ROWS:
        raise TableError(f"The table has more than {MOST_ROWS:,} rows; delete what is no limit.")
    at = next((n for n, row in numbered[:_HEAD] if ID in map(_name, row)), None)
    if at is None:
        raise TableError(f"The table has no column `{ID}`; begin with a table that `spean limits export` has made.")
    names = [_name(cell) for cell in numbered[at - 1][1]]
    ignored = _check_names(names)
    lines = [Line(number, _cells(names, row)) for number, row in numbered[at:] if any(cell.strip() for cell in row)]
    return Table(tuple(name for name in names if name in COLUMNS), tuple(lines), ignored)


def _name(cell: str) -> str:
    return "_".join(unguard(cell).lower().replace("-", " ").split())


def _check_names(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) > MOST_COLUMNS:
        raise TableError(f"The table has more than {MOST_COLUMNS} columns; delete those that were added.")
    twice = next((name for name in names if name in COLUMNS and names.count(name) > 1), None)
    if twice:
        raise TableError(f"The column `{twice}` stands in the table twice; delete one of the two.")
    ignored = tuple(name for name in names if name and name not in COLUMNS)
    missing = [name for name in COLUMNS if name not in names]
    for name in ignored:
        meant = guess(name, missing)
        if meant:
            raise TableError(f"There is no column {shown(name)}; did you mean `{meant}`?")
    return ignored


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    cells = zip(names, row, strict=False)
    return {name: unguard(cell.replace("\r\n", "\n").replace("\r", "\n")) for name, cell in cells if name in COLUMNS}
