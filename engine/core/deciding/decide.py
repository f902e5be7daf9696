"""From a case and a command to what happens: events for the journal and messages for the outbox. Pure.

Equal inputs give equal outputs. The only error raised on purpose is ``Refused``; then nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR, AnyCommand
from engine.core.case.effects import Decision
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, CaseClock, ConsentRecord, Place
from engine.core.clocks import clock as clocks
from engine.core.clocks.calendar import Calendar
from engine.core.clocks.hold import Hold, longest_until
from engine.core.clocks.limit import Rule, first_instant, reckon
from engine.core.deciding import tasks
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import is_older, record_facts, why_no_time
from engine.core.deciding.library import Library
from engine.core.deciding.moves import enter, follow_up, open_tracks, take
from engine.core.deciding.passes import next_wake, run_pass, settle
from engine.core.deciding.promises import check_may_promise, record_promise
from engine.core.deciding.rules import note_rules
from engine.core.deciding.timers import arm_no_news, note_contact, recompute_all, set_clock, terms_for
from engine.core.evolve import evolve
from engine.core.model import Action, Protocol
from engine.core.values import Value


def decide(case: Case, command: AnyCommand, now: datetime, library: Library) -> Decision:
    """Return what the command leads to at this instant (UTC). Raises Refused with its reasons.

    The library holds every protocol version that an enrolment of the case pins or the command names.
    """
    return decided(case, command, now, library)[0]


def decided(case: Case, command: AnyCommand, now: datetime, library: Library) -> tuple[Decision, Case]:
    """Return the decision and the case after it, which equals folding the decision's events."""
    draft = Draft(case, library, command.actor, now)
    if isinstance(command, commands.OpenCase):
        _open_case(draft, command)
    else:
        if not case.is_open:
            raise Refused(Reason(Why.CASE_CLOSED))
        settle(draft)
        _set_happened(draft, getattr(command, "happened", None))
        _HANDLERS[type(command)](draft, command)
    if draft.events:
        follow_up(draft)
    note_rules(draft)  # also where nothing was recorded: time alone can turn a rule
    if (
        draft.events and draft.case.is_open and not command.actor.auditor
    ):  # a replay asks for the protocol's own clocks
        arm_no_news(draft, draft.open_enrolments()[0])
    return Decision(tuple(draft.events), tuple(draft.effects)), draft.case


def wake(case: Case, now: datetime, library: Library, *, with_repeats: bool = True) -> datetime | None:
    """Return when the next pass over this case has something to do; None for a closed case."""
    return next_wake(Draft(case, library, commands.Actor(), now), with_repeats=with_repeats)


def _set_happened(draft: Draft, happened: date | datetime | None, calendar: Calendar | None = None) -> None:
    """Nothing can have happened later than it is recorded."""
    if happened is None:
        return
    _check_when("What happened", happened)
    if first_instant(happened, calendar or _any_calendar(draft)) > draft.now:
        raise Refused(Reason(Why.IN_THE_FUTURE, "What happened"))
    draft.happened = happened


def _check_when(subject: str, when: date | datetime) -> None:
    wrong = why_no_time(when)
    if wrong is not None:
        raise Refused(Reason(Why.WRONG_VALUE, subject, wrong))


def _any_calendar(draft: Draft) -> Calendar:
    return draft.calendar(draft.rules(next(iter(draft.case.enrolments))))


def _open_case(draft: Draft, command: commands.OpenCase) -> None:
    if draft.case.opened is not None:
        raise Refused(Reason(Why.CASE_EXISTS))
    protocol = _protocol(draft, command.meaning)
    if command.calendar is not None and command.calendar not in draft.library.calendars:
        raise Refused(Reason(Why.NO_SUCH, f"calendar {command.calendar}"))
    if command.at_step is not None and command.at_step not in protocol.main.steps:
        raise Refused(Reason(Why.NO_SUCH, f"step {command.at_step}"))
    if command.quiet_until is not None:
        _check_when("The end of the quiet time", command.quiet_until)
    _set_happened(draft, command.happened, draft.calendar(draft.library.rulebooks[command.meaning], command.calendar))
    draft.emit(
        happenings.CaseOpened(
            at=draft.now,
            by=draft.by,
            about=protocol.about,
            calendar=command.calendar,
            quiet_until=command.quiet_until,
            happened=draft.happened,
        )
    )
    _enrol(draft, command, command.facts, command.at_step)


def _protocol(draft: Draft, meaning: str) -> Protocol:
    rules = draft.library.rulebooks.get(meaning)
    if rules is None:
        raise Refused(Reason(Why.NO_SUCH, f"protocol {meaning}"))
    return rules.protocol


