"""A table compared with the files, row by row. A row with a mistake changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.protocol.schema.forms import suggest
from engine.protocol.sentences.words import show as shown
from engine.run.protocols.limits import days
from engine.run.protocols.limits.adoption import check_row
from engine.run.protocols.limits.cells import DAYS, KEYS, CellError, show
from engine.run.protocols.limits.judging import day_of, judge, says_other
from engine.run.protocols.limits.remarks import Change, Comparison, Remark
from engine.run.protocols.limits.rows import AS_EXPORTED, FILE, ID, READ_ONLY, USED_BY, Row
from engine.run.protocols.limits.table import Line, Table


def compare(table: Table, rows: Sequence[Row]) -> Comparison:
    """Return what the table would change; rows with a mistake change nothing."""
    comparison, found = Comparison(), _Finder(rows)
    pairs: list[tuple[Line, Row]] = []
    for line in table.lines:
        if comparison.is_full:
            break
        row = found.find(line, comparison.remarks)
        if row is not None:
            pairs.append((line, row))
    order = days.settle(_dates(pairs))
    for line, row in pairs:
        if not comparison.is_full:
            _compare_row(line, row, order, comparison)
    there = {(row.file, row.id) for _, row in pairs}
    comparison.absent = [row for row in rows if (row.file, row.id) not in there]
    return comparison


def _dates(pairs: Sequence[tuple[Line, Row]]) -> Iterator[tuple[str, date | None]]:
    for line, row in pairs:
        for key in KEYS:
            if key in DAYS and line.cells.get(key, "").strip():
                yield line.cells[key], day_of(row, key)


def _compare_row(line: Line, row: Row, order: days.Order | None, comparison: Comparison) -> None:
    cells = row.cells()
    given = {key: line.cells[key].strip() for key in KEYS if key in line.cells}
    other = [key for key in given if says_other(key, given[key], cells[key], day_of(row, key), order)]
    if _is_stale(line, cells):
        if other:
            message = f"The limit {shown(row.id)} was changed in the files after this table was made from them."
            hint = "Export the table anew and make your change in the new one."
            comparison.remarks.append(Remark(line.number, row.id, "", message, hint))
        return
    remarks, changes = list(_check_shown(line, cells, row)), []
    for key in other:
        try:
            content = judge(key, given[key], cells[key], day_of(row, key), order)
            changes.append(Change(line.number, row, key, cells[key], show(content), content))
        except CellError as error:
            remarks.append(Remark(line.number, row.id, key, error.message, error.hint))
    if not remarks:
        remarks += check_row(line.number, row.id, cells, changes)
    comparison.remarks += remarks
    comparison.changes += changes


def _is_stale(line: Line, cells: Mapping[str, str]) -> bool:
    """Whether the files say something else than when the table was made. An empty mark was taken out."""
    mark = line.cells.get(AS_EXPORTED, "").strip()
    return mark != "" and mark != cells[AS_EXPORTED] and _looks_like_a_mark(mark)


def _looks_like_a_mark(text: str) -> bool:
    return len(text) == 13 and text[0] == "v" and set(text[1:]) <= set("0123456789abcdef")


def _check_shown(line: Line, cells: Mapping[str, str], row: Row) -> Iterator[Remark]:
    """Yield what was changed although it is only shown."""
    for column in READ_ONLY:
        given = line.cells.get(column, "").strip()
        if given and " ".join(given.split()) != cells[column]:
            message = f"`{column}` is only shown; a table cannot change it."
            hint = f"Write {shown(cells[column])} again, or leave the cell empty."
            if column == USED_BY:
                hint = "Deadlines are changed in the protocol itself. Leave the cell empty."
            yield Remark(line.number, row.id, column, message, hint)


class _Finder:
    """Finds the limit that a row of the table is about, once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._by_id: dict[str, list[Row]] = {}
        for row in rows:
            self._by_id.setdefault(row.id, []).append(row)
        self._seen: dict[tuple[str, str], int] = {}

    def find(self, line: Line, remarks: list[Remark]) -> Row | None:
        """Return the limit, or None after saying what is wrong."""
        id_, file = line.cells.get(ID, "").strip(), line.cells.get(FILE, "").strip()
        if not id_:
            remarks.append(Remark(line.number, "", ID, "This row names no limit.", "Write its id, or empty the row."))
            return None
        homes = self._by_id.get(id_, [])
        if not homes:
            message = f"There is no limit {shown(id_)} in the files; a limit is added in the file itself."
            remarks.append(Remark(line.number, id_, ID, message, suggest(id_, self._by_id)))
            return None
        fitting = [row for row in homes if file in ("", row.file)]
        if len(fitting) != 1:
            remarks.append(_refuse_file(line, id_, file, homes))
            return None
        return self._once(line, fitting[0], remarks)

    def _once(self, line: Line, row: Row, remarks: list[Remark]) -> Row | None:
        first = self._seen.setdefault((row.file, row.id), line.number)
        if first == line.number:
            return row
        message = f"The limit {shown(row.id)} stands in this row and already in row {first}."
        remarks.append(Remark(line.number, row.id, ID, message, "Delete one of the two rows."))
        return None


def _refuse_file(line: Line, id_: str, file: str, homes: Sequence[Row]) -> Remark:
    files = ", ".join(f"`{row.file}`" for row in homes)
    if not file:
        return Remark(line.number, id_, FILE, f"The limit {shown(id_)} stands in {files}.", "Name the file meant.")
    message = f"The limit {shown(id_)} does not stand in {shown(file)}, and a table cannot move it."
    return Remark(line.number, id_, FILE, message, f"Write {files}.")
