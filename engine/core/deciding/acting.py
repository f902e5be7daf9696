"""Somebody takes a declared action, or asks for the approval it needs (4, 5)."""

from __future__ import annotations

from engine.core.case import commands
from engine.core.case.commands import Actor
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Place, TrackState, Waiting, WaitingKind
from engine.core.deciding.approvals import asked_for, fingerprint, lapse_asked
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import refuse_conflicts
from engine.core.deciding.moves import take
from engine.core.deciding.timers import note_contact
from engine.core.deciding.waiting import ask, next_id
from engine.core.model import Action


def act(draft: Draft, command: commands.Act) -> None:
    """Take the action, or refuse it with every reason that stands in its way."""
    state, action = _declared(draft, command)
    _refuse(who_may_not(draft.actor, action, command.approved_by))
    _check_exception(action, command)
    refuse_conflicts(draft, command.enrolment, command.facts, command.seen)
    approver = command.approved_by.user if command.approved_by else ""
    with draft.on_behalf_of(draft.actor, command.reason, command.approved_by):
        take(
            draft,
            command.enrolment,
            command.track,
            action.id,
            command.facts,
            approved_by=approver,
            exception=command.exception,
        )
    lapse_asked(draft, command.enrolment, command.track, state.visit, action.id)
    note_contact(draft)


def ask_approval(draft: Draft, command: commands.AskApproval) -> None:
    """Ask for an approval. What Act would refuse is refused now, so that nobody approves what cannot be taken."""
    state, action = _declared(draft, command)
    if action.approval is None:
        raise Refused(Reason(Why.NEEDS_NO_APPROVAL, action.id))
    willing = Actor("", frozenset({action.approval}))
    _refuse(who_may_not(draft.actor, action, willing))
    refuse_conflicts(draft, command.enrolment, command.facts, command.seen)
    if asked_for(draft.case, command.enrolment, command.track, state.visit, action.id):
        raise Refused(Reason(Why.ASKED_ALREADY, action.id, who=(action.approval,)))
    with draft.on_behalf_of(draft.actor, command.reason, willing), draft.rehearsal():
        take(draft, command.enrolment, command.track, action.id, command.facts)
    item = Waiting(
        id=next_id(draft),
        kind=WaitingKind.APPROVAL,
        asked=(action.approval,),
        by=draft.by,
        roles=tuple(sorted(draft.actor.roles)),
        at=draft.now,
        enrolment=command.enrolment,
        track=command.track,
        step=state.step,
        visit=state.visit,
        action=action.id,
        facts=dict(command.facts),
        happened=command.happened,
        fingerprint=fingerprint(draft, command.enrolment, command.track, action, command.facts),
        reason=command.reason,
    )
    ask(draft, item)


def who_may_not(actor: Actor, action: Action, approver: Actor | None) -> list[Reason]:
    """Return why this actor may not take the action, by role and approval. Nobody may unless it is written."""
    if actor.auditor:
        return []
    if action.automatic or not actor.roles & set(action.who_may):
        return [Reason(Why.ROLE, action.id, ", ".join(action.who_may) or "nobody", who=action.who_may)]
    if action.approval is None:
        return []
    agrees = approver is not None and approver.user != actor.user and action.approval in approver.roles
    return [] if agrees else [Reason(Why.APPROVAL, action.id, action.approval, who=(action.approval,))]


def _declared(draft: Draft, command: commands.Act | commands.AskApproval) -> tuple[TrackState, Action]:
    """Return where the track stands and the action its step declares; refuse a form made for another visit."""
    state = draft.enrolment(command.enrolment).tracks.get(command.track)
    if state is None or state.place is not Place.OPEN:
        raise Refused(Reason(Why.TRACK_NOT_OPEN, command.track))
    if command.visit is not None and command.visit != state.visit:
        raise Refused(Reason(Why.VISIT_LEFT))
    action = draft.rules(command.enrolment).moves[command.track].at(state.step).get(command.action)
    if action is None:
        raise Refused(Reason(Why.NO_SUCH_ACTION, command.action, state.step))
    return state, action


def _check_exception(action: Action, command: commands.Act) -> None:
    if not command.exception:
        return
    if action.exception is None:
        raise Refused(Reason(Why.NO_EXCEPTION, action.id))
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, f"The exception {action.exception}"))


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
