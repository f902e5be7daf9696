"""Holds of a case: begun, confirmed by the supervisor, renewed, ended (19)."""

from __future__ import annotations

from datetime import datetime

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.clocks.hold import Hold, longest_until
from engine.core.deciding.draft import Draft
from engine.core.deciding.happening import check_when
from engine.core.deciding.timers import recompute_all
from engine.core.evolve import evolve


def begin_hold(draft: Draft, command: commands.BeginHold) -> None:
    """Put the case on hold; the supervisor's own hold is confirmed at once."""
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "A hold"))
    if command.hold in draft.case.holds:
        raise Refused(Reason(Why.CASE_EXISTS))
    _check_until(draft, command.until)
    confirmed = draft.now if SUPERVISOR in draft.actor.roles else None
    hold = Hold(command.hold, draft.now, command.until, command.reason, confirmed)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="begun", hold=hold))


def confirm_hold(draft: Draft, command: commands.ConfirmHold) -> None:
    """Let a hold stop clocks from now on."""
    if SUPERVISOR not in draft.actor.roles:
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, "Confirming a hold", who=(SUPERVISOR,)))
    hold = _live_hold(draft, command.hold)
    confirmed = evolve(hold, confirmed=hold.confirmed or draft.now)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="confirmed", hold=confirmed))


def renew_hold(draft: Draft, command: commands.RenewHold) -> None:
    """Let a hold last until another instant; a confirmed one longer only by the supervisor."""
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "Renewing a hold"))
    hold = _live_hold(draft, command.hold)
    _check_until(draft, command.until)
    longer = hold.confirmed is not None and command.until > hold.until
    if longer and SUPERVISOR not in draft.actor.roles:
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, "Renewing a hold", who=(SUPERVISOR,)))
    renewed = evolve(hold, until=command.until, reason=command.reason)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="renewed", hold=renewed))


def end_hold(draft: Draft, command: commands.EndHold) -> None:
    """End a hold now; the limits it stopped move."""
    ended = evolve(_live_hold(draft, command.hold), ended=draft.now)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="ended", hold=ended))
    recompute_all(draft, draft.now)


def _live_hold(draft: Draft, name: str) -> Hold:
    hold = draft.case.holds.get(name)
    if hold is None or hold.is_over(draft.now):
        raise Refused(Reason(Why.NO_SUCH, f"hold {name}"))
    return hold


def _check_until(draft: Draft, until: datetime) -> None:
    check_when("The end of a hold", until)
    longest = longest_until(draft.now, draft.calendar_of_case())
    if not draft.now < until <= longest:
        raise Refused(Reason(Why.TOO_LONG, "A hold", longest.isoformat()))
