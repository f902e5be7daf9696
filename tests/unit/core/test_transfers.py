"""Who holds the case: roles given by the supervisor, and handed over once the other one has accepted."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.case.state import WaitingKind, WaitingStatus
from engine.core.deciding.answers import waits_for
from engine.core.model import Role
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import action, final, lasting, protocol, step, track

NEW = Actor("Ros Bopha")
ROLES = {name: Role(name) for name in ("caseworker", "supervisor", "nurse")}


def one(**more: Any) -> Live:
    """Return a case held by the caseworker."""
    main = track("main", step("one", action("end", "done"), action("say", "here")), final())
    more.setdefault("holders", {"caseworker": WORKER.user})
    waits = more.pop("waits", {})
    return Live(protocol(main, roles=ROLES, waits=waits), **more)


def offering(**more: Any) -> commands.HandOver:
    """Return the command to offer the case to somebody."""
    asked: dict[str, Any] = {"actor": WORKER, "role": "caseworker", "to_user": NEW.user, "reason": "I leave"}
    return commands.HandOver(**(asked | more))


def giving(**more: Any) -> commands.AssignRole:
    """Return the supervisor's command to give the case to somebody."""
    asked: dict[str, Any] = {"actor": BOSS, "role": "caseworker", "user": NEW.user, "reason": "she is ill"}
    return commands.AssignRole(**(asked | more))


def answering(item: str = "w1", agrees: bool = True, **more: Any) -> commands.Answer:
    """Return the answer of whoever was offered the case."""
    more.setdefault("actor", NEW)
    return commands.Answer(waiting=item, agrees=agrees, **more)


def test_the_former_holder_stays_responsible_until_the_other_accepts() -> None:
    """An offer waits for one person; with her word the role and the agency are hers, and who offered is told."""
    live = one(agency="north")
    live.do(offering(agency="south"))
    item = live.case.waiting["w1"]
    assert (item.kind, item.asked, item.by, item.reason) == (
        WaitingKind.TRANSFER,
        (f"user:{NEW.user}",),
        WORKER.user,
        "I leave",
    )
    assert (live.case.holders, live.case.agency) == ({"caseworker": WORKER.user}, "north")
    live.wait(HOUR).do(answering())
    assert (live.case.holders, live.case.agency) == ({"caseworker": NEW.user}, "south")
    assert live.case.waiting["w1"].status is WaitingStatus.AGREED
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]
    (set_to,) = live.of(happenings.HolderSet)
    assert (set_to.by, set_to.user, set_to.reason) == (NEW.user, NEW.user, "I leave")
    assert live.outcome("waiting.w1") == "met"


def test_without_another_agency_the_case_stays_where_it_is() -> None:
    """Only the holder changes."""
    live = one(agency="north")
    live.do(offering())
    live.do(answering())
    assert live.case.agency == "north"


def test_an_offer_may_be_refused() -> None:
    """With a reason; the holder stays and may offer it to somebody else."""
    live = one()
    live.do(offering())
    assert live.why(answering(agrees=False)) == [Why.NEEDS_REASON]
    live.do(answering(agrees=False, reason="I have 40 cases"))
    assert live.case.holders == {"caseworker": WORKER.user}
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]
    live.do(offering(to_user="Keo Pisey"))
    assert live.case.waiting["w2"].is_open


@pytest.mark.parametrize("actor", [WORKER, BOSS, MEDIC, Actor()])
def test_nobody_else_accepts(actor: Actor) -> None:
    """Neither who offers, nor a supervisor, nor the system takes a case over for somebody."""
    live = one()
    live.do(offering())
    (reason,) = live.refuse(answering(actor=actor))
    assert (reason.why, reason.who) == (Why.NOT_ASKED, (f"user:{NEW.user}",))
    assert waits_for(live.case, actor) == ()
    assert [item.id for item in waits_for(live.case, NEW)] == ["w1"]


