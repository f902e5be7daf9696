"""What a withdrawn click had brought about, also in other runs, and what was recorded since it (4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.commands import AnyCommand
from engine.core.case.reasons import Why
from engine.core.conditions import Condition, ConsentGiven, TaskIs
from engine.core.model import Basis, IfMissed, Kind, Limit, Protocol, Task
from tests.builders.clicks import withdrawing
from tests.builders.live import BOSS, DAY, HOUR, WORKER, Live
from tests.builders.protocols import (
    action,
    deadline,
    ended,
    fact_is,
    final,
    known,
    lasting,
    passed,
    protocol,
    step,
    track,
)


def withdraw(live: Live, **more: Any) -> tuple[happenings.Event, ...]:
    """Withdraw the last click on the main track of the first run."""
    return live.do(withdrawing(**more))


def beside(*parts: Any, **more: Any) -> Protocol:
    """Return the protocol of a second run in the same case."""
    main = track("main", step("near", *parts), step("far", action("on", "done")), final())
    return protocol(main, name="beside", **more)


def two_runs(first: Protocol, second: Protocol) -> Live:
    """Return a case with two runs."""
    live = Live(first, second)
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning=second.meaning))
    return live


FIRST = protocol(track("main", step("one", action("go", "two")), step("two", action("back", "one")), final()))


def test_what_the_click_moved_in_another_run_goes_back_too() -> None:
    """An automatic action of another run that followed from the click is withdrawn with it, and its clocks go on."""
    due = deadline("due", "3 days")
    second = beside(due, action("auto", "far", automatic=True, only_if=fact_is("answer", "a")))
    live = two_runs(FIRST, second)
    other = live.case.enrolments["e2"]
    live.wait(HOUR).act("go", facts={"answer": "a"})
    assert live.case.enrolments["e2"].tracks["main"].step == "far"
    withdraw(live.wait(HOUR))
    assert live.track().step == "one"
    assert live.case.enrolments["e2"].tracks == other.tracks
    assert live.case.enrolments["e2"].clocks == other.clocks
    assert live.case.enrolments["e2"].visits == {"main": 2}
    assert "answer" not in live.case.facts


def test_a_click_is_not_withdrawn_behind_the_back_of_another_run() -> None:
    """If the other run has gone on from where the click led it, the withdrawal is refused."""
    second = beside(action("auto", "far", automatic=True, only_if=fact_is("answer", "a")))
    live = two_runs(FIRST, second)
    live.act("go", facts={"answer": "a"})
    live.do(live.asked("on", enrolment="e2"))
    assert live.why(withdrawing()) == [Why.TAKEN_SINCE]


def test_a_run_that_the_click_ended_from_elsewhere_goes_on() -> None:
    """The other run that ended by an automatic action of the click's decision is open again."""
    ends = track(
        "main", step("near", action("auto", "done", automatic=True, only_if=fact_is("answer", "a"))), final()
    )
    live = two_runs(FIRST, protocol(ends, name="beside"))
    live.act("go", facts={"answer": "a"})
    assert not live.case.enrolments["e2"].is_open
    withdraw(live)
    assert live.case.enrolments["e2"].is_open


def test_a_success_is_withdrawn_with_the_click_that_reached_it() -> None:
    """A run that goes on again is no success, and has no outcome."""
    main = track("main", step("one", action("end", "done")), final(success=True))
    live = Live(protocol(main))
    live.act("end")
    ended = live.enrolment
    withdraw(live)
    again = live.enrolment
    assert (ended.is_open, ended.outcome, ended.success) == (False, "completed", True)
    assert (again.is_open, again.outcome, again.success) == (True, None, False)


def test_contact_since_the_click_still_counts() -> None:
    """The silence goes back to the first run, and counts from the contact that was made since."""
    first = protocol(track("main", step("one", action("end", "done")), final()))
    live = two_runs(first, beside(action("on", "far")))
    live.wait(DAY).act("end")
    contact = live.wait(HOUR).now
    live.record(contact=True)
    withdraw(live.wait(HOUR))
    silent = [
        item for run in live.case.enrolments.values() for item in run.open_clocks() if item.deadline == "no_news"
    ]
    assert [item.clock.start for item in silent] == [contact]


def test_a_deadline_armed_by_the_click_can_be_armed_again() -> None:
    """A fact given with the wrong click armed a deadline; given rightly later, it arms it anew."""
    exam = deadline("exam", "5 days", applies_when=fact_is("answer", "a"), until=known("other"))
    live = Live(protocol(track("main", step("one", exam, action("say", "here")), final())))
    live.act("say", facts={"answer": "a"})
    withdraw(live.wait(HOUR))
    assert live.outcome("main.one.exam#1") == "void withdrawn"
    live.wait(HOUR).record({"answer": "a"})
    assert live.outcome("main.one.exam#1~2") == "open"


