"""Wrong clicks taken back: who may, until when, and what is again as it was (4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.apply import fold
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Reason, Why
from engine.core.case.state import Case, Occurrence, Place, TaskStatus, WaitingStatus
from engine.core.deciding.decide import decide
from engine.core.evolve import evolve
from engine.core.model import Forbidden, Kind, Starts, Task
from tests.builders.live import BOSS, DAY, HOUR, MEDIC, START, WORKER, Live
from tests.builders.protocols import (
    action,
    at,
    deadline,
    fact_is,
    final,
    known,
    lasting,
    passed,
    protocol,
    reached,
    step,
    track,
)

OTHER = Actor("Ros Bopha", frozenset({"caseworker"}))
KEY = "main.one.limit#1"


def one(*parts: Any, side: Any = None, **more: Any) -> Live:
    """Return a case at the step ``one`` with a clock, and ways on, back and out."""
    main = track(
        "main",
        step("one", action("go", "two"), action("say", "here"), action("end", "done"),
             action("shut", "two", closes=("side",) if side else ()), deadline("limit", "3 days"), *parts),
        step("two", action("back", "previous"), action("on", "three"), deadline("later", "2 days")),
        step("three", action("end", "done"), deadline("last", "2 days")),
        final(),
    )  # fmt: skip
    return Live(protocol(*((main, side) if side else (main,)), **more))


def lane(*parts: Any, **more: Any) -> Any:
    """Return a second track that opens at once."""
    more.setdefault("opens_when", at("main", "one"))
    return track("side", step("open", action("finish", "over"), *parts), final("over"), **more)


def withdrawing(track: str = "main", **more: Any) -> commands.Withdraw:
    """Return the command to take back the last action of a track."""
    asked: dict[str, Any] = {"actor": WORKER, "enrolment": "e1", "reason": "wrong case"}
    return commands.Withdraw(track=track, **(asked | more))


def told_of(reasons: tuple[Reason, ...]) -> tuple[Why, str]:
    """Return kind and detail of the only reason."""
    (reason,) = reasons
    return reason.why, reason.detail


def test_the_earlier_visit_goes_on_as_if_never_left() -> None:
    """Track, clocks and silence are as they were before the click; both are in the journal."""
    live = one()
    before = live.enrolment
    live.wait(HOUR).act("go")
    live.wait(HOUR).do(withdrawing())
    assert live.enrolment.tracks == before.tracks
    assert {key: live.enrolment.clocks[key] for key in before.clocks} == before.clocks
    assert live.outcome("main.two.later#2") == "void withdrawn"
    (withdrawn,) = live.of(happenings.ActionWithdrawn)
    taken = live.events[withdrawn.taken - 1]
    assert isinstance(taken, happenings.ActionTaken)
    assert (taken.action, withdrawn.action, withdrawn.step, withdrawn.by) == ("go", "go", "one", WORKER.user)
    assert withdrawn.reason == "wrong case"


def test_visit_numbers_are_never_used_twice() -> None:
    """The next visit has a number of its own, and so have its clocks."""
    live = one()
    live.act("go")
    live.do(withdrawing())
    assert live.track().visit == 1
    live.act("go")
    assert live.track().visit == 3
    assert live.clock("main.two.later#3").clock.is_open


def test_visit_numbers_are_never_used_twice_after_several_withdrawals() -> None:
    """Two clicks taken back one after the other lose two visits; the later number stays the highest."""
    live = one()
    live.act("go")
    live.act("on")
    live.do(withdrawing())
    live.do(withdrawing())
    assert (live.track().step, live.track().visit) == ("one", 1)
    live.act("go")
    live.act("on")
    assert live.track().visit == 5
    assert live.clock("main.two.later#4").clock.outcome.value == "met"
    assert live.clock("main.three.last#5").clock.is_open


def test_its_actor_withdraws_within_24_hours() -> None:
    """To the second; afterwards, and the click of another one, only the supervisor, whenever it was."""
    live = one()
    live.act("go")
    assert live.why(withdrawing(actor=OTHER)) == [Why.NEEDS_SUPERVISOR]
    live.wait(24 * HOUR + timedelta(seconds=1))
    (reason,) = live.refuse(withdrawing())
    assert (reason.why, reason.who) == (Why.NEEDS_SUPERVISOR, ("supervisor",))
    live.wait(-timedelta(seconds=1)).do(withdrawing())
    live.act("go")
    live.wait(30 * DAY).do(withdrawing(actor=BOSS))
    assert live.track().step == "one"


def test_it_needs_a_reason() -> None:
    """Blank words are none."""
    live = one()
    live.act("go")
    assert live.why(withdrawing(reason=" \n")) == [Why.NEEDS_REASON]


@pytest.mark.parametrize(("track_name", "enrolment", "why"), [
    ("main", "e1", Why.NOTHING_TO_WITHDRAW),
    ("nowhere", "e1", Why.NOTHING_TO_WITHDRAW),
    ("main", "e7", Why.NO_ENROLMENT),
])  # fmt: skip
def test_nothing_to_withdraw_is_said(track_name: str, enrolment: str, why: Why) -> None:
    """A track at which nobody has acted, one that is not there, and a run that is not there."""
    live = one(action("auto", "here", automatic=True, only_if=fact_is("answer", "a")))
    live.record({"answer": "a"})
    assert live.why(withdrawing(track_name, enrolment=enrolment)) == [why]


def test_a_click_is_withdrawn_once() -> None:
    """The click before it is the next; with none left there is nothing to withdraw."""
    live = one()
    live.act("say")
    live.act("go")
    live.do(withdrawing())
    live.do(withdrawing())
    assert [event.action for event in live.of(happenings.ActionWithdrawn)] == ["say"]
    assert live.why(withdrawing()) == [Why.NOTHING_TO_WITHDRAW]


def test_the_journal_must_be_whole() -> None:
    """A caller who does not hand over the whole journal has made a mistake; nothing is decided by halves."""
    live = one()
    live.act("go")
    for journal in ((), live.events[:-1]):
        with pytest.raises(ValueError, match="whole journal"):
            decide(live.case, withdrawing(), live.now, live.library, journal)


def test_nothing_may_have_been_taken_since() -> None:
    """A later action on a touched track, by whomever or by a limit, makes it too late; the reason names it."""
    live = one()
    live.act("go")
    live.act("on")
    live.do(withdrawing())
    live.do(commands.Act(actor=OTHER, enrolment="e1", track="main", action="on"))
    (reason,) = live.refuse(withdrawing())
    assert reason.why is Why.NEEDS_SUPERVISOR
    live = one(deadline("move", "5 hours", then="go"))
    live.act("say")
    live.run(6 * HOUR)
    assert told_of(live.refuse(withdrawing())) == (Why.TAKEN_SINCE, "go was taken")


def test_a_limit_that_moved_the_case_before_anybody_looked_counts() -> None:
    """What time moves in the moment of the withdrawal itself was taken since, too."""
    live = one(action("auto", "two", automatic=True, only_if=passed("born", "3 days")))
    live.act("say", facts={"born": START.date() - timedelta(days=3)})
    assert live.track().step == "one"
    live.wait(20 * HOUR)
    assert told_of(live.refuse(withdrawing())) == (Why.TAKEN_SINCE, "auto was taken")


def test_another_track_goes_on_untouched() -> None:
    """What was done at a track that the click did not touch neither prevents the withdrawal nor is undone."""
    live = one(side=lane())
    live.act("go")
    live.act("finish", "side")
    live.do(withdrawing())
    assert live.track().step == "one"
    assert live.track("side").place is Place.ENDED


def test_a_track_it_closed_opens_again_with_its_clocks() -> None:
    """``closes`` is undone: the lane is at its step, its clock runs from where it began, its task is open."""
    live = one(side=lane(deadline("due", "3 days", until=known("other"), lasts="track"), Task("call")))
    before = live.enrolment
    live.wait(HOUR).act("shut")
    assert live.track("side").place is Place.CLOSED
    live.wait(HOUR).do(withdrawing())
    assert live.enrolment.tracks == before.tracks
    assert live.enrolment.tasks == before.tasks
    assert live.clock("side.open.due#1") == before.clocks["side.open.due#1"]


def test_a_track_it_opened_is_gone() -> None:
    """A lane that opened by the click closes without a trace but the journal; opened rightly, it is a new visit."""
    live = one(side=lane(deadline("due", "3 days"), Task("call"), opens_when=reached("main", "two")))
    live.act("go")
    assert live.track("side").step == "open"
    live.do(withdrawing())
    assert set(live.enrolment.tracks) == {"main"}
    assert live.enrolment.tasks == {}
    assert live.outcome("side.open.due#1") == "void withdrawn"
    live.act("go")
    assert live.track("side").visit == 2
    assert live.clock("side.open.due#2").clock.is_open


def test_a_lane_moved_since_holds_the_click() -> None:
    """If somebody acted at the lane that the click opened, the click stays."""
    live = one(side=lane(opens_when=reached("main", "two")))
    live.act("go")
    live.act("finish", "side", actor=OTHER)
    assert told_of(live.refuse(withdrawing())) == (Why.TAKEN_SINCE, "finish was taken")


def test_a_lane_that_opened_since_at_a_touched_track_is_named() -> None:
    """A touched track that moved without an action is told as such."""
    side = lane(action("again", "main.two"))
    live = one(side=side)
    live.act("say")
    live.act("again", "side")
    assert told_of(live.refuse(withdrawing())) == (Why.TAKEN_SINCE, "main has moved")


def test_automatic_actions_of_the_same_decision_belong_to_it() -> None:
    """What followed from the click by itself is withdrawn with it, and may follow again."""
    side = lane(action("auto", "over", automatic=True, only_if=reached("main", "two")))
    live = one(side=side)
    before = live.enrolment.tracks
    live.act("go")
    assert live.track("side").place is Place.ENDED
    live.do(withdrawing())
    assert live.enrolment.tracks == before
    live.act("go")
    assert live.track("side").place is Place.ENDED


def test_facts_of_the_form_go_back() -> None:
    """Answers given with the action are as they were: the former one, or none; what the action set, too."""
    live = one(action("fill", "two", set={"other": "c"}))
    live.record({"answer": "a", "of_enrolment": "a"})
    before = live.case.facts, live.enrolment.facts
    live.act("fill", facts={"answer": "b", "amount": 3, "of_enrolment": "b"})
    assert live.case.facts["other"].value == "c"
    live.do(withdrawing())
    assert (live.case.facts, live.enrolment.facts) == before


def test_what_was_recorded_apart_stays() -> None:
    """An answer recorded anew since the click is kept, even if it says the same; so is another field."""
    live = one()
    live.act("go", facts={"answer": "b", "amount": 3})
    live.wait(HOUR).record({"answer": "b", "note": "met"}, actor=OTHER)
    live.do(withdrawing())
    assert {name: fact.value for name, fact in live.case.facts.items()} == {"answer": "b", "note": "met"}
    assert live.case.facts["answer"].by == OTHER.user


def test_a_task_done_since_stays_done() -> None:
    """Work that somebody did is not undone by another one's wrong click, at the visit kept and at the one lost."""
    main = track("main", step("one", action("go", "two"), action("say", "here"), Task("call", required=False)),
                 step("two", Task("visit", required=False), Task("fill", required=False)), final())  # fmt: skip
    live = Live(protocol(main))
    live.act("go")
    assert live.enrolment.tasks["main.one.call#1"].occurrences[0].status is TaskStatus.CANCELLED
    live.do(commands.DoTask(actor=OTHER, enrolment="e1", task="visit"))
    live.do(withdrawing())
    assert set(live.enrolment.tasks) == {"main.one.call#1", "main.two.visit#2"}
    assert live.enrolment.tasks["main.one.call#1"].occurrences == (Occurrence(1),)
    assert live.enrolment.tasks["main.two.visit#2"].is_done
    live.act("say")
    live.do(commands.DoTask(actor=OTHER, enrolment="e1", task="call"))
    live.do(withdrawing())
    assert live.enrolment.tasks["main.one.call#1"].is_done


