"""Reading a list as spreadsheets save it: any of three separators, a byte order mark, and every way to be wrong.

Text in, rows and flaws out. Flaws name row and column as the spreadsheet counts them (the first row is 1) and never
repeat what stands there, except where it is an id.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO

#: No office has more people; a longer list is another kind of file.
MOST_ROWS = 20_000
LONGEST_TEXT = 8 * 1024 * 1024
LONGEST_CELL = 1000
#: So many flaws are told in one run; nobody mends more before trying again.
MOST_FLAWS = 500
_SEPARATORS = ",;\t"
#: What makes a spreadsheet read a cell as a formula; exports put an apostrophe before it.
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One mistake of a list: its row and column, what is wrong in one sentence, what to do in another."""

    row: int
    column: str
    sentence: str
    hint: str

    def __str__(self) -> str:
        """Return it as one line."""
        column = f", column {self.column}" if self.column else ""
        return f"row {self.row}{column}: {self.sentence} {self.hint}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row with what stands in each column; columns that are missing are empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return what stands in the column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What could be read of a list."""

    rows: tuple[Row, ...]
    flaws: tuple[Flaw, ...]


def read_sheet(text: str, required: Collection[str], optional: Collection[str]) -> Sheet:
    """Return the rows below the row of column names; empty rows are passed over. Never raises for bad input."""
    if len(text) > LONGEST_TEXT:
        return Sheet((), (Flaw(1, "", "The list is larger than 8 million characters.", "Is it the right file?"),))
    flaws: list[Flaw] = []
    records = _records(text.removeprefix("\ufeff"), flaws)
    number, header = next(records, (1, []))
    columns = [cell.lower() for cell in header]
    if not header and not flaws:
        flaws.append(
            Flaw(1, "", "The list is empty.", f"Its first row must name the columns: {', '.join(required)}.")
        )
    elif header:
        flaws += _check_columns(columns, number, required, optional)
    if flaws:
        return Sheet((), tuple(flaws))
    return Sheet(tuple(_rows(records, columns, flaws)), tuple(flaws))


def _records(text: str, flaws: list[Flaw]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with its number; a row that cannot be read is the last."""
    number = 0
    try:
        for record in csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True):
            number += 1
            cells = [_cleaned(cell) for cell in record]
            if any(cells):
                yield number, cells
    except csv.Error:
        flaws.append(Flaw(number + 1, "", "The row that begins here cannot be read.", "Is a quote missing?"))


def _rows(records: Iterator[tuple[int, list[str]]], columns: list[str], flaws: list[Flaw]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(records):
        if count >= MOST_ROWS or len(flaws) >= MOST_FLAWS:
            flaws.append(Flaw(number, "", "From here on nothing was read.", "Mend or shorten what comes before."))
            return
        flaws += _check_row(cells, columns, number)
        yield Row(number, dict(zip(columns, cells, strict=False)))


def _separator(text: str) -> str:
    """Return the separator that the row of column names uses most."""
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def _cleaned(cell: str) -> str:
    """Return a cell without what a spreadsheet puts around it: blanks, and the apostrophe before a formula."""
    text = cell.strip()
    if text[:1] == "'" and text[1:2] in _FORMULA:
        return text[1:].strip()
    return text


def _check_columns(
    columns: list[str], number: int, required: Collection[str], optional: Collection[str]
) -> Iterator[Flaw]:
    known = [*required, *optional]
    for name in required:
        if name not in columns:
            yield Flaw(number, name, f"The column {name} is missing.", "Add it to the first row.")
    for place, name in enumerate(columns, 1):
        if name in columns[: place - 1] and name:
            yield Flaw(number, _safe(name, known, place), "The column stands here twice.", "Keep one.")
        elif name not in known and name:
            close = get_close_matches(name[:40], known, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known columns: {', '.join(known)}."
            yield Flaw(number, str(place), "There is no such column.", hint)


def _safe(name: str, known: Collection[str], place: int) -> str:
    return name if name in known else str(place)


def _check_row(cells: list[str], columns: list[str], number: int) -> Iterator[Flaw]:
    if any(cells[len(columns) :]):
        sentence = "The row has more cells than there are columns."
        yield Flaw(number, "", sentence, "Put a text that has the separator in it into quotes.")
    for name, cell in zip(columns, cells, strict=False):
        if len(cell) > LONGEST_CELL:
            sentence = f"More than {LONGEST_CELL} characters stand here."
            yield Flaw(number, name, sentence, "Is a quote missing?")
        elif cell and not name:
            yield Flaw(number, "", "The cell stands below no column name.", "Name the column, or empty the cell.")
