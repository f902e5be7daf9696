"""Where a part of the compiled model stands in its files, looked up only when there is something to say about it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.protocol.problems import Place
from engine.protocol.reading.nodes import Entry, Node, Table


class Places:
    """The trees of one protocol: the file itself, then what it includes."""

    def __init__(self, *roots: Table) -> None:
        self._roots = roots

    def key(self, path: str) -> Place:
        """Return where the last key of a path stands; of the path's part that is there, if it ends earlier."""
        entry = self._find(path)
        return entry.key.place if entry else self._roots[0].place

    def value(self, path: str) -> Place:
        """Return where the value of the last key of a path stands."""
        entry = self._find(path)
        return entry.value.place if entry else self._roots[0].place

    def _find(self, path: str) -> Entry | None:
        found: list[Entry] = []
        for root in self._roots:
            entries = list(_walk(root, path))
            if len(entries) > len(found):
                found = entries
        return found[-1] if found else None


def _walk(node: Node, path: str) -> Iterator[Entry]:
    for name in path.split("."):
        if isinstance(node, Table) and name in node.entries:
            entry = node.entries[name]
            yield entry
            node = entry.value
        else:
            return
