"""Automatic actions: never two that could both be taken, and no circle that nobody could stop (6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from engine.core.model import Action, Deadline, Field, FromField, Step, Target, TargetKind, Track
from engine.protocol.exclusive import never_both
from engine.protocol.forms import Desk
from engine.protocol.places import Places

Spot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one step to another that no person takes; ``path`` is where it is written."""

    start: Spot
    end: Spot
    path: str


def check_automatic(tracks: Mapping[str, Track], fields: Mapping[str, Field], places: Places, desk: Desk) -> None:
    """Report automatic actions that could both be taken, and circles of ways that no person takes."""
    for track in tracks.values():
        for step in track.steps.values():
            _check_pairs(track, step, fields, places, desk)
    _check_circles(tracks, places, desk)


def _actions(track: Track, step: Step) -> Iterator[tuple[str, Action]]:
    """Yield the actions of a step with their paths; its own win over those of the track (4)."""
    for id_, action in step.actions.items():
        yield f"tracks.{track.id}.steps.{step.id}.actions.{id_}", action
    if step.final is None:
        for id_, action in track.at_any_step.items():
            if id_ not in step.actions:
                yield f"tracks.{track.id}.at_any_step.{id_}", action


def _check_pairs(track: Track, step: Step, fields: Mapping[str, Field], places: Places, desk: Desk) -> None:
    automatic = [(path, action) for path, action in _actions(track, step) if action.automatic]
    for (_, one), (path, other) in combinations(automatic, 2):
        if one.only_if is None or other.only_if is None or never_both(one.only_if, other.only_if, fields):
            continue
        message = f"The automatic actions `{one.id}` and `{other.id}` of the step `{step.id}` could both be taken."
        hint = "Make their conditions exclude each other: `F is A` and `F is B`, or `X` and `not (X)`."
        desk.report("SP513", places.value(f"{path}.only_if"), f"{path}.only_if", message, hint)


def _check_circles(tracks: Mapping[str, Track], places: Places, desk: Desk) -> None:
    edges = [
        edge for track in tracks.values() for step in track.steps.values() for edge in _edges(tracks, track, step)
    ]
    if not edges:
        return
    ways: dict[Spot, set[Spot]] = {}
    for edge in edges:
        ways.setdefault(edge.start, set()).add(edge.end)
    told: set[Spot] = set()
    for edge in edges:
        circle = _reachable(edge.end, ways)
        if edge.start in circle and edge.start not in told:
            told |= {spot for spot in circle if edge.start in _reachable(spot, ways)}
            message = f"From the step `{edge.start[1]}` a case comes back to it by itself, without a person."
            hint = "Let one of the actions be taken by a person, or put a limit between them."
            desk.report("SP514", places.key(edge.path), edge.path, message, hint)


def _reachable(start: Spot, ways: Mapping[Spot, set[Spot]]) -> set[Spot]:
    """Return every step that is reached from a step, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        for spot in ways.get(waiting.pop(), ()):
            if spot not in found:
                found.add(spot)
                waiting.append(spot)
    return found


def _edges(tracks: Mapping[str, Track], track: Track, step: Step) -> Iterator[Edge]:
    start = (track.id, step.id)
    at_limit = {one.then for one in step.deadlines.values() if one.then and not _takes_time(one)}
    for path, action in _actions(track, step):
        if action.automatic or action.id in at_limit:
            for end in _ends(tracks, track, step, action.target):
                yield Edge(start, end, path)


def _takes_time(deadline: Deadline) -> bool:
    """Whether some time certainly passes before the limit; a limit that counts from a date may be past already."""
    return deadline.limit.before is None and not isinstance(deadline.counts_from, FromField)


def _ends(tracks: Mapping[str, Track], track: Track, step: Step, target: Target) -> Iterator[Spot]:
    if target.kind is TargetKind.STEP:
        yield target.track or track.id, target.step
    elif target.kind is TargetKind.PREVIOUS:
        for other in tracks[track.id].steps.values():
            for _, action in _actions(track, other):
                if (
                    action.target.kind is TargetKind.STEP
                    and action.target.step == step.id
                    and not action.target.track
                ):
                    yield track.id, other.id
