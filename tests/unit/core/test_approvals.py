"""Approvals that wait: bound to the action, the visit and its facts; they lapse with them (5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.case.state import WaitingStatus
from engine.core.deciding.answers import waits_for
from engine.core.deciding.approvals import fingerprint
from engine.core.deciding.draft import Draft
from engine.core.deciding.options import options
from engine.core.model import Forbidden, Needs, Requirement
from engine.core.values import Approximate, Value
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import action, at, deadline, fact_is, final, needs, protocol, step, track

BIG: dict[str, Any] = {"approval": "supervisor", "required": needs("field answer"), "only_if": fact_is("other", "a")}


def one(*parts: Any, **more: Any) -> Live:
    """Return a case at a step whose action ``big`` needs the supervisor's approval, with ``other`` answered."""
    main = track("main", step("one", action("big", "two", **BIG), action("stay", "here"), *parts),
                 step("two", action("end", "done")), final(), any_step=[action("stop", "done")])  # fmt: skip
    live = Live(protocol(main, **more))
    live.record({"other": "a"})
    return live


def asking(**more: Any) -> commands.AskApproval:
    """Return the command to ask for the approval of ``big``."""
    more.setdefault("actor", WORKER)
    more.setdefault("facts", {"answer": "b"})
    return commands.AskApproval(enrolment="e1", track="main", action="big", **more)


def answering(item: str = "w1", agrees: bool = True, **more: Any) -> commands.Answer:
    """Return the supervisor's answer."""
    more.setdefault("actor", BOSS)
    return commands.Answer(waiting=item, agrees=agrees, **more)


def status(live: Live, item: str = "w1") -> WaitingStatus:
    """Return what became of a waiting item."""
    return live.case.waiting[item].status


def test_an_approval_is_asked_and_the_action_taken_when_it_is_given() -> None:
    """Agreeing takes the action at once: by who asked, approved by who agreed, with the facts given when asking."""
    live = one()
    live.do(asking(reason="she wants it"))
    item = live.case.waiting["w1"]
    assert (item.kind, item.asked, item.by, item.action, item.visit) == (
        "approval",
        ("supervisor",),
        WORKER.user,
        "big",
        1,
    )
    assert live.track().step == "one"
    assert "answer" not in live.case.facts
    live.wait(HOUR).do(answering())
    (taken,) = live.of(happenings.ActionTaken)
    assert (taken.by, taken.approved_by, taken.reason) == (WORKER.user, BOSS.user, "she wants it")
    assert live.track().step == "two"
    assert (live.case.facts["answer"].value, live.case.facts["answer"].by) == ("b", WORKER.user)
    item = live.case.waiting["w1"]
    assert (item.status, item.answered_by, item.answered_at) == (WaitingStatus.AGREED, BOSS.user, live.now)
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]
    assert live.outcome("waiting.w1") == "met"


def test_asking_is_checked_like_acting() -> None:
    """What Act would refuse is refused when the approval is asked for: role, visit, facts, condition, rules."""
    never = Forbidden("never", at("main", "two"))
    assert one().why(asking(actor=MEDIC)) == [Why.ROLE]
    assert one().why(asking(visit=2)) == [Why.VISIT_LEFT]
    assert one().why(asking(facts={})) == [Why.FACT_MISSING]
    assert one().why(asking(facts={"answer": "x"})) == [Why.WRONG_VALUE]
    assert one(forbidden=[never]).why(asking()) == [Why.FORBIDDEN]
    live = one()
    live.record({"other": "b"})
    assert live.why(asking()) == [Why.NOT_YET]
    assert live.why(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="stay")) == [
        Why.NEEDS_NO_APPROVAL
    ]


def test_asking_changes_nothing_but_the_waiting_item() -> None:
    """The rehearsal leaves no fact, no event and no message behind; the silence goes on."""
    live = one()
    facts, silence = live.case.facts, live.clock("no_news")
    live.wait(DAY).do(asking())
    assert live.case.facts == facts
    assert live.clock("no_news") == silence
    assert [type(event).__name__ for event in live.new] == ["WaitingSet", "ClockSet"]
    assert live.said == ()


def test_only_another_holder_of_the_role_answers() -> None:
    """Neither another role nor the one who asked answers, even if she holds the role; both hear who may."""
    live = one()
    both = Actor(WORKER.user, frozenset({"caseworker", "supervisor"}))
    live.do(asking(actor=both))
    assert live.why(answering(actor=both)) == [Why.ANOTHER_PERSON]
    (reason,) = live.refuse(answering(actor=MEDIC))
    assert (reason.why, reason.who) == (Why.NOT_ASKED, ("supervisor",))
    assert [item.id for item in waits_for(live.case, BOSS)] == ["w1"]
    assert waits_for(live.case, both) == ()
    live.do(answering())
    assert waits_for(live.case, BOSS) == ()


