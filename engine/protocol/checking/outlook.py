"""Warnings about who can see and do what: hidden facts, roles nobody can hold (29)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.conditions import fields_of
from engine.core.model import Action, Protocol, Track
from engine.protocol.building.dangers import Warned, warn


def find_outlooks(protocol: Protocol) -> Iterator[Warned]:
    """Yield what is dangerous about who may see, know and act."""
    used: set[str] = set()
    for track in protocol.tracks.values():
        for step in track.steps.values():
            used.update(step.done_by, step.recorded_by)
            for id_, action in step.actions.items():
                yield from _judge(f"tracks.{track.id}.steps.{step.id}.actions.{id_}", action, protocol)
                used.update(action.who_may)
        for id_, action in track.at_any_step.items():
            yield from _judge(f"tracks.{track.id}.at_any_step.{id_}", action, protocol)
            used.update(action.who_may)
        yield from _find_strangers(track)


def _judge(path: str, action: Action, protocol: Protocol) -> Iterator[Warned]:
    """An action must have somebody with an account, and must not tell those who take it what they may not see."""
    roles = protocol.roles
    known = [role for role in action.who_may if role in roles]
    if known and not any(roles[role].account for role in known):
        message = f"Nobody with an account may take `{action.id}`, so nobody can."
        yield warn("SP606", path, message, "Let a role with an account record it: add it to `who_may`.")
    for name in sorted(fields_of(action.only_if)) if action.only_if else ():
        field = protocol.fields.get(name)
        hidden = [role for role in action.who_may if field and field.seen_by and role not in field.seen_by]
        if hidden:
            message = f"`{action.id}` depends on `{name}`, which `{hidden[0]}` may take but not see."
            hint = f"Add `{hidden[0]}` to `seen_by` of the field, or take the role from `who_may`."
            yield warn("SP612", f"{path}.only_if", message, hint, at_value=True)


def _find_strangers(track: Track) -> Iterator[Warned]:
    """A hidden track must be seen by those who act in it."""
    if not track.seen_by:
        return
    for step in track.steps.values():
        stranger = next((role for role in step.recorded_by if role not in track.seen_by), None)
        if stranger:
            message = f"`{stranger}` records the step `{step.id}`, but may not see the track `{track.id}`."
            hint = f"Add `{stranger}` to `seen_by` of the track."
            yield warn("SP605", f"tracks.{track.id}.steps.{step.id}", message, hint)
            return
