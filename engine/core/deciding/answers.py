"""Answers to waiting items: who may give them, and what each of them does (1, 4, 5)."""

from __future__ import annotations

from collections.abc import Callable

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, Waiting, WaitingKind, WaitingStatus
from engine.core.deciding.approvals import why_stale
from engine.core.deciding.draft import Draft
from engine.core.deciding.moves import close_case, take
from engine.core.deciding.referrals import is_agreed
from engine.core.deciding.timers import note_contact
from engine.core.deciding.waiting import keeps_open, settle_item, tell_asker, why_not_answer


def waits_for(case: Case, actor: Actor) -> tuple[Waiting, ...]:
    """Return what this person could answer now, in the order in which it was asked."""
    return tuple(item for item in case.waiting.values() if item.is_open and not why_not_answer(item, actor))


def answer(draft: Draft, command: commands.Answer) -> None:
    """Write down an answer and let it have its effect."""
    item = draft.case.waiting.get(command.waiting)
    if item is None:
        raise Refused(Reason(Why.NO_SUCH, f"waiting item {command.waiting}"))
    _check_open(draft, item)
    reasons = why_not_answer(item, draft.actor)
    if not command.agrees and not command.reason.strip():
        reasons.append(Reason(Why.NEEDS_REASON, f"Refusing {item.id}"))
    if reasons:
        raise Refused(*reasons)
    if command.agrees:
        _AGREED[item.kind](draft, item, command)
    else:
        settle_item(draft, item, WaitingStatus.REFUSED, command.reason)
    if draft.case.waiting[item.id].status is not WaitingStatus.STARTED:
        tell_asker(draft, item, Topic.ANSWERED)
    if draft.case.is_open and not draft.open_enrolments() and not keeps_open(draft):
        close_case(draft)


def _check_open(draft: Draft, item: Waiting) -> None:
    """Refuse an answer that comes too late: it was given, or what was asked for has changed."""
    if item.status is WaitingStatus.LAPSED:
        raise Refused(Reason(Why.LAPSED, item.id, "it was asked for something that has changed"))
    if not item.is_open:
        raise Refused(Reason(Why.ANSWERED, item.id))
    stale = why_stale(draft, item) if item.kind is WaitingKind.APPROVAL else ""
    if item.consent and not is_agreed(draft, item.consent):
        stale = "the agreement it rests on is no longer given"
    if stale:
        raise Refused(Reason(Why.LAPSED, item.id, stale))


def _approve(draft: Draft, item: Waiting, command: commands.Answer) -> None:
    """Take the action as who asked for it; if it is refused, all of it is, and the item waits on."""
    settle_item(draft, item, WaitingStatus.AGREED, command.reason)
    asker, approver = Actor(item.by, frozenset(item.roles)), draft.actor
    draft.happened = draft.happened if item.happened is None else item.happened
    with draft.on_behalf_of(asker, item.reason, approver):
        take(draft, item.enrolment, item.track, item.action, item.facts, approved_by=approver.user)
        note_contact(draft)


def _confirm(draft: Draft, item: Waiting, command: commands.Answer) -> None:
    settle_item(draft, item, WaitingStatus.AGREED, command.reason)


def _start_elsewhere(draft: Draft, item: Waiting, command: commands.Answer) -> None:
    if command.case.strip() in {"", draft.case.id}:
        raise Refused(Reason(Why.NEEDS_CASE, item.id))
    settle_item(draft, item, WaitingStatus.STARTED, command.reason, case=command.case)


def _take_over(draft: Draft, item: Waiting, command: commands.Answer) -> None:
    settle_item(draft, item, WaitingStatus.AGREED, command.reason)
    draft.emit(
        happenings.HolderSet(
            at=draft.now,
            by=draft.by,
            role=item.role,
            user=draft.by,
            agency=item.agency,
            calendar=item.calendar,
            reason=item.reason,
        )
    )


_AGREED: dict[WaitingKind, Callable[[Draft, Waiting, commands.Answer], None]] = {
    WaitingKind.APPROVAL: _approve,
    WaitingKind.REVIEW: _confirm,
    WaitingKind.REQUEST: _start_elsewhere,
    WaitingKind.TRANSFER: _take_over,
}
