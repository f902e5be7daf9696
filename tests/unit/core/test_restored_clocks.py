"""The clocks of a withdrawn click: what was recorded since it counts from when it happened (4, 18, 20)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.core.case import commands
from engine.core.case.effects import Topic
from engine.core.conditions import Condition, ConsentGiven, TaskIs
from engine.core.model import Basis, Kind, Limit, Task
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import action, deadline, final, known, lasting, passed, protocol, reached, step, track

KEY = "main.one.limit#1"


def one(*parts: Any) -> Live:
    """Return a case at a step with these parts, from which a wrong click leads away."""
    main = track("main", step("one", action("go", "two"), action("say", "here"), *parts),
                 step("two", action("back", "previous")), final())  # fmt: skip
    return Live(protocol(main))


def withdraw(live: Live, **more: Any) -> None:
    """Take the last click on the main track back, by the supervisor."""
    live.do(commands.Withdraw(actor=BOSS, enrolment="e1", track="main", reason="wrong case", **more))


def by_risk() -> Limit:
    """Return a limit that is shorter for a higher risk."""
    cases = {"high": lasting("24 hours"), "low": lasting("10 days")}
    return Limit("limit", Basis(Kind.SAFETY), depends_on="risk", cases=cases, otherwise=lasting("10 days"))


def test_a_risk_that_rose_since_tightens_from_when_it_rose() -> None:
    """The limit is the earlier of the old one and the new one from the rise, not from the withdrawal (20)."""
    live = one(deadline("limit", limit=by_risk()))
    live.record({"risk": "low"})
    live.wait(HOUR).act("go")
    rose = live.wait(HOUR).now
    live.record({"risk": "high"})
    withdraw(live.wait(5 * HOUR))
    assert live.clock(KEY).clock.limit == rose + 24 * HOUR


def test_a_risk_that_rose_before_leaves_the_limit_where_it_was() -> None:
    """Nothing was answered since: the clock is the same object of the past."""
    live = one(deadline("limit", limit=by_risk()))
    live.record({"risk": "high"})
    before = live.clock(KEY)
    live.wait(HOUR).act("go")
    live.record({"answer": "a"})
    withdraw(live.wait(HOUR))
    assert live.clock(KEY) == before


def test_an_older_risk_recorded_late_tightens_nothing() -> None:
    """What is of record only says nothing of the limit."""
    live = one(deadline("limit", limit=by_risk()))
    live.record({"risk": "low"})
    before = live.clock(KEY)
    live.wait(HOUR).act("go")
    live.record({"risk": "high"}, happened=START - 5 * DAY)
    withdraw(live.wait(HOUR))
    assert live.clock(KEY) == before


def test_a_consent_given_since_meets_the_clock_when_it_was_given() -> None:
    """In time then, though long past the limit now."""
    live = one(deadline("limit", "4 hours", until=ConsentGiven("exam")))
    live.wait(HOUR).act("go")
    given = live.wait(HOUR).now
    live.record({"answer": "a"})
    live.do(commands.GiveConsent(actor=WORKER, consent="exam"))
    withdraw(live.wait(9 * HOUR))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == given


def test_a_task_done_since_meets_the_clock_when_it_was_done() -> None:
    """Work done in time at the lost visit, and recorded long after, has happened in time."""
    call = Task("call", required=False)
    main = track("main", step("one", action("go", "two"), deadline("limit", "4 hours", until=TaskIs("call", 0))),
                 step("two", action("back", "previous"), call), final())  # fmt: skip
    live = Live(protocol(main))
    live.wait(HOUR).act("go")
    done = live.wait(HOUR).now
    live.wait(9 * HOUR).do(commands.DoTask(actor=WORKER, enrolment="e1", task="call", happened=done))
    withdraw(live.wait(HOUR))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == done


def beside(limit: str, until: Condition, *parts: Any) -> Live:
    """Return a case whose clock on the main track waits for something at another one."""
    main = track("main", step("one", action("go", "two"), deadline("limit", limit, until=until)),
                 step("two", action("back", "previous")), final())  # fmt: skip
    side = track("side", step("open", action("finish", "over"), *parts), final("over"),
                 opens_when=reached("main", "one"))  # fmt: skip
    return Live(protocol(main, side))


def test_a_visit_missed_since_counts_from_when_that_was_seen() -> None:
    """A window that closed without a visit has no date of its own."""
    live = beside("90 days", TaskIs("call", 1), Task("call", every=lasting("1 week"), required=False))
    live.act("go")
    live.run(12 * DAY)
    seen = live.now
    withdraw(live.wait(DAY))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == seen


def test_a_track_that_moved_since_meets_the_clock_when_it_moved() -> None:
    """What another track reached counts from when it happened, however late it was recorded."""
    live = beside("4 hours", reached("side", "over"))
    live.wait(HOUR).act("go")
    moved = live.wait(HOUR).now
    live.wait(9 * HOUR).act("finish", "side", happened=moved)
    withdraw(live.wait(HOUR))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == moved


def test_a_clock_armed_since_stays() -> None:
    """What somebody recorded apart from the click armed it; the withdrawal has nothing to do with it."""
    live = one(deadline("exam", "5 days", applies_when=known("answer"), until=known("other")))
    live.act("say")
    live.wait(HOUR).record({"answer": "a"})
    before = live.clock("main.one.exam#1")
    withdraw(live.wait(HOUR))
    assert live.clock("main.one.exam#1") == before


def test_what_time_alone_brought_about_counts_from_now() -> None:
    """Nobody recorded anything: that the days have passed is seen at the withdrawal."""
    live = one(deadline("limit", "30 days", until=passed("day", "3 days")))
    live.record({"day": START.date()})
    live.act("go")
    live.record({"answer": "a"})
    withdraw(live.wait(5 * DAY))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == live.now


def test_contact_since_the_click_keeps_the_silence() -> None:
    """The silence counts from the newest contact, whatever the click was."""
    live = one()
    live.wait(DAY).act("go")
    contact = live.wait(DAY).now
    live.record(contact=True)
    withdraw(live.wait(HOUR))
    assert live.clock("no_news").clock.start == contact


def test_a_clock_that_moved_and_spoke_since_follows_the_answer_back() -> None:
    """A clock of another visit's life that the form moved, and of which a rung went out since, moves back as well."""
    live = one(deadline("limit", "6 days", counts_from="day", until=known("other"), lasts="track"))
    live.record({"day": START.date()})
    limit = live.clock(KEY).clock.limit
    live.act("go", facts={"day": START.date() + timedelta(days=1)})
    assert live.clock(KEY).clock.limit != limit
    live.run(5 * DAY)
    assert [item for item in live.fired() if item.startswith(KEY)] == [f"{KEY} half"]
    withdraw(live)
    assert live.clock(KEY).clock.limit == limit
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker"]
