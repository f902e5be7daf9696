"""The two use cases: the limits of a folder as a table, and a changed table back into the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.protocol.editing.edits import Edit, EditError, edit
from engine.protocol.problems import Problem, Severity
from engine.run.protocols.files import read_bytes
from engine.run.protocols.limits.cells import KEYS
from engine.run.protocols.limits.comparing import compare
from engine.run.protocols.limits.csv_table import read_csv, write_csv
from engine.run.protocols.limits.folder import Folder, open_folder
from engine.run.protocols.limits.remarks import Change, Remark
from engine.run.protocols.limits.rows import COLUMNS, Row, list_rows
from engine.run.protocols.limits.table import LARGEST_TABLE, Table, TableError, arrange
from engine.run.protocols.limits.workbook import read_workbook, write_workbook
from engine.run.protocols.replacing import Replacement, replace_all

#: How the two kinds of a file that holds others begin: XLSX, and the older kind that is refused by name.
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table. ``problems`` are those the compiler would have with the changed files.

    ``absent`` are limits that are not in the table and stay as they are, ``ignored`` columns that nobody reads.
    ``newly_meant`` names the protocols whose meaning changes, ``written`` the files that were replaced.
    """

    changes: tuple[Change, ...]
    remarks: tuple[Remark, ...]
    problems: tuple[Problem, ...] = ()
    absent: tuple[Row, ...] = ()
    ignored: tuple[str, ...] = ()
    newly_meant: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """How many mistakes keep the table from being taken over."""
        wrong = sum(one.severity is Severity.ERROR for one in self.problems)
        return wrong + sum(one.is_error for one in self.remarks)

    def as_json(self) -> dict[str, object]:
        """Return the document of ``spean limits import --format json``."""
        return {
            "errors": self.errors,
            "remarks": [one.as_json() for one in self.remarks],
            "problems": [one.as_json() for one in self.problems],
            "changes": [one.as_json() for one in self.changes],
            "not_in_the_table": [{"file": row.file, "id": row.id} for row in self.absent],
            "columns_not_read": list(self.ignored),
            "newly_meant": list(self.newly_meant),
            "written": list(self.written),
        }


def export_rows(path: str) -> list[dict[str, str]]:
    """Return the limits of a folder by column. Raises FolderError and ProtocolError where the folder has errors."""
    return [row.cells() for row in list_rows(open_folder(path))]


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """Return the limits of a folder as CSV."""
    return write_csv(_with_head(rows))


def as_workbook(rows: list[dict[str, str]]) -> bytes:
    """Return the limits of a folder as XLSX."""
    return write_workbook(_with_head(rows))


def _with_head(rows: list[dict[str, str]]) -> list[list[str]]:
    return [list(COLUMNS), *([row[column] for column in COLUMNS] for row in rows)]


def read_table(name: str) -> Table:
    """Return the table in a file, CSV or XLSX. Raises FileError and TableError."""
    data = read_bytes(name, LARGEST_TABLE)
    if len(data) > LARGEST_TABLE:
        raise TableError(
            f"{name}: the file is larger than {LARGEST_TABLE // 1024 // 1024} MiB; it is no table of limits."
        )
    try:
        return arrange(read_workbook(data) if data.startswith(_WORKBOOKS) else read_csv(data))
    except TableError as error:
        raise TableError(f"{name}: {error}") from error


def import_table(name: str, path: str, *, write: bool) -> Outcome:
    """Compare a table with the files of a folder, and change the files if asked to and nothing is wrong.

    Raises FileError, TableError, FolderError and ProtocolError where table or folder cannot be used at all, and
    ReplaceError where a file cannot be replaced; in each case every file is as it was.
    """
    table, folder = read_table(name), open_folder(path)
    rows = list_rows(folder)
    found = compare(table, rows)
    outcome = Outcome(tuple(found.changes), tuple(found.remarks), (), tuple(found.absent), table.ignored)
    return outcome if outcome.errors or not found.changes else _apply(folder, outcome, write=write)


def _apply(folder: Folder, outcome: Outcome, *, write: bool) -> Outcome:
    texts, hindrances = _edited(folder, outcome.changes)
    if hindrances:
        return replace(outcome, remarks=(*outcome.remarks, *hindrances))
    changed = folder.changed(texts)
    remarks, problems = _in_rows(_news(folder, changed), outcome.changes)
    told = replace(outcome, remarks=(*outcome.remarks, *remarks), problems=problems)
    if told.errors:
        return told
    if write:
        replace_all({file: Replacement(folder.files[file], text) for file, text in texts.items()})
    written = tuple(folder.short(file) for file in texts) if write else ()
    return replace(told, newly_meant=_newly_meant(folder, changed), written=written)


def _edited(folder: Folder, changes: tuple[Change, ...]) -> tuple[dict[str, bytes], tuple[Remark, ...]]:
    """Return the new texts of the files, and what cannot be changed in them."""
    texts, remarks = {}, list[Remark]()
    for file in dict.fromkeys(one.limit.place.file for one in changes):
        own = [one for one in changes if one.limit.place.file == file]
        raw = folder.files[file].decode()
        try:
            texts[file] = edit(file, raw, map(_edit_of, own), KEYS).encode()
        except EditError:
            remarks += [remark for one in own for remark in _hindrances(file, raw, one)]
    return texts, tuple(remarks)


def _edit_of(one: Change) -> Edit:
    return Edit(("limits", one.limit.id, one.key), one.content)


def _hindrances(file: str, raw: str, one: Change) -> Iterator[Remark]:
    """Yield what keeps one value of a file from being changed."""
    try:
        edit(file, raw, [_edit_of(one)], KEYS)
    except EditError as error:
        message = f"In the file {error.reason}, which would be lost."
        hint = f"Change it in {error.place.file}, line {error.place.line}."
        yield Remark(one.row, one.limit.id, one.key, message, hint)


def _news(before: Folder, after: Folder) -> list[Problem]:
    """Return the problems that the changed files have and the files now have not; lines may have moved."""
    known = {(one.code, one.path, one.message) for one in before.problems}
    return [one for one in after.problems if (one.code, one.path, one.message) not in known]


def _in_rows(problems: list[Problem], changes: tuple[Change, ...]) -> tuple[list[Remark], tuple[Problem, ...]]:
    """Return what the compiler says of changed limits as remarks on their rows, and the rest as it is."""
    rows = {(one.limit.place.file, one.limit.id): one.row for one in changes}
    remarks, others = [], []
    for one in problems:
        kind, id_, *keys = [*one.path.split("."), "", ""][:4]
        row = rows.get((one.place.file, id_)) if kind == "limits" else None
        if row is None:
            others.append(one)
        else:
            column = keys[0] if keys[0] in KEYS else ""
            is_error = one.severity is Severity.ERROR
            remarks.append(Remark(row, id_, column, one.message, one.hint, is_error))
    return remarks, tuple(others)


def _newly_meant(before: Folder, after: Folder) -> tuple[str, ...]:
    """Return the protocols, with their versions, that mean something else than before (2)."""
    meant: Mapping[str, str] = {one.id: one.meaning for one in before.protocols}
    return tuple(f"{one.id} {one.version}" for one in after.protocols if one.meaning != meant.get(one.id))
