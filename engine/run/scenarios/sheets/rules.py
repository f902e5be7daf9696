"""Scenes of forbidden rules: the alarm when it happens all the same, and silence where one part is not so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.core.model import Forbidden
from engine.run.scenarios.sheets.answers import CannotError, Needed, needed_for
from engine.run.scenarios.sheets.pad import Pad, Writer, parts
from engine.run.scenarios.sheets.scene import Scene


def of_rule(pad: Pad, rule: Forbidden) -> Iterator[Writer]:
    """Yield the writers of the scenes of a rule."""
    yield partial(_broken, pad, rule)
    if len(parts(rule.never)) > 1:
        yield from (partial(_kept, pad, rule, number) for number in range(len(parts(rule.never))))


def _broken(pad: Pad, rule: Forbidden) -> Scene:
    scene = pad.scene(f"{rule.id}: what it forbids, when it happens all the same.")
    _bring_in(scene, needed_for(rule.never, pad.protocol))
    messages, name = scene.messages(), f"alarm.{rule.id}"
    if name not in messages:
        raise CannotError
    scene.look(heard={name: messages[name][1]})
    return scene


def _kept(pad: Pad, rule: Forbidden, number: int) -> Scene:
    scene = pad.scene(f"{rule.id}: what it does not forbid ({number + 1}).")
    _bring_in(scene, pad.all_but(rule.never, number))
    name = f"alarm.{rule.id}"
    if name in scene.messages():
        raise CannotError
    scene.look(quiet=[name])
    return scene


def _bring_in(scene: Scene, needed: Needed) -> None:
    """Let answers come first and steps last, so that nothing that follows by itself leads away from them."""
    steps, needed.steps = needed.steps, []
    scene.bring_about(needed)
    for step in steps:
        scene.do(stand=step)
