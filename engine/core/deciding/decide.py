"""From a case and a command to what happens: events for the journal and messages for the outbox. Pure.

Equal inputs give equal outputs. The only error raised on purpose is ``Refused``; then nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import AnyCommand
from engine.core.case.effects import Decision
from engine.core.case.events import Event
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, CaseClock, ConsentRecord, Place
from engine.core.clocks import clock as clocks
from engine.core.clocks.limit import Rule, reckon
from engine.core.deciding import tasks
from engine.core.deciding.acting import act, ask_approval
from engine.core.deciding.answers import answer
from engine.core.deciding.approvals import lapse_stale
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import is_older, record_facts, refuse_conflicts
from engine.core.deciding.happening import set_happened
from engine.core.deciding.holders import assign_role, hand_over, take_back
from engine.core.deciding.holds import begin_hold, confirm_hold, end_hold, renew_hold
from engine.core.deciding.library import Library
from engine.core.deciding.moves import follow_up
from engine.core.deciding.notes import break_glass, erase, note, note_refused
from engine.core.deciding.opening import enrol, open_case, reopen
from engine.core.deciding.passes import run_pass, send_urgent, settle
from engine.core.deciding.promises import check_may_promise, record_promise
from engine.core.deciding.referrals import came_by_agreement, end_without_agreement
from engine.core.deciding.rules import note_rules
from engine.core.deciding.timers import arm_no_news, note_contact, set_clock, terms_for
from engine.core.deciding.wakes import Wakes, next_wakes
from engine.core.deciding.withdrawal import withdraw
from engine.core.model import Consent


def decide(
    case: Case,
    command: AnyCommand,
    now: datetime,
    library: Library,
    journal: Sequence[Event] = (),
    *,
    settled: bool = False,
) -> Decision:
    """Return what the command leads to at this instant (UTC). Raises Refused with its reasons.

    The library holds every protocol version that an enrolment of the case pins or the command names. The journal
    (all events of the case, in record order) is read by a withdrawal and by nothing else; others do without it.
    ``settled``: whoever asks has found that nothing has ended or changed by itself since (`is_settled`).
    """
    return decided(case, command, now, library, journal, settled=settled)[0]


def is_settled(case: Case, now: datetime, library: Library) -> bool:
    """Return whether nothing has ended or changed by itself until an instant (UTC): decisions can begin there."""
    draft = Draft(case, library, commands.Actor(), now)
    try:
        settle(draft)
    except Refused:
        return False
    return not draft.events


def decided(
    case: Case,
    command: AnyCommand,
    now: datetime,
    library: Library,
    journal: Sequence[Event] = (),
    *,
    settled: bool = False,
) -> tuple[Decision, Case]:
    """Return the decision and the case after it, which equals folding the decision's events."""
    draft = Draft(case, library, command.actor, now)
    if isinstance(command, commands.OpenCase):
        open_case(draft, command)
    elif isinstance(command, commands.NoteRefused | commands.BreakGlass | commands.Erase):
        _check_open(case, closed_too=True)
        _HANDLERS[type(command)](draft, command)
        return Decision(tuple(draft.events), tuple(draft.effects)), draft.case
    else:
        _check_open(case, closed_too=isinstance(command, commands.Withdraw | commands.Reopen) or _takes_back(command))
        if isinstance(command, commands.Pass) and command.only_urgent:
            send_urgent(draft, with_repeats=command.with_repeats)
            return Decision(tuple(draft.events), tuple(draft.effects)), draft.case
        draft.journal = journal
        if not settled:
            settle(draft)
        set_happened(draft, getattr(command, "happened", None))
        _HANDLERS[type(command)](draft, command)
    if draft.events:
        follow_up(draft)
        lapse_stale(draft)
    note_rules(draft)  # also where nothing was recorded: time alone can turn a rule
    if draft.events and not command.actor.auditor:  # a replay asks for the protocol's own clocks
        arm_no_news(draft)
    return Decision(tuple(draft.events), tuple(draft.effects)), draft.case


def _takes_back(command: AnyCommand) -> bool:
    """Whether she takes an agreement back: that is possible at any time, whatever became of the case."""
    return isinstance(command, commands.GiveConsent) and not command.given


def _check_open(case: Case, *, closed_too: bool) -> None:
    if not case.is_open and not (closed_too and case.opened is not None):
        raise Refused(Reason(Why.CASE_CLOSED))


def wake(case: Case, now: datetime, library: Library, *, with_repeats: bool = True) -> datetime | None:
    """Return when the next pass over this case has something to do; None for a closed case."""
    return wakes(case, now, library, with_repeats=with_repeats).any


def wakes(case: Case, now: datetime, library: Library, *, with_repeats: bool = True) -> Wakes:
    """Return when the next pass has something to do, and when one only for urgent clocks has."""
    return next_wakes(Draft(case, library, commands.Actor(), now), with_repeats=with_repeats)


def _record(draft: Draft, command: commands.Record) -> None:
    draft.reason, draft.approver = command.reason, command.approved_by
    draft.correction = command.correction
    name = command.enrolment or draft.leading_enrolment()
    _check_known(draft, name)
    refuse_conflicts(draft, name, command.facts, command.seen)
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


def _give_consent(draft: Draft, command: commands.GiveConsent) -> None:
    asking = draft.open_enrolments() or [draft.leading_enrolment()]
    known = [draft.rules(name).protocol.consents.get(command.consent) for name in asking]
    declared = next(filter(None, known), None)
    if declared is None or (not draft.actor.auditor and not _may_know(draft, declared)):
        raise Refused(Reason(Why.NO_SUCH, f"consent {command.consent}"))
    if declared.opens_to and came_by_agreement(draft):
        raise Refused(Reason(Why.MAY_NOT, f"Recording the consent {declared.id}", "who leads the case"))
    until = None
    if declared.expires is not None and command.given:
        until = reckon(draft.calendar_of_case(), draft.happened, Rule(declared.expires)).instant
    record = ConsentRecord(command.given, draft.happened, draft.now, until)
    former = draft.case.consents.get(command.consent)
    older = former is not None and is_older(draft.happened, former.happened, draft.calendar_of_case())
    draft.emit(
        happenings.ConsentRecorded(at=draft.now, by=draft.by, consent=command.consent, record=record, older=older)
    )
    end_without_agreement(draft)
    note_contact(draft)


def _may_know(draft: Draft, consent: Consent) -> bool:
    return not consent.seen_by or bool(draft.actor.roles & set(consent.seen_by))


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
    commands.Enrol: enrol,
    commands.Reopen: reopen,
    commands.Act: act,
    commands.AskApproval: ask_approval,
    commands.Answer: answer,
    commands.Withdraw: withdraw,
    commands.Record: _record,
    commands.GiveConsent: _give_consent,
    commands.DoTask: _do_task,
    commands.BeginHold: begin_hold,
    commands.ConfirmHold: confirm_hold,
    commands.RenewHold: renew_hold,
    commands.EndHold: end_hold,
    commands.Acknowledge: _acknowledge,
    commands.ExtendLimit: _extend,
    commands.AssignRole: assign_role,
    commands.HandOver: hand_over,
    commands.TakeBack: take_back,
    commands.Note: note,
    commands.BreakGlass: break_glass,
    commands.NoteRefused: note_refused,
    commands.Erase: erase,
    commands.Pass: _pass,
}
