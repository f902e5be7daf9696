"""Scenes of lists of rungs: who is told when, at the first deadline at which all of them go out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.core.model import Deadline, Protocol, Step, Track
from engine.run.scenarios.faults import StoryError
from engine.run.scenarios.sheets.answers import CannotError
from engine.run.scenarios.sheets.limits import armed, name_of
from engine.run.scenarios.sheets.pad import Pad, Writer
from engine.run.scenarios.sheets.scene import Scene

#: So many passes at most go by until the last rung has gone out.
_MOST_PASSES = 600
NO_NEWS = "no_news"


def of_list(pad: Pad, name: str) -> Writer:
    """Return the writer of the scene of a shared list."""
    return partial(_first_that_climbs, pad, name)


def of_silence(pad: Pad) -> Writer:
    """Return the writer of the scene in which nothing is heard."""
    return partial(_silence, pad)


def of_own(pad: Pad, track: Track, step: Step, deadline: Deadline) -> Iterator[Writer]:
    """Yield the writer of the scene of rungs that stand at the deadline itself."""
    if deadline.escalation is None and deadline.rungs:
        yield partial(_climbed, pad, track, step, deadline, name_of(track, step, deadline))


def _first_that_climbs(pad: Pad, name: str) -> Scene:
    for track, step, deadline in _with_list(pad.protocol, name):
        try:
            return _climbed(pad, track, step, deadline, name)
        except (CannotError, StoryError):
            continue
    raise CannotError


def _with_list(protocol: Protocol, name: str) -> Iterator[tuple[Track, Step, Deadline]]:
    for track in protocol.tracks.values():
        for step in track.steps.values():
            for deadline in step.deadlines.values():
                if name == deadline.escalation:
                    yield track, step, deadline


def _climbed(pad: Pad, track: Track, step: Step, deadline: Deadline, name: str) -> Scene:
    scene, path = armed(pad, track, step, deadline), name_of(track, step, deadline)
    scene.lines[0]["say"] = f"{name}: who is told when, at {path}."
    return _told_all(scene, {f"{path}.{rung.id}" for rung in deadline.rungs})


def _silence(pad: Pad) -> Scene:
    scene = pad.scene("no_news: who is told when, if nothing is heard.")
    return _told_all(scene, {f"{NO_NEWS}.{rung.id}" for rung in pad.protocol.no_news.rungs})


def _told_all(scene: Scene, expected: set[str]) -> Scene:
    """Let time pass until all of these messages were sent, and write down when and to whom."""
    scene.messages()
    scene.look(heard={})
    scene.do(wait="1 minute")
    seen: dict[str, tuple[str, list[str]]] = {}
    for _ in range(_MOST_PASSES):
        for key, value in scene.messages().items():
            seen.setdefault(key, value)
        if expected <= set(seen):
            break
        scene.pass_once()
    else:
        raise CannotError
    scene.lines[-1] = {"until": scene.now}
    told = [key for key in seen if key in expected]
    scene.look(heard={key: seen[key][1] for key in told}, sent={key: seen[key][0] for key in told})
    return scene
