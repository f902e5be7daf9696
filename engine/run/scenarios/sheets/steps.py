"""Scenes of a lane: when it opens, who reads what, what each step and each action asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from engine.core.case.commands import SUPERVISOR
from engine.core.model import Action, Field, Needs, Step, Track
from engine.run.scenarios.sheets.answers import CannotError, needed_for, plausible
from engine.run.scenarios.sheets.pad import Pad, Writer, keep_apart, parts
from engine.run.scenarios.sheets.scene import Scene


def of_track(pad: Pad, track: Track) -> Iterator[Writer]:
    """Yield the writers of the scenes of a lane as a whole."""
    yield partial(_opening, pad, track)
    for number in range(len(parts(track.opens_when))):
        yield partial(_not_opening, pad, track, number)
    yield partial(_readers, pad, track)


def of_step(pad: Pad, track: Track, step: Step) -> Iterator[Writer]:
    """Yield the writers of the scenes of a step: what it asks, and what each part of a condition keeps back."""
    yield partial(_step, pad, track, step)
    for action in step.actions.values():
        if not action.automatic:
            yield from (partial(_kept_back, pad, track, step, action, n) for n in range(len(parts(action.only_if))))


def of_anywhere(pad: Pad, track: Track) -> Iterator[Writer]:
    """Yield the writers of the scenes of what can be done at any step, each at the first one that has it."""
    for action in track.at_any_step.values():
        first = next((one for one in track.steps.values() if not one.final and action.id not in one.actions), None)
        if first is not None and not action.automatic:
            yield from (partial(_kept_back, pad, track, first, action, n) for n in range(len(parts(action.only_if))))


def _opening(pad: Pad, track: Track) -> Scene:
    if track.opens_when is None:
        raise CannotError
    scene = pad.scene(f"{track.id}: when it opens.")
    if track.id in scene.run.tracks:
        raise CannotError
    scene.look(unopened=[track.id])
    scene.bring_about(needed_for(track.opens_when, pad.protocol))
    if track.id not in scene.run.tracks:
        raise CannotError
    scene.look(at={track.id: scene.run.tracks[track.id].step})
    return scene


def _not_opening(pad: Pad, track: Track, number: int) -> Scene:
    if track.opens_when is None:
        raise CannotError
    scene = pad.scene(f"{track.id}: what keeps it from opening ({number + 1}).")
    needed = pad.all_but(track.opens_when, number)
    keep_apart(needed, track)
    scene.bring_about(needed)
    if track.id in scene.run.tracks:
        raise CannotError
    scene.look(unopened=[track.id])
    return scene


def _readers(pad: Pad, track: Track) -> Scene:
    scene, fields = pad.scene(f"{track.id}: who may read what."), pad.protocol.fields
    asked = dict.fromkeys(name for step in track.steps.values() for name in _asked(step))
    readers = {name: fields[name].seen_by for name in asked if fields[name].seen_by}
    if track.seen_by:
        readers = {track.id: track.seen_by, **readers}
    if not readers:
        raise CannotError
    known = {name: [one for one in roles if not _is_kept_out(fields, name, one)] for name, roles in readers.items()}
    scene.look(readers=known)
    return scene


def _asked(step: Step) -> Iterator[str]:
    yield from step.collect
    for task in step.tasks.values():
        yield from task.collect


def _is_kept_out(fields: Mapping[str, Field], name: str, role: str) -> bool:
    """Return whether a role reads nothing of a privileged field, though it stands among its readers."""
    return role == SUPERVISOR and name in fields and fields[name].privileged


def _step(pad: Pad, track: Track, step: Step) -> Scene:
    scene = pad.standing(track, step.id, f"{track.id}.{step.id}: what it asks, with nothing known yet.")
    scene.lines[-1]["track"] = track.id
    clocks = {one.deadline: scene.limit(one) for one in scene.clocks(track.id)}
    actions = {**track.at_any_step, **step.actions}
    names = [f"{track.id}.{name}" for name, one in actions.items() if not one.automatic]
    scene.look(clocks=clocks, offers={name: scene.in_the_way(name) for name in names})
    tasks = scene.tasks(track.id)
    if tasks:
        scene.look(tasks=tasks)
    return scene


def _kept_back(pad: Pad, track: Track, step: Step, action: Action, number: int) -> Scene:
    if action.only_if is None:
        raise CannotError
    name = f"{track.id}.{action.id}"
    scene = pad.standing(track, step.id, f"{track.id}.{step.id}.{action.id}: what keeps it back ({number + 1}).")
    needed = pad.all_but(action.only_if, number)
    keep_apart(needed, track)
    for one in action.required:
        if one.needs is Needs.FIELD:
            needed.facts.setdefault(one.id, plausible(pad.protocol.fields[one.id]))
        elif one.needs is Needs.CONSENT:
            needed.consents.setdefault(one.id, True)
    scene.bring_about(needed)
    if scene.run.tracks[track.id].step != step.id:
        raise CannotError
    words = scene.in_the_way(name)
    if words == "allowed":
        raise CannotError
    scene.look(offers={name: words})
    return scene
