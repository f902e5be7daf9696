"""What can be done next, and why not: the same core as ``decide``, asked without writing (14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.core.case.commands import GLASS, SUPERVISOR, Act, Actor
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, Enrolment, Place
from engine.core.conditions import LAST, Blocking, Condition, ConsentGiven, FactTest, fields_of, leaves, names_in
from engine.core.deciding.acting import who_may_not
from engine.core.deciding.approvals import asked_for
from engine.core.deciding.decide import decide, is_settled
from engine.core.deciding.draft import Draft
from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import Rulebook
from engine.core.model import Action, Field, Needs, Text
from engine.core.values import UNKNOWN, Value

_Facts = Callable[[str], Value | None]


class Answer(StrEnum):
    """What an option says of an action."""

    ALLOWED = "allowed"
    NEEDS_FACTS = "needs facts"  # would be allowed with the facts its form asks for
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Option:
    """One action of one open track. ``asks``: fields its form must ask for; ``reasons``: what stands in the way.

    ``asked``: the waiting item of an approval that was asked for already. ``exception``: the lawful one it allows.
    """

    enrolment: str
    track: str
    step: str
    visit: int
    action: str
    title: Text
    answer: Answer
    asks: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    asked: str = ""
    exception: str = ""


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks what of which case, and when."""

    case: Case
    actor: Actor
    now: datetime
    library: Library
    settled: bool


def options(case: Case, actor: Actor, now: datetime, library: Library) -> tuple[Option, ...]:
    """Return every action a person may ask for, in file order of tracks, a step's own first."""
    asking = _Asking(case, actor, now, library, case.is_open and is_settled(case, now, library))
    return tuple(
        _option(asking, enrolment, track, action)
        for enrolment in case.enrolments.values()
        if enrolment.is_open
        for track in library.rulebooks[enrolment.meaning].protocol.tracks
        if track in enrolment.tracks and enrolment.tracks[track].place is Place.OPEN
        for action in library.rulebooks[enrolment.meaning].moves[track].at(enrolment.tracks[track].step).values()
        if not action.automatic
    )


def _option(asking: _Asking, enrolment: Enrolment, track: str, action: Action) -> Option:
    rules = asking.library.rulebooks[enrolment.meaning]
    state = enrolment.tracks[track]
    reasons = _reasons(asking, Act(actor=asking.actor, enrolment=enrolment.id, track=track, action=action.id), action)
    shown = tuple(as_seen_by(asking.actor, rules, reason) for reason in reasons)
    return Option(
        enrolment.id,
        track,
        state.step,
        state.visit,
        action.id,
        action.title,
        _answer(reasons, _facts(asking, enrolment)) if reasons else Answer.ALLOWED,
        _asks(action),
        shown,
        asked_for(asking.case, enrolment.id, track, state.visit, action.id) if action.approval else "",
        action.exception or "",
    )


def _asks(action: Action) -> tuple[str, ...]:
    """Return the fields of the form: what is required, and how many starts the action asks for."""
    required = [item.id for item in action.required if item.needs is Needs.FIELD]
    counted = action.starts.one_per if action.starts is not None else None
    return tuple(dict.fromkeys((*required, counted) if counted else required))


def _answer(reasons: tuple[Reason, ...], fact: _Facts) -> Answer:
    asked = {reason.subject for reason in reasons if reason.why is Why.FACT_MISSING}
    only_the_form = all(_is_asked_by_the_form(reason, asked, fact) for reason in reasons)
    return Answer.NEEDS_FACTS if only_the_form else Answer.REFUSED


def _facts(asking: _Asking, enrolment: Enrolment) -> _Facts:
    """Return what tells the facts that conditions read."""
    return Draft(asking.case, asking.library, asking.actor, asking.now).world(enrolment.id).fact


def _reasons(asking: _Asking, command: Act, action: Action) -> tuple[Reason, ...]:
    """Return why ``decide`` would refuse the bare action; an approval is asked for, not presumed."""
    who = who_may_not(command.actor, action, None)
    if who:
        return tuple(who)
    try:
        decide(asking.case, command, asking.now, asking.library, settled=asking.settled)
    except Refused as refused:
        return refused.reasons
    return ()


def _is_asked_by_the_form(reason: Reason, asked: set[str], fact: _Facts) -> bool:
    """Whether a reason is only that a required answer is not there yet, or unknown because of it."""
    if reason.why is Why.FACT_MISSING:
        return True
    return bool(reason.blocking) and all(_waits_for(one, asked, fact) for one in reason.blocking)


def _waits_for(blocking: Blocking, asked: set[str], fact: _Facts) -> bool:
    """Whether a question about facts is unknown, and those that nobody has given are asked for."""
    if not isinstance(blocking.leaf, FactTest) or blocking.value is not None:
        return False
    values = {name.removeprefix(LAST): fact(name) for name in names_in(blocking.leaf)}
    missing = {name for name, value in values.items() if value is None}
    return bool(missing) and missing <= asked and UNKNOWN not in values.values()


def as_seen_by(actor: Actor, rules: Rulebook, reason: Reason) -> Reason:
    """Return the reason without the values of facts, and without the consents, that this actor may not see."""
    if reason.why is Why.CONSENT_MISSING and not may_see(actor, rules, ConsentGiven(reason.subject)):
        return replace(reason, subject="something you may not see", blocking=())
    kept = tuple(one for one in reason.blocking if may_see(actor, rules, one.leaf))
    if len(kept) == len(reason.blocking):
        return reason
    return replace(reason, detail="a fact you may not see", blocking=kept)


def may_see(actor: Actor, rules: Rulebook, condition: Condition) -> bool:
    """Return whether an actor may see every answer and every consent that a condition reads."""
    if actor.auditor:
        return True
    asked = {one.consent for one in leaves(condition) if isinstance(one, ConsentGiven)}
    hidden = (one.seen_by for name, one in rules.protocol.consents.items() if name in asked and one.seen_by)
    return all(_may_see_field(actor, rules.field(name)) for name in fields_of(condition)) and all(
        actor.roles & set(roles) for roles in hidden
    )


def _may_see_field(actor: Actor, field: Field | None) -> bool:
    if field is None:
        return True
    own = actor.roles - {SUPERVISOR, GLASS} if field.privileged else actor.roles
    return bool(own & set(field.seen_by)) if field.seen_by else bool(own) or not field.privileged
