"""The ways of arrows: only between columns and along two channels, so that no arrow ever runs through a card.

All arrows to one step run together into one line; a dot shows where one joins. Lines of different steps only cross.
The channel above the main line holds ways back along it, the one below everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from engine.protocol.drawing.svg.cards import ENTRY, SPINE, WIDTH, Card, Port
from engine.protocol.drawing.svg.columns import GAP, Grid
from engine.protocol.drawing.svg.marks import Box, Line, Mark, head

#: Between two lines that run side by side.
_STEP = 9.0
#: The least room between two columns, and what an arrow's head needs of it.
_LEAST, _HEAD = 44.0, 16.0
_TOP, _MID = 0, 1
_DOT = 2.6


@dataclass(frozen=True, slots=True, order=True)
class Net:
    """All ways to one step: those that lead on, or those that lead back."""

    target: str
    back: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """One arrow: the column and port it leaves, and its channel (None: straight to the next column)."""

    source: str
    port: Port
    column: int
    channel: int | None


@dataclass(slots=True)
class _Trunk:
    """A line that several ways share: where it is joined."""

    joints: set[float] = field(default_factory=set)

    @property
    def low(self) -> float:
        return min(self.joints)

    @property
    def high(self) -> float:
        return max(self.joints)


@dataclass(frozen=True, slots=True)
class _Lane:
    """All that is decided before lines are drawn: corners of cards, heights, upright lines with their places."""

    grid: Grid
    corners: Mapping[str, tuple[float, float]]
    entries: Mapping[Net, float]
    levels: Mapping[tuple[Net, int], float]
    trunks: Mapping[tuple[int, Net], _Trunk]
    tracks: Mapping[tuple[int, Net], float]


@dataclass(frozen=True, slots=True)
class Plan:
    """A lane that is laid out: how large it is, where its cards stand, and its arrows."""

    width: float
    height: float
    corners: Mapping[str, tuple[float, float]]
    arrows: tuple[Mark, ...]


def lay_out(grid: Grid, cards: Mapping[str, Card]) -> Plan:
    """Return the lane with its upper left corner at 0, 0."""
    nets = _nets(grid, cards)
    channels = _channels(nets, grid)
    room = [(_count(channels, one) + 1) * _STEP if _count(channels, one) else 0.0 for one in (_TOP, _MID)]
    spine_top = room[_TOP]
    spine_height = max(cards[step].height for step in grid.spine if step)
    mid = spine_top + spine_height + 10
    tops = _tops(grid, cards, spine_top, mid + room[_MID] + 8)
    levels = {key: (0.0 if key[1] == _TOP else mid) + (number + 1) * _STEP for key, number in channels.items()}
    entries = _entries(nets, grid, cards, tops)
    trunks = _trunks(nets, grid, tops, entries, levels)
    gutters = [
        _assign([(net, trunks[gutter, net]) for gutter, net in trunks if gutter == one]) for one in _gutters(grid)
    ]
    lefts, width = _lefts(gutters)
    corners = {step: (lefts[grid.column(step)], top) for step, top in tops.items()}
    tracks = {
        (gutter, net): _track_x(lefts, gutter, number)
        for gutter, one in enumerate(gutters)
        for net, number in one.items()
    }
    lane = _Lane(grid, corners, entries, levels, trunks, tracks)
    arrows = (*_spine(grid, corners), *_lines(nets, lane))
    height = max(tops[step] + cards[step].height for step in tops)
    return Plan(width, height, corners, arrows)


def _nets(grid: Grid, cards: Mapping[str, Card]) -> dict[Net, list[_Way]]:
    """Return the arrows by the step they lead to, without those of the thick line."""
    found: dict[Net, list[_Way]] = {}
    for step, one in cards.items():
        column = grid.column(step)
        for port in one.ports:
            target = grid.column(port.target)
            if port.main and grid.in_spine(step):
                continue
            back = target <= column
            along = back and grid.in_spine(step) and grid.in_spine(port.target)
            channel = None if target == column + 1 else _TOP if along else _MID
            found.setdefault(Net(port.target, back), []).append(_Way(step, port, column, channel))
    return dict(sorted(found.items()))


def _channels(nets: Mapping[Net, list[_Way]], grid: Grid) -> dict[tuple[Net, int], int]:
    """Return which line of its channel each net has; nets whose ways do not overlap share one."""
    spans: dict[tuple[Net, int], tuple[int, int]] = {}
    for net, ways in nets.items():
        for channel in (_TOP, _MID):
            ends = [way.column + 1 for way in ways if way.channel == channel]
            if ends:
                ends.append(grid.column(net.target))
                spans[net, channel] = min(ends), max(ends)
    found: dict[tuple[Net, int], int] = {}
    for channel in (_TOP, _MID):
        taken: list[list[tuple[float, float]]] = []
        for key, (low, high) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1], item[0])):
            if key[1] == channel:
                found[key] = _free(taken, low, high, 0)
    return found


def _free(taken: list[list[tuple[float, float]]], low: float, high: float, margin: float) -> int:
    """Return the first line on which a span touches no other, and take it."""
    for number, spans in enumerate(taken):
        if all(high + margin < begin or end + margin < low for begin, end in spans):
            spans.append((low, high))
            return number
    taken.append([(low, high)])
    return len(taken) - 1


def _count(channels: Mapping[tuple[Net, int], int], channel: int) -> int:
    return max((number + 1 for (_, of), number in channels.items() if of == channel), default=0)


def _tops(grid: Grid, cards: Mapping[str, Card], spine: float, below: float) -> dict[str, float]:
    tops = {}
    for step, under in zip(grid.spine, grid.below, strict=True):
        if step:
            tops[step] = spine
        y = below
        for one in under:
            tops[one] = y
            y += cards[one].height + GAP
    return tops


def _entries(
    nets: Mapping[Net, list[_Way]], grid: Grid, cards: Mapping[str, Card], tops: Mapping[str, float]
) -> dict[Net, float]:
    """Return where each net enters its card: at a height at which nothing leaves the column before."""
    found: dict[Net, float] = {}
    for net in nets:
        top, height = tops[net.target], cards[net.target].height
        before = {
            tops[step] + port.y
            for step in tops
            if grid.column(step) == grid.column(net.target) - 1
            for port in cards[step].ports
        }
        others = {y for one, y in found.items() if one.target == net.target}
        lowest = ENTRY if grid.in_spine(net.target) else 10
        offered = [top + lowest + 2 * step for step in range(int((max(height - 8, lowest) - lowest) // 2) + 1)]
        found[net] = max(offered, key=lambda y: (min(_distance(y, before), 6) + min(_distance(y, others), 12), -y))
    return found


def _distance(y: float, others: Iterable[float]) -> float:
    return min((abs(y - one) for one in others), default=100.0)


def _trunks(
    nets: Mapping[Net, list[_Way]],
    grid: Grid,
    tops: Mapping[str, float],
    entries: Mapping[Net, float],
    levels: Mapping[tuple[Net, int], float],
) -> dict[tuple[int, Net], _Trunk]:
    """Return the upright lines: by the gutter in which they run, and their net."""
    found: dict[tuple[int, Net], _Trunk] = {}
    for net, ways in nets.items():
        last = found.setdefault((grid.column(net.target), net), _Trunk())
        last.joints.add(entries[net])
        for way in ways:
            first = found.setdefault((way.column + 1, net), _Trunk())
            first.joints.add(tops[way.source] + way.port.y)
            if way.channel is not None:
                first.joints.add(levels[net, way.channel])
                last.joints.add(levels[net, way.channel])
    return found


def _assign(trunks: list[tuple[Net, _Trunk]]) -> dict[Net, int]:
    """Return which upright line of a gutter each net has."""
    taken: list[list[tuple[float, float]]] = []
    in_order = sorted(trunks, key=lambda one: (one[1].high - one[1].low, one[0]))
    return {net: _free(taken, trunk.low, trunk.high, _STEP) for net, trunk in in_order}


def _gutters(grid: Grid) -> range:
    return range(len(grid.spine) + 1)


def _lefts(gutters: list[dict[Net, int]]) -> tuple[list[float], float]:
    """Return the left edge of each column, with one more behind the last gutter; and the width of the lane."""
    lefts: list[float] = []
    x = 0.0
    for number, one in enumerate(gutters):
        lines = max(one.values(), default=-1) + 1
        edge = number in {0, len(gutters) - 1}
        x += (lines + 1) * _STEP + _HEAD if lines else 0.0 if edge else _LEAST
        x = x if lines == 0 or edge else max(x, (lefts[-1] + WIDTH if lefts else 0) + _LEAST)
        lefts.append(x)
        x += WIDTH
    return lefts, x - WIDTH


def _track_x(lefts: list[float], gutter: int, number: int) -> float:
    """Return where an upright line stands; they are counted from the right, behind the room for arrows' heads."""
    return lefts[gutter] - _HEAD - number * _STEP


