"""Who holds the case: roles given, and handed over once the other one has accepted."""

from __future__ import annotations

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import SYSTEM, Waiting, WaitingKind
from engine.core.deciding.draft import Draft
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
    holder = draft.case.holders.get(command.role)
    holds = draft.by == holder if holder is not None else command.role in draft.actor.roles
    if not holds and SUPERVISOR not in draft.actor.roles:
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
    )
    ask(draft, item)


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
