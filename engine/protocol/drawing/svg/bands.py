"""A lane as a band across the page: its head, what may happen at any of its steps, its cards with their arrows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.model import Track
from engine.protocol.drawing.main_line import main_line
from engine.protocol.drawing.svg.cards import WIDTH, Card, card
from engine.protocol.drawing.svg.columns import place
from engine.protocol.drawing.svg.marks import Box, Mark, moved
from engine.protocol.drawing.svg.metrics import BODY, LANE, SMALL, STRONG, Metrics
from engine.protocol.drawing.svg.pen import Pen
from engine.protocol.drawing.svg.routes import Plan, lay_out
from engine.protocol.drawing.svg.wording import any_step, opening, way
from engine.protocol.prose.names import Names

_PAD = 18.0
#: The widest a line of words may be, and the least width of a band.
_LONGEST, _LEAST = 1100.0, 760.0


@dataclass(frozen=True, slots=True)
class Band:
    """A lane, measured: its marks as seen from its upper left corner; ``steps`` by the marks of each card."""

    track: Track
    width: float
    height: float
    words: tuple[Mark, ...]
    arrows: tuple[Mark, ...]
    steps: Mapping[str, tuple[Mark, ...]]


def band(track: Track, names: Names, metrics: Metrics) -> Band:
    """Return the band of a lane."""
    line = main_line(track)
    cards = {id_: card(track, step, line.get(id_, ""), names, metrics) for id_, step in track.steps.items()}
    plan = lay_out(place(track, line, cards), cards)
    inner = max(plan.width, _LEAST)
    pen = Pen(metrics, names.language, _PAD)
    _write_head(pen, track, names, min(inner, _LONGEST))
    _write_any(pen, track, names, inner)
    top = pen.y + 12
    height = top + plan.height + _PAD
    steps = {id_: _placed(cards[id_], plan, top) for id_ in cards}
    arrows = tuple(moved(mark, _PAD, top) for mark in plan.arrows)
    return Band(track, inner + 2 * _PAD, height, tuple(pen.marks), arrows, steps)


def _placed(one: Card, plan: Plan, top: float) -> tuple[Mark, ...]:
    x, y = plan.corners[one.step.id]
    return tuple(moved(mark, x + _PAD, y + top) for mark in one.marks)


def _write_head(pen: Pen, track: Track, names: Names, room: float) -> None:
    pen.write(names.track(track.id), LANE, _PAD, room)
    pen.y += 2
    for line in opening(track, names):
        pen.write(line, BODY, _PAD, room, "soft")


def _write_any(pen: Pen, track: Track, names: Names, inner: float) -> None:
    """Write what may happen at any step, once, in as many columns as there is room for."""
    if not track.at_any_step:
        return
    top = pen.y + 8
    place = len(pen.marks)
    pen.y = top + 6
    pen.write(any_step(track, names), STRONG, _PAD + 10, inner - 20)
    columns = max(int((min(inner, 4 * _LONGEST) - 20) // (WIDTH + 24)), 1)
    columns = min(columns, len(track.at_any_step))
    ways = [way(track, None, action, names) for action in track.at_any_step.values()]
    for begin in range(0, len(ways), columns):
        level = lowest = pen.y + 3
        for number, one in enumerate(ways[begin : begin + columns]):
            pen.y = level
            x = _PAD + 10 + number * (WIDTH + 24)
            pen.write(f"{one.title}: {one.leads}", BODY, x, WIDTH)
            if one.notes:
                pen.write(one.notes, SMALL, x, WIDTH, "soft")
            lowest = max(lowest, pen.y)
        pen.y = lowest
    width = 20 + columns * (WIDTH + 24) - 24
    head_width = max(width, 400)
    pen.y += 8
    pen.marks.insert(place, Box(_PAD, top, min(head_width, inner), pen.y - top, "any", 4))
