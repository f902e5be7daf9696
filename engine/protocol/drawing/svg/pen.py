"""Writes lines of words below each other, by measured widths."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.protocol.drawing.svg.lines import wrap
from engine.protocol.drawing.svg.marks import Label, Mark, visible
from engine.protocol.drawing.svg.metrics import ABOVE, BELOW, Face, Metrics


@dataclass(slots=True)
class Pen:
    """Where the next line goes (``y``, its upper edge), and all that was written."""

    metrics: Metrics
    language: str
    y: float = 0
    marks: list[Mark] = field(default_factory=list)

    def write(self, words: str, face: Face, x: float, room: float, look: str = "ink") -> None:
        """Write words from ``x`` on, in as many lines as they need."""
        for line in wrap(visible(words), room, lambda text: self.metrics.width(text, face)):
            self.y += face.size * ABOVE[self.language]
            self.marks.append(Label(x, self.y, line, face, look))
            self.y += face.size * BELOW[self.language]
