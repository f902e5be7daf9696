"""A YAML document as text in a tree: every scalar is text until the schema types it, every node has its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.protocol.problems import Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text. ``place`` is where its first character (or opening quote) stands.

    ``quoted`` tells a plain scalar from a quoted or block one: an empty plain scalar means "nothing given".
    ``inner`` is the place of the first character of the text itself (behind the quote), for errors inside it.
    """

    text: str
    place: Place
    quoted: bool = False

    @property
    def inner(self) -> Place:
        """Where the text itself begins, behind an opening quote."""
        return Place(self.place.file, self.place.line, self.place.column + int(self.quoted))


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a table with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, keys in file order and unique."""

    entries: Mapping[str, Entry]
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    items: tuple[Node, ...]
    place: Place


Node = Scalar | Table | Items
