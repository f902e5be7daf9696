"""Automatic actions: never two that could both be taken, and no circle that nobody could stop (6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.model import Action, Deadline, Field, FromField, Step, TargetKind, Track
from engine.protocol.building.places import Places
from engine.protocol.checking.exclusive import never_both
from engine.protocol.schema.forms import Desk

#: More automatic actions than this at one step cannot be compared with each other in time.
MOST = 50
Spot = tuple[str, str]
Ways = Mapping[Spot, set[Spot]]


@dataclass(frozen=True, slots=True)
class Written:
    """An action and where it is written."""

    path: str
    action: Action


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one step to another that no person takes; ``path`` is where it is written."""

    start: Spot
    end: Spot
    path: str


def check_automatic(tracks: Mapping[str, Track], fields: Mapping[str, Field], places: Places, desk: Desk) -> None:
    """Report automatic actions that could both be taken, and circles of ways that no person takes."""
    edges: list[Edge] = []
    before = _steps_before(tracks) if _goes_back(tracks) else {}
    for track in tracks.values():
        anywhere = [one for one in _anywhere(track) if one.action.automatic]
        at_limits = {one.then for step in track.steps.values() for one in _hasty(step)}
        hasty = [one for one in _anywhere(track) if one.action.id in at_limits]
        _check_pairs([], anywhere, f"the track `{track.id}`", fields, places, desk)
        for step in track.steps.values():
            around = anywhere[: MOST + 1] if step.final is None else []
            own = list(_own(track, step))
            around = [one for one in around if one.action.id not in step.actions]
            automatic = [one for one in own if one.action.automatic]
            _check_pairs(around, automatic, f"the step `{step.id}`", fields, places, desk)
            edges += _edges(track, step, [*own, *around, *hasty], before)
    if edges:
        _check_circles(edges, places, desk)


def _own(track: Track, step: Step) -> Iterator[Written]:
    """Yield those actions of a step that no person may have to take."""
    limits = {one.then for one in step.deadlines.values()}
    for id_, action in step.actions.items():
        if action.automatic or id_ in limits:
            yield Written(f"tracks.{track.id}.steps.{step.id}.actions.{id_}", action)


def _anywhere(track: Track) -> list[Written]:
    return [Written(f"tracks.{track.id}.at_any_step.{id_}", action) for id_, action in track.at_any_step.items()]


def _check_pairs(
    around: list[Written], own: list[Written], where: str, fields: Mapping[str, Field], places: Places, desk: Desk
) -> None:
    """Report each action once, with the first one beside it or before it that it does not exclude."""
    for number, one in enumerate(own):
        for other in (*around, *own[:number]):
            if number >= MOST or not _excluded(one.action, other.action, fields):
                names = f"`{other.action.id}` and `{one.action.id}`"
                message = f"The automatic actions {names} of {where} could both be taken."
                hint = "Make their conditions exclude each other: `F is A` and `F is B`, or `X` and `not (X)`."
                desk.report("SP513", places.value(f"{one.path}.only_if"), f"{one.path}.only_if", message, hint)
                break
        if desk.is_full(places.key(one.path).file):
            return


def _excluded(one: Action, other: Action, fields: Mapping[str, Field]) -> bool:
    """Whether both can never be taken; an action whose condition could not be read has its problem already."""
    return one.only_if is None or other.only_if is None or never_both(one.only_if, other.only_if, fields)


def _hasty(step: Step) -> Iterator[Deadline]:
    """Yield the deadlines that may take an action at once; a limit that counts from a date may be past already."""
    for one in step.deadlines.values():
        if one.then and (one.limit.before is not None or isinstance(one.counts_from, FromField)):
            yield one


def _edges(track: Track, step: Step, taken: list[Written], before: Ways) -> Iterator[Edge]:
    start, hasty = (track.id, step.id), {one.then for one in _hasty(step)}
    for one in taken:
        target = one.action.target
        if not one.action.automatic and one.action.id not in hasty:
            continue
        if target.kind is TargetKind.STEP:
            yield Edge(start, (target.track or track.id, target.step), one.path)
        elif target.kind is TargetKind.PREVIOUS:
            yield from (Edge(start, end, one.path) for end in before.get(start, ()))


def _goes_back(tracks: Mapping[str, Track]) -> bool:
    steps = (step for track in tracks.values() for step in track.steps.values())
    actions = (one for step in steps for one in step.actions.values())
    anywhere = (one for track in tracks.values() for one in track.at_any_step.values())
    return any(one.target.kind is TargetKind.PREVIOUS for part in (actions, anywhere) for one in part)


def _steps_before(tracks: Mapping[str, Track]) -> Ways:
    """Return for each step those from which an action of the same track leads there."""
    found: dict[Spot, set[Spot]] = {}
    for track in tracks.values():
        everywhere = {one.target.step for one in track.at_any_step.values() if one.target.track is None}
        for step in track.steps.values():
            own = {one.target.step for one in step.actions.values() if one.target.track is None}
            for end in own | (everywhere if step.final is None else set()):
                found.setdefault((track.id, end), set()).add((track.id, step.id))
    return found


def _check_circles(edges: list[Edge], places: Places, desk: Desk) -> None:
    """Report each circle once, at the first of its ways in the file."""
    ways: dict[Spot, set[Spot]] = {}
    for edge in edges:
        ways.setdefault(edge.start, set()).add(edge.end)
    knot_of = _knots(ways)
    told: set[Spot] = set()
    for edge in edges:
        knot = knot_of[edge.start]
        if knot == knot_of[edge.end] and knot not in told:
            told.add(knot)
            message = f"From the step `{edge.start[1]}` a case comes back to it by itself, without a person."
            hint = "Let one of the actions be taken by a person, or put a limit between them."
            desk.report("SP514", places.key(edge.path), edge.path, message, hint)


def _knots(ways: Ways) -> dict[Spot, Spot]:
    """Return for each step one that stands for all steps it leads to and that lead back to it.

    Two walks over all ways: the second goes backwards, in the order in which the first one left the steps for good.
    """
    back: dict[Spot, set[Spot]] = {}
    for start, ends in ways.items():
        for end in ends:
            back.setdefault(end, set()).add(start)
    found: dict[Spot, Spot] = {}
    for root in reversed(_left_in_order(ways)):
        waiting = [] if root in found else [root]
        while waiting:
            spot = waiting.pop()
            if spot not in found:
                found[spot] = root
                waiting += [earlier for earlier in back.get(spot, ()) if earlier not in found]
    return found


def _left_in_order(ways: Ways) -> list[Spot]:
    """Return the steps in the order in which a walk in depth leaves them for good."""
    seen: set[Spot] = set()
    order: list[Spot] = []
    for root in ways:
        walk = [] if root in seen else [(root, iter(ways[root]))]
        seen.add(root)
        while walk:
            spot, ends = walk[-1]
            following = next((end for end in ends if end not in seen), None)
            if following is None:
                order.append(spot)
                walk.pop()
            else:
                seen.add(following)
                walk.append((following, iter(ways.get(following, ()))))
    return order
