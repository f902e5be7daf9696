"""A wrong click taken back: by whom, how long, and that the earlier visit goes on as if never left (4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.case.state import Place, WaitingStatus
from engine.core.conditions import And
from engine.core.deciding.decide import decided
from engine.core.model import Forbidden, Starts
from tests.builders.clicks import one, place, withdrawing
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, WORKER, Live
from tests.builders.protocols import (
    action,
    at,
    deadline,
    fact_is,
    final,
    known,
    passed,
    protocol,
    reached,
    step,
    track,
)


def test_the_earlier_visit_goes_on() -> None:
    """The track stands where it stood, in the same visit; the click and its withdrawal are both recorded."""
    live = one()
    before = live.enrolment.tracks
    live.wait(HOUR).act("go")
    taken = live.case.seq
    live.wait(HOUR).do(withdrawing())
    assert live.enrolment.tracks == before
    assert "side" not in live.enrolment.tracks
    (withdrawn,) = live.of(happenings.ActionWithdrawn)
    assert (withdrawn.by, withdrawn.action, withdrawn.step, withdrawn.reason) == (
        WORKER.user,
        "go",
        "one",
        "wrong case",
    )
    assert isinstance(live.events[withdrawn.taken - 1], happenings.ActionTaken)
    assert withdrawn.taken <= taken


def test_the_numbers_of_withdrawn_visits_are_not_used_again() -> None:
    """The next visit has a number of its own, so that its clocks have keys of their own."""
    live = one(second=[deadline("due")])
    live.act("go")
    live.do(withdrawing())
    assert live.enrolment.visits == {"main": 2, "side": 1}
    live.act("go")
    assert place(live) == ("two", 3)
    assert live.track("side").visit == 2
    assert live.outcome("main.two.due#2") == "void withdrawn"
    assert live.outcome("main.two.due#3") == "open"
    live.do(withdrawing())
    live.act("go")
    assert place(live) == ("two", 4)


def test_within_24_hours_by_the_actor_later_by_the_supervisor() -> None:
    """The one who clicked has 24 hours; nobody else may but the supervisor, who may at any time."""
    live = one()
    live.act("go")
    colleague = Actor("Ly Sophal", WORKER.roles)
    (reason,) = live.refuse(withdrawing(actor=colleague))
    assert (reason.why, reason.who) == (Why.NEEDS_SUPERVISOR, ("supervisor",))
    live.wait(24 * HOUR)
    decided(live.case, withdrawing(), live.now, live.library, live.events)
    live.wait(timedelta(seconds=1))
    assert live.why(withdrawing()) == [Why.NEEDS_SUPERVISOR]
    live.do(withdrawing(actor=BOSS))
    assert place(live) == ("one", 1)


def test_a_withdrawal_needs_a_reason_a_run_and_a_click() -> None:
    """Without a reason, an enrolment or an action by hand there is nothing to withdraw."""
    live = one()
    assert live.why(withdrawing()) == [Why.NOTHING_TO_WITHDRAW]
    live.act("go")
    assert live.why(withdrawing(reason=" ")) == [Why.NEEDS_REASON]
    assert live.why(withdrawing(enrolment="e7")) == [Why.NO_ENROLMENT]
    assert live.why(withdrawing(track="side")) == [Why.NOTHING_TO_WITHDRAW]


def test_a_withdrawal_reads_the_whole_journal() -> None:
    """Who passes too little of the past hears it as a mistake of the program, and nothing is guessed."""
    live = one()
    live.act("go")
    for journal in ((), live.events[:-1]):
        with pytest.raises(ValueError, match="whole journal"):
            decided(live.case, withdrawing(), live.now, live.library, journal)


@pytest.mark.parametrize("later", ["over", "note"])
def test_what_was_taken_since_is_not_overtaken(later: str) -> None:
    """An action since on a track that the click opened stands in the way and is named, also one that stays."""
    live = one()
    live.act("go")
    live.act(later, "side")
    (reason,) = live.refuse(withdrawing())
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, f"{later} was taken")
    live.do(withdrawing(track="side"))
    live.do(withdrawing())
    assert place(live) == ("one", 1)


def test_what_a_limit_moved_since_is_not_overtaken() -> None:
    """A deadline's own action counts as well, also if it is due in the very moment of the withdrawal."""
    live = one(second=[deadline("due", "2 hours", then="on")])
    live.act("go")
    live.run(3 * HOUR)
    (reason,) = live.refuse(withdrawing())
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, "on was taken")


