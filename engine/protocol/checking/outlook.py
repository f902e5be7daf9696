"""Warnings about who can see and do what: hidden facts, roles nobody can hold (29)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.conditions import ConsentGiven, fields_of, leaves
from engine.core.model import Action, Needs, Protocol, Track
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
    yield from _find_absent(protocol)


def _find_absent(protocol: Protocol) -> Iterator[Warned]:
    """Whoever may be let in on a consent must have an account."""
    for consent in protocol.consents.values():
        absent = next((role for role in consent.opens_to if not protocol.roles[role].account), None)
        if absent:
            message = f"On the consent `{consent.id}` nobody can be let in as `{absent}`, which has no account."
            hint = f"Take `{absent}` from its `opens_to`; who has no account gets letters."
            yield warn("SP623", f"consents.{consent.id}.opens_to", message, hint, at_value=True)


def _judge(path: str, action: Action, protocol: Protocol) -> Iterator[Warned]:
    """An action must have somebody with an account, and must not tell those who take it what they may not see."""
    roles = protocol.roles
    known = [role for role in action.who_may if role in roles]
    if known and not any(roles[role].account for role in known):
        message = f"Nobody with an account may take `{action.id}`, so nobody can."
        yield warn("SP606", path, message, "Let a role with an account record it: add it to `who_may`.")
    for name in sorted(fields_of(action.only_if)) if action.only_if else ():
        if name in protocol.fields:
            yield from _find_hidden(f"{path}.only_if", action, f"`{name}`", protocol.fields[name].seen_by)
    for key, name in _consents_of(action):
        if name in protocol.consents:
            yield from _find_hidden(f"{path}.{key}", action, f"consent to `{name}`", protocol.consents[name].seen_by)


def _consents_of(action: Action) -> Iterator[tuple[str, str]]:
    """Yield the consents an action hangs on, each with the key that names it."""
    asked = leaves(action.only_if) if action.only_if else ()
    yield from (("only_if", one.consent) for one in asked if isinstance(one, ConsentGiven))
    yield from (("required", one.id) for one in action.required if one.needs is Needs.CONSENT)


def _find_hidden(path: str, action: Action, what: str, seen_by: tuple[str, ...]) -> Iterator[Warned]:
    hidden = next((role for role in action.who_may if seen_by and role not in seen_by), None)
    if hidden:
        message = f"`{action.id}` depends on {what}, which `{hidden}` may not see, but may take it."
        hint = f"Add `{hidden}` to its `seen_by`, or take the role from `who_may`."
        yield warn("SP612", path, message, hint, at_value=True)


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
