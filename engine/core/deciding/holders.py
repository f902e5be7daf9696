"""Who holds the case: roles given, and handed over once the other one has accepted."""

from __future__ import annotations

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import SYSTEM, Waiting, WaitingKind
from engine.core.deciding.draft import Draft
from engine.core.deciding.referrals import check_agreement, end_role, held_by_agreement, rests_on
from engine.core.deciding.waiting import ask, lapse, next_id, open_items


def assign_role(draft: Draft, command: commands.AssignRole) -> None:
    """Say who holds a role; an offer of it that still waits lapses."""
    if SUPERVISOR not in draft.actor.roles and draft.by != SYSTEM:
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, "Giving a role", who=(SUPERVISOR,)))
    _check(draft, command.role, command.user, command.reason)
    _lapse_offers(draft, command.role)
    draft.emit(
        happenings.HolderSet(
            at=draft.now, by=draft.by, role=command.role, user=command.user, reason=command.reason
        )
    )  # fmt: skip


def hand_over(draft: Draft, command: commands.HandOver) -> None:
    """Offer a role to somebody; a former offer of it lapses. Responsible stays who was, until it is accepted."""
    _check(draft, command.role, command.to_user, command.reason)
    if command.to_user == draft.by:  # nobody gives herself what another profession may see
        raise Refused(Reason(Why.NOT_HOLDER, command.role, who=(command.role, SUPERVISOR)))
    if command.consent:
        check_agreement(draft, command.consent, command.role)
    if not _may_offer(draft, command):
        raise Refused(Reason(Why.NOT_HOLDER, command.role, who=(command.role, SUPERVISOR)))
    if command.calendar is not None and command.calendar not in draft.library.calendars:
        raise Refused(Reason(Why.NO_SUCH, f"calendar {command.calendar}"))
    _lapse_offers(draft, command.role)
    item = Waiting(
        id=next_id(draft),
        kind=WaitingKind.TRANSFER,
        asked=(f"user:{command.to_user}",),
        by=draft.by,
        at=draft.now,
        enrolment=draft.leading_enrolment(),
        reason=command.reason,
        role=command.role,
        agency=command.agency,
        calendar=command.calendar,
        consent=command.consent or rests_on(draft.case, command.role),
    )
    ask(draft, item)


def _may_offer(draft: Draft, command: commands.HandOver) -> bool:
    """Return whether a role is the actor's to offer: hers, the supervisor's, or a referral of a free one."""
    holder = draft.case.holders.get(command.role)
    if holder == draft.by or SUPERVISOR in draft.actor.roles:
        return True
    is_referral = bool(command.consent) and draft.by in draft.case.holders.values()
    return holder is None and (is_referral or command.role in draft.actor.roles)


def take_back(draft: Draft, command: commands.TakeBack) -> None:
    """Let an offer lapse that nobody has answered yet, or end the role that somebody holds by it on an agreement."""
    item = draft.case.waiting.get(command.waiting)
    if item is None or item.kind is not WaitingKind.TRANSFER:
        raise Refused(Reason(Why.NO_SUCH, f"offer {command.waiting}"))
    helps = item in held_by_agreement(draft.case)
    if not (item.is_open or helps):
        raise Refused(Reason(Why.ANSWERED, item.id))
    may = {item.by, item.answered_by} if helps else {item.by}
    if draft.by not in may and SUPERVISOR not in draft.actor.roles:
        raise Refused(Reason(Why.MAY_NOT, f"Taking {item.id} back", SUPERVISOR, who=(SUPERVISOR,)))
    if helps:
        end_role(draft, item)
    else:
        lapse(draft, item)


def _check(draft: Draft, role: str, user: str, reason: str) -> None:
    known = {name for enrolment in draft.case.enrolments for name in draft.rules(enrolment).protocol.roles}
    if role not in known:
        raise Refused(Reason(Why.NO_SUCH, f"role {role}"))
    if not user.strip() or draft.case.holders.get(role) == user:
        raise Refused(Reason(Why.WRONG_VALUE, role, "name somebody who does not hold it yet"))
    if not reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, f"Another holder of {role}"))


def _lapse_offers(draft: Draft, role: str) -> None:
    for item in open_items(draft, WaitingKind.TRANSFER):
        if item.role == role:
            lapse(draft, item)
