"""Tables as CSV: UTF-8 with the mark by which spreadsheets know it, so that Khmer is shown as Khmer."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from engine.run.protocols.limits.cells import guard
from engine.run.protocols.limits.table import TableError

_SEPARATORS = ",;\t"


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV, no cell of which begins like a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guard(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def read_csv(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of a CSV file, parted by commas, semicolons or tabs. Raises TableError."""
    text = _decode(data)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        yield from lines
    except csv.Error as error:
        raise TableError(
            f"Line {lines.line_num} is no CSV: is a quotation mark missing in it or above it?"
        ) from error


def _decode(data: bytes) -> str:
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(f'Line {line} is not UTF-8; save the table as "CSV UTF-8" or as XLSX.') from error


def _separator(text: str) -> str:
    """Return the sign that parts the columns: the one that stands most often in the first lines."""
    first = text[:4096]
    return max(_SEPARATORS, key=lambda sign: (_parts(first, sign), -_SEPARATORS.index(sign)))


def _parts(text: str, sign: str) -> int:
    """Return how many columns the row with the names of the columns has."""
    names = (line.split(sign) for line in text.splitlines())
    return max((len(row) for row in names if "id" in (cell.strip(' "').lower() for cell in row)), default=0)
