"""How wide a text will be. The drawing asks; who knows fonts answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol as Interface


@dataclass(frozen=True, slots=True)
class Face:
    """A size in pixels and a weight."""

    size: float
    bold: bool = False


class Metrics(Interface):
    """What a drawing must know about its font."""

    def width(self, text: str, face: Face) -> float:
        """Return how wide a text is when it is shaped, in pixels."""


TITLE = Face(24, bold=True)
LANE = Face(18, bold=True)
HEAD = Face(13.5, bold=True)
BODY = Face(12)
STRONG = Face(12, bold=True)
SMALL = Face(11)
SMALL_STRONG = Face(11, bold=True)
#: Of the size: how far the signs of a line reach above its baseline, and how far down, subscripts and all.
ABOVE = {"en": 1.0, "km": 1.15}
BELOW = {"en": 0.35, "km": 0.7}
