"""Nodes grown from a stream of events, with every rule of the strict dialect checked on the way (28).

Nothing here knows the parser: ``source.py`` hands over what the events say.
"""

from __future__ import annotations

import re
from datetime import date

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem
from engine.protocol.reading.characters import SUSPECT
from engine.protocol.reading.layout import Span
from engine.protocol.reading.nodes import Entry, Items, Node, Scalar, Table
from engine.protocol.reading.strictness import find_outdent

MAX_NODES = 20_000
MAX_DEPTH = 20
MAX_KEY = 200
"""Characters of a key; ids are far shorter."""
MAX_TEXT = 10_000
"""Characters of one scalar: about four pages, the longest letter of a ministry."""
MAX_DIGITS = 40
"""Digits of a number: more is a slip of the keyboard, and slow to calculate with."""

_NUMBER = re.compile(r"[-+]?[0-9][0-9_.,]*")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNREAD = Scalar("", Place(""))
"""Stands for a key that cannot be used; its value is read for mistakes and dropped."""


class ReadingEndedError(Exception):
    """A limit is passed or a second document begins: the rest of the file is not looked at."""


class Branch:
    """A table or a list that is still open."""

    __slots__ = ("entries", "flow", "items", "key", "place")

    def __init__(self, place: Place, is_table: bool, flow: bool) -> None:
        self.place = place
        self.flow = flow
        self.entries: dict[str, Entry] = {}
        self.items: list[Node] | None = None if is_table else []
        self.key: Scalar | None = None


