"""Warnings about where a case can and cannot go: unreachable steps, dead ends, gaps, overlaps, missing exits (29)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.conditions import Condition, FactTest, Test
from engine.core.model import Action, FieldType, Protocol, Step, TargetKind, Track
from engine.protocol.building.dangers import Warned, warn

Spot = tuple[str, str]


def find_routes(protocol: Protocol) -> Iterator[Warned]:
    """Yield what is dangerous about the ways between steps."""
    reached, elsewhere = _reached(protocol), _ended_elsewhere(protocol)
    for track in protocol.tracks.values():
        ending = set(track.steps) if track.id in elsewhere else _ending(track)
        for step in track.steps.values():
            path = f"tracks.{track.id}.steps.{step.id}"
            if (track.id, step.id) not in reached:
                message = f"No action leads to the step `{step.id}`."
                yield warn("SP601", path, message, "Lead an action there, or delete the step.")
            elif step.final is None and step.id not in ending and ending:
                message = f"From the step `{step.id}` no way leads to a final step."
                yield warn("SP602", path, message, "Add an action that leads on.")
            yield from _find_gaps(protocol, path, step)
        yield from _find_exit(protocol, track)


def _reached(protocol: Protocol) -> set[Spot]:
    """Return every step some way leads to; a case opened by its first event may begin where that event leads."""
    waiting = [(track.id, track.first_step) for track in protocol.tracks.values()]
    if protocol.opening.any_event:
        waiting += [spot for track in protocol.tracks.values() for spot in _targets(track, track.at_any_step)]
    found, everywhere = set(waiting), set[str]()
    while waiting:
        id_, name = waiting.pop()
        track = protocol.tracks[id_]
        step = track.steps[name]
        spots = list(_targets(track, step.actions))
        if step.final is None and id_ not in everywhere:
            everywhere.add(id_)
            spots += _targets(track, track.at_any_step)
        new = [spot for spot in dict.fromkeys(spots) if spot not in found]
        found.update(new)
        waiting += new
    return found


def _targets(track: Track, actions: Mapping[str, Action]) -> Iterator[Spot]:
    for action in actions.values():
        if action.target.kind is TargetKind.STEP:
            yield action.target.track or track.id, action.target.step


def _ended_elsewhere(protocol: Protocol) -> set[str]:
    """Return the tracks that an action of any track closes or moves from outside."""
    parts = [track.at_any_step for track in protocol.tracks.values()]
    parts += [step.actions for track in protocol.tracks.values() for step in track.steps.values()]
    named = (action for part in parts for action in part.values())
    return {name for action in named for name in (*action.closes, action.target.track) if name}


def _ending(track: Track) -> set[str]:
    """Return the steps of a track from which a final step can be reached."""
    before: dict[str, list[str]] = {}
    found = {step.id for step in track.steps.values() if step.final is not None}
    for step in track.steps.values():
        for action in step.actions.values():
            if action.target.kind is TargetKind.PREVIOUS:
                found.add(step.id)
            elif action.target.track is None:
                before.setdefault(action.target.step, []).append(step.id)
    waiting = list(found)
    while waiting:
        for name in before.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    away = any(
        one.target.kind is TargetKind.PREVIOUS or one.target.step in found for one in track.at_any_step.values()
    )
    return set(track.steps) if away else found


def _find_exit(protocol: Protocol, track: Track) -> Iterator[Warned]:
    """A person may refuse, disappear or die at any step; an operation or an object cannot."""
    if protocol.about == "person" and not track.at_any_step:
        message = f"Nothing in the track `{track.id}` says what happens if the person refuses, disappears or dies."
        hint = "Add `at_any_step` with such actions; they may close the track."
        if not _closed_elsewhere(protocol, track.id):
            yield warn("SP609", f"tracks.{track.id}", message, hint)


def _closed_elsewhere(protocol: Protocol, id_: str) -> bool:
    """Whether what another track says at any step closes this one too."""
    others = (action for track in protocol.tracks.values() for action in track.at_any_step.values())
    return any(id_ in action.closes for action in others)


def _find_gaps(protocol: Protocol, path: str, step: Step) -> Iterator[Warned]:
    """Actions that all go by the same fact should take every answer, each once."""
    people = [action for action in step.actions.values() if not action.automatic]
    asked = [(action, _answers(action.only_if)) for action in people]
    fields = {answers[0] for _, answers in asked if answers}
    if len(people) < 2 or len(fields) != 1 or not all(answers for _, answers in asked):
        return
    field = protocol.fields.get(fields.pop())
    if field is None or field.type not in (FieldType.CHOICE, FieldType.YES_NO_UNKNOWN):
        return
    every = field.codes if field.type is FieldType.CHOICE else ("yes", "no")
    taken = [code for _, answers in asked if answers for code in answers[1]]
    missing = [code for code in every if code not in taken]
    if missing:
        message = f"No action of the step `{step.id}` is open when `{field.id}` is `{missing[0]}`."
        yield warn("SP607", f"{path}.actions", message, f"Add an action for `{missing[0]}`.")
    twice = [code for code in every if taken.count(code) > 1]
    if twice and len({_needs(action) for action in people}) == 1:
        message = f"Two actions of the step `{step.id}` are open when `{field.id}` is `{twice[0]}`."
        yield warn(
            "SP608", f"{path}.actions", message, "Let only one of them take this answer, if they exclude each other."
        )


def _needs(action: Action) -> tuple[str, ...]:
    """Return what tells two actions on one answer apart besides their condition: who may take them."""
    return action.who_may


def _answers(condition: Condition | None) -> tuple[str, tuple[str, ...]] | None:
    """Return the one field a condition asks for, and the answers that make it true."""
    if not isinstance(condition, FactTest) or condition.test not in (Test.IS, Test.IS_ONE_OF):
        return None
    value = condition.value
    return condition.field, tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