def test_a_visit_planned_by_the_click_is_watched_again_when_planned_anew() -> None:
    """The date given with the wrong click planned visits with clocks; the right date plans them with new ones."""
    seen = deadline("seen", "2 days")
    visit = Task("visit", offsets=(lasting("7 days"),), after="day", required=False, deadlines={"seen": seen})
    live = Live(protocol(track("main", step("one", visit, action("say", "here")), final())))
    live.act("say", facts={"day": date(2026, 3, 1)})
    withdraw(live.wait(HOUR))
    assert live.outcome("main.one.visit.seen#1.1") == "void withdrawn"
    live.wait(HOUR).record({"day": date(2026, 3, 2)})
    assert live.clock("main.one.visit.seen#1.1~2").clock.is_open
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="visit", happened=None))
    live.now += timedelta(days=7)
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="visit"))
    assert live.outcome("main.one.visit.seen#1.1~2") == "met"


def test_what_a_restored_clock_waited_for_may_have_happened_since() -> None:
    """Recorded in time, after the step was left by mistake: the clock is met then, not missed now (18)."""
    told = deadline("told", "4 hours", kind=Kind.SAFETY, until=known("answer"))
    main = track("main", step("one", told, action("go", "two")), step("two", action("back", "one")), final())
    live = Live(protocol(main))
    live.wait(HOUR).act("go")
    happened = live.wait(HOUR).now
    live.record({"answer": "a"})
    withdraw(live.wait(6 * HOUR))
    assert live.outcome("main.one.told#1") == "met"
    assert live.clock("main.one.told#1").clock.happened == happened


def left(*parts: Any, other: Any = (), **opening: Any) -> Live:
    """Return a case whose step with these deadlines was left by mistake an hour ago."""
    main = track("main", step("one", *parts, action("go", "two")), step("two", action("back", "one")), final())
    beside_it = track("beside", step("near", action("end", "done"), *other), final(), opens_when=known("note"))
    live = Live(protocol(main, beside_it), **opening)
    live.record({"note": "she is here"})
    live.wait(HOUR).act("go")
    live.wait(HOUR)
    return live


def test_a_risk_that_rose_since_tightens_a_restored_limit_from_when_it_rose() -> None:
    """The new limit counts from the rise, not from the withdrawal; recorded late, from when it happened (20)."""
    by_risk = Limit("by_risk", Basis(Kind.SAFETY), depends_on="risk",
                    cases={"high": lasting("24 hours"), "low": lasting("10 days")})  # fmt: skip
    live = left(deadline("seen", limit=by_risk), facts={"risk": "low"})
    live.record({"risk": "low"})
    rose = live.wait(HOUR).now
    live.record({"risk": "high"}, happened=rose - HOUR / 2)
    withdraw(live.wait(5 * HOUR))
    assert live.clock("main.one.seen#1").clock.limit == rose - HOUR / 2 + DAY


def test_a_limit_by_an_answer_that_nobody_has_changed_is_as_before() -> None:
    """Without a new answer the restored clock has its old limit."""
    by_risk = Limit("by_risk", Basis(Kind.SAFETY), depends_on="risk", cases={"high": lasting("24 hours")})
    live = left(deadline("seen", limit=by_risk))
    limit = live.clock("main.one.seen#1").clock.limit
    withdraw(live)
    assert live.clock("main.one.seen#1").clock.limit == limit


@pytest.mark.parametrize(
    ("until", "command"),
    [
        (ConsentGiven("exam"), commands.GiveConsent(actor=WORKER, consent="exam")),
        (TaskIs("call"), commands.DoTask(actor=WORKER, enrolment="e1", task="call")),
        (ended("beside"), commands.Act(actor=WORKER, enrolment="e1", track="beside", action="end")),
    ],
)
def test_whatever_ends_a_restored_clock_counts_from_when_it_happened(until: Condition, command: AnyCommand) -> None:
    """A consent, a task done, another track that ended since: in time, and so the clock is met."""
    live = left(deadline("due", "4 hours", until=until), other=[Task("call", required=False)])
    live.do(command)
    happened = live.now
    live.wait(HOUR).record({"amount": 3})
    withdraw(live.wait(6 * HOUR))
    assert live.outcome("main.one.due#1") == "met"
    assert live.clock("main.one.due#1").clock.happened == happened