def test_a_repeated_task_keeps_the_visit_that_was_made() -> None:
    """The date given wrongly planned three visits; the one made stays, the others are gone with the date."""
    visit = Task("visit", offsets=tuple(map(lasting, ("1 week", "1 month", "3 months"))), after="day",
                 required=False)  # fmt: skip
    live = Live(protocol(track("main", step("one", action("say", "here"), visit), final())))
    live.act("say", facts={"day": START.date()})
    live.wait(7 * DAY).do(commands.DoTask(actor=OTHER, enrolment="e1", task="visit"))
    live.do(withdrawing(actor=BOSS))
    (kept,) = live.enrolment.tasks["main.one.visit#1"].occurrences
    assert (kept.number, kept.status) == (1, TaskStatus.DONE)
    (again,) = [item for item in live.enrolment.clocks if "visit" in item] or [""]
    assert again == ""


def test_a_done_rhythm_of_a_lost_visit_has_nothing_left_open() -> None:
    """Of a repeated task of the lost visit what was done is kept, and what was planned next is cancelled."""
    weekly = Task("call", every=lasting("1 week"), required=False)
    main = track("main", step("one", action("go", "two")), step("two", weekly), final())
    live = Live(protocol(main))
    live.act("go")
    live.do(commands.DoTask(actor=OTHER, enrolment="e1", task="call", happened=START.date() + timedelta(days=0)))
    live.wait(7 * DAY).do(commands.DoTask(actor=OTHER, enrolment="e1", task="call"))
    live.do(withdrawing(actor=BOSS))
    statuses = {item.status for item in live.enrolment.tasks["main.two.call#2"].occurrences}
    assert TaskStatus.DONE in statuses
    assert TaskStatus.OPEN not in statuses


