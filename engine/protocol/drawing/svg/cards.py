"""The card of a step: number and title, who acts, limits with who is told, and the ways on, each with its port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.model import Action, Step, TargetKind, Track
from engine.protocol.drawing.svg.marks import Box, Mark, Shape
from engine.protocol.drawing.svg.metrics import ABOVE, BODY, HEAD, SMALL, SMALL_STRONG, STRONG, Metrics
from engine.protocol.drawing.svg.pen import Pen
from engine.protocol.drawing.svg.wording import BACK, GO, LOOP, LimitLines, limits, owners, way, word
from engine.protocol.prose.names import Names

WIDTH = 300.0
_PAD = 10.0
_INDENT = 18.0
#: Where the thick arrow enters, and from where on others may, below the upper edge of a card.
SPINE, ENTRY = 16.0, 28.0
_ICONS = {
    GO: "h9m-3.5 -3.5l3.5 3.5l-3.5 3.5",
    LOOP: "m7.5 2a3.7 3.7 0 1 1 0.8 -3.4m0.4 -2.8v3.2h-3.2",
    BACK: "m9 0h-9m3.5 -3.5l-3.5 3.5l3.5 3.5",
}
_CLOCK = "m5 0a5 5 0 1 1 -0.01 0m0 2v3h2.4"


@dataclass(frozen=True, slots=True)
class Port:
    """Where the arrow of a way leaves its card, below the upper edge; the main way leaves as the thick line."""

    target: str
    y: float
    main: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A step, measured: its marks as seen from its upper left corner."""

    step: Step
    height: float
    marks: tuple[Mark, ...]
    ports: tuple[Port, ...]


def card(track: Track, step: Step, main: str, names: Names, metrics: Metrics) -> Card:
    """Return the card of a step; ``main`` is the action by which the main line leaves it."""
    pen = Pen(metrics, names.language, _PAD * 0.6)
    _write_head(pen, track, step, names)
    under_head = pen.y
    for line in owners(step, names) if step.final is None else ():
        pen.write(line, SMALL, _PAD, WIDTH - 2 * _PAD, "soft")
    if step.final is not None:
        _write_end(pen, step, names)
    for group in limits(step, names):
        _write_limits(pen, group)
    if step.no_limit and step.final is None:
        pen.write(word("no limit", names).format(step.no_limit), SMALL, _PAD, WIDTH - 2 * _PAD, "soft")
    ports = tuple(_write_ways(pen, track, step, main, names))
    height = max(pen.y + _PAD * 0.8, ENTRY + 14)
    return Card(step, height, (*_frame(track, step, height, under_head), *pen.marks), ports)


def _write_head(pen: Pen, track: Track, step: Step, names: Names) -> None:
    top = pen.y
    number = names.number(f"{track.id}.{step.id}")
    room = pen.metrics.width(number, HEAD) + _PAD
    pen.write(number, HEAD, _PAD, room, "number")
    pen.y = top
    pen.write(names.step_title(step), HEAD, _PAD + room, WIDTH - 2 * _PAD - room)
    pen.y = max(pen.y + 4, ENTRY + 6)


def _write_end(pen: Pen, step: Step, names: Names) -> None:
    outcome = (step.final or "").replace("_", " ")
    pen.write(word("ends", names).format(names.quoted(outcome)), SMALL, _PAD, WIDTH - 2 * _PAD)
    counts = word("success" if step.success else "no success", names)
    pen.write(counts, SMALL_STRONG if step.success else SMALL, _PAD, WIDTH - 2 * _PAD)


def _write_limits(pen: Pen, group: LimitLines) -> None:
    top = pen.y + 4
    place = len(pen.marks)
    pen.y = top + 4
    for said, nature in group.limits:
        middle = _middle(pen, SMALL.size)
        pen.marks.append(Shape(_PAD + 5, middle - 5, _CLOCK, "icon"))
        pen.write(said, SMALL_STRONG, _PAD + 5 + _INDENT, WIDTH - 2 * _PAD - _INDENT - 10)
        pen.write(nature, SMALL, _PAD + 5 + _INDENT, WIDTH - 2 * _PAD - _INDENT - 10)
    pen.write(group.told, SMALL, _PAD + 6, WIDTH - 2 * _PAD - 12, "soft")
    frame = Box(_PAD, top, WIDTH - 2 * _PAD, pen.y + 5 - top, "proposed" if group.proposed else "limit", 3)
    pen.marks.insert(place, frame)
    pen.y += 7


def _write_ways(pen: Pen, track: Track, step: Step, main: str, names: Names) -> Iterator[Port]:
    pen.y += 3 if step.actions else 0
    for action in step.actions.values():
        said = way(track, step, action, names)
        middle = _middle(pen, BODY.size)
        pen.marks.append(Shape(_PAD, middle, _ICONS[said.icon], "icon"))
        is_main = action.id == main
        pen.write(
            f"{said.title}: {said.leads}", STRONG if is_main else BODY, _PAD + _INDENT, WIDTH - 2 * _PAD - _INDENT
        )
        if said.notes:
            pen.write(said.notes, SMALL, _PAD + _INDENT, WIDTH - 2 * _PAD - _INDENT, "soft")
        pen.y += 2
        if _leads_on(track, step, action):
            yield Port(action.target.step, middle, is_main)


def _middle(pen: Pen, size: float) -> float:
    """Return the height of the middle of a small letter in the line that comes next."""
    return pen.y + size * (ABOVE[pen.language] - 0.33)


def _leads_on(track: Track, step: Step, action: Action) -> bool:
    """Whether an arrow is drawn: to another step of the same lane."""
    target = action.target
    return target.kind is TargetKind.STEP and target.track in {None, track.id} and target.step != step.id


def _frame(track: Track, step: Step, height: float, under_head: float) -> Iterator[Mark]:
    if step.final is not None:
        yield Box(0, 0, WIDTH, height, "success" if step.success else "final", 14)
        if step.success:
            yield Box(3.5, 3.5, WIDTH - 7, height - 7, "inner", 11)
        return
    yield Box(0, 0, WIDTH, height, "first" if step.id == track.first_step else "step", 2)
    yield Shape(0, under_head - 2, f"h{WIDTH:g}", "rule")
