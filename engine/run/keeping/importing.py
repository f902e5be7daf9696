"""Cases in flight, from a table: each is opened at its true step, and stays quiet until a given day.

One row is one case and one transaction. A row that cannot be taken is put aside with its reason, the others go on.
Each row is recognised by its ``id`` (of which only a keyed hash is kept): running the import again takes what is
missing.
"""

from __future__ import annotations

import csv
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from hashlib import sha256
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.core.case.code import BYTES, code_of
from engine.core.case.commands import Actor, OpenCase
from engine.core.case.reasons import Refused
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.core.people.directory import CASE_MANAGER, Directory
from engine.core.people.names import shown
from engine.run.cases.answers import read_answers
from engine.run.cases.writing import deciding
from engine.run.logs.event_log import read_timestamp
from engine.run.setup.office import Office
from engine.store.points import passed
from engine.store.ports import KeyReusedError, Ticket

ID, PROTOCOL, STEP, SINCE, AGENCY, MANAGER = "id", "protocol", "step", "since", "agency", "manager"
COLUMNS = (ID, PROTOCOL, STEP, SINCE, AGENCY, MANAGER)
_NEEDED = (ID, STEP, SINCE)
#: Where a row stood and why it was put aside: columns of the file of rejects, which is a table to be imported again.
_OF_REJECTS = ("line", "why")
#: No table of cases is larger; it is read as a whole.
LARGEST = 200 * 1024 * 1024

#: Called with (rows done, rows in all).
Progress = Callable[[int, int], None]


class TableError(SpeanError):
    """The table cannot be read as a whole; nothing was imported."""


class RowError(SpeanError):
    """A row cannot be imported; the message says why and never repeats an answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import is told: by whom, quiet until when (UTC), and what stands for empty cells."""

    by: str
    quiet_until: datetime | None = None
    protocol: str = ""
    agency: str = ""
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; ``line``: where it ends in the file."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was put aside, and why."""

    row: Row
    why: str


@dataclass(slots=True)
class Imported:
    """What became of the rows: the code of each case by the row's id, and what was put aside."""

    columns: tuple[str, ...]
    codes: dict[str, str] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


def read_table(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    """Return the columns and rows of a CSV file (UTF-8; commas, semicolons or tabs). Raises TableError."""
    try:
        if path.stat().st_size > LARGEST:
            raise TableError(f"{path}: the table is larger than 200 MiB; divide it.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TableError(f"{path}: the table cannot be read ({(error.strerror or '').lower()}).") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: the table is not UTF-8; save it as CSV in UTF-8.") from error
    try:
        rows = list(_rows(text, path))
    except csv.Error as error:
        raise TableError(f"{path}: the table cannot be read as CSV ({error}); is a quote missing?") from error
    if not rows or not rows[0].cells:
        raise TableError(f"{path}: the table is empty; its first line names the columns.")
    rows = [_as_given(one) for one in rows]
    columns = tuple(rows[0].cells)
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise TableError(f"{path}, line 1: the columns {', '.join(missing)} are missing.")
    return columns, rows[1:]


def _as_given(row: Row) -> Row:
    """Return a row without what the file of rejects says of it."""
    return Row(row.line, {name: cell for name, cell in row.cells.items() if name not in _OF_REJECTS})


def _rows(text: str, path: Path) -> Iterator[Row]:
    """Yield the rows; the first one stands for itself: each column's name under that name. Raises TableError."""
    first = text.partition("\n")[0]
    divider = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=divider, strict=True)
    columns: list[str] = []
    for cells in reader:
        if not columns:
            columns = _columns(cells, path)
            yield Row(reader.line_num, {name: name for name in columns})
        elif any(cell.strip() for cell in cells):
            filled = _trimmed(cells)
            extra = {"": "more cells than columns"} if len(filled) > len(columns) else {}
            padded = [*filled, *[""] * (len(columns) - len(filled))]
            yield Row(reader.line_num, {**dict(zip(columns, padded, strict=False)), **extra})


def _columns(cells: Sequence[str], path: Path) -> list[str]:
    """Return the names of the columns; empty ones at the end are what a spreadsheet leaves. Raises TableError."""
    columns = _trimmed(cells)
    if "" in columns:
        raise TableError(f"{path}, line 1: a column between others has no name; give it one, or take it out.")
    twice = [name for place, name in enumerate(columns) if name in columns[:place]]
    if twice:
        raise TableError(f"{path}, line 1: the column {twice[0]} is there twice; keep one.")
    return columns


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Return the cells without spaces around them, and without empty ones at the end."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


