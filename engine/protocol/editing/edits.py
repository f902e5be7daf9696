"""Changing values in the text of a file: the least is replaced, and the result is read back before it is believed.

Comments, order, quotes, blank lines and all that is not changed stay as they are. What cannot be changed without
losing a comment is refused, with the line to go to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeGuard, cast

from engine.core.errors import SpeanError
from engine.protocol.editing.places import Places
from engine.protocol.editing.quoting import Content, write
from engine.protocol.editing.splices import Splice, splice
from engine.protocol.problems import Place
from engine.protocol.reading.nodes import Entry, Node, Scalar, Table
from engine.protocol.reading.source import read
from engine.protocol.schema.forms import is_empty


class EditError(SpeanError):
    """The value stands among comments that would be lost; change it in the file itself."""

    def __init__(self, place: Place, reason: str) -> None:
        """Say where and why."""
        self.place, self.reason = place, reason
        super().__init__(f"{place.file}, line {place.line}: {reason}; change it in the file itself.")


@dataclass(frozen=True, slots=True)
class Edit:
    """One key of a table gets another value; None takes it away. ``path`` is the way through the keys.

    ``may_stay`` tells that a key may be left without a value, where a comment beside it would go with it.
    """

    path: tuple[str, ...]
    content: Content
    may_stay: bool = True


def edit(name: str, raw: str, edits: Iterable[Edit], order: Sequence[str]) -> str:
    """Return the text of a file with some values changed; it has no mistakes, and keeps its line ends.

    Keys that are new in their table are put where ``order`` has them. Raises EditError where a comment is in the way.
    """
    rank = {key: number for number, key in enumerate(order)}
    before, changed = plain(read(name, raw).root), raw
    parts = [part for one in edits for part in _expand(one, _at(before, one.path))]
    wanted = sorted(parts, key=lambda one: (one.path[:-1], one.content is None, rank.get(one.path[-1], len(rank))))
    for each_table_once in _rounds(wanted):
        editor = _Editor(Places(name, changed.replace("\r\n", "\n").replace("\r", "\n")), rank)
        changed = splice(changed, [part for one in each_table_once for part in editor.splices(one)])
    if plain(read(name, changed).root) != _expected(before, wanted):
        raise EditError(Place(name), "the changed file would not say what is meant")
    return changed


def _at(content: Content, path: Iterable[str]) -> Content:
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _expand(one: Edit, before: Content) -> Iterator[Edit]:
    """Yield an edit of a table as edits of its keys, where some of them stay."""
    content = one.content
    if not (isinstance(before, dict) and isinstance(content, dict) and before.keys() & content.keys()):
        yield one
        return
    for key in [*content, *(key for key in before if key not in content)]:
        if content.get(key) != before.get(key):
            yield from _expand(Edit((*one.path, key), content.get(key), may_stay=False), before.get(key))


def _rounds(edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """Yield the edits so that those made at once never touch each other: one of each table."""
    tables: dict[tuple[str, ...], list[Edit]] = {}
    for one in edits:
        tables.setdefault(one.path[:-1], []).append(one)
    for column in zip_longest(*tables.values()):
        yield [one for one in column if one is not None]


def plain(node: Node | None) -> Content:
    """Return what a node says as texts, tuples and tables, without keys that say nothing."""
    if node is None or is_empty(node):
        return None
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Table):
        said = ((key, plain(entry.value)) for key, entry in node.entries.items())
        return {key: content for key, content in said if content is not None}
    return tuple([plain(one) for one in node.items])


def _expected(before: Content, edits: Iterable[Edit]) -> Content:
    for one in edits:
        table = cast("dict[str, Content]", before)
        for key in one.path[:-1]:
            table = cast("dict[str, Content]", table[key])
        table.pop(one.path[-1], None)
        if one.content is not None:
            table[one.path[-1]] = one.content
    return before


class _Editor:
    """Finds the parts of the text that an edit replaces."""

    def __init__(self, places: Places, rank: dict[str, int]) -> None:
        self._places = places
        self._rank = rank

    def splices(self, one: Edit) -> Iterator[Splice]:
        """Yield what an edit replaces."""
        table, inside = cast("Table", self._places.root), False
        for key in one.path[:-1]:
            inside = inside or self._places.in_brackets(table)
            table = cast("Table", table.entries[key].value)
        inside = inside or self._places.in_brackets(table)
        entry = table.entries.get(one.path[-1])
        if entry is None:
            if one.content is not None:
                yield self._insert(table, one.path[-1], one.content, inside)
        elif one.content is None:
            yield self._remove(table, one, inside)
        elif is_empty(entry.value):
            yield self._fill(entry, one.content)
        else:
            yield self._replace(entry, one.content)

    def _fill(self, entry: Entry, content: Content) -> Splice:
        place = self._places.behind_key(entry)
        colon = "" if self._places.has_colon(entry) else ":"
        return Splice(place, place, f"{colon} {write(content)}")

    def _replace(self, entry: Entry, content: Content) -> Splice:
        value = entry.value
        if isinstance(content, str) and self._is_short(value):
            span = self._places.span(value)
            return Splice(span.start, span.end, write(content, span.style))
        return self._rewrite(entry, content)

    def _is_short(self, node: Node) -> TypeGuard[Scalar]:
        """Whether a text is plain or in quotes, and no block below its key."""
        return isinstance(node, Scalar) and self._places.span(node).style not in ("|", ">")

    def _rewrite(self, entry: Entry, content: Content) -> Splice:
        """Replace everything behind the colon of a key."""
        start, end = self._places.behind_key(entry), self._places.end(entry.value)
        if self._places.has_comment(start, end) or self._heads_comment(entry.value):
            raise EditError(entry.key.place, f"`{entry.key.text}` has comments inside")
        return Splice(start, end, f" {write(content)}")

    def _heads_comment(self, node: Node) -> bool:
        """Whether a comment stands behind the sign that begins a block of text."""
        start = self._places.start(node)
        is_block = isinstance(node, Scalar) and not self._is_short(node)
        return is_block and "#" in self._places.text[start : self._places.line_end(start)]

    def _insert(self, table: Table, key: str, content: Content, inside: bool) -> Splice:
        """Add a key behind those that come before it in the order, on a line of its own or between the commas."""
        entries, rank = list(table.entries.values()), self._rank.get(key, len(self._rank))
        before = [number for number, one in enumerate(entries, 1) if self._rank.get(one.key.text, -1) < rank]
        number, words = max(before, default=0), f"{write(key)}: {write(content)}"
        if not entries:
            within = self._places.start(table) + 1
            return Splice(within, within, words)
        place = self._places.start(entries[number].key) if number < len(entries) else None
        if inside:
            behind = self._places.behind(entries[-1])
            return Splice(behind, behind, f", {words}") if place is None else Splice(place, place, f"{words}, ")
        space = " " * (table.place.column - 1)
        if number == 0 and place is not None:
            return Splice(place, place, f"{words}\n{space}")
        behind = self._places.line_end(self._places.behind(entries[number - 1]))
        return Splice(behind, behind, f"\n{space}{words}")

    def _remove(self, table: Table, one: Edit, inside: bool) -> Splice:
        """Take a key away with its value; where a comment would go with it, only the value."""
        key = one.path[-1]
        entry = table.entries[key]
        start, end = self._part_in_brackets(table, key) if inside else self._lines(entry)
        if not self._places.has_comment(start, end):
            return Splice(start, end, "")
        if not one.may_stay:
            raise EditError(entry.key.place, f"`{key}` has a comment beside it")
        if not self._is_short(entry.value):
            return self._rewrite(entry, None)
        span = self._places.span(entry.value)
        return Splice(span.start, span.end, "")

    def _part_in_brackets(self, table: Table, key: str) -> tuple[int, int]:
        entries, number = list(table.entries.values()), list(table.entries).index(key)
        if number:
            return self._places.behind(entries[number - 1]), self._places.behind(entries[number])
        behind = self._places.start(entries[1].key) if entries[1:] else self._places.behind(entries[0])
        return self._places.start(entries[0].key), behind

    def _lines(self, entry: Entry) -> tuple[int, int]:
        end = self._places.line_end(self._places.behind(entry))
        return self._places.line_start(entry.key), min(end + 1, len(self._places.text))