def test_refusing_needs_a_reason_and_moves_nothing() -> None:
    """A refusal without a reason is refused; with one the case stays where it is, and who asked is told."""
    live = one()
    live.do(asking())
    assert live.why(answering(agrees=False)) == [Why.NEEDS_REASON]
    live.do(answering(agrees=False, reason="too early"))
    assert (status(live), live.case.waiting["w1"].answer) == (WaitingStatus.REFUSED, "too early")
    assert live.track().step == "one"
    assert live.told(Topic.ANSWERED) == [f"user:{WORKER.user}"]
    assert live.why(answering()) == [Why.ANSWERED]
    live.do(asking())
    assert list(live.case.waiting) == ["w1", "w2"]


def test_an_answer_to_nothing_is_refused() -> None:
    """An item that was never asked is named."""
    (reason,) = one().refuse(answering("w7"))
    assert (reason.why, reason.subject) == (Why.NO_SUCH, "waiting item w7")


def test_one_approval_waits_for_one_action_of_a_visit() -> None:
    """Who asks twice hears that it waits already; options say so, too."""
    live = one()
    found = {item.action: item.asked for item in options(live.case, WORKER, live.now, live.library)}
    assert found == {"big": "", "stay": "", "stop": ""}
    live.do(asking())
    assert live.why(asking()) == [Why.ASKED_ALREADY]
    found = {item.action: item.asked for item in options(live.case, WORKER, live.now, live.library)}
    assert found == {"big": "w1", "stay": "", "stop": ""}


@pytest.mark.parametrize("change", [{"other": "b"}, {"other": "c"}, {"answer": "a"}, {"answer": "b"}])
def test_it_lapses_when_a_fact_changes_on_which_it_rests(change: dict[str, Any]) -> None:
    """A changed answer that the action requires or reads lapses it in the same decision; who asked is told."""
    live = one()
    live.do(asking())
    live.wait(HOUR).record(change, actor=MEDIC)
    assert status(live) is WaitingStatus.LAPSED
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    assert live.outcome("waiting.w1") == "void lapsed"
    (reason,) = live.refuse(answering())
    assert reason.why is Why.LAPSED
    assert "ask anew" in str(reason).lower()


@pytest.mark.parametrize("change", [{"other": "a"}, {"note": "met her"}, {"amount": 3}])
def test_it_holds_while_nothing_changes_on_which_it_rests(change: dict[str, Any]) -> None:
    """The same answer again, or another field, lapses nothing."""
    live = one()
    live.do(asking())
    live.wait(HOUR).record(change, actor=MEDIC)
    assert status(live) is WaitingStatus.WAITING
    live.do(answering())
    assert live.track().step == "two"


def test_it_lapses_when_the_step_is_left() -> None:
    """Leaving the step, by whatever action, lapses what was asked for there."""
    live = one(action("other_way", "one"))
    live.do(asking())
    live.act("other_way")
    assert status(live) is WaitingStatus.LAPSED


def test_it_lapses_when_the_case_closes() -> None:
    """The end of the track and of the case lapses it before the case closes; no clock is left."""
    live = one()
    live.do(asking())
    live.act("stop")
    assert not live.case.is_open
    assert status(live) is WaitingStatus.LAPSED
    assert isinstance(live.new[-1], happenings.CaseClosed)
    assert live.outcome("waiting.w1") == "void lapsed"


def test_it_lapses_when_another_track_closes_its_own() -> None:
    """A track closed from elsewhere takes its approvals with it, though the case goes on."""
    side = track("side", step("open", action("big", "over", approval="supervisor")), final("over"),
                 opens_when=at("main", "one"))  # fmt: skip
    live = Live(
        protocol(track("main", step("one", action("go", "two", closes=("side",))), step("two"), final()), side)
    )
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="side", action="big"))
    live.act("go")
    assert live.case.is_open
    assert status(live) is WaitingStatus.LAPSED
    assert live.why(answering()) == [Why.LAPSED]


def test_it_lapses_when_the_action_is_approved_in_the_same_moment() -> None:
    """An action that stays, taken with an approval beside it, is not approved a second time."""
    live = one(action("sign", "here", approval="supervisor"))
    ask = commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="sign")
    live.do(ask)
    live.act("sign", approved_by=BOSS)
    assert status(live) is WaitingStatus.LAPSED
    assert live.track().visit == 1


def test_what_time_made_stale_is_not_answered() -> None:
    """If an automatic action has moved the case by the time of the answer, it is refused; the next pass lapses it."""
    from tests.builders.protocols import passed

    live = one(action("auto", "two", automatic=True, only_if=passed("day", "3 days")))
    live.record({"day": date(2026, 3, 2)})
    live.do(asking())
    live.wait(4 * DAY)
    (reason,) = live.refuse(answering())
    assert (reason.why, reason.detail) == (Why.LAPSED, "the step was left")
    live.run()
    assert status(live) is WaitingStatus.LAPSED


