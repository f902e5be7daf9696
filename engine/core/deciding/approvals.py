"""What an approval that waits is bound to, and when it lapses (5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from engine.core.case.state import Case, Place, Waiting, WaitingKind
from engine.core.conditions import LAST, fields_of
from engine.core.deciding.draft import Draft
from engine.core.deciding.waiting import lapse, open_items
from engine.core.model import Action, Needs
from engine.core.values import Approximate, Value


def fingerprint(draft: Draft, enrolment: str, track: str, action: Action, facts: Mapping[str, Value]) -> str:
    """Return the SHA-256 of what an approval of this action rests on, in hexadecimal digits.

    That is the facts given with the action, and the present values of what it would write and of what its
    requirements and its condition read.
    """
    world = draft.world(enrolment)
    read = {name: _write(world.fact(LAST + name)) for name in {*facts, *_fields_read(action)}}
    given = {name: _write(value) for name, value in facts.items()}
    text = json.dumps([track, action.id, given, read], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _fields_read(action: Action) -> set[str]:
    required = {item.id for item in action.required if item.needs is Needs.FIELD}
    return required | (fields_of(action.only_if) if action.only_if is not None else set())


def _write(value: Value | None) -> str | list[str] | None:
    """Return a value so that equal ones are written equally, and others otherwise."""
    if isinstance(value, tuple):
        return sorted(value)
    if isinstance(value, Approximate):
        return [value.earliest.isoformat(), value.latest.isoformat()]
    if isinstance(value, int | Decimal):
        return f"number {Fraction(value)}"
    return None if value is None else f"{type(value).__name__} {value}"


def asked_for(case: Case, enrolment: str, track: str, visit: int, action: str) -> str:
    """Return the id of the approval of this action that waits at this visit; empty where there is none."""
    place = (enrolment, track, visit, action)
    waiting = (item for item in case.waiting.values() if item.is_open and item.kind is WaitingKind.APPROVAL)
    found = (item.id for item in waiting if (item.enrolment, item.track, item.visit, item.action) == place)
    return next(found, "")


def why_stale(draft: Draft, item: Waiting) -> str:
    """Return why an approval holds no more; empty as long as it does."""
    enrolment = draft.case.enrolments[item.enrolment]
    state = enrolment.tracks.get(item.track)
    if state is None or state.place is not Place.OPEN:
        return "the track has ended"
    if state.visit != item.visit:
        return "the step was left"
    action = draft.rules(item.enrolment).moves[item.track].at(state.step)[item.action]
    now = fingerprint(draft, item.enrolment, item.track, action, item.facts)
    return "" if now == item.fingerprint else "a fact on which it rests has changed"


def lapse_stale(draft: Draft) -> None:
    """Let every approval lapse that holds no more."""
    for item in open_items(draft, WaitingKind.APPROVAL):
        if why_stale(draft, item):
            lapse(draft, item)


def lapse_asked(draft: Draft, enrolment: str, track: str, visit: int, action: str) -> None:
    """Let an approval lapse whose action was taken otherwise: approved in the same moment."""
    name = asked_for(draft.case, enrolment, track, visit, action)
    if name:
        lapse(draft, draft.case.waiting[name])
