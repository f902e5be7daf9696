"""Filled-in forms: tables whose keys and shapes have been checked, and the desk that collects what is wrong.

Nothing here looks at names or at meaning; that is done by what builds the model from forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem
from engine.protocol.reading.nodes import Node, Scalar, Table
from engine.protocol.sentences.words import SentenceProblem, guess

#: The way to a node: the way to its parent, its key, and where that key stands.
Trail = tuple["Trail | None", str, Place]


def path_of(trail: Trail | None) -> str:
    """Return the way through the keys as it is shown: ``tracks.medical.steps.triage``."""
    names: list[str] = []
    while trail is not None:
        if trail[1]:
            names.append(trail[1])
        trail = trail[0]
    return ".".join(reversed(names))


class Form:
    """A checked table. ``values`` holds what could be read, by key, in file order; the rest is a problem already."""

    __slots__ = ("node", "trail", "values")

    def __init__(self, values: dict[str, Any], node: Table, trail: Trail) -> None:
        self.values = values
        self.node = node
        self.trail = trail

    @property
    def place(self) -> Place:
        """Where the key stands that names this table."""
        return self.trail[2]

    def get(self, key: str, default: Any = None) -> Any:
        """Return what the key holds, or the default where nothing (or nothing readable) was given."""
        return self.values.get(key, default)

    def gives(self, key: str) -> bool:
        """Return whether anything was written behind the key, also something wrong."""
        entry = self.node.entries.get(key)
        return entry is not None and not is_empty(entry.value)

    def at(self, key: str) -> Place:
        """Return where the value of a key stands; without the key, where the table is named."""
        entry = self.node.entries.get(key)
        return self.place if entry is None else entry.value.place

    def key_at(self, key: str) -> Place:
        """Return where a key stands; without it, where the table is named."""
        entry = self.node.entries.get(key)
        return self.place if entry is None else entry.key.place

    def way(self, key: str) -> Trail:
        """Return the trail of one of its keys."""
        return (self.trail, key, self.key_at(key))

    def forms(self) -> Iterator[tuple[str, Form]]:
        """Yield the tables below, by key."""
        return ((key, value) for key, value in self.values.items() if isinstance(value, Form))


#: How many problems of one file are worth a suggestion; fewer are shown.
MAX_NOTED = 250


class Desk:
    """Collects the problems of one run. The texts of the files help to place a mistake inside a sentence."""

    __slots__ = ("_counts", "_lines", "_sources", "problems", "sentences")

    def __init__(self, sources: Mapping[str, str | bytes] | None = None) -> None:
        self.problems: list[Problem] = []
        #: What sentences mean, by parser and text, so that none is read twice in a run.
        self.sentences: dict[tuple[Any, str], Any] = {}
        self._counts: dict[str, int] = {}
        self._sources = sources or {}
        self._lines: dict[str, list[str]] = {}

    def report(self, code: str, place: Place, trail: Trail | str | None, message: str, hint: str) -> None:
        """Note a problem; the way to it is a trail, or written out."""
        count = self._counts[place.file] = self._counts.get(place.file, 0) + 1
        if count > MAX_NOTED:
            return
        path = trail if isinstance(trail, str) else path_of(trail)
        self.problems.append(problem(code, place, message, hint, path))

    def is_full(self, file: str) -> bool:
        """Whether so many problems of a file are noted that looking for more, or for suggestions, helps nobody."""
        return self._counts.get(file, 0) >= MAX_NOTED

    def sentence(self, fault: SentenceProblem, scalar: Scalar, trail: Trail | None) -> None:
        """Note what is wrong in a sentence: at its character, or where it begins if it stands on several lines."""
        inner = scalar.inner
        if self._stands_as_read(scalar):
            inner = Place(inner.file, inner.line, inner.column + fault.offset)
        else:
            inner = scalar.place
        self.report(fault.code, inner, trail, fault.message, fault.hint)

    def _stands_as_read(self, scalar: Scalar) -> bool:
        """Whether the text stands in its line exactly as it was read: not folded, nothing escaped."""
        place = scalar.inner
        if place.file not in self._lines:
            text = self._sources.get(place.file, "")
            decoded = text.decode("utf-8-sig", "replace") if isinstance(text, bytes) else text.removeprefix("\ufeff")
            self._lines[place.file] = decoded.split("\n")
        lines = self._lines[place.file]
        return place.line <= len(lines) and lines[place.line - 1].startswith(scalar.text, place.column - 1)


def is_empty(node: Node) -> bool:
    """Return whether nothing is given: an empty text without quotes."""
    return type(node) is Scalar and not node.text and not node.quoted


def suggest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a suggestion: the known word that was probably meant, else what there is to choose from."""
    names = list(known)
    meant = guess(word, names)
    if meant:
        return f"Did you mean `{meant}`?"
    if otherwise or not names:
        return otherwise or "There is none yet; declare it first."
    shown = ", ".join(f"`{name}`" for name in sorted(names)[:8])
    return f"There are: {shown}{f' and {len(names) - 8} more' if len(names) > 8 else ''}."
