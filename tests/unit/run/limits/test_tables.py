"""Tables of spreadsheets: what comes back from them, and what is no table, in one sentence and in little time."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from engine.run.protocols.limits.csv_table import read_csv, write_csv
from engine.run.protocols.limits.rows import COLUMNS, READ_ONLY
from engine.run.protocols.limits.table import MOST_ROWS, Table, TableError, arrange
from engine.run.protocols.limits.workbook import read_workbook, write_workbook
from tests.support.pace import within

HEAD = list(COLUMNS)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\t\n"), max_size=20)
ROWS = st.lists(st.lists(TEXT, min_size=len(HEAD), max_size=len(HEAD)), min_size=1, max_size=4)
PLAIN = {"id": "hiv_pep", "limit": "72 hours"}


def rows_of(*cells: dict[str, str]) -> list[list[str]]:
    """Return rows with these cells below the names of the columns."""
    return [HEAD, *([one.get(column, "") for column in HEAD] for one in cells)]


def said(table: Table) -> list[dict[str, str]]:
    """Return what stands in each row."""
    return [{column: text for column, text in line.cells.items() if text} for line in table.lines]


def workbook(fill: Callable[[Workbook], object]) -> bytes:
    """Return an XLSX file that somebody has made in a spreadsheet."""
    book = Workbook()
    fill(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sheet(data: bytes) -> dict[str, bytes]:
    """Return the change that gives the sheet another text."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return {"xl/worksheets/sheet1.xml": head + data + b"</worksheet>"}


@pytest.mark.parametrize(
    "write_and_read", [(write_csv, read_csv), (write_workbook, read_workbook)], ids=["csv", "xlsx"]
)
@given(rows=ROWS)
def test_any_cells_come_back(
    write_and_read: tuple[Callable[..., bytes], Callable[..., object]], rows: list[list[str]]
) -> None:
    """Whatever stands in the cells, also formulas, apostrophes, Khmer and signs of XML, comes back as it was."""
    write, read = write_and_read
    table = arrange(read(write([HEAD, *rows])))  # type: ignore[arg-type]
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [[line.cells.get(column, "") for column in HEAD] for line in table.lines] == kept


def test_csv_is_what_spreadsheets_show_rightly() -> None:
    """The CSV begins with the mark of UTF-8 and holds Khmer as it is; no cell begins a formula."""
    data = write_csv(rows_of({"id": "=1+1", "source": "ប្រភព"}))
    assert data.startswith(b"\xef\xbb\xbffile,id,")
    assert "'=1+1" in data.decode("utf-8-sig")
    assert "ប្រភព" in data.decode("utf-8-sig")


def test_workbook_is_made_for_reading() -> None:
    """The head row and the ids stay in sight, columns are wide, what is only shown is grey, no cell is a formula."""
    read = load_workbook(
        io.BytesIO(write_workbook(rows_of({"id": "=1+1", "limit": "72 hours", "used_by": "a.b.c.d"})))
    )
    made = read["limits"]
    assert made.freeze_panes == "C2"
    assert all(cell.data_type in ("s", "n") for row in made.rows for cell in row)
    assert made["B2"].value == "'=1+1"
    assert made.column_dimensions["G"].width > 13
    grey = {HEAD[cell.column - 1] for cell in made[2] if cell.fill.fgColor.rgb == "00E7E6E6"}
    assert grey == set(READ_ONLY)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_other_programs_is_read(sign: str, encoding: str) -> None:
    """Semicolons and tabs part columns too; with or without a mark, in either encoding."""
    text = (
        sign.join(["id", "source, or so" if sign != "," else "x", "limit"])
        + f"\r\nhiv_pep{sign}ប្រភព{sign}72 hours\r\n"
    )
    (line,) = arrange(read_csv(text.encode(encoding))).lines
    assert line.cells == PLAIN


def test_rows_and_columns_may_stand_anywhere() -> None:
    """A title above, blank rows, columns in another order with capital letters, a column of one's own are fine."""
    rows = [
        ["Limits of 2027"],
        [],
        ["My notes", " Limit ", "ID", "Depends on"],
        ["", "", "", ""],
        ["x", "72 hours", "hiv_pep"],
    ]
    table = arrange(rows)
    assert (table.columns, table.ignored) == (("limit", "id", "depends_on"), ("my_notes",))
    assert [(line.number, dict(line.cells)) for line in table.lines] == [(5, {"limit": "72 hours", "id": "hiv_pep"})]


