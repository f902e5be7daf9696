"""Requests that another protocol be started: made by an action, started in this case or in a linked one (1)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR, Actor, OpenCase
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, Fact, Link, TrackState, Waiting, WaitingKind, WaitingStatus
from engine.core.deciding.draft import Draft
from engine.core.deciding.library import Library
from engine.core.deciding.waiting import ask, next_id, settle_item, why_not_answer
from engine.core.model import Protocol, Starts
from engine.core.values import UNKNOWN, Value

#: One action asks for at most so many starts: the persons found in one night.
MOST_REQUESTS = 500


def why_not_so_many(draft: Draft, enrolment: str, visit: str, starts: Starts) -> Reason | None:
    """Return what is wrong with the number of requests an action would make, or None."""
    if starts.one_per is None:
        return None
    number = draft.world(enrolment, visit=visit).fact(starts.one_per)
    if _is_count(number):
        return None
    if number in {None, UNKNOWN}:
        who = draft.rules(enrolment).suppliers(starts.one_per, visit.partition("#")[0])
        return Reason(Why.FACT_MISSING, starts.one_per, who=who)
    return Reason(Why.WRONG_VALUE, starts.one_per, f"write a number from 0 to {MOST_REQUESTS}")


def request_starts(draft: Draft, enrolment: str, track: str, state: TrackState, action: str, starts: Starts) -> None:
    """Ask for another protocol, as often as the action says; ``state`` is where the track stood when it was taken.

    Whoever records at that step is asked, and sees to it. An auditor's replay waits for nobody.
    """
    if draft.actor.auditor:
        _note(draft, enrolment, starts, "")
        return
    asked = draft.rules(enrolment).step(track, state.step).recorded_by or (SUPERVISOR,)
    for _ in range(_how_many(draft, enrolment, f"{track}#{state.visit}", starts)):
        item = Waiting(
            id=next_id(draft),
            kind=WaitingKind.REQUEST,
            asked=asked,
            by=draft.by,
            at=draft.now,
            enrolment=enrolment,
            track=track,
            step=state.step,
            visit=state.visit,
            action=action,
            happened=draft.happened,
            protocol=starts.protocol,
            carry=starts.carry,
        )
        _note(draft, enrolment, starts, item.id)
        ask(draft, item)


def _how_many(draft: Draft, enrolment: str, visit: str, starts: Starts) -> int:
    """Return the number of requests; one where a limit moved the case and nobody has counted."""
    number = draft.world(enrolment, visit=visit).fact(starts.one_per) if starts.one_per else 1
    return int(number) if isinstance(number, int) and _is_count(number) else 1


def _is_count(number: Value | None) -> bool:
    return isinstance(number, int) and 0 <= number <= MOST_REQUESTS


def _note(draft: Draft, enrolment: str, starts: Starts, waiting: str) -> None:
    draft.emit(
        happenings.StartRequested(
            at=draft.now,
            by=draft.by,
            enrolment=enrolment,
            protocol=starts.protocol,
            carry=starts.carry,
            waiting=waiting,
        )
    )


def open_request(draft: Draft, name: str, protocol: Protocol) -> Waiting:
    """Return the request that a start answers; refuse where it waits no more or asks for another protocol."""
    item = draft.case.waiting.get(name)
    if item is None or item.kind is not WaitingKind.REQUEST:
        raise Refused(Reason(Why.NO_SUCH, f"request {name}"))
    if not item.is_open:
        raise Refused(Reason(Why.ANSWERED, name))
    if protocol.id != item.protocol:
        raise Refused(Reason(Why.OTHER_PROTOCOL, name, item.protocol))
    reasons = why_not_answer(item, draft.actor)
    if reasons:
        raise Refused(*reasons)
    return item


def start_here(draft: Draft, item: Waiting) -> None:
    """Write down that a request was started in this case."""
    settle_item(draft, item, WaitingStatus.STARTED, case=draft.case.id)


def carried(case: Case, item: Waiting, library: Library) -> Mapping[str, Fact]:
    """Return the facts that go along with a request within the case, the newest answer of each field."""
    enrolment = case.enrolments[item.enrolment]
    rules = library.rulebooks[enrolment.meaning]
    known = {name: case.facts if rules.is_of_person(name) else enrolment.facts for name in item.carry}
    return {name: facts[name] for name, facts in known.items() if name in facts}


def linked_opening(case: Case, waiting: str, library: Library) -> OpenCase:
    """Return the command that opens the linked case for which a request waits; the system opens it.

    The case begins when what it was asked for happened, with the facts that go along and their dates, in the same
    agency and hands. Private answers never leave the case (9). Afterwards the request is answered with the new
    case's code. Raises Refused where the request waits no more, or its protocol is not in use.
    """
    item = case.waiting.get(waiting)
    if item is None or item.kind is not WaitingKind.REQUEST or not item.is_open:
        raise Refused(Reason(Why.NO_SUCH, f"open request {waiting}"))
    return OpenCase(
        actor=Actor(),
        enrolment=item.protocol,
        meaning=_meaning(item.protocol, library),
        happened=item.happened,
        calendar=case.calendar,
        carried=_leaving(case, item, library),
        linked_from=Link(case.id, item.id),
        agency=case.agency,
        holders=case.holders,
    )


def _leaving(case: Case, item: Waiting, library: Library) -> Mapping[str, Fact]:
    """Return what goes along out of the case: nothing private."""
    fields = library.rulebooks[case.enrolments[item.enrolment].meaning].protocol.fields
    return {name: fact for name, fact in carried(case, item, library).items() if not fields[name].private}


def _meaning(protocol: str, library: Library) -> str:
    found = [meaning for meaning, rules in library.rulebooks.items() if rules.protocol.id == protocol]
    if not found:
        raise Refused(Reason(Why.NO_SUCH, f"protocol {protocol}"))
    return found[-1]