def test_only_the_holder_or_the_supervisor_offers() -> None:
    """Where nobody is named, whoever has the role in the case; else the holder alone, and the supervisor."""
    other = Actor("Meas Sopheap", frozenset({"caseworker"}))
    assert one().why(offering(actor=other)) == [Why.NOT_HOLDER]
    one().do(offering(actor=BOSS))
    live = one(holders={})
    assert live.why(offering(actor=MEDIC)) == [Why.NOT_HOLDER]
    live.do(offering(actor=other))
    assert live.case.waiting["w1"].by == other.user


def test_one_offer_of_a_role_waits_at_a_time() -> None:
    """A second offer, or the supervisor's word, lapses the first; an offer of another role stays."""
    live = one()
    live.do(offering(role="nurse", actor=MEDIC))
    live.do(offering())
    live.do(offering(to_user="Keo Pisey"))
    assert live.case.waiting["w2"].status is WaitingStatus.LAPSED
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    live.do(giving())
    assert live.case.waiting["w3"].status is WaitingStatus.LAPSED
    assert live.case.waiting["w1"].is_open
    assert live.case.holders == {"caseworker": NEW.user}
    assert live.why(answering("w3", actor=Actor("Keo Pisey"))) == [Why.LAPSED]


def test_only_the_supervisor_or_the_system_gives_a_role() -> None:
    """A caseworker gives nothing away by herself."""
    live = one()
    assert live.why(giving(actor=WORKER)) == [Why.NEEDS_SUPERVISOR]
    live.do(giving(actor=Actor()))
    assert live.case.holders == {"caseworker": NEW.user}


@pytest.mark.parametrize(("wrong", "why"), [
    ({"role": "pilot"}, Why.NO_SUCH),
    ({"user": " ", "to_user": " "}, Why.WRONG_VALUE),
    ({"user": WORKER.user, "to_user": WORKER.user}, Why.WRONG_VALUE),
    ({"reason": " "}, Why.NEEDS_REASON),
])  # fmt: skip
def test_a_change_of_hands_is_complete(wrong: dict[str, str], why: Why) -> None:
    """A role of the protocol, somebody who does not hold it yet, and a reason, for both ways."""
    live = one()
    assert live.why(giving(**{name: value for name, value in wrong.items() if name != "to_user"})) == [why]
    assert live.why(offering(**{name: value for name, value in wrong.items() if name != "user"})) == [why]


def test_its_clock_runs_two_working_days_unless_the_protocol_says_otherwise() -> None:
    """The one asked is reminded at half time, then the ladder of silence follows; a hold stops it."""
    live = one()
    live.do(offering())
    item = live.clock("waiting.w1")
    assert (item.deadline, str(item.duration)) == ("waiting.transfer", "2 working days")
    half, limit = item.clock.now.schedule
    live.run(half - live.now)
    assert [message.to for message in live.said] == [f"user:{NEW.user}"]
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + 7 * DAY, reason="flood"))
    live.run(7 * DAY)
    moved = live.clock("waiting.w1").clock.limit
    assert moved is not None
    assert moved > limit
    live = one(waits={"transfer": lasting("4 hours")})
    live.do(offering())
    assert live.clock("waiting.w1").clock.limit == live.now + 4 * HOUR


def test_an_offer_lapses_with_the_case() -> None:
    """A closed case is handed over to nobody; no clock is left."""
    live = one()
    live.do(offering())
    live.act("end")
    assert not live.case.is_open
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert live.outcome("waiting.w1") == "void lapsed"
    assert live.why(answering()) == [Why.CASE_CLOSED]


def test_an_offer_outlives_the_run_in_which_it_was_made() -> None:
    """It is about the case: a run that ends while another goes on changes nothing about it."""
    live = one()
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"))
    live.do(offering())
    live.act("end")
    assert live.case.waiting["w1"].is_open
    assert live.clock("waiting.w1").clock.is_open
    live.do(answering())
    assert live.case.holders == {"caseworker": NEW.user}


def test_a_change_of_hands_is_no_contact() -> None:
    """Nobody has heard of the person by it: the silence goes on (23)."""
    live = one()
    silence = live.clock("no_news")
    live.wait(DAY).do(offering())
    live.do(answering())
    live.do(giving(user="Keo Pisey"))
    assert live.clock("no_news") == silence
