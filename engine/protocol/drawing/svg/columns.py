"""Where the cards of a lane stand: its main line side by side on one level, every other step in a column below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.model import TargetKind, Track
from engine.protocol.drawing.svg.cards import Card

#: Between two cards of a column.
GAP = 16.0
#: How much lower a step may stand rather than one column further from where it is reached.
_PATIENCE = 260.0


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a lane from left to right: the step of the main line or None, and the steps below it."""

    spine: tuple[str | None, ...]
    below: tuple[tuple[str, ...], ...]

    def column(self, step: str) -> int:
        """Return the column of a step."""
        for number, (top, under) in enumerate(zip(self.spine, self.below, strict=True)):
            if step == top or step in under:
                return number
        raise KeyError(step)

    def in_spine(self, step: str) -> bool:
        """Return whether a step is part of the main line."""
        return step in self.spine


def place(track: Track, line: Mapping[str, str], cards: Mapping[str, Card]) -> Grid:
    """Return the columns; a side step stands right of the first step that leads to it, as high as there is room."""
    columns = {step: number for number, step in enumerate(line)}
    below: list[list[str]] = [[] for _ in line]
    heights = [0.0] * len(below)
    for step in _in_order(track, line):
        near = [columns[one] for one in _leading_to(track, step) if one in columns]
        column = _choose(min(near) + 1 if near else None, heights)
        while column >= len(below):
            below.append([])
            heights.append(0.0)
        columns[step] = column
        below[column].append(step)
        heights[column] += cards[step].height + GAP
    spine = [*line, *[None] * (len(below) - len(line))]
    return Grid(tuple(spine), tuple(map(tuple, below)))


def _in_order(track: Track, line: Mapping[str, str]) -> list[str]:
    """Return the side steps so that a step comes behind one that leads to it, where that can be; else by the file."""
    waiting = [step for step in track.steps if step not in line]
    placed = set(line)
    found: list[str] = []
    while waiting:
        ready = next((step for step in waiting if placed & set(_leading_to(track, step))), waiting[0])
        waiting.remove(ready)
        placed.add(ready)
        found.append(ready)
    return found


def _leading_to(track: Track, step: str) -> list[str]:
    return [
        one.id
        for one in track.steps.values()
        for action in one.actions.values()
        if action.target.kind is TargetKind.STEP
        and action.target.track in {None, track.id}
        and action.target.step == step
        and one.id != step
    ]


def _choose(near: int | None, heights: list[float]) -> int:
    """Return the column that costs least: how tall it is already, and how far it lies from where one comes from."""
    if near is None:
        return min(range(len(heights)), key=lambda column: (heights[column], column))
    offered = range(near, near + 3)
    return min(offered, key=lambda column: (_height(heights, column) + _PATIENCE * (column - near), column))


def _height(heights: list[float], column: int) -> float:
    return heights[column] if column < len(heights) else _PATIENCE
