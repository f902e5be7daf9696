"""An invented office in a folder of its own, whose limits go out to tables and come back."""

from __future__ import annotations

import difflib
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.run.protocols.limits.csv_table import write_csv
from engine.run.protocols.limits.exchange import Outcome, export_rows, import_table
from engine.run.protocols.limits.rows import COLUMNS

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
#: Limits in every style there is, with comments in every place.
STYLES = (FIXTURES / "limits" / "styles.yaml").read_text(encoding="utf-8")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Office:
    """A folder with a protocol and limits in a file of their own."""

    path: Path

    @property
    def limits(self) -> Path:
        """The file of the limits."""
        return self.path / "shared" / "limits.yaml"

    def text(self) -> str:
        """Return what the file of the limits says now, byte for byte."""
        return self.limits.read_bytes().decode()

    def rows(self) -> Rows:
        """Return the table as it is exported now."""
        return export_rows(str(self.path))

    def rows_with(self, **changed: dict[str, str]) -> Rows:
        """Return the table as it is exported now, with some cells changed: by id, then by column."""
        return [{**row, **changed.get(row["id"], {})} for row in self.rows()]

    def take(self, rows: Rows, *, write: bool = False) -> Outcome:
        """Import a table with these rows."""
        columns = [column for column in COLUMNS if any(column in row for row in rows)]
        return self.take_cells([columns, *([row.get(column, "") for column in columns] for row in rows)], write=write)

    def take_cells(self, cells: list[list[str]], *, write: bool = False) -> Outcome:
        """Import a table with these cells, the names of its columns among them."""
        table = self.path / "table.csv"
        table.write_bytes(write_csv(cells))
        return import_table(str(table), str(self.path), write=write)


def build(path: Path) -> Office:
    """Write the invented office into a folder."""
    (path / "shared").mkdir()
    protocols = FIXTURES / "protocols"
    shutil.copytree(protocols / "calendars", path / "calendars")
    before, _, rest = (protocols / "shared" / "common.yaml").read_text(encoding="utf-8").partition("limits:\n")
    (path / "shared" / "common.yaml").write_text(before + rest[rest.index("escalations:") :], encoding="utf-8")
    full = (protocols / "full.yaml").read_text(encoding="utf-8")
    included = full.replace("shared/common.yaml", "shared/common.yaml, shared/limits.yaml")
    (path / "full.yaml").write_text(included, encoding="utf-8")
    office = Office(path)
    office.limits.write_bytes(STYLES.encode())
    return office


def changed_lines(before: str, after: str) -> list[str]:
    """Return the lines that differ, with the sign of a diff."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def errors(outcome: Outcome) -> list[tuple[int, str, str]]:
    """Return row, column, and message with hint of each mistake."""
    return [(one.row, one.column, f"{one.message} {one.hint}") for one in outcome.remarks if one.is_error]