class Tree:
    """The nodes read so far and the problems found among them.

    ``spans`` are kept only when asked for: most files hold nothing whose surroundings must be looked at. ``odd_key``
    tells that a key holds a character that is ordinary in values only.
    """

    def __init__(self, name: str, text: str, keep_spans: bool) -> None:
        self.name = name
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.spans: list[Span] = []
        self.known_to = 0
        self.odd_key = False
        self.keep_spans = keep_spans
        self._text = text
        self._lines: list[str] = []
        self._nodes = 0
        self._branches: list[Branch] = []

    def scalar(self, value: str, place: Place, style: str) -> bool:
        """Take one scalar; return whether it became a key."""
        self._count(place)
        size = len(value)
        if size > MAX_DIGITS or size == 10:
            self._inspect(value, place, style)
        node = Scalar(value, place, style != "")
        branches = self._branches
        if branches:
            branch = branches[-1]
            if branch.items is not None:
                branch.items.append(node)
            elif branch.key is None:
                self._begin_entry(branch, node)
                return True
            else:
                self._finish_entry(branch, node)
        else:
            self.root = node
        return False

    def open(self, place: Place, is_table: bool, flow: bool) -> None:
        """Begin a table or a list."""
        self._count(place)
        if self._branches:
            branch = self._branches[-1]
            if branch.items is None and branch.key is None:
                self.report("SP126", place, "A key must be one word, not a list or a table.", "Use a plain key.")
        self._branches.append(Branch(place, is_table, flow))
        if len(self._branches) > MAX_DEPTH:
            message = f"The file is nested more than {MAX_DEPTH} levels deep."
            self.stop("SP106", place, message, "Look for brackets too many, or lines moved in too far.")

    def close(self, last_line: int) -> None:
        """End the table or list that was opened last, in the line given (counted from 0)."""
        branch = self._branches.pop()
        if branch.flow and last_line >= branch.place.line:
            self.check_indent(branch.place, last_line, comments=True)
        node = (
            Table(branch.entries, branch.place) if branch.items is None else Items(tuple(branch.items), branch.place)
        )
        if not self._branches:
            self.root = node
            return
        above = self._branches[-1]
        if above.items is not None:
            above.items.append(node)
        elif above.key is None:
            above.key = _UNREAD
        else:
            self._finish_entry(above, node)

    def check_lines(self, place: Place, last_line: int, style: str) -> None:
        """Check a scalar over several lines: quotes stay in their block, plain text swallows no list item."""
        if style in ("'", '"'):
            self.check_indent(place, last_line, comments=False)
        elif not style:
            for number, line in enumerate(self.lines()[place.line : last_line + 1], place.line + 1):
                words = line.lstrip(" ")
                if words.startswith("- "):
                    there = Place(self.name, number, len(line) - len(words) + 1)
                    message = f"This item would become part of the text that began in line {place.line}."
                    self.report("SP145", there, message, "Move the line in exactly as far as the other items.")

    def lines(self) -> list[str]:
        """Return the lines of the file."""
        self._lines = self._lines or self._text.split("\n")
        return self._lines

    def check_indent(self, place: Place, last_line: int, comments: bool) -> None:
        """Report a bracket or quote over several lines that comes out of the block it stands in."""
        if self._branches and self._branches[-1].flow:
            return  # the outermost bracket is checked as a whole
        block = next((b for b in reversed(self._branches) if not b.flow), None)
        least = block.place.column if block else 0
        found = find_outdent(self.name, self.lines(), place.line - 1, last_line, least, comments)
        if found:
            message = f"This line goes on with what began in line {place.line}, but stands too far to the left."
            hint = f"Close the bracket or quotation mark of line {place.line}, or move this line further in."
            self.report("SP141", found, message, hint)

    def report(self, code: str, place: Place, message: str, hint: str) -> None:
        """Add a problem at the present place in the tree."""
        self.problems.append(problem(code, place, message, hint, self.path()))

    def stop(self, code: str, place: Place, message: str, hint: str) -> None:
        """Add a problem and end the reading."""
        self.report(code, place, message, hint)
        self.root = None
        raise ReadingEndedError

    def path(self) -> str:
        """Return the way through the keys to where the reading is; list items are counted from 1."""
        way = ""
        for branch in self._branches:
            if branch.items is not None:
                way += f"[{len(branch.items) + 1}]"
            elif branch.key is not None:
                way += f".{branch.key.text}" if way else branch.key.text
        return way

    def _count(self, place: Place) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"The file holds more than {MAX_NODES:,} keys and values."
            self.stop("SP105", place, message, "Split it into several files and name them under `include`.")

    def _begin_entry(self, branch: Branch, key: Scalar) -> None:
        branch.key = key
        text = key.text
        if not text.isascii() and SUSPECT.search(text):
            self.odd_key = True
        if text in branch.entries:
            first = branch.entries[text].key.place
            message = f"The key `{_short(text)}` stands in line {key.place.line} and already in line {first.line}."
            self.report("SP120", key.place, message, "Delete one of the two, or give one of them another name.")
        elif not key.quoted and text in ("", "<<"):
            self._refuse_key(key)
        elif len(text) > MAX_KEY:
            message = f"This key is {len(text):,} characters long; at most {MAX_KEY} are read."
            self.report("SP108", key.place, message, "Choose a short key; long texts belong behind the colon.")
        else:
            return
        branch.key = Scalar(text, _UNREAD.place)

    def _refuse_key(self, key: Scalar) -> None:
        if key.text:
            message = "The merge sign << is not allowed."
            self.report("SP123", key.place, message, "Write the keys out, or put what repeats under `defaults`.")
        else:
            message = "There is no key before this colon."
            self.report("SP127", key.place, message, "Write a key before the colon, or put the text in quotes.")

    def _finish_entry(self, branch: Branch, value: Node) -> None:
        key = branch.key
        branch.key = None
        if key is not None and key.place is not _UNREAD.place:
            branch.entries[key.text] = Entry(key, value)

    def _inspect(self, value: str, place: Place, style: str) -> None:
        if len(value) > MAX_TEXT:
            message = f"This text is {len(value):,} characters long; at most {MAX_TEXT:,} are read."
            self.report("SP107", place, message, "Shorten it, or keep the long text in a document of its own.")
        elif style:
            return
        elif len(value) > MAX_DIGITS and _NUMBER.fullmatch(value):
            message = f"This number has {len(value):,} digits; at most {MAX_DIGITS} are read."
            self.report("SP109", place, message, "Correct the number, or put it in quotes if it is no number.")
        elif (match := _DATE.fullmatch(value)) and not _is_date(*match.groups()):
            hint = "Correct the date (year-month-day), or put it in quotes if it is no date."
            self.report("SP110", place, f"There is no such day as {value} in the calendar.", hint)


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