def _spine(grid: Grid, corners: Mapping[str, tuple[float, float]]) -> Iterable[Mark]:
    line = [step for step in grid.spine if step]
    for one, following in pairwise(line):
        (left, top), (end, _) = corners[one], corners[following]
        yield Line(((left + WIDTH, top + SPINE), (end - 7, top + SPINE)), "main", following)
        yield head(end, top + SPINE, "head main-head")


def _lines(nets: Mapping[Net, list[_Way]], lane: _Lane) -> Iterable[Mark]:
    """Yield each piece of each net once, then the dots at which ways join, then the heads."""
    for net, ways in nets.items():
        look = "back" if net.back else "on"
        last = lane.grid.column(net.target), net
        along: dict[int, _Trunk] = {}
        for way in ways:
            first = way.column + 1, net
            left, top = lane.corners[way.source]
            x, y = lane.tracks[first], top + way.port.y
            yield Line(((left + WIDTH, y), (x, y)), look, net.target)
            yield from _dots((x, y), y, lane.trunks[first])
            if way.channel is not None:
                along.setdefault(way.channel, _Trunk()).joints.update((x, lane.tracks[last]))
        for channel, trunk in along.items():
            y = lane.levels[net, channel]
            yield Line(((trunk.low, y), (trunk.high, y)), look, net.target)
            yield from (dot for x in sorted(trunk.joints) for dot in _dots((x, y), x, trunk))
        yield from _upright(net, look, along, lane)
        x, y = lane.tracks[last], lane.entries[net]
        end = lane.corners[net.target][0]
        yield Line(((x, y), (end - 6, y)), look, net.target)
        yield from _dots((x, y), y, lane.trunks[last])
        yield head(end, y)


def _upright(net: Net, look: str, channels: Iterable[int], lane: _Lane) -> Iterable[Mark]:
    for key, trunk in lane.trunks.items():
        if key[1] == net and trunk.low < trunk.high:
            x = lane.tracks[key]
            yield Line(((x, trunk.low), (x, trunk.high)), look, net.target)
            levels = (lane.levels[net, channel] for channel in channels)
            yield from (dot for y in levels for dot in _dots((x, y), y, trunk))


def _dots(at: tuple[float, float], along: float, trunk: _Trunk) -> Iterable[Mark]:
    """Yield a dot where a way joins a line between its ends."""
    if trunk.low < along < trunk.high:
        yield Box(at[0] - _DOT, at[1] - _DOT, 2 * _DOT, 2 * _DOT, "dot", _DOT)