def test_a_refused_action_leaves_the_item_waiting() -> None:
    """If a rule or a required task stands in the way by then, its reasons are given and nothing has changed."""
    never = Forbidden("never", fact_is("note", "danger"))
    main = track("main", step("one", action("big", "two", required=(Requirement(Needs.CONSENT, "exam"),), **{
        key: value for key, value in BIG.items() if key != "required"})),
        step("two", action("end", "done")), final())  # fmt: skip
    live = Live(protocol(main, forbidden=[never]))
    live.record({"other": "a", "note": "calm"})
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.do(asking(facts={}))
    live.do(commands.GiveConsent(actor=WORKER, consent="exam", given=False))
    before = live.case
    assert live.why(answering()) == [Why.CONSENT_MISSING]
    assert live.case == before
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    live.do(answering())
    assert live.track().step == "two"


def test_the_action_happens_when_it_was_said_to_or_when_it_is_approved() -> None:
    """Without a time of its own the action happens at the approval; with one, then, and clocks believe it."""
    live = one(deadline("limit", "4 hours"))
    live.do(asking())
    live.wait(5 * HOUR).do(answering())
    (taken,) = live.of(happenings.ActionTaken)
    assert taken.happened == live.now
    assert live.outcome("main.one.limit#1") == "missed"
    live = one(deadline("limit", "4 hours"))
    happened = live.wait(HOUR).now
    live.do(asking(happened=happened))
    live.wait(5 * HOUR).do(answering())
    assert live.outcome("main.one.limit#1") == "met"
    assert live.why(asking(happened=live.now + DAY)) == [Why.IN_THE_FUTURE]


def test_a_risk_is_lowered_with_the_approval_of_the_supervisor() -> None:
    """The approver who is the supervisor agrees to a lower risk, too; the reason is that of who asked."""
    live = one()
    live.record({"risk": "high"})
    live.do(asking(facts={"answer": "b", "risk": "low"}, reason="moved away from him"))
    live.do(answering())
    assert live.case.facts["risk"].value == "low"


def test_its_clock_reminds_at_half_time_and_climbs_the_ladder_of_silence() -> None:
    """The role asked is reminded at 50 % of 2 working days, then the no-news escalation follows."""
    live = one()
    live.do(asking())
    clock = live.clock("waiting.w1")
    assert (clock.deadline, str(clock.duration)) == ("waiting.approval", "2 working days")
    half, limit = clock.clock.now.schedule
    assert clock.clock.limit == limit
    assert live.now < half < limit
    live.run(half - live.now)
    assert live.fired() == ["waiting.w1 waiting.reminder"]
    assert live.told(Topic.RUNG) == ["supervisor"]
    live.run(limit - live.now)
    assert live.fired() == ["waiting.w1 silent"]
    live.do(answering())
    assert live.outcome("waiting.w1") == "met"
    live = one()
    live.do(asking())
    live.wait(timedelta(days=9)).do(answering())
    assert live.outcome("waiting.w1") == "missed"
    live.run()


def test_its_clock_can_be_acknowledged_but_not_extended() -> None:
    """Whoever is asked may promise an answer; nobody extends the limit."""
    live = one()
    live.do(asking())
    live.do(commands.Acknowledge(actor=BOSS, enrolment="e1", clock="waiting.w1", promised=live.now + DAY))
    assert live.clock("waiting.w1").clock.promised == live.now + DAY
    ask = commands.ExtendLimit(actor=BOSS, enrolment="e1", clock="waiting.w1", reason="flood")
    assert live.why(ask) == [Why.NOT_EXTENDABLE]


@pytest.mark.parametrize(
    ("one_value", "other"),
    [
        ("a", "b"),
        ("a", None),
        (1, 2),
        (date(2026, 1, 1), date(2026, 1, 2)),
        (("a", "b"), ("a",)),
        (Approximate(date(2026, 1, 1), date(2026, 1, 3)), Approximate(date(2026, 1, 1), date(2026, 1, 4))),
        ("2026-01-01", date(2026, 1, 1)),
        ("1", 1),
    ],
)
def test_fingerprints_tell_other_values_apart(one_value: Value, other: Value | None) -> None:
    """Each value has a fingerprint of its own, also where it looks like another one."""
    assert _fingerprint(one_value) != _fingerprint(other)


def test_fingerprints_of_equal_values_are_equal() -> None:
    """How a number is written, and in which order codes were ticked, says nothing."""
    assert _fingerprint(3) == _fingerprint(Decimal("3.0"))
    assert _fingerprint(("b", "a")) == _fingerprint(("a", "b"))


def _fingerprint(value: Value | None) -> str:
    live = one()
    draft = Draft(live.case, live.library, WORKER, live.now)
    facts = {} if value is None else {"answer": value}
    return fingerprint(draft, "e1", "main", action("big", "two", **BIG), facts)
