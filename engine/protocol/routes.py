"""Warnings about where a case can and cannot go: unreachable steps, dead ends, gaps, overlaps, missing exits (29)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.conditions import Condition, FactTest, Test
from engine.core.model import Action, FieldType, Protocol, Step, TargetKind, Track
from engine.protocol.dangers import Warned, warn

Spot = tuple[str, str]


def find_routes(protocol: Protocol) -> Iterator[Warned]:
    """Yield what is dangerous about the ways between steps."""
    reached = _reached(protocol)
    for track in protocol.tracks.values():
        ending = _ending(protocol, track)
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


def _moves(track: Track, step: Step) -> Iterator[Action]:
    yield from step.actions.values()
    if step.final is None:
        yield from (action for id_, action in track.at_any_step.items() if id_ not in step.actions)


def _reached(protocol: Protocol) -> set[Spot]:
    """Return every step some way leads to; a case opened by its first event may begin where that event leads."""
    waiting = [(track.id, track.first_step) for track in protocol.tracks.values()]
    if protocol.opening.any_event:
        waiting += [
            spot for track in protocol.tracks.values() for spot in _targets(track, track.at_any_step.values())
        ]
    found = set(waiting)
    while waiting:
        id_, name = waiting.pop()
        track = protocol.tracks[id_]
        for spot in _targets(track, _moves(track, track.steps[name])):
            if spot not in found:
                found.add(spot)
                waiting.append(spot)
    return found


def _targets(track: Track, actions: Iterable[Action]) -> Iterator[Spot]:
    for action in actions:
        if action.target.kind is TargetKind.STEP:
            yield action.target.track or track.id, action.target.step


def _ending(protocol: Protocol, track: Track) -> set[str]:
    """Return the steps from which a final step can be reached, or the track be closed or moved from elsewhere."""
    closed = {name for one in protocol.tracks.values() for step in one.steps.values() for action in _moves(one, step)
              for name in (*action.closes, action.target.track)}  # fmt: skip
    if track.id in closed:
        return set(track.steps)
    found = {step.id for step in track.steps.values() if step.final is not None}
    before = -1
    while len(found) != before:
        before = len(found)
        for step in track.steps.values():
            if any(_leads_into(action, found) for action in _moves(track, step)):
                found.add(step.id)
    return found


def _leads_into(action: Action, steps: set[str]) -> bool:
    target = action.target
    return target.kind is TargetKind.PREVIOUS or (target.track is None and target.step in steps)


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
