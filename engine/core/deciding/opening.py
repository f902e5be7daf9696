"""Enrolments that begin: with a new case, in an open one, or in a closed one that is opened again (1, 2)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import SYSTEM, Fact
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import carry_facts, record_facts
from engine.core.deciding.happening import check_when, set_happened
from engine.core.deciding.moves import enter, open_tracks
from engine.core.deciding.requests import carried, open_request, start_here
from engine.core.deciding.timers import arm_no_news, note_contact
from engine.core.model import Protocol
from engine.core.values import Value

_Beginning = commands.OpenCase | commands.Enrol | commands.Reopen


def open_case(draft: Draft, command: commands.OpenCase) -> None:
    """Open a case with its first enrolment. A person who opens one answers what the protocol requires."""
    if draft.case.opened is not None:
        raise Refused(Reason(Why.CASE_EXISTS))
    protocol = _protocol(draft, command.meaning)
    _check_opening(draft, command, protocol)
    set_happened(draft, command.happened, draft.calendar(draft.library.rulebooks[command.meaning], command.calendar))
    draft.emit(
        happenings.CaseOpened(
            at=draft.now,
            by=draft.by,
            about=protocol.about,
            calendar=command.calendar,
            quiet_until=command.quiet_until,
            happened=draft.happened,
            linked_from=command.linked_from,
            agency=command.agency,
            holders=dict(command.holders),
        )
    )
    _begin(draft, command, facts=command.facts, at_step=command.at_step, comes_along=command.carried)


def _check_opening(draft: Draft, command: commands.OpenCase, protocol: Protocol) -> None:
    if command.calendar is not None and command.calendar not in draft.library.calendars:
        raise Refused(Reason(Why.NO_SUCH, f"calendar {command.calendar}"))
    _check_step(command.at_step, protocol)
    if command.quiet_until is not None:
        check_when("The end of the quiet time", command.quiet_until)
    imported = command.at_step is not None or draft.actor.auditor or draft.by == SYSTEM
    given = {*command.facts, *command.carried}
    missing = [] if imported else [name for name in protocol.opening.required if name not in given]
    if missing:
        who = draft.library.rulebooks[command.meaning].suppliers
        raise Refused(*(Reason(Why.FACT_MISSING, name, who=who(name)) for name in missing))


def _check_step(step: str | None, protocol: Protocol) -> None:
    if step is not None and step not in protocol.main.steps:
        raise Refused(Reason(Why.NO_SUCH, f"step {step}"))


def enrol(draft: Draft, command: commands.Enrol) -> None:
    """Begin another protocol in an open case; with ``request`` the one that an action asked for."""
    protocol = _protocol_here(draft, command.meaning)
    if command.enrolment in draft.case.enrolments:
        raise Refused(Reason(Why.CASE_EXISTS))
    if not command.request:
        _begin(draft, command)
    else:
        item = open_request(draft, command.request, protocol)
        _begin(draft, command, comes_along=carried(draft.case, item, draft.library), request=item.id)
        start_here(draft, item)
    note_contact(draft)


def reopen(draft: Draft, command: commands.Reopen) -> None:
    """Let a closed case go on with a new enrolment. Its silence begins anew."""
    if draft.case.is_open:
        raise Refused(Reason(Why.CASE_EXISTS))
    if SUPERVISOR not in draft.actor.roles:
        raise Refused(Reason(Why.NEEDS_SUPERVISOR, "Opening a closed case", who=(SUPERVISOR,)))
    if not command.reason.strip():
        raise Refused(Reason(Why.NEEDS_REASON, "Opening a closed case"))
    _check_step(command.at_step, _protocol_here(draft, command.meaning))
    if command.enrolment in draft.case.enrolments:
        raise Refused(Reason(Why.CASE_EXISTS))
    draft.emit(happenings.CaseReopened(at=draft.now, by=draft.by, reason=command.reason))
    _begin(draft, command, at_step=command.at_step)
    arm_no_news(draft, anew=True)


def _protocol(draft: Draft, meaning: str) -> Protocol:
    rules = draft.library.rulebooks.get(meaning)
    if rules is None:
        raise Refused(Reason(Why.NO_SUCH, f"protocol {meaning}"))
    return rules.protocol


def _protocol_here(draft: Draft, meaning: str) -> Protocol:
    """Return a protocol that runs in the case; refuse one about something else than the case is about (1)."""
    protocol = _protocol(draft, meaning)
    if protocol.about != draft.case.about:
        about = "an operation" if protocol.about == "operation" else "a person"
        raise Refused(Reason(Why.OTHER_ABOUT, protocol.id, about))
    return protocol


def _begin(
    draft: Draft,
    command: _Beginning,
    *,
    facts: Mapping[str, Value] | None = None,
    comes_along: Mapping[str, Fact] | None = None,
    at_step: str | None = None,
    request: str = "",
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
            request=request,
        )
    )
    carry_facts(draft, command.enrolment, comes_along or {})
    record_facts(draft, command.enrolment, facts or {})
    enter(draft, command.enrolment, protocol.main.id, at_step or protocol.main.first_step)
    open_tracks(draft, command.enrolment)
