"""Where the scalars and comments of a file stand, for checks that look at the characters themselves."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from engine.protocol.problems import Place

COMMENT = re.compile(r"#[^\n]*")
LIKELY_COMMENT = re.compile(r"(?:(?<=[ \t\n])|^)#[^\n]*")


@dataclass(frozen=True, slots=True)
class Span:
    """One scalar as it stands in the file: ``text[start:end]`` with its quotes; a plain one has no ``style``."""

    start: int
    end: int
    style: str
    is_key: bool
    path: str
    value: str


class Layout:
    """The text of one file with the spans of its scalars, in order, as far as they are known.

    ``known_to`` is the end of what could be read: behind it (after a syntax error) nothing is known about scalars,
    and comments are guessed by their looks.
    """

    def __init__(self, name: str, text: str, spans: list[Span], known_to: int) -> None:
        self.name = name
        self.text = text
        self.spans = spans
        self.known_to = known_to
        self.comments = self._find_comments()
        self._span_starts = [span.start for span in spans]
        self._comment_starts = [start for start, _ in self.comments]
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, index: int) -> Place:
        """Return line and column of a character, both counted from 1."""
        line = bisect_right(self._line_starts, index)
        return Place(self.name, line, index - self._line_starts[line - 1] + 1)

    def index(self, place: Place) -> int:
        """Return which character stands at a line and column."""
        return self._line_starts[place.line - 1] + place.column - 1

    def span_at(self, index: int) -> Span | None:
        """Return the scalar a character belongs to."""
        found = bisect_right(self._span_starts, index) - 1
        return self.spans[found] if found >= 0 and index < self.spans[found].end else None

    def in_comment(self, index: int) -> bool:
        """Return whether a character is part of a comment."""
        found = bisect_right(self._comment_starts, index) - 1
        return found >= 0 and index < self.comments[found][1]

    def _find_comments(self) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        last = 0
        for span in self.spans:
            found.extend(match.span() for match in COMMENT.finditer(self.text, last, span.start))
            last = max(last, span.end)
        found.extend(match.span() for match in COMMENT.finditer(self.text, last, max(last, self.known_to)))
        found.extend(match.span() for match in LIKELY_COMMENT.finditer(self.text, max(last, self.known_to)))
        return found
