"""Nobody is forgotten: wherever a case of the three protocols is left lying, somebody with a role in it is told.

A case is put at every step of every track and left lying; and at each it waits in one of the other ways, so that
all ways are tried all over each protocol. Then nobody does anything for months, at some steps for a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from engine.core.case.commands import Acknowledge, Actor, BeginHold, ConfirmHold, HandOver, OpenCase, Pass
from engine.core.case.effects import Message
from engine.core.case.state import Case, Place, Waiting, WaitingKind
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.draft import Draft
from engine.core.deciding.moves import enter, follow_up
from engine.core.deciding.waiting import ask, next_id
from engine.core.duration import Duration, Unit
from engine.core.model import Protocol
from engine.core.people.commands import SetDutyAddress
from engine.core.people.decide import carry_out
from engine.core.people.directory import Directory
from engine.core.people.rehearsal import import_office
from engine.core.people.routing import route
from engine.run.cases.posting import posting
from engine.run.cases.standing import view_of
from tests.builders.lives import shipped
from tests.documents import ROOT

#: A Monday morning in Phnom Penh.
NOW = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
YEAR, DAY = timedelta(days=365), timedelta(days=1)
AGENCY, MANAGER, OTHER = "social_north", "chhim_rotha", "sok_phalla"
WORKER = Actor(MANAGER, frozenset({"case_manager", "supervisor"}))
CHIEF = Actor("ouk_malis", frozenset({"supervisor"}))
PROTOCOLS = {one.id: one for one in shipped()[0]}
RISKS = ("high", "medium", "low", None)


def places(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """Yield every track with every step at which a case can stand."""
    for track in protocol.tracks.values():
        yield from ((track.id, step.id) for step in track.steps.values() if step.final is None)


def opened(
    protocol: Protocol, risk: str | None, *, at_step: str | None = None, quiet: timedelta | None = None
) -> Case:
    """Return a new case of an agency, held by a case manager."""
    command = OpenCase(
        actor=Actor(),
        enrolment=protocol.id,
        meaning=protocol.meaning,
        facts={"risk_level": risk} if risk else {},
        agency=AGENCY,
        calendar="cambodia",
        holders={"case_manager": MANAGER},
        at_step=at_step,
        quiet_until=None if quiet is None else NOW + quiet,
    )
    return decided(Case("C1"), command, NOW, shipped()[1])[1]


def put(case: Case, protocol: Protocol, track: str, step: str) -> Draft:
    """Put the case at a step, whatever it takes to get there otherwise, and let follow what follows by itself."""
    draft = Draft(case, shipped()[1], Actor(), NOW)
    enter(draft, protocol.id, track, step)
    follow_up(draft)
    return draft


def lying(protocol: Protocol, track: str, step: str, risk: str | None) -> Case:
    """Leave a case at a step."""
    return put(opened(protocol, risk), protocol, track, step).case


def on_hold(protocol: Protocol, track: str, step: str, risk: str | None) -> Case:
    """Leave it on a hold of the longest time, confirmed by the supervisor."""
    library, case = shipped()[1], lying(protocol, track, step, risk)
    hold = BeginHold(actor=WORKER, hold="h1", until=NOW + 14 * DAY, reason="she is ill")
    case = decided(case, hold, NOW, library)[1]
    return decided(case, ConfirmHold(actor=CHIEF, hold="h1"), NOW, library)[1]


def waiting(protocol: Protocol, track: str, step: str, risk: str | None) -> Case:
    """Leave it waiting for an approval, a review and a request at once."""
    draft = put(opened(protocol, risk), protocol, track, step)
    for kind in (WaitingKind.APPROVAL, WaitingKind.REVIEW, WaitingKind.REQUEST):
        item = Waiting(next_id(draft), kind, ("supervisor",), MANAGER, NOW, protocol.id, track=track, step=step)
        ask(draft, item)
    return draft.case


def acknowledged(protocol: Protocol, track: str, step: str, risk: str | None) -> Case:
    """Leave it with a promise on every clock, until as late as one may promise."""
    library, case = shipped()[1], lying(protocol, track, step, risk)
    for key, one in case.enrolments[protocol.id].clocks.items():
        if one.clock.is_open:
            promise = Acknowledge(actor=WORKER, enrolment=protocol.id, clock=key, promised=NOW + 6 * DAY)
            case = decided(case, promise, NOW, library)[1]
    return case


def handed_over(protocol: Protocol, track: str, step: str, risk: str | None) -> Case:
    """Leave it offered to a colleague who never answers."""
    case = lying(protocol, track, step, risk)
    offer = HandOver(actor=WORKER, role="case_manager", to_user=OTHER, reason="she moves away")
    return decided(case, offer, NOW, shipped()[1])[1]


def imported(protocol: Protocol, track: str, step: str, risk: str | None) -> Case:
    """Leave it as an import brought it in, quiet for three days."""
    if track == protocol.main.id:
        return opened(protocol, risk, at_step=step, quiet=3 * DAY)
    return put(opened(protocol, risk, quiet=3 * DAY), protocol, track, step).case


SITUATIONS: dict[str, Callable[[Protocol, str, str, str | None], Case]] = {
    one.__name__: one for one in (lying, on_hold, waiting, acknowledged, handed_over, imported)
}


@cache
def directory() -> Directory:
    """Return everybody of the examples."""
    lists = ROOT / "examples" / "office"
    texts = {name: (lists / f"{name}.csv").read_text(encoding="utf-8") for name in ("agencies", "people")}
    start = carry_out(Directory(), [SetDutyAddress(by="init", address="duty@example.org")], NOW)[1]
    found = import_office(start, NOW, **texts)
    assert (found.of_agencies, found.of_people) == ((), ())
    return found.directory


def told(case: Case, protocol: Protocol, until: datetime) -> Iterator[datetime]:
    """Yield when somebody with a role in the case gets a message, while nobody does anything up to an instant."""
    library, at = shipped()[1], NOW
    while (next_at := wake(case, at, library)) is not None and next_at <= until:
        at = max(at, next_at)
        decision, case = decided(case, Pass(), at, library)
        for message in decision.effects:
            sent = posting(message, case, library).due
            assert rightful(message, case, protocol, sent), f"nobody gets {message.deadline} {message.rung}"
            yield sent


@cache
def calendar() -> Calendar:
    """Return the calendar of the agency."""
    return shipped()[1].calendars["cambodia"]


def rightful(message: Message, case: Case, protocol: Protocol, at: datetime) -> bool:
    """Return whether the message reaches people with a role, and not only the duty address."""
    rules = shipped()[1].rulebooks[protocol.meaning]
    placed = rules.deadlines.get(message.deadline)
    rungs = placed.deadline.rungs if placed is not None else protocol.no_news.rungs
    index = next((place for place, one in enumerate(rungs) if one.id == message.rung), -1)
    step = rules.step(placed.track, placed.step) if placed is not None else None
    found = route(
        message.to,
        rungs,
        index,
        view_of(case),
        directory(),
        at,
        urgent=True,
        calendar=calendar(),
        roles=protocol.roles,
        recorders=step.recorded_by if step is not None else (),
    )
    return bool(found.recipients) and all(one.to in directory().users for one in found.recipients)


def at_most(limit: Duration) -> timedelta:
    """Return the longest that a limit of days or months can be."""
    return timedelta(days=limit.amount * {Unit.DAYS: 1, Unit.MONTHS: 31}[limit.unit])


def lengths(situation: str, number: int, longest: timedelta) -> Iterator[timedelta]:
    """Yield how long the case at a step (by its number) is left so, if it is; a year at each tenth step."""
    others = [one for one in SITUATIONS if one != "lying"]
    if situation == "lying":
        yield YEAR if number % 10 == 0 else max(60 * DAY, 2 * longest)
    elif others[number % len(others)] == situation:
        yield YEAR if number // len(others) % 10 == 0 else max(90 * DAY, 2 * longest)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", PROTOCOLS)
def test_wherever_a_case_is_left_somebody_is_told_in_time(name: str, situation: str) -> None:
    """At every step, on hold, waiting, promised, offered, imported: never longer silent than the no-news limit."""
    protocol = PROTOCOLS[name]
    stood = tried = 0
    for number, (track, step) in enumerate(places(protocol)):
        risk = RISKS[number % len(RISKS)]
        silence = at_most(protocol.no_news.limits.get(risk or "", protocol.no_news.otherwise))
        for length in lengths(situation, number, silence):
            tried += 1
            case = SITUATIONS[situation](protocol, track, step, risk)
            state = case.enrolments[name].tracks[track]
            if state.place is not Place.OPEN or state.step != step:
                continue  # what follows by itself has led it elsewhere: nobody can be left there
            stood += 1
            longest = silence + (3 * DAY if situation == "imported" else timedelta())
            last, end = NOW, NOW + length
            for at in [*sorted(told(case, protocol, end)), end]:  # mail of the morning goes out after urgent mail
                assert at - last <= longest, f"{track}.{step} ({risk}): silent from {last} to {at}"
                last, longest = max(at, last), silence
    assert stood >= 0.9 * tried > 0