def _enrol(
    draft: Draft,
    command: commands.OpenCase | commands.Enrol,
    facts: Mapping[str, Value],
    at_step: str | None = None,
) -> None:
    protocol = _protocol(draft, command.meaning)
    draft.emit(
        happenings.Enrolled(
            at=draft.now,
            by=draft.by,
            enrolment=command.enrolment,
            protocol=protocol.id,
            version=protocol.version,
            meaning=command.meaning,
        )
    )
    record_facts(draft, command.enrolment, facts)
    enter(draft, command.enrolment, protocol.main.id, at_step or protocol.main.first_step)
    open_tracks(draft, command.enrolment)


def _enrol_again(draft: Draft, command: commands.Enrol) -> None:
    if command.enrolment in draft.case.enrolments:
        raise Refused(Reason(Why.CASE_EXISTS))
    _enrol(draft, command, {})
    note_contact(draft)


def _act(draft: Draft, command: commands.Act) -> None:
    state = draft.enrolment(command.enrolment).tracks.get(command.track)
    if state is None or state.place is not Place.OPEN:
        raise Refused(Reason(Why.TRACK_NOT_OPEN, command.track))
    if command.visit is not None and command.visit != state.visit:
        raise Refused(Reason(Why.VISIT_LEFT))
    action = draft.rules(command.enrolment).moves[command.track].at(state.step).get(command.action)
    if action is None:
        raise Refused(Reason(Why.NO_SUCH_ACTION, command.action, state.step))
    reasons = who_may_not(draft.actor, action, command.approved_by)
    if reasons:
        raise Refused(*reasons)
    _remember(draft, command)
    approver = command.approved_by.user if command.approved_by else ""
    take(
        draft,
        command.enrolment,
        command.track,
        command.action,
        command.facts,
        reason=command.reason,
        approved_by=approver,
    )
    note_contact(draft)


def who_may_not(actor: commands.Actor, action: Action, approver: commands.Actor | None) -> list[Reason]:
    """Return why this actor may not take the action, by role and approval. Nobody may unless it is written."""
    if actor.auditor:
        return []
    if action.automatic or not actor.roles & set(action.who_may):
        return [Reason(Why.ROLE, action.id, ", ".join(action.who_may) or "nobody", who=action.who_may)]
    if action.approval is None:
        return []
    agrees = approver is not None and approver.user != actor.user and action.approval in approver.roles
    return [] if agrees else [Reason(Why.APPROVAL, action.id, action.approval, who=(action.approval,))]


def _record(draft: Draft, command: commands.Record) -> None:
    _remember(draft, command)
    draft.correction = command.correction
    name = command.enrolment or draft.open_enrolments()[0]
    _check_known(draft, name)
    record_facts(draft, name, command.facts, visit=_collecting_visit(draft, name, command))
    if command.contact:
        draft.emit(happenings.ContactMade(at=draft.now, by=draft.by, happened=draft.happened))
        note_contact(draft)


def _collecting_visit(draft: Draft, enrolment: str, command: commands.Record) -> str:
    """Return the visit an answer belongs to: that of the first open track whose step asks for it."""
    rules = draft.rules(enrolment)
    for name, state in draft.case.enrolments[enrolment].tracks.items():
        if state.place is Place.OPEN and set(command.facts) & set(rules.step(name, state.step).collect):
            return f"{name}#{state.visit}"
    return ""


def _remember(draft: Draft, command: commands.Act | commands.Record) -> None:
    draft.reason, draft.approver = command.reason, command.approved_by


def _give_consent(draft: Draft, command: commands.GiveConsent) -> None:
    known = [draft.rules(name).protocol.consents.get(command.consent) for name in draft.open_enrolments()]
    declared = next(filter(None, known), None)
    if declared is None:
        raise Refused(Reason(Why.NO_SUCH, f"consent {command.consent}"))
    until = None
    if declared.expires is not None and command.given:
        until = reckon(_any_calendar(draft), draft.happened, Rule(declared.expires)).instant
    record = ConsentRecord(command.given, draft.happened, draft.now, until)
    former = draft.case.consents.get(command.consent)
    older = former is not None and is_older(draft.happened, former.happened, _any_calendar(draft))
    draft.emit(
        happenings.ConsentRecorded(at=draft.now, by=draft.by, consent=command.consent, record=record, older=older)
    )
    note_contact(draft)