def test_cells_of_a_workbook_are_texts_whatever_they_were() -> None:
    """Dates, whole numbers and line breaks of a spreadsheet become the texts that were meant."""
    midnight = datetime(2027, 6, 30)  # noqa: DTZ001 - spreadsheets know no zones

    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        page.append(["id", "limit", "adopted_on", "review_before", "source"])
        page.append(["a", 72.0, date(2027, 6, 30), midnight, "one_x000D_\ntwo"])
        page.append(["b", True, midnight.replace(hour=8), 1.5, "_x0041_"])

    assert said(arrange(read_workbook(workbook(fill)))) == [
        {"id": "a", "limit": "72", "adopted_on": "2027-06-30", "review_before": "2027-06-30", "source": "one\ntwo"},
        {
            "id": "b",
            "limit": "True",
            "adopted_on": "2027-06-30 08:00:00",
            "review_before": "1.5",
            "source": "_x0041_",
        },
    ]


def test_sheet_of_limits_is_found_among_others() -> None:
    """The sheet called limits is read, wherever it stands; without one, the sheet that was shown last."""

    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        page.append(["something else"])
        book.create_sheet("limits").append(["id"])
        book.create_sheet("more").append(["something else"])

    assert arrange(read_workbook(workbook(fill))).columns == ("id",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no column `id`"),
        ([["limit"]], "no column `id`"),
        ([["id", "limt"]], "no column `limt`; did you mean `limit`"),
        ([["id", "limit", "Limit"]], "`limit` stands in the table twice"),
        ([["id", *map(str, range(100))]], "more than 100 columns"),
        ([["id"]] * (MOST_ROWS + 1), "more than 2,000 rows"),
    ],
)
def test_what_is_no_table_of_limits_is_told(rows: list[list[str]], message: str) -> None:
    """A table without ids, with a mistyped column or one twice, or far too large is refused in one sentence."""
    with pytest.raises(TableError, match=message):
        arrange(rows)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no column `id`"),
        (b"\x00" * 100, "no column `id`"),
        (b"id,limit\nhiv_pep,72\xa0hours\n", "Line 2 is not UTF-8"),
        (b'id,limit\nhiv_pep,"72 hours\n', "is no CSV: is a quotation mark missing"),
        (b'id,limit\nhiv_pep,"72" hours\n', "Line 2 is no CSV"),
        (b"id,limit\n" + b"x" * 200_000, "Line 2 is no CSV"),
        (b"\xff\xfei", "is not UTF-8"),
    ],
)
def test_what_is_no_csv_is_told(data: bytes, message: str) -> None:
    """A file that is none, of another encoding or with an open quotation mark is refused with its line."""
    with pytest.raises(TableError, match=message):
        arrange(read_csv(data))


def bomb(count: int) -> bytes:
    """Return a document whose entities grow tenfold, count times."""
    names = [
        f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "ha"}{("&e" + str(n - 1) + ";") * 9 if n else ""}">'
        for n in range(count)
    ]
    return f"<!DOCTYPE x [{''.join(names)}]><x>&e{count - 1};</x>".encode()


CELL = b'<c r="D7"><f>1+1</f><v>2</v></c>'
PARTS: list[tuple[dict[str, bytes], str]] = [
    (sheet(b'<sheetData><row r="7">' + CELL + b"</row></sheetData>"), "In cell D7 stands a formula"),
    (sheet(b'<x:f xmlns:x="y"/>'), "In the sheet stands a formula"),
    ({"xl/vbaProject.bin": b"x"}, "holds macros"),
    ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "holds macros"),
    ({"xl/worksheets/sheet1.xml": bomb(12)}, "what no spreadsheet writes"),
    ({"xl/styles.xml": bomb(12)}, "what no spreadsheet writes"),
    ({"xl/workbook.xml": "<workbook/>".encode("utf-16")}, "what no spreadsheet writes"),
    ({"xl/workbook.xml": b"<workbook"}, "no whole XLSX file"),
    ({"xl/workbook.xml": b"<workbook/>"}, "no whole XLSX file"),
    ({"xl/styles.xml": b"<styleSheet>" + b"<xf/>" * 200_000}, "far more than a table"),
    ({"xl/worksheets/sheet1.xml": b" " * 9_000_000}, "far more than a table"),
    ({"xl/media/image1.png": b"\x00" * 20_000_000}, "far more than a table"),
    ({f"xl/x{number}.xml": b"<x/>" for number in range(300)}, "far more than a table"),
    (sheet(b'<sheetData><row r="6000"><c r="A6000" t="str"><v>x</v></c></row></sheetData>'), "more than 2,000 rows"),
    (sheet(b'<sheetData><row r="x"><c r="A1"/></row></sheetData>'), "no whole XLSX file"),
    (sheet(b'<sheetData><row><c r="A1" t="s"><v>99</v></c></row></sheetData>'), "no whole XLSX file"),
]  # fmt: skip