def test_a_click_that_ended_everything_can_be_withdrawn() -> None:
    """Enrolment and case are open again, the silence goes on from the last contact before."""
    live = one()
    before = live.enrolment
    live.wait(HOUR).act("end")
    assert live.case.closed == live.now
    live.wait(HOUR).do(withdrawing())
    assert live.case.is_open
    assert live.enrolment == evolve(before, visits={"main": 2})
    assert live.wake() is not None
    (withdrawn,) = live.of(happenings.ActionWithdrawn)
    assert withdrawn.reopened


def test_a_case_that_was_opened_again_is_not_unpicked() -> None:
    """After the supervisor reopened the case, the click that had closed it stays."""
    live = one()
    live.act("end")
    live.do(commands.Reopen(actor=BOSS, enrolment="e2", meaning="test-meaning", reason="she came back"))
    assert told_of(live.refuse(withdrawing())) == (Why.TAKEN_SINCE, "it has ended")


def test_a_run_that_ended_since_keeps_its_clicks() -> None:
    """A click at a lane is not taken back after the run has ended by other clicks."""
    live = one(side=lane())
    live.act("finish", "side")
    live.act("end")
    assert told_of(live.refuse(withdrawing("side"))) == (Why.TAKEN_SINCE, "it has ended")


def test_a_clock_past_its_limit_catches_up() -> None:
    """A restored clock whose limit passed meanwhile fires at the next pass, late, in its own generation (25)."""
    live = one()
    live.wait(HOUR).act("go")
    live.wait(5 * DAY).do(withdrawing(actor=BOSS))
    assert live.clock(KEY).clock.is_open
    live.run()
    assert [item for item in live.fired() if item.startswith(KEY)] == [f"{KEY} half", f"{KEY} due"]
    late = [message for message in live.said if message.subject == KEY]
    assert late
    assert all(message.late for message in late)
    assert {message.generation for message in late} == {1}


