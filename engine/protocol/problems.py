"""What can be wrong with a protocol file, in words for the people who edit it.

Every problem has a stable code. The list of codes with their long explanations stands in ``codes.py``; the
reference in the docs and ``spean explain`` are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the file from being used; a warning is valid but dangerous."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file: line and column count from 1, the column in characters."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands, what is wrong in one sentence, what to do in another (29).

    ``path`` is the way through the keys (``tracks.medical.steps.triage``), empty for problems of the whole file.
    """

    code: str
    severity: Severity
    place: Place
    path: str
    message: str
    hint: str

    def as_json(self) -> dict[str, str | int]:
        """Return the problem as ``spean check --format json`` prints it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }
