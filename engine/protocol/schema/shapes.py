"""The shapes a value can have in a protocol file: how each is checked and read, and how JSON Schema describes it.

``read`` never raises: what is wrong is reported at the desk, and None is returned. What needs names or a sentence
parser (references, conditions, durations) is kept as the Scalar with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from engine.protocol.reading.nodes import Items, Node, Scalar, Table
from engine.protocol.schema.forms import Desk, Trail, is_empty, suggest
from engine.protocol.schema.refusals import refuse_key, refuse_shape, report_missing, take_text
from engine.protocol.sentences.words import show

FIRST_YEAR, LAST_YEAR = 1900, 2200
#: The longest text that is shown as one line.
MAX_LINE = 2_000
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Described = dict[str, Any]


def quietly(title: str, *types: str) -> Described:
    """Return a schema that takes these types, of which an editor makes no suggestion (such as `null` or `true`)."""
    others = [one for one in ("string", "number", "boolean", "null", "array", "object") if one not in types]
    return {"title": title, "not": {"title": f"no {title}", "type": others}}


def _describe_text(shared: dict[str, Described]) -> Described:
    """Return the schema of any text; editors read some of them as numbers or as true."""
    shared["text_too"] = quietly("text", "number", "boolean")
    return {"anyOf": [{"type": "string"}, {"$ref": "#/definitions/text_too"}]}


class Shape(Protocol):
    """How a value must look. ``examples`` are values as they stand behind a key."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Return values as they stand behind a key; none where each key has its own."""

    def read(self, node: Node, trail: Trail, desk: Desk) -> Any:
        """Return the value, or None after reporting what is wrong with it."""

    def describe(self, shared: dict[str, Described]) -> Described:
        """Return the shape in JSON Schema; tables are put into ``shared`` and referred to."""


class Line:
    """A text that is shown as one line."""

    examples = ()

    def read(self, node: Node, trail: Trail, desk: Desk) -> str | None:
        """Return the text."""
        scalar = take_text(node, trail, desk)
        if scalar is None:
            return None
        text = scalar.text if not scalar.quoted else scalar.text.rstrip("\n")
        if _UNSHOWN.search(text):
            message = f"`{trail[1]}` holds a line break or a control character."
            desk.report("SP212", node.place, trail, message, "Write it as one line of plain text.")
            return None
        if len(text) > MAX_LINE:
            message = f"`{trail[1]}` has {len(text)} characters; {MAX_LINE} at most."
            desk.report("SP212", node.place, trail, message, "Shorten it.")
            return None
        return text

    def describe(self, shared: dict[str, Described]) -> Described:
        """Numbers and words like yes are text too."""
        return _describe_text(shared)


class Wording:
    """A text people read: English, or a table of languages."""

    examples = ()
    _line = Line()
    languages = ("en", "km")

    def read(self, node: Node, trail: Trail, desk: Desk) -> dict[str, str] | None:
        """Return the text by language."""
        if type(node) is Table:
            return self._read_languages(node, trail, desk)
        if type(node) is Items:
            refuse_shape(node, trail, desk, "SP205", "a text")
            return None
        text = self._line.read(node, trail, desk)
        return None if text is None else {"en": text}

    def _read_languages(self, node: Table, trail: Trail, desk: Desk) -> dict[str, str]:
        found = {}
        for name, entry in node.entries.items():
            if name not in self.languages:
                refuse_key(entry.key, self.languages, trail, desk)
            elif not is_empty(entry.value):
                text = self._line.read(entry.value, (trail, name, entry.key.place), desk)
                if text is not None:
                    found[name] = text
        if "en" not in node.entries or is_empty(node.entries["en"].value):
            report_missing("en", trail, desk)
        return found

    def describe(self, shared: dict[str, Described]) -> Described:
        """A text or a table of texts."""
        text = _describe_text(shared)
        shared["languages"] = {
            "type": "object",
            "properties": dict.fromkeys(self.languages, text),
            "required": ["en"],
            "additionalProperties": False,
        }
        return {"anyOf": [*text["anyOf"], {"$ref": "#/definitions/languages"}]}


#: Numbers as files write them.
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


class Choice:
    """One of a few fixed words; ``meanings`` say what each means."""

    def __init__(self, *words: str, meanings: tuple[str, ...] = ()) -> None:
        self.words = words
        self.examples = words[:1]
        self._meanings = meanings
        self._known = frozenset(words)

    def read(self, node: Node, trail: Trail, desk: Desk) -> str | None:
        """Return the word."""
        if type(node) is Scalar and node.text in self._known:
            return node.text
        scalar = take_text(node, trail, desk)
        if scalar is not None and not desk.is_full(node.place.file):
            known = ", ".join(f"`{word}`" for word in self.words)
            hint = suggest(scalar.text, self.words, f"Write one of: {known}.")
            desk.report("SP208", node.place, trail, f"`{trail[1]}` cannot be {show(scalar.text)}.", hint)
        return None

    def describe(self, shared: dict[str, Described]) -> Described:
        """An enumeration; a word of digits is a number for editors, and in quotes a text."""
        if self.words == ("1",):
            return {"anyOf": [{"enum": [1]}, {"not": {"not": {"enum": ["1"]}}}]}
        meanings = {"markdownEnumDescriptions": list(self._meanings)} if self._meanings else {}
        return {"enum": list(self.words), **meanings}


class YesNo:
    """``yes`` or ``no``."""

    examples = ("yes",)
    _words: Mapping[str, bool] = {"yes": True, "no": False}
    _meant: Mapping[str, str] = {
        **dict.fromkeys(("true", "y", "on", "1"), "yes"),
        **dict.fromkeys(("false", "n", "off", "0"), "no"),
    }

    def read(self, node: Node, trail: Trail, desk: Desk) -> bool | None:
        """Return the answer."""
        if type(node) is Scalar and node.text in self._words:
            return self._words[node.text]
        scalar = take_text(node, trail, desk)
        if scalar is not None:
            meant = self._meant.get(scalar.text.lower()) or scalar.text.lower()
            hint = f"Did you mean `{meant}`?" if meant in self._words else "Write `yes` or `no`."
            desk.report("SP209", node.place, trail, f"{show(scalar.text)} is neither yes nor no.", hint)
        return None

    def describe(self, shared: dict[str, Described]) -> Described:
        """The two words; editors that follow YAML 1.1 read yes as true."""
        shared["yes_too"] = quietly("yes or no", "boolean")
        return {"anyOf": [{"enum": ["yes", "no"]}, {"$ref": "#/definitions/yes_too"}]}


class Day:
    """A date of the calendar, year-month-day."""

    examples = ("2027-01-31",)

    def read(self, node: Node, trail: Trail, desk: Desk) -> date | None:
        """Return the date."""
        scalar = take_text(node, trail, desk)
        if scalar is None:
            return None
        day = parse_day(scalar.text)
        if day is None and (scalar.quoted or not _no_such_day(scalar.text)):
            message = f"{show(scalar.text)} is no date between {FIRST_YEAR} and {LAST_YEAR}."
            desk.report("SP210", node.place, trail, message, "Write year-month-day of a real day: `2027-01-31`.")
        return day

    def describe(self, shared: dict[str, Described]) -> Described:
        """A text like 2027-01-31."""
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def parse_day(text: str) -> date | None:
    """Return the date a text names, None if it is none of the years Spean knows."""
    found = _DAY.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _no_such_day(text: str) -> bool:
    """Return whether a plain text looks like a date of no calendar; the reader has told so already."""
    found = _DAY.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return True
    return False


class Whole:
    """A whole number."""

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high = low, high
        self.examples = (str(low),)

    def read(self, node: Node, trail: Trail, desk: Desk) -> int | None:
        """Return the number."""
        scalar = take_text(node, trail, desk)
        if scalar is None:
            return None
        text = scalar.text
        if text.isascii() and text.isdigit() and len(text) < 10 and self._low <= int(text) <= self._high:
            return int(text)
        hint = f"Write a whole number from {self._low} to {self._high}."
        desk.report("SP211", node.place, trail, f"{show(text)} is not a number that fits here.", hint)
        return None

    def describe(self, shared: dict[str, Described]) -> Described:
        """An integer with bounds."""
        return {"type": ["integer", "string"], "minimum": self._low, "maximum": self._high, "pattern": "^[0-9]+$"}


class Figure:
    """A number, whole or with decimals."""

    examples = ("1", "2.5")

    def read(self, node: Node, trail: Trail, desk: Desk) -> Decimal | None:
        """Return the number."""
        scalar = take_text(node, trail, desk)
        if scalar is None:
            return None
        if NUMBER.fullmatch(scalar.text):
            return Decimal(scalar.text)
        message = f"{show(scalar.text)} is not a number that fits here."
        desk.report("SP211", node.place, trail, message, "Write digits: `1` or `2.5`.")
        return None

    def describe(self, shared: dict[str, Described]) -> Described:
        """A number."""
        return {"type": ["number", "string"], "pattern": f"^{NUMBER.pattern}$"}


class Sentence:
    """A text with a grammar of its own (a duration, a condition, a reference), kept with its place."""

    def __init__(self, *examples: str) -> None:
        """``examples`` show what the grammar knows; a reference has none that would fit every file."""
        self.examples = examples

    def read(self, node: Node, trail: Trail, desk: Desk) -> Scalar | None:
        """Return the scalar; whoever reads the sentence says what an empty one lacks."""
        if type(node) is not Scalar:
            refuse_shape(node, trail, desk, "SP205", "a text")
            return None
        return node

    def describe(self, shared: dict[str, Described]) -> Described:
        """Any text, with the examples as suggestions."""
        examples = {"examples": list(self.examples)} if self.examples else {}
        return {**examples, **_describe_text(shared)}


class Several:
    """One text or a list of texts, each once, kept with their places."""

    examples = ()

    def read(self, node: Node, trail: Trail, desk: Desk) -> tuple[Scalar, ...] | None:
        """Return the scalars."""
        if type(node) is Scalar:
            scalar = take_text(node, trail, desk)
            return None if scalar is None else (scalar,)
        if type(node) is not Items:
            refuse_shape(node, trail, desk, "SP204", "a list")
            return None
        found: list[Scalar] = []
        for item in node.items:
            scalar = take_text(item, trail, desk)
            if scalar is not None:
                found.append(scalar)
        if len(found) > 1 and len({one.text for one in found}) < len(found):
            _report_twice(found, trail, desk)
        return tuple(found)

    def describe(self, shared: dict[str, Described]) -> Described:
        """One or several."""
        text = _describe_text(shared)
        return {"anyOf": [*text["anyOf"], {"type": "array", "items": text}]}


def _report_twice(found: list[Scalar], trail: Trail, desk: Desk) -> None:
    seen: set[str] = set()
    for one in found:
        if one.text in seen:
            desk.report("SP214", one.place, trail, f"{show(one.text)} stands twice in this list.", "Delete one.")
        seen.add(one.text)