def test_those_told_of_a_clock_of_the_click_hear_that_it_was_withdrawn() -> None:
    """Whoever got a reminder about the visit that never was, hears so; a clock that is gone fires no more."""
    live = one()
    live.act("go")
    live.run(25 * HOUR)
    assert "main.two.later#2 half" in live.fired()
    live.do(withdrawing(actor=BOSS))
    assert live.told(Topic.WITHDRAWAL) == ["caseworker"]
    live.run(9 * DAY)
    assert not [item for item in live.fired() if "later" in item]


def test_a_limit_that_moves_back_is_told() -> None:
    """A clock moved by an answer of the form is where it was; those told of it hear of the limit."""
    live = one(deadline("dated", "5 days", counts_from="day"), action("move", "here"))
    live.record({"day": START.date()})
    live.run(3 * DAY)
    key = "main.one.dated#1"
    before = live.clock(key)
    live.act("move", facts={"day": START.date() + timedelta(days=2)})
    assert live.clock(key).clock.limit != before.clock.limit
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker"]
    live.do(withdrawing())
    assert live.clock(key) == before
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker"]


def test_a_hold_since_then_moves_what_is_restored() -> None:
    """The clock goes on as if never left: a hold that ended meanwhile moves its limit, too."""
    live = one()
    live.act("go")
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + 2 * DAY, reason="flood"))
    live.run(2 * DAY)
    live.do(withdrawing(actor=BOSS))
    assert live.clock(KEY).clock.limit == START + 5 * DAY


