"""What a drawing is made of: boxes, lines and words at places, and their SVG. Pixels, from the upper left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from engine.protocol.drawing.svg.metrics import Face

Point = tuple[float, float]
#: A line end, the space that no line ends at, and that at which one may: not printable, and meant.
_SPACES = "\n\u00a0\u200b"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``look`` is a class of the style sheet, ``round`` the radius of its corners."""

    x: float
    y: float
    width: float
    height: float
    look: str
    round: float = 0

    def svg(self) -> str:
        """Return the element."""
        corners = f' rx="{_n(self.round)}"' if self.round else ""
        place = f'x="{_n(self.x)}" y="{_n(self.y)}" width="{_n(self.width)}" height="{_n(self.height)}"'
        return f'<rect class="{self.look}" {place}{corners}/>'


@dataclass(frozen=True, slots=True)
class Label:
    """One line of words; ``y`` is the baseline."""

    x: float
    y: float
    text: str
    face: Face
    look: str = "ink"

    def svg(self) -> str:
        """Return the element; everything in its text is only text."""
        weight = ' font-weight="700"' if self.face.bold else ""
        size = f'font-size="{_n(self.face.size)}"{weight}'
        return f'<text class="{self.look}" x="{_n(self.x)}" y="{_n(self.y)}" {size}>{shown(self.text)}</text>'


@dataclass(frozen=True, slots=True)
class Line:
    """A way through points; ``to`` is the step to which it leads."""

    points: tuple[Point, ...]
    look: str
    to: str = ""

    def svg(self) -> str:
        """Return the element."""
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in self.points)
        to = f' data-to="{shown(self.to)}"' if self.to else ""
        return f'<polyline class="{self.look}"{to} points="{points}"/>'


@dataclass(frozen=True, slots=True)
class Shape:
    """A small form that begins at a place: an arrow's head, an icon. ``path`` has relative steps only."""

    x: float
    y: float
    path: str
    look: str

    def svg(self) -> str:
        """Return the element."""
        return f'<path class="{self.look}" d="M{_n(self.x)} {_n(self.y)}{self.path}"/>'


Mark = Box | Label | Line | Shape


def moved(mark: Mark, x: float, y: float) -> Mark:
    """Return the same mark, further to the right and down."""
    if isinstance(mark, Line):
        return replace(mark, points=tuple((left + x, top + y) for left, top in mark.points))
    return replace(mark, x=mark.x + x, y=mark.y + y)


def head(x: float, y: float, look: str = "head") -> Shape:
    """Return the head of an arrow that points right, to this place."""
    return Shape(x, y, "l-8 -4.5v9z", look)


def shown(words: str) -> str:
    """Return words so that they are only shown: escaped, and without signs that no document may hold."""
    return escape(visible(words), {'"': "&quot;"})


def visible(words: str) -> str:
    """Return words with a question mark for each sign that cannot be seen; line ends and special spaces stay."""
    return "".join(sign if sign.isprintable() or sign in _SPACES else "?" for sign in words)


def drawn(marks: Iterable[Mark]) -> str:
    """Return the elements, one in a line."""
    return "\n".join(mark.svg() for mark in marks)


def _n(value: float) -> str:
    """Return a number with at most one digit behind the point."""
    return f"{value:.1f}".removesuffix(".0")