def test_what_time_has_moved_by_now_is_not_overtaken() -> None:
    """An automatic action that time brought about is taken first, and stands in the way."""
    live = one(second=[action("auto", "done", automatic=True, only_if=passed("day", "3 days"))])
    live.record({"day": live.now.date()})
    live.act("go")
    live.wait(4 * DAY)
    assert live.why(withdrawing(actor=BOSS)) == [Why.TAKEN_SINCE]


def test_clicks_are_withdrawn_one_after_the_other() -> None:
    """The last one first; then the one before it, as if the later had never been."""
    live = one()
    start = live.enrolment.tracks
    live.act("go")
    middle = live.enrolment.tracks
    live.act("on")
    live.do(withdrawing())
    assert live.enrolment.tracks == middle
    live.do(withdrawing())
    assert live.enrolment.tracks == start
    assert live.why(withdrawing()) == [Why.NOTHING_TO_WITHDRAW]


def test_automatic_actions_of_the_same_decision_belong_to_it() -> None:
    """What followed by itself from the click is taken back with it; its own visit number is not used again."""
    live = one(second=[action("auto", "done", automatic=True, only_if=fact_is("answer", "a"))])
    live.record({"note": "met"})
    live.act("go", facts={"answer": "a"})
    assert live.track().step == "done"
    live.do(withdrawing())
    assert place(live) == ("one", 1)
    assert "answer" not in live.case.facts
    live.act("go")
    assert place(live) == ("two", 4)


def test_facts_go_back_unless_recorded_anew() -> None:
    """Answers given with the click are as before; what somebody answered since, or apart from it, stays."""
    live = one()
    live.record({"answer": "a", "of_enrolment": "a"})
    before = live.case.facts["answer"]
    live.record({"note": "apart"})
    live.act("go", facts={"answer": "b", "other": "b", "sure": "yes", "of_enrolment": "b", "amount": 3})
    live.record({"other": "c", "amount": 3}, actor=MEDIC)
    live.do(withdrawing())
    facts = live.case.facts
    assert facts["answer"] == before
    assert "sure" not in facts
    assert (facts["other"].value, facts["amount"].by, facts["note"].value) == ("c", MEDIC.user, "apart")
    assert live.enrolment.facts["of_enrolment"].value == "a"


def test_what_the_action_set_goes_back() -> None:
    """Facts that the protocol set by the action are withdrawn with it."""
    live = one(action("mark", "two", set={"answer": "c"}))
    live.act("mark")
    live.do(withdrawing())
    assert live.case.facts == {}


def test_other_tracks_keep_what_happened_to_them_since() -> None:
    """A track that the click did not touch stands where somebody moved it meanwhile."""
    main = track("main", step("one", action("go", "two")), step("two"), final())
    other = track("other", step("near", action("far", "away")), step("away", action("end", "done")), final(),
                  opens_when=at("main", "one"))  # fmt: skip
    live = Live(protocol(main, other))
    live.act("go")
    live.act("far", "other")
    live.do(withdrawing())
    assert (live.track().step, live.track("other").step) == ("one", "away")


def test_a_track_that_the_click_closed_is_open_again() -> None:
    """Closed from elsewhere by mistake, it goes on with its clocks."""
    main = track("main", step("one", action("go", "two", closes=("other",))), step("two"), final())
    other = track("other", step("near", action("end", "done"), deadline("due", "3 days")), final(),
                  opens_when=at("main", "one"))  # fmt: skip
    live = Live(protocol(main, other))
    before = live.enrolment
    live.wait(HOUR).act("go")
    assert live.track("other").place is Place.CLOSED
    live.do(withdrawing())
    assert live.enrolment.tracks == before.tracks
    assert live.clock("other.near.due#1") == before.clocks["other.near.due#1"]


def test_a_track_that_saw_its_condition_untrue_by_the_click_has_not() -> None:
    """Whether a track may open again is as before."""
    main = track("main", step("one", action("go", "two")), step("two"), final())
    other = track("other", step("near", action("end", "done")), final(), opens_when=at("main", "one"), again=True)
    live = Live(protocol(main, other))
    live.act("end", "other")
    live.act("go")
    assert live.track("other").primed
    live.do(withdrawing())
    assert live.track("other").place is Place.ENDED
    assert live.enrolment.tracks["other"].primed is False


