"""A wrong click taken back: the earlier visit goes on with its clocks as if it had never been left (4)."""

from __future__ import annotations

from datetime import timedelta

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import WaitingKind, WaitingStatus
from engine.core.deciding.click import Click, last_click
from engine.core.deciding.draft import Draft
from engine.core.deciding.restoration import Answers, restored_enrolments
from engine.core.deciding.resumption import Resumption
from engine.core.deciding.waiting import lapse
from engine.core.evolve import evolve

#: How long the actor herself may take back what she clicked (4).
OWN_TIME = timedelta(hours=24)


def withdraw(draft: Draft, command: commands.Withdraw) -> None:
    """Take back the last action of a track, with everything that followed from it in the same decision.

    Raises ValueError where the draft has not the whole journal of the case: that is the caller's mistake.
    """
    if len(draft.journal) + len(draft.events) != draft.case.seq:
        raise ValueError("a withdrawal needs the whole journal of the case")
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "Withdrawing an action"))
    if command.enrolment not in draft.case.enrolments:
        raise Refused(Reason(Why.NO_ENROLMENT, command.enrolment))
    click = last_click(draft.case, draft.journal, command.enrolment, command.track)
    if click is None:
        raise Refused(Reason(Why.NOTHING_TO_WITHDRAW, command.track))
    click = evolve(click, since=(*click.since, *draft.events))
    _check_actor(draft, click)
    _check_since(draft, click)
    _take_back(draft, click, command.reason)


def _check_actor(draft: Draft, click: Click) -> None:
    own = click.taken.by == draft.by and draft.now - click.taken.at <= OWN_TIME
    if not own and SUPERVISOR not in draft.actor.roles:
        what = f"Withdrawing {click.taken.action} of another person, or after 24 hours,"
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, what, who=(SUPERVISOR,)))


def _check_since(draft: Draft, click: Click) -> None:
    """Refuse where the case has gone on from the click, or somebody works elsewhere because of it."""
    name = click.taken.action
    if click.undermined is not None:
        raise Refused(Reason(Why.TAKEN_SINCE, name, f"{click.undermined.action} was withdrawn"))
    moved = click.moved_since()
    if moved is not None:
        raise Refused(Reason(Why.TAKEN_SINCE, name, _words(moved)))
    now, then = draft.case, click.after
    ended = any(now.enrolments[one].ended != then.enrolments[one].ended for one, _ in click.touched)
    if ended or now.closed != then.closed:
        raise Refused(Reason(Why.TAKEN_SINCE, name, "it has ended"))
    asked = map(draft.case.waiting.__getitem__, click.asked)
    started = [item for item in asked if item.status is WaitingStatus.STARTED]
    if started:
        raise Refused(*(Reason(Why.STARTED, item.protocol, item.case) for item in started))


def _words(event: happenings.Event) -> str:
    if isinstance(event, happenings.ActionTaken):
        return f"{event.action} was taken"
    return f"{getattr(event, 'track', 'it')} has moved"


def _take_back(draft: Draft, click: Click, reason: str) -> None:
    enrolment, before = click.taken.enrolment, click.before
    draft.emit(
        happenings.ActionWithdrawn(
            at=draft.now,
            by=draft.by,
            enrolment=enrolment,
            track=click.taken.track,
            step=click.taken.step,
            action=click.taken.action,
            taken=click.number,
            reason=reason,
            approved_by=click.taken.approved_by,
            restored=restored_enrolments(click, draft.case, draft.calendar_of_case()),
            facts=Answers(click, "", draft.calendar_of_case()).restored(
                before.facts, click.after.facts, draft.case.facts
            ),
            reopened=before.closed != draft.case.closed,
        )
    )
    for item in map(draft.case.waiting.__getitem__, click.asked):
        if item.is_open and item.kind is WaitingKind.REQUEST:  # an exception is reviewed also if it was taken back
            lapse(draft, item, taken_back=True)
    Resumption(draft, click).restore_clocks()
