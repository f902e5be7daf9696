"""Who holds a role in a case: given, or handed over once the other one has accepted (24)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.case.state import WaitingKind, WaitingStatus
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.answers import waits_for
from engine.core.deciding.library import library_of
from engine.core.model import Lasts, Role
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import OFFICE, action, deadline, final, known, lasting, protocol, step, track

#: Somebody of another agency, without a role in the case before she takes it over.
OTHER = Actor("Heng Bopha", frozenset())
ROLES = {name: Role(name) for name in ("caseworker", "supervisor", "nurse")}


def one(**opening: Any) -> Live:
    """Return a case that the caseworker holds."""
    main = track(
        "main", step("one", action("go", "done"), action("stay", "here"), deadline("due", "90 days")), final()
    )
    opening.setdefault("holders", {"caseworker": WORKER.user})
    opening.setdefault("agency", "north")
    return Live(protocol(main, roles=ROLES), **opening)


def assigning(user: str = OTHER.user, **more: Any) -> commands.AssignRole:
    """Return the supervisor's command to give the caseworker's role to somebody."""
    asked: dict[str, Any] = {"actor": BOSS, "role": "caseworker", "user": user, "reason": "on leave"}
    return commands.AssignRole(**(asked | more))


def offering(to: str = OTHER.user, **more: Any) -> commands.HandOver:
    """Return the caseworker's command to hand her role over."""
    asked: dict[str, Any] = {
        "actor": WORKER,
        "role": "caseworker",
        "to_user": to,
        "reason": "moved to another office",
    }
    return commands.HandOver(**(asked | more))


def taking(agrees: bool = True, item: str = "w1", **more: Any) -> commands.Answer:
    """Return the other one's answer to an offer."""
    more.setdefault("actor", OTHER)
    return commands.Answer(waiting=item, agrees=agrees, **more)


def test_an_opened_case_says_who_holds_it() -> None:
    """Agency and holders of the opening stand in the case."""
    live = one()
    assert (live.case.agency, live.case.holders) == ("north", {"caseworker": WORKER.user})


@pytest.mark.parametrize("actor", [BOSS, Actor()])
def test_a_role_is_given_by_the_supervisor_or_the_system(actor: Actor) -> None:
    """The holder changes at once, with a reason of record; the agency stays."""
    live = one()
    live.do(assigning(actor=actor))
    assert live.case.holders == {"caseworker": OTHER.user}
    assert live.case.agency == "north"
    (given,) = live.of(happenings.HolderSet)
    assert (given.role, given.user, given.reason, given.by) == ("caseworker", OTHER.user, "on leave", actor.user)


def test_nobody_else_gives_roles() -> None:
    """Not even the holder: she may offer it to somebody."""
    (reason,) = one().refuse(assigning(actor=WORKER))
    assert (reason.why, reason.who) == (Why.NEEDS_SUPERVISOR, ("supervisor",))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"role": "director"}, Why.NO_SUCH),
        ({"reason": " "}, Why.NEEDS_REASON),
        ({"user": " "}, Why.WRONG_VALUE),
        ({"user": WORKER.user}, Why.WRONG_VALUE),
    ],
)
def test_what_a_new_holder_needs(more: dict[str, Any], why: Why) -> None:
    """A role that the protocol knows, a reason, and somebody who does not hold it yet; offering needs the same."""
    live = one()
    assert live.why(assigning(**more)) == [why]
    offered = {"to_user" if key == "user" else key: value for key, value in more.items()}
    assert live.why(offering(**offered)) == [why]


def test_until_she_accepts_the_former_holder_stays_responsible() -> None:
    """An offer waits for one person; accepted, role and agency are hers, and who offered is told."""
    live = one()
    live.do(offering(agency="south"))
    item = live.case.waiting["w1"]
    assert (item.kind, item.asked, item.role) == (WaitingKind.TRANSFER, (f"user:{OTHER.user}",), "caseworker")
    assert (live.case.holders, live.case.agency) == ({"caseworker": WORKER.user}, "north")
    assert waits_for(live.case, OTHER) == (item,)
    live.wait(HOUR).do(taking())
    assert (live.case.holders, live.case.agency) == ({"caseworker": OTHER.user}, "south")
    assert live.case.waiting["w1"].status is WaitingStatus.AGREED
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]
    assert live.outcome("waiting.w1") == "met"