def test_a_move_of_another_track_is_withdrawn_from_where_it_was_made() -> None:
    """``goes_to: TRACK.STEP`` moves a track without an action of its own there; both are touched."""
    main = track("main", step("one", action("send", "other.away")), final())
    other = track("other", step("near", action("far", "away")), step("away", action("back", "near")), final(),
                  opens_when=at("main", "one"))  # fmt: skip
    live = Live(protocol(main, other))
    live.act("send")
    assert live.why(withdrawing(track="other")) == [Why.NOTHING_TO_WITHDRAW]
    live.do(withdrawing())
    assert (live.track("other").step, live.track("other").visit) == ("near", 1)
    live.act("far", "other")
    live.act("send")
    assert live.why(withdrawing(track="other")) == [Why.TAKEN_SINCE]


def test_moved_by_another_track_since() -> None:
    """The reason names the track that something else has moved."""
    main = track("main", step("one", action("send", "other.away")), final())
    other = track("other", step("near", action("far", "away")), step("away", action("back", "near")), final(),
                  opens_when=at("main", "one"))  # fmt: skip
    live = Live(protocol(main, other))
    live.act("far", "other")
    live.act("send")
    (reason,) = live.refuse(withdrawing(track="other"))
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, "other has moved")


def test_the_trail_is_as_before() -> None:
    """``goes_to: previous`` leads where it led before the click."""
    live = one(second=[action("back", "previous")])
    live.act("go")
    live.act("back")
    live.do(withdrawing())
    assert live.track().trail == ("one",)
    live.act("back")
    assert live.track().step == "one"


def test_has_reached_is_as_before() -> None:
    """A step reached by a wrong click was not reached: what it opened is not open."""
    main = track("main", step("one", action("go", "two")), step("two", action("end", "done")), final())
    other = track("other", step("near", action("end", "done")), final(), opens_when=reached("main", "two"))
    live = Live(protocol(main, other))
    live.act("go")
    assert "other" in live.enrolment.tracks
    live.do(withdrawing())
    assert live.track().reached == ("one",)
    assert list(live.enrolment.tracks) == ["main"]


def test_a_click_that_closed_the_case_is_withdrawn() -> None:
    """The case is open again with all its clocks; the silence goes on from where it was."""
    live = one(deadline("due", "3 days"))
    before = live.case
    live.wait(HOUR).act("stop")
    assert not live.is_open()
    live.wait(HOUR).do(withdrawing())
    assert live.is_open()
    assert live.enrolment.is_open
    assert (live.enrolment.tracks, live.enrolment.clocks) == (
        before.enrolments["e1"].tracks,
        before.enrolments["e1"].clocks,
    )
    assert live.wake() is not None
    live.act("go")
    assert place(live) == ("two", 3)


def test_a_case_closed_by_another_click_is_not_opened_by_this_one() -> None:
    """Only the click that closed it opens it again."""
    live = one()
    live.act("go")
    live.act("stop")
    assert live.why(withdrawing(track="side")) == [Why.NOTHING_TO_WITHDRAW]
    live.do(withdrawing())
    assert live.is_open()
    assert place(live) == ("two", 2)


def test_a_case_that_was_opened_again_is_not_rolled_back() -> None:
    """Reopened, the case has gone on; the click that closed it stays."""
    live = one()
    live.act("stop")
    live.do(commands.Reopen(actor=BOSS, enrolment="e2", meaning="test-meaning", reason="she came back"))
    (reason,) = live.refuse(withdrawing(actor=BOSS))
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, "it has ended")


def test_an_ended_run_is_withdrawn_while_the_case_goes_on() -> None:
    """If another run keeps the case open, the first one goes on again and takes its silence back."""
    live = one()
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"))
    before = live.enrolment
    live.act("stop")
    assert live.case.enrolments["e2"].clocks["no_news"].clock.is_open
    live.do(withdrawing())
    assert live.enrolment.is_open
    assert live.enrolment.outcome is None
    assert live.enrolment.clocks["no_news"] == before.clocks["no_news"]
    assert live.case.enrolments["e2"].clocks["no_news"].clock.reason == "withdrawn"


def test_a_run_that_ended_since_is_not_withdrawn_into() -> None:
    """A side track moved by the click, and the run ended since by its main track: too late."""
    main = track("main", step("one", action("end", "done")), final())
    side = track("side", step("near", action("over", "out")), final("out"), opens_when=at("main", "one"))
    live = Live(protocol(main, side))
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="test-meaning"))
    live.act("over", "side")
    live.act("end")
    (reason,) = live.refuse(withdrawing(track="side"))
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, "it has ended")


def test_a_request_made_by_the_click_lapses() -> None:
    """What nobody has started yet is asked no more; who was asked and told hears of it."""
    live = one(action("ask", "here", starts=Starts("other")))
    live.act("ask")
    live.run(5 * DAY)
    assert live.told(Topic.RUNG) == ["supervisor"]
    live.do(withdrawing(actor=BOSS))
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert live.outcome("waiting.w1") == "void withdrawn"
    assert live.told(Topic.WITHDRAWAL) == ["supervisor"]
    live.act("ask")
    assert list(live.case.waiting) == ["w1", "w2"]


