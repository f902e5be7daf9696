"""What a table would change, and what is wrong with it, in the words of those who edit it: rows and columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.protocol.editing.quoting import Content
from engine.run.protocols.limits.rows import Row

#: More remarks about one table help nobody.
MOST_REMARKS = 100


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong in a row of the table, or only worth a second look. ``column`` is empty for the whole row."""

    row: int
    id: str
    column: str
    message: str
    hint: str
    is_error: bool = True

    def as_json(self) -> dict[str, str | int]:
        """Return the remark as ``spean limits import --format json`` prints it."""
        severity = "error" if self.is_error else "warning"
        return {
            "severity": severity,
            "row": self.row,
            "id": self.id,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One key of a limit that would say something else. ``row`` is the row of the table."""

    row: int
    limit: Row
    key: str
    before: str
    after: str
    content: Content

    def as_json(self) -> dict[str, str | int]:
        """Return the change as ``spean limits import --format json`` prints it."""
        return {
            "row": self.row,
            "file": self.limit.file,
            "id": self.limit.id,
            "column": self.key,
            "before": self.before,
            "after": self.after,
        }


@dataclass(slots=True)
class Comparison:
    """What a table changes, what is wrong with it, and which limits of the files are not in it."""

    changes: list[Change] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    absent: list[Row] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether looking for more helps nobody."""
        return len(self.remarks) >= MOST_REMARKS
