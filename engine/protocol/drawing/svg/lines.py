"""A text in lines that are no wider than their box, by measured widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.protocol.drawing.svg.khmer import ZERO_WIDTH_SPACE, clusters, is_khmer, pieces

Width = Callable[[str], float]


def wrap(text: str, room: float, width: Width) -> list[str]:
    """Return the lines of a text; a single sign wider than the room has a line of its own."""
    lines, line = [], ""
    for piece, gap in _pieces(text, room, width):
        longer = line + gap + piece if line else piece
        if line and width(longer) > room:
            lines.append(line)
            line = piece
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(text: str, room: float, width: Width) -> Iterator[tuple[str, str]]:
    """Yield what may stand in a line, with the space before it."""
    for word in filter(None, text.split(" ")):
        gap = " "
        for piece in pieces(word) if is_khmer(word) or ZERO_WIDTH_SPACE in word else (word,):
            for part in _cut(piece, room, width):
                yield part, gap
                gap = ""


def _cut(piece: str, room: float, width: Width) -> Iterator[str]:
    """Yield a piece as it is, or in parts if it fits no line."""
    if width(piece) <= room:
        yield piece
        return
    part = ""
    for sign in clusters(piece):
        if part and width(part + sign) > room:
            yield part
            part = ""
        part += sign
    yield part
