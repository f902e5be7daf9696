"""Tables as XLSX, for people who work in a spreadsheet: one sheet, the first row fixed, what is only shown grey."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from engine.run.protocols.limits.cells import guard
from engine.run.protocols.limits.package import check_package
from engine.run.protocols.limits.rows import COLUMNS, READ_ONLY
from engine.run.protocols.limits.table import MOST_COLUMNS, MOST_ROWS, TableError

SHEET = "limits"
_WIDTHS = {"file": 22, "id": 26, "limit": 20, "depends_on": 34, "source": 60, "used_by": 44, "adopted_by": 24}
_WIDTH = 14
_GREY, _DARK = "E7E6E6", "1F3864"
#: How XLSX writes signs that XML cannot hold, and a text that looks like such a sign.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x(005F|000D)_", re.IGNORECASE)


def write_workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows, the names of the columns first, as XLSX; every cell is a text."""
    from openpyxl import Workbook  # noqa: PLC0415 - only who asks for XLSX waits for it

    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            _write_cell(sheet.cell(number, place), COLUMNS[place - 1], text, is_head=number == 1)
    for place, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = _WIDTHS.get(name, _WIDTH)
    sheet.freeze_panes = "C2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_cell(cell: Any, column: str, text: str, *, is_head: bool) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - as above

    cell.value = _ESCAPE.sub("_x005F_", guard(text)) or None
    cell.number_format = "@"  # a text stays a text when it is edited
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_head:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_DARK)
    elif column in READ_ONLY:
        cell.fill = PatternFill("solid", fgColor=_GREY)


def read_workbook(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of the sheet `limits`, or else of the one shown first. Raises TableError."""
    check_package(data)
    from openpyxl import load_workbook  # noqa: PLC0415 - as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what the sheet looks like
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheet = book[SHEET] if SHEET in book.sheetnames else book.active
            found = list(sheet.iter_rows(1, MOST_ROWS + 1, 1, MOST_COLUMNS + 1, values_only=True))
    except Exception as error:  # the library raises whatever a broken file makes it stumble over
        raise TableError("The file is no whole XLSX file; save it anew as XLSX or as CSV UTF-8.") from error
    yield from (_trimmed([_read_cell(value) for value in row]) for row in found)


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _read_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _ESCAPED.sub(lambda found: "_" if found[1].upper() == "005F" else "", str(value))