def test_what_time_alone_made_true_ends_a_restored_clock_now() -> None:
    """Nothing was recorded since that the clock waited for; the present instant is all that is known."""
    live = left(deadline("due", "9 days", until=passed("day", "2 days")))
    live.record({"day": live.now.date()})
    withdraw(live.wait(4 * DAY), actor=BOSS)
    assert live.outcome("main.one.due#1") == "met"


def test_a_deadline_armed_since_by_something_else_goes_on() -> None:
    """A clock that another track began after the click has nothing to do with it."""
    main = track("main", step("one", action("go", "two")), step("two", action("back", "one")), final())
    other = track("other", step("near", action("far", "away")), step("away", deadline("due", "3 days")), final(),
                  opens_when=known("note"))  # fmt: skip
    live = Live(protocol(main, other))
    live.record({"note": "she is here"})
    live.act("go")
    live.act("far", "other")
    clock = live.clock("other.away.due#2")
    withdraw(live.wait(HOUR))
    assert live.clock("other.away.due#2") == clock


def test_a_run_that_began_since_is_left_alone() -> None:
    """A protocol that somebody began after the click is no part of it."""
    second = beside(deadline("due", "3 days"))
    live = Live(FIRST, second)
    live.act("go")
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning=second.meaning))
    begun = live.case.enrolments["e2"]
    withdraw(live.wait(HOUR))
    assert live.case.enrolments["e2"] == begun
    assert live.track().step == "one"


def test_a_track_whose_clock_the_click_ended_has_moved_on() -> None:
    """A fact given with the click met a clock of another track, which was left since: the click stays (4)."""
    live = left_beside(deadline("told", "9 days", until=known("answer")))
    live.act("go", facts={"answer": "a"})
    live.act("far", "other")
    (reason,) = live.refuse(withdrawing())
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, "far was taken")
    live.do(withdrawing(track="other"))
    live.do(withdrawing())
    assert live.outcome("other.near.told#1") == "open"


def test_a_track_whose_task_the_click_planned_has_moved_on() -> None:
    """The same for a task whose dates came with the click."""
    live = left_beside(Task("visit", offsets=(lasting("7 days"),), after="day", required=False))
    live.act("go", facts={"day": date(2026, 3, 1)})
    live.act("far", "other")
    assert live.why(withdrawing()) == [Why.TAKEN_SINCE]


def left_beside(*parts: Any) -> Live:
    """Return a case with a second open track that has these parts at its first step."""
    main = track("main", step("one", action("go", "two")), step("two", action("back", "one")), final())
    other = track("other", step("near", action("far", "away"), *parts), step("away", action("on", "near")), final(),
                  opens_when=known("note"))  # fmt: skip
    live = Live(protocol(main, other))
    live.record({"note": "she is here"})
    return live


def test_a_later_click_stays_once_an_earlier_one_was_withdrawn() -> None:
    """What the later one found is not there any more: what it was before it nobody can say."""
    live = left_beside()
    live.act("go", facts={"answer": "a"})
    live.act("far", "other", facts={"answer": "b"})
    live.do(withdrawing())
    (reason,) = live.refuse(withdrawing(track="other"))
    assert (reason.why, reason.detail) == (Why.TAKEN_SINCE, "go was withdrawn")
    assert live.case.facts["answer"].value == "b"
    live.act("on", "other")
    live.do(withdrawing(track="other"))
    assert live.track("other").step == "away"


def test_what_was_recorded_late_since_is_not_hidden_by_the_click() -> None:
    """An older answer that the click's own hid comes to light again: it was recorded apart from the click."""
    live = left_beside()
    live.wait(DAY).act("go", facts={"answer": "a", "other": "a"})
    live.record({"answer": "b", "other": "b"}, happened=live.now - HOUR)
    live.record({"other": "c"}, happened=live.now - 2 * HOUR)
    assert live.case.facts["answer"].value == "a"
    withdraw(live)
    assert {name: fact.value for name, fact in live.case.facts.items()} == {
        "note": "she is here",
        "answer": "b",
        "other": "b",
    }


@pytest.mark.parametrize(("known_before", "afterwards"), [({"answer": "b"}, "b"), ({}, "c")])
def test_what_a_late_miss_set_since_hides_no_answer_of_its_day(known_before: dict[str, Any], afterwards: str) -> None:
    """Hidden by the click, it comes to light only where no answer is known that may be newer."""
    due = deadline("due", "4 hours", if_missed=IfMissed(set={"answer": "c"}), until=known("other"))
    live = left_beside(due)
    live.record(known_before, happened=live.now.date())
    live.wait(5 * HOUR).act("go", facts={"answer": "a"})
    live.wait(HOUR).record({"other": "a"})
    assert live.case.facts["answer"].value == "a"
    withdraw(live)
    assert live.case.facts["answer"].value == afterwards