class Importing:
    """Imports the rows of a table into an office."""

    def __init__(self, office: Office, plan: Plan, protocol: Callable[[str], Protocol]) -> None:
        """Import as the plan says. ``protocol``: gives the version in force, or refuses."""
        self._office = office
        self._plan = plan
        self._protocol = protocol
        self._library: Library = office.registry.library()
        self._directory: Directory = office.people.now()
        self._secret = office.keyring.secret("import")

    def run(self, columns: Sequence[str], rows: Sequence[Row], progress: Progress) -> Imported:
        """Take every row that can be taken. Raises TableError for a column that is no field, before any row.

        Raises what the database raises, too; what was taken until then stays.
        """
        self._check(columns)
        found = Imported(tuple(columns))
        for done, row in enumerate(rows, 1):
            try:
                found.codes[row[ID]] = self._take(row, found)
            except (RowError, Refused) as error:
                found.rejected.append(Rejected(row, str(error)))
            except SpeanError as error:
                if not isinstance(error, KeyReusedError):
                    raise
                why = "A row of this id was imported already, with another content; correct the case itself."
                found.rejected.append(Rejected(row, why))
            progress(done, len(rows))
        return found

    def _check(self, columns: Sequence[str]) -> None:
        known = {field for rules in self._library.rulebooks.values() for field in rules.protocol.fields}
        unknown = [name for name in columns if name not in COLUMNS and name not in known]
        if unknown:
            near = get_close_matches(unknown[0][:100], [*known, *COLUMNS], n=1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            raise TableError(
                f"Nothing was imported: no protocol in use has a field for the column {shown(unknown[0])}{meant}."
                f" Unknown columns: {len(unknown)}."
            )

    def _take(self, row: Row, found: Imported) -> str:
        if "" in row.cells:
            raise RowError("The row has more cells than there are columns; put text with commas into quotes.")
        if not row[ID]:
            raise RowError("The row has no id; it needs one, so that it is imported once.")
        if row[ID] in found.codes:
            raise RowError("A row above has the same id.")
        command = self._command(row, found.columns)
        key = self._keyed(row[ID])
        code = code_of(key[:BYTES])
        work = deciding(command, self._office.time.now, self._library)
        if self._plan.dry:
            work(Case(code))
            return code
        content = self._keyed(repr(sorted(one for one in row.cells.items() if one[1]))).hex()
        self._office.cases.open(code, work, Ticket("import", f"import {key.hex()}", content))
        passed("import: row taken")
        return code

    def _command(self, row: Row, columns: Sequence[str]) -> OpenCase:
        name = row[PROTOCOL] or self._plan.protocol
        if not name:
            raise RowError("The row names no protocol; fill the column, or say --protocol.")
        protocol = self._protocol(name)
        agency = row[AGENCY] or self._plan.agency
        known = self._directory.agencies.get(agency)
        if known is None:
            raise RowError("The row names no agency of the directory; `spean agency list` shows them.")
        if row[STEP] not in protocol.main.steps:
            raise RowError(
                f"The protocol {protocol.id} has no such step; its steps: {', '.join(protocol.main.steps)}."
            )
        answers = [f"{column}={row[column]}" for column in columns if column not in COLUMNS and row[column]]
        try:
            facts = read_answers(answers, self._library)
        except SpeanError as error:
            raise RowError(str(error)) from error
        return OpenCase(
            actor=Actor(self._plan.by),
            enrolment=protocol.id,
            meaning=protocol.meaning,
            facts=facts,
            happened=_since(row[SINCE], ZoneInfo(known.zone)),
            calendar=known.calendar or None,
            quiet_until=self._plan.quiet_until,
            at_step=row[STEP],
            agency=agency,
            holders=self._holders(row[MANAGER]),
        )

    def _holders(self, manager: str) -> dict[str, str]:
        if not manager:
            return {}
        known = self._directory.users.get(manager)
        if known is None or known.disabled:
            raise RowError("The row names a manager who is not in the directory; `spean user list` shows who is.")
        return {CASE_MANAGER: manager}

    def _keyed(self, text: str) -> bytes:
        """Return a hash that nobody can guess an id from; ids of paper files may tell something."""
        return hmac.new(self._secret, text.encode(), sha256).digest()


def write_rejects(path: Path, found: Imported) -> None:
    """Write what was put aside, as it stood, with the reason; only its owner may read the file."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow([*_OF_REJECTS, *found.columns])
        for one in found.rejected:
            writer.writerow([one.row.line, one.why, *(one.row[name] for name in found.columns)])


def write_codes(path: Path, found: Imported) -> None:
    """Write under which code each row's case is known; only its owner may read the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow(["id", "code"])
        writer.writerows(found.codes.items())


def _since(text: str, zone: ZoneInfo) -> date | datetime:
    """Return since when a case stands at its step: a day, or a moment (UTC). Raises RowError."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-31") else read_timestamp(text, zone)
    except ValueError as error:
        raise RowError("The column since is no date; write 2026-03-31, or 2026-03-31T14:00.") from error