@pytest.mark.parametrize("agrees", [True, False])
def test_a_click_that_something_was_started_for_stays(agrees: bool) -> None:
    """Somebody works elsewhere because of it: the case is named. A refused request stands in nobody's way."""
    live = one(action("ask", "here", starts=Starts("other")))
    live.act("ask")
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=agrees, reason="no place", case="K7Q2-9M4X-3"))
    if agrees:
        (reason,) = live.refuse(withdrawing())
        assert (reason.why, reason.detail) == (Why.STARTED, "K7Q2-9M4X-3")
    else:
        live.do(withdrawing())
        assert live.case.waiting["w1"].status is WaitingStatus.REFUSED


def test_an_exception_is_reviewed_although_it_was_withdrawn() -> None:
    """That the law was passed over was so, for a moment; the review goes on and keeps the case open."""
    live = one(action("save", "done", only_if=known("answer"), exception="life_saving"))
    live.act("save", exception=True, reason="she bled")
    live.do(withdrawing())
    assert live.case.waiting["w1"].is_open
    assert live.clock("waiting.w1").clock.is_open
    live.act("stop")
    assert live.is_open()


def test_an_approval_asked_at_a_withdrawn_visit_lapses() -> None:
    """Its visit never was; one that the click had lapsed stays lapsed and is asked for anew."""
    live = one(action("sign", "here", approval="supervisor"), second=[action("seal", "here", approval="supervisor")])
    ask = commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="sign")
    live.do(ask)
    live.act("go")
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    live.do(replace(ask, action="seal"))
    live.do(withdrawing())
    assert [item.status for item in live.case.waiting.values()] == [WaitingStatus.LAPSED] * 2
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    live.do(ask)
    assert live.case.waiting["w3"].is_open


def test_an_approved_click_is_withdrawn_by_who_asked() -> None:
    """The action is hers; the approval stays answered, and the next one is asked for anew."""
    live = one(action("sign", "two", approval="supervisor"))
    ask = commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="sign", facts={"answer": "a"})
    live.do(ask)
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=True))
    live.do(withdrawing())
    (withdrawn,) = live.of(happenings.ActionWithdrawn)
    assert withdrawn.approved_by == BOSS.user
    assert live.case.facts == {}
    assert live.case.waiting["w1"].status is WaitingStatus.AGREED
    live.do(ask)
    assert place(live) == ("one", 1)


def test_a_rule_that_was_true_before_the_click_raises_no_second_alarm() -> None:
    """The truths of the rules go back with the facts, as they were judged."""
    rule = Forbidden("never", fact_is("answer", "a"), alarm=("supervisor",))
    other = Forbidden("other", fact_is("other", "a"), alarm=("supervisor",))
    live = one(forbidden=[rule, other])
    live.record({"other": "a", "answer": "b"})
    live.record({"answer": "a"})
    live.record({"answer": "b"})
    live.act("stay", facts={"other": "b"})
    live.do(withdrawing())
    assert live.told(Topic.ALARM) == []
    assert live.enrolment.rules == {"never": False, "other": True}


def test_a_withdrawal_is_recorded_even_into_what_a_rule_forbids_and_raises_the_alarm() -> None:
    """The world is not refused: if the case never left a step where it must not be by now, everybody hears of it."""
    never = Forbidden("never", And((at("main", "one"), fact_is("answer", "a"))), alarm=("director",))
    live = one(forbidden=[never])
    live.record({"answer": "b"})
    live.act("go")
    live.record({"answer": "a"})
    live.do(withdrawing())
    assert place(live) == ("one", 1)
    assert live.told(Topic.ALARM) == ["director"]


def test_an_automatic_action_of_the_earlier_step_is_taken_for_what_is_known_by_now() -> None:
    """The earlier visit goes on with what was recorded since."""
    live = one(action("auto", "two", automatic=True, only_if=fact_is("answer", "a")))
    live.act("go")
    live.record({"answer": "a"})
    live.do(withdrawing())
    assert place(live) == ("two", 3)


def test_a_version_seen_before_the_withdrawal_is_stale() -> None:
    """A form made for the withdrawn visit is refused: the step was left."""
    live = one()
    live.act("go")
    live.do(withdrawing())
    assert live.why(live.asked("stay", visit=2)) == [Why.VISIT_LEFT]
