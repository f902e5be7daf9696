"""Recording that somebody will act on a clock: who, what, and until when (24)."""

from __future__ import annotations

from engine.core.case import events as happenings
from engine.core.case.commands import Acknowledge, Actor
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import CaseClock
from engine.core.clocks.promise import acknowledge, latest_promise
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import LONGEST_TEXT, why_no_time
from engine.core.deciding.timers import terms_for
from engine.core.evolve import evolve


def check_may_promise(actor: Actor) -> None:
    """Refuse whoever does not work on the case: a promise is somebody's, never a replay's."""
    if actor.auditor:
        raise Refused(Reason(Why.MAY_NOT_PROMISE, "a replay promises nothing"))
    if not actor.roles:
        raise Refused(Reason(Why.MAY_NOT_PROMISE, "you have none here"))


def record_promise(draft: Draft, command: Acknowledge, item: CaseClock) -> None:
    """Write down a promise about an open clock; one for no time or too long is refused with the longest."""
    terms = terms_for(draft, draft.rules(command.enrolment), item)
    if not item.clock.is_open:
        raise Refused(Reason(Why.NO_SUCH, f"open clock {command.clock}"))
    wrong = why_no_time(command.promised)
    if wrong is not None:
        raise Refused(Reason(Why.WRONG_VALUE, "The promise", wrong))
    latest = latest_promise(terms, draft.now)
    if not draft.now < command.promised <= latest:
        raise Refused(Reason(Why.TOO_LONG, "A promise", latest.isoformat()))
    if len(command.doing) > LONGEST_TEXT:
        raise Refused(Reason(Why.WRONG_VALUE, "What is promised", f"write at most {LONGEST_TEXT} characters"))
    promised = acknowledge(item.clock, terms, command.promised, draft.held, draft.now)
    draft.emit(
        happenings.Acknowledged(
            at=draft.now,
            by=draft.by,
            enrolment=command.enrolment,
            clock=evolve(item, clock=promised),
            promised=command.promised,
            doing=command.doing,
        )
    )