def test_the_silence_counts_from_the_contact_before_the_click() -> None:
    """A wrong click was no contact; a rung of silence that went out meanwhile stays."""
    live = one()
    contact = live.now
    live.wait(2 * DAY).act("go")
    assert live.clock("no_news").clock.start == live.now
    live.run(15 * DAY)
    assert "no_news silent" in live.fired()
    live.do(withdrawing(actor=BOSS))
    assert live.clock("no_news").clock.start == contact


def test_a_request_of_the_click_lapses() -> None:
    """What the click asked for waits no more, its clock is void, and who asked hears of it."""
    live = one(action("ask", "here", starts=Starts("test")))
    live.act("ask")
    live.run(4 * DAY)
    live.do(withdrawing(actor=BOSS))
    assert live.case.waiting["w1"].status is WaitingStatus.LAPSED
    assert live.outcome("waiting.w1") == "void withdrawn"
    assert live.told(Topic.LAPSED) == [f"user:{WORKER.user}"]
    assert live.told(Topic.WITHDRAWAL) == ["supervisor"]


def test_a_request_that_was_started_holds_the_click() -> None:
    """Somebody works elsewhere because of it: the reason says where."""
    live = one(action("ask", "here", starts=Starts("test")))
    live.act("ask")
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=True, case="K7Q2-9M4X-3"))
    (reason,) = live.refuse(withdrawing())
    assert (reason.why, reason.detail) == (Why.STARTED, "K7Q2-9M4X-3")


def test_a_request_that_was_refused_does_not() -> None:
    """A refused request stays refused; the click goes."""
    live = one(action("ask", "two", starts=Starts("test")))
    live.act("ask")
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=False, reason="no place"))
    live.do(withdrawing())
    assert live.track().step == "one"
    assert live.case.waiting["w1"].status is WaitingStatus.REFUSED


def test_an_exception_is_reviewed_also_if_it_was_taken_back() -> None:
    """That somebody passed over a consent has to be looked at, whatever became of the click."""
    live = one(action("save", "two", exception="life"))
    live.act("save", exception=True, reason="bleeding")
    live.do(withdrawing())
    assert live.case.waiting["w1"].is_open
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=True))


