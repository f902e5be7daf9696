"""Where the nodes of a file begin and end in its text. The positions are those the reader has seen."""

from __future__ import annotations

import re

from engine.protocol.reading.layout import Span
from engine.protocol.reading.nodes import Entry, Node, Scalar, Table
from engine.protocol.reading.source import lay_out
from engine.protocol.schema.forms import is_empty

_OPENING, _CLOSING = "[{", "]}"
_COLON = re.compile(r"\s*:")


class Places:
    """The text of one file without mistakes, with the place of every node in it (counted in characters from 0)."""

    def __init__(self, name: str, text: str) -> None:
        """``text`` has ``\\n`` as its only line end."""
        self.text = text
        self.root, self._layout = lay_out(name, text)
        self._spans = {span.start: span for span in self._layout.spans}

    def start(self, node: Node) -> int:
        """Return where a node begins: at its bracket, its quotation mark or its first character."""
        return self._layout.index(node.place)

    def span(self, scalar: Scalar) -> Span:
        """Return where a text begins and ends, with its quotes."""
        return self._spans[self.start(scalar)]

    def in_brackets(self, node: Node) -> bool:
        """Return whether a table or list is written in brackets."""
        return not isinstance(node, Scalar) and self.text[self.start(node)] in _OPENING

    def end(self, node: Node) -> int:
        """Return the place behind the last character of a node."""
        if isinstance(node, Scalar):
            span = self.span(node)
            return span.start + len(self.text[span.start : span.end].rstrip())
        if self.in_brackets(node):
            return self._behind_bracket(self.start(node))
        return self.behind(list(node.entries.values())[-1]) if isinstance(node, Table) else self.end(node.items[-1])

    def has_colon(self, entry: Entry) -> bool:
        """Return whether a colon stands behind a key; in brackets a key may stand alone."""
        return _COLON.match(self.text, self.span(entry.key).end) is not None

    def behind_key(self, entry: Entry) -> int:
        """Return the place behind a key and its colon."""
        end = self.span(entry.key).end
        return self.text.index(":", end) + 1 if self.has_colon(entry) else end

    def behind(self, entry: Entry) -> int:
        """Return the place behind a key and its value."""
        return self.behind_key(entry) if is_empty(entry.value) else self.end(entry.value)

    def line_start(self, node: Node) -> int:
        """Return where the line begins in which a node stands."""
        return self.text.rfind("\n", 0, self.start(node)) + 1

    def line_end(self, index: int) -> int:
        """Return the place of the line break behind a place, or the end of the text."""
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found

    def has_comment(self, start: int, end: int) -> bool:
        """Return whether a comment begins in a part of the text."""
        return any(start <= begin < end for begin, _ in self._layout.comments)

    def _behind_bracket(self, index: int) -> int:
        """Return the place behind the bracket that closes the one here; those in texts and comments do not count."""
        depth = 0
        while True:
            sign = self.text[index]
            span = self._spans.get(index)
            if span is not None and span.end > index:
                index = span.end
                continue
            if sign == "#" and self._layout.in_comment(index):
                index = self.line_end(index)
                continue
            depth += (sign in _OPENING) - (sign in _CLOSING)
            index += 1
            if depth == 0:
                return index