def changed_package(changes: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    """Return an XLSX file with some parts changed or added."""
    content = io.BytesIO()
    with ZipFile(io.BytesIO(write_workbook(rows_of(PLAIN)))) as old, ZipFile(content, "w", method) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, part in {**parts, **changes}.items():
            new.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(("changes", "message"), PARTS)
def test_harmful_workbook_is_refused_in_one_sentence(changes: dict[str, bytes], message: str) -> None:
    """Formulas, macros, bombs of any sort and broken parts are refused, in little time and memory."""
    data = changed_package(changes)
    with within(75):
        tracemalloc.start()
        with pytest.raises(TableError, match=message):
            arrange(read_workbook(data))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 150 * 1024 * 1024


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "older kind or has a password"),
        (b"PK\x03\x04", "no whole XLSX file"),
        (changed_package({})[:-30], "no whole XLSX file"),
        (changed_package({}).replace(b"xl/worksheets", b"xl/workSheets"), "no whole XLSX file"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, message: str) -> None:
    """An old or encrypted file, another ZIP file and half a file are refused in one sentence."""
    with pytest.raises(TableError, match=message):
        arrange(read_workbook(data))


def test_zip_with_password_is_refused() -> None:
    """A package whose parts are encrypted is told to have a password."""
    data = bytearray(changed_package({}))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    with pytest.raises(TableError, match="has a password"):
        arrange(read_workbook(bytes(data)))


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_package_packed_in_another_way_is_refused(method: int) -> None:
    """Ways to pack that no spreadsheet uses, some of which take much memory to open, are not opened at all."""
    with pytest.raises(TableError, match="no whole XLSX file"):
        arrange(read_workbook(changed_package({}, method)))


BOOK = changed_package({})


def sentence(data: bytes) -> str:
    """Return in what sentence a file is refused, or that it is a table."""
    try:
        arrange(read_workbook(data) if data[:2] == b"PK" else read_csv(data))
    except TableError as error:
        return str(error)
    return "It is a table."


@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), max_size=5), st.integers(2, len(BOOK)))
def test_damaged_workbook_is_refused_or_read(changes: list[tuple[int, int]], end: int) -> None:
    """A file with bytes changed or cut off is a table still or is refused in one sentence, and nothing else."""
    data = bytearray(BOOK)
    for place, value in changes:
        data[place] = value
    for given_bytes in (bytes(data), bytes(data[:end])):
        assert sentence(given_bytes).endswith(".")


@given(st.binary(max_size=60))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    """Whatever a file holds, it is a table or is refused in one sentence."""
    for given_bytes in (data, b"id,limit\n" + data, b"PK" + data):
        assert sentence(given_bytes).endswith((".", "?"))


def test_other_zip_is_no_workbook() -> None:
    """A ZIP file of other things is no spreadsheet."""
    content = io.BytesIO()
    with ZipFile(content, "w") as package:
        package.writestr("letter.txt", "x")
    with pytest.raises(TableError, match="no whole XLSX file"):
        arrange(read_workbook(content.getvalue()))


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    [
        b"<sheetData>" + b"<row>" + b"<c/>" * 950_000 + b"</row></sheetData>",
        b"<sheetData>" + b"<row/>" * 600_000 + b"</sheetData>",
        b"<sheetData/><mergeCells>" + b'<mergeCell ref="A1:A2"/>' * 150_000 + b"</mergeCells>",
        b'<sheetData/><conditionalFormatting sqref="A1">'
        + b'<cfRule type="x" priority="1"/>' * 120_000
        + b"</conditionalFormatting>",
        b"<cols>" + b'<col min="1" max="9"/>' * 150_000 + b"</cols><sheetData/>",
    ],
    ids=["cells", "rows", "merged", "formats", "columns"],
)
def test_largest_sheets_take_bounded_time(part: bytes) -> None:
    """The worst that fits into the sizes allowed is answered within seconds."""
    data = changed_package(sheet(part))
    with within(220), pytest.raises(TableError):
        arrange(read_workbook(data))