def _do_task(draft: Draft, command: commands.DoTask) -> None:
    _check_known(draft, command.enrolment)
    key = tasks.to_be_done(draft, command.enrolment, command.task)
    state = draft.case.enrolments[command.enrolment].tasks[key]
    record_facts(draft, command.enrolment, command.facts, visit=f"{state.track}#{state.visit}")
    tasks.do_task(draft, command.enrolment, command.task)
    note_contact(draft)


def _check_known(draft: Draft, enrolment: str) -> None:
    """Refuse an enrolment the case never had. What happened is recordable also after it ended (7)."""
    if enrolment not in draft.case.enrolments:
        raise Refused(Reason(Why.NO_ENROLMENT, enrolment))


def _begin_hold(draft: Draft, command: commands.BeginHold) -> None:
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "A hold"))
    if command.hold in draft.case.holds:
        raise Refused(Reason(Why.CASE_EXISTS))
    _check_until(draft, command.until)
    confirmed = draft.now if SUPERVISOR in draft.actor.roles else None
    hold = Hold(command.hold, draft.now, command.until, command.reason, confirmed)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="begun", hold=hold))


def _confirm_hold(draft: Draft, command: commands.ConfirmHold) -> None:
    if SUPERVISOR not in draft.actor.roles:
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, "Confirming a hold", who=(SUPERVISOR,)))
    hold = _live_hold(draft, command.hold)
    confirmed = evolve(hold, confirmed=hold.confirmed or draft.now)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="confirmed", hold=confirmed))


def _renew_hold(draft: Draft, command: commands.RenewHold) -> None:
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "Renewing a hold"))
    hold = _live_hold(draft, command.hold)
    _check_until(draft, command.until)
    longer = hold.confirmed is not None and command.until > hold.until
    if longer and SUPERVISOR not in draft.actor.roles:
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, "Renewing a hold", who=(SUPERVISOR,)))
    renewed = evolve(hold, until=command.until, reason=command.reason)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="renewed", hold=renewed))


def _end_hold(draft: Draft, command: commands.EndHold) -> None:
    ended = evolve(_live_hold(draft, command.hold), ended=draft.now)
    draft.emit(happenings.HoldSet(at=draft.now, by=draft.by, what="ended", hold=ended))
    recompute_all(draft)


def _live_hold(draft: Draft, name: str) -> Hold:
    hold = draft.case.holds.get(name)
    if hold is None or hold.is_over(draft.now):
        raise Refused(Reason(Why.NO_SUCH, f"hold {name}"))
    return hold


def _check_until(draft: Draft, until: datetime) -> None:
    _check_when("The end of a hold", until)
    longest = longest_until(draft.now, _any_calendar(draft))
    if not draft.now < until <= longest:
        raise Refused(Reason(Why.TOO_LONG, "A hold", longest.isoformat()))


def _acknowledge(draft: Draft, command: commands.Acknowledge) -> None:
    check_may_promise(draft.actor)
    record_promise(draft, command, _clock(draft, command.enrolment, command.clock))


def _extend(draft: Draft, command: commands.ExtendLimit) -> None:
    item = _clock(draft, command.enrolment, command.clock)
    terms = terms_for(draft, draft.rules(command.enrolment), item)
    allowed = terms.extend.who_may if terms.extend else ()
    role = next((name for name in allowed if name in draft.actor.roles), "")
    refusal = clocks.may_extend(item.clock, terms, role, command.reason)
    if refusal is not None:
        raise Refused(Reason(Why.NOT_EXTENDABLE, command.clock, refusal, who=allowed))
    change = clocks.extend_limit(item.clock, terms, draft.held, draft.now)
    set_clock(draft, command.enrolment, item, "extended", change, command.reason)


def _clock(draft: Draft, enrolment: str, key: str) -> CaseClock:
    found = draft.case.enrolments.get(enrolment)
    item = found.clocks.get(key) if found else None
    if item is None:
        raise Refused(Reason(Why.NO_SUCH, f"clock {key}"))
    return item


def _pass(draft: Draft, command: commands.Pass) -> None:
    run_pass(draft, with_repeats=command.with_repeats)


_HANDLERS: dict[type[AnyCommand], Callable[[Draft, Any], None]] = {
    commands.Enrol: _enrol_again,
    commands.Act: _act,
    commands.Record: _record,
    commands.GiveConsent: _give_consent,
    commands.DoTask: _do_task,
    commands.BeginHold: _begin_hold,
    commands.ConfirmHold: _confirm_hold,
    commands.RenewHold: _renew_hold,
    commands.EndHold: _end_hold,
    commands.Acknowledge: _acknowledge,
    commands.ExtendLimit: _extend,
    commands.Pass: _pass,
}