def test_an_approved_action_is_withdrawn_by_who_asked_for_it() -> None:
    """It is her action; the approval stays given, the event says by whom, and it must be asked for anew."""
    live = one(action("big", "two", approval="supervisor"))
    ask = commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="big", facts={"answer": "a"})
    live.do(ask)
    live.do(commands.Answer(actor=BOSS, waiting="w1", agrees=True))
    live.do(withdrawing())
    (withdrawn,) = live.of(happenings.ActionWithdrawn)
    assert withdrawn.approved_by == BOSS.user
    assert "answer" not in live.case.facts
    assert live.case.waiting["w1"].status is WaitingStatus.AGREED
    assert live.why(live.asked("big")) == [Why.APPROVAL]


def test_an_approval_asked_at_the_lost_visit_lapses() -> None:
    """What was asked for at a visit that never was cannot be approved; what the click lapsed stays lapsed."""
    main = track("main", step("one", action("go", "two"), action("big", "two", approval="supervisor")),
                 step("two", action("huge", "done", approval="supervisor")), final())  # fmt: skip
    live = Live(protocol(main))
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="big"))
    live.act("go")
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="huge"))
    live.do(withdrawing())
    assert {item.status for item in live.case.waiting.values()} == {WaitingStatus.LAPSED}
    live.do(commands.AskApproval(actor=WORKER, enrolment="e1", track="main", action="big"))
    assert live.case.waiting["w3"].is_open


def test_no_alarm_is_raised_twice() -> None:
    """A rule that was true before the click is true again, silently; one that has turned true since, aloud."""
    rule = Forbidden("never", fact_is("other", "a"), (), ("supervisor",))
    live = one(action("mend", "two"), forbidden=[rule])
    live.record({"other": "a"})
    assert live.told(Topic.ALARM) == ["supervisor"]
    live.act("mend", facts={"other": "b"})
    live.do(withdrawing())
    assert live.enrolment.rules == {"never": True}
    assert live.told(Topic.ALARM) == []
    rule = Forbidden("never", at("main", "one"), (), ("supervisor",))
    live = one(forbidden=[rule])
    live.act("go")
    live.do(withdrawing())
    assert live.told(Topic.ALARM) == []


def test_a_task_that_explains_a_miss_is_gone_with_the_late_click() -> None:
    """The miss that the click closed unnoticed is not closed any more: what it brought about comes with the pass."""
    from engine.core.model import IfMissed

    late = deadline("late", "2 hours", kind=Kind.PRACTICE, if_missed=IfMissed({"other": "c"}, "explain", ()))
    live = one(late, Task("explain", required=False))
    live.wait(3 * HOUR).act("go")
    assert live.outcome("main.one.late#1") == "missed"
    assert live.case.facts["other"].value == "c"
    live.do(withdrawing())
    assert live.clock("main.one.late#1").clock.is_open
    assert "other" not in live.case.facts
    assert live.enrolment.tasks == {}
    live.run()
    assert live.case.facts["other"].value == "c"
    assert set(live.enrolment.tasks) == {"main.one.explain#1"}


def test_a_withdrawal_is_no_contact_and_stands_in_the_journal() -> None:
    """Nothing of the past is changed: the journal is longer, and folds to the state."""
    live = one()
    live.act("go")
    number = len(live.events)
    live.wait(HOUR).do(withdrawing())
    assert len(live.events) > number
    assert fold(Case("case-1"), live.events) == live.case
    assert live.of(happenings.ContactMade) == []
    assert live.clock("no_news").clock.start == START


def test_medics_do_not_withdraw() -> None:
    """Another role, with nothing to do with the click, is refused like any other person."""
    live = one()
    live.act("go")
    assert live.why(withdrawing(actor=MEDIC)) == [Why.NEEDS_SUPERVISOR]