def test_new_clocks_run_by_the_calendar_of_the_new_agency() -> None:
    """From then on; a clock that runs keeps its own, and an agency without one follows the protocol's (17)."""
    always = Calendar("always", "Asia/Bangkok", (((0, 24 * 3600),),) * 7)
    main = track("main", step("one", action("again", "one"), deadline("due", "5 working days", lasts=Lasts.CASE,
                              until=known("other")), deadline("next", "5 working days")), final())  # fmt: skip
    live = Live(protocol(main, roles=ROLES), calendar="office", holders={"caseworker": WORKER.user})
    live.library = library_of([protocol(main, roles=ROLES)], [OFFICE, always])
    assert live.why(offering(agency="far", calendar="nowhere")) == [Why.NO_SUCH]
    live.do(offering(agency="far", calendar="always"))
    calendars = [live.case.calendar]
    live.do(taking())
    calendars.append(live.case.calendar)
    live.act("again")
    assert live.clock("main.one.due#1").calendar == "office"
    assert live.clock("main.one.next#2").calendar == "always"
    live.do(commands.HandOver(actor=BOSS, role="caseworker", to_user="Keo Pisey", reason="moved", agency="small"))
    live.do(taking(item="w2", actor=Actor("Keo Pisey")))
    assert [*calendars, live.case.calendar] == ["office", "always", None]
    assert live.case.agency == "small"


def test_without_an_agency_the_case_stays_where_it_is() -> None:
    """A hand-over among colleagues leaves the agency alone."""
    live = one()
    live.do(offering())
    live.do(taking())
    assert live.case.agency == "north"


def test_only_the_person_asked_answers() -> None:
    """Neither the supervisor nor a namesake of a role; her refusal needs a reason and changes nothing."""
    live = one()
    live.do(offering())
    for actor in (BOSS, WORKER, Actor("x", frozenset({OTHER.user}))):
        assert live.why(taking(actor=actor)) == [Why.NOT_ASKED]
    assert live.why(taking(agrees=False)) == [Why.NEEDS_REASON]
    live.do(taking(agrees=False, reason="no time"))
    assert live.case.holders == {"caseworker": WORKER.user}
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]


def test_who_may_hand_over() -> None:
    """The holder, the supervisor, and where nobody holds it whoever has the role; nobody else."""
    colleague = Actor("Ly Sophal", WORKER.roles)
    live = one()
    for actor in (MEDIC, colleague):
        (reason,) = live.refuse(offering(actor=actor))
        assert (reason.why, reason.who) == (Why.NOT_HOLDER, ("caseworker", "supervisor"))
    live.do(offering(actor=BOSS))
    free = one(holders={})
    assert free.why(offering(actor=MEDIC)) == [Why.NOT_HOLDER]
    free.do(offering(actor=colleague))
    assert free.case.waiting["w1"].by == colleague.user


def test_a_new_offer_or_a_new_holder_ends_the_offer_before() -> None:
    """Of one role there is one offer: the former one lapses, who made it is told, and an answer to it is refused."""
    live = one()
    live.do(offering())
    live.do(offering(to="Ly Sophal"))
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    (reason,) = live.refuse(taking())
    assert (reason.why, reason.subject) == (Why.LAPSED, "w1")
    live.do(offering(role="nurse", to="Ly Sophal", actor=MEDIC))
    live.do(assigning())
    assert [item.status for item in live.case.waiting.values()] == [
        WaitingStatus.LAPSED,
        WaitingStatus.LAPSED,
        WaitingStatus.WAITING,
    ]


def test_an_offer_does_not_outlive_the_case() -> None:
    """It keeps no case open: with the case it lapses."""
    live = one()
    live.do(offering())
    live.act("go")
    assert not live.is_open()
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert isinstance(live.new[-1], happenings.CaseClosed)
    assert live.why(taking()) == [Why.CASE_CLOSED]


def test_an_offer_survives_the_enrolment_in_which_it_was_made() -> None:
    """It is about the case: another run that goes on keeps it waiting, with its clock."""
    live = one()
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"))
    live.do(offering())
    live.act("go")
    assert live.case.waiting["w1"].is_open
    assert live.clock("waiting.w1").clock.is_open
    live.do(taking())
    assert live.case.holders == {"caseworker": OTHER.user}


def test_an_offer_has_a_clock_that_reminds_her_and_climbs() -> None:
    """The person asked is reminded at half of 2 working days; then the ladder of silence hears of it."""
    live = one()
    live.do(offering())
    clock = live.clock("waiting.w1")
    assert (clock.deadline, clock.duration) == ("waiting.transfer", lasting("2 working days"))
    live.run(2 * DAY)
    assert live.told(Topic.RUNG) == [f"user:{OTHER.user}"]
    live.run(DAY)
    assert live.told(Topic.RUNG) == ["supervisor"]


def test_a_hand_over_is_no_contact() -> None:
    """Who holds the case says nothing of the person: the silence goes on."""
    live = one()
    start = live.clock("no_news").clock.start
    live.wait(DAY).do(offering())
    live.do(taking())
    live.do(assigning(user="Ly Sophal"))
    assert live.clock("no_news").clock.start == start
