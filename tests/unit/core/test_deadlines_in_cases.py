"""The clocks of a case: armed, moved, ended with what they belong to (17, 18, 20, 23, 24)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.conditions import Not
from engine.core.model import Basis, Extend, IfMissed, Kind, Lasts, Limit, Task
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
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
    step,
    track,
)


def case(*parts: Any, **more: Any) -> Live:
    """Return a case at the step ``one`` with these parts, with a second step and a third one."""
    main = track("main", step("one", action("go", "two"), *parts),
                 step("two", action("back", "one"), action("end", "done")), final())  # fmt: skip
    return Live(protocol(main), **more)


def limit(live: Live, name: str = "limit", visit: int = 1) -> Any:
    """Return the present limit of a clock of the step ``one``."""
    return live.clock(f"main.one.{name}#{visit}").clock.limit


KEY = "main.one.limit#1"


@pytest.mark.parametrize(
    ("lasts", "after_step", "after_track"),
    [
        (Lasts.STEP, "void step left", "void step left"),
        (Lasts.TRACK, "open", "void track closed"),
        (Lasts.CASE, "open", "open"),
    ],
)
def test_a_clock_lives_as_long_as_it_lasts(lasts: Lasts, after_step: str, after_track: str) -> None:
    """A clock that waits for a fact is void with its step, track or case."""
    side = track("side", step("one", action("go", "two"), deadline("limit", until=known("answer"), lasts=lasts)),
                 step("two", action("end", "over")), final("over"), opens_when=at("main", "one"))  # fmt: skip
    live = Live(protocol(track("main", step("one", action("end", "done")), final()), side))
    live.act("go", "side")
    assert live.outcome("side.one.limit#1") == after_step
    live.act("end", "side")
    assert live.outcome("side.one.limit#1") == after_track
    live.act("end")
    assert not any(item.clock.is_open for item in live.enrolment.clocks.values())


def test_a_clock_of_law_arms_unless_certainly_false_others_only_when_true() -> None:
    """Not asked yet: a law, safety, clinical or evidence clock runs, another waits."""
    applies = fact_is("answer", "a")
    live = case(deadline("law", kind=Kind.LAW, applies_when=applies), deadline("habit", applies_when=applies))
    assert "main.one.law#1" in live.enrolment.clocks
    assert "main.one.habit#1" not in live.enrolment.clocks
    live.wait(HOUR).record({"answer": "a"})
    assert limit(live, "habit") == START + DAY
    live.record({"answer": "b"})
    assert live.outcome("main.one.law#1") == live.outcome("main.one.habit#1") == "void not applicable"
    live.record({"answer": "a"})
    assert live.clock("main.one.law#1~2").clock.is_open
    live.record({"answer": "b"})
    live.record({"answer": "a"})
    assert live.clock("main.one.law#1~3").clock.is_open


def test_a_clock_that_is_satisfied_already_is_not_opened() -> None:
    """Where ``until`` is true on entering there is nothing to wait for."""
    live = case(deadline("limit", until=known("answer")), facts={"answer": "a"})
    assert KEY not in live.enrolment.clocks


def test_a_clock_counts_from_a_date_once_it_is_known() -> None:
    """Without its date the clock waits, unarmed; known and corrected dates move the limit."""
    live = case(deadline("limit", counts_from="moment", until=known("answer")))
    assert not live.clock(KEY).clock.is_armed
    live.wait(HOUR).record({"moment": START})
    assert limit(live) == START + DAY
    live.record({"moment": START + HOUR}, correction=True)
    assert limit(live) == START + DAY + HOUR
    live.record({"moment": "unknown"}, correction=True)
    assert limit(live) == START + DAY + HOUR


def test_an_unknown_date_alarms_at_once_where_the_deadline_says_so() -> None:
    """All rungs are due at opening; the date, once known, starts the next generation."""
    live = case(deadline("limit", counts_from="moment", if_date_unknown=True, until=known("answer")))
    live.run()
    assert live.fired() == [f"{KEY} half", f"{KEY} due"]
    live.record({"moment": START})
    assert live.clock(KEY).clock.now.number == 2
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker", "supervisor"]


def test_a_clock_counts_from_anothers_being_met_or_its_limit() -> None:
    """Which of the two is said; the second clock starts in the same decision, whatever the order in the file."""
    live = case(
        deadline("after_met", "2 hours", counts_from="first met", until=known("other")),
        deadline("after_limit", "2 hours", counts_from="first limit", until=known("other")),
        deadline("first", until=known("answer")),
    )
    assert limit(live, "after_met") is None
    assert limit(live, "after_limit") == START + DAY + 2 * HOUR
    live.wait(3 * HOUR).record({"answer": "a"})
    assert limit(live, "after_met") == START + 5 * HOUR
    assert live.wake() is not None


def test_a_clock_never_counts_from_a_former_visits_clock() -> None:
    """In a new visit the other deadline has not been met yet."""
    live = case(
        deadline("first", until=known("of_visit")),
        deadline("second", "2 hours", counts_from="first met", until=known("other")),
    )
    live.record({"of_visit": "a"})
    live.act("go")
    live.act("back")
    assert limit(live, "second", 3) is None


def test_a_limit_follows_the_risk() -> None:
    """Up: the earlier of old limit and new one from the change. Down: from the start. Correction: from the start."""
    by_risk = Limit("limit", Basis(Kind.PRACTICE), depends_on="risk",
                    cases={"high": lasting("24 hours"), "low": lasting("72 hours")})  # fmt: skip
    live = case(deadline("limit", limit=by_risk), facts={"risk": "low"})
    assert limit(live) == START + 3 * DAY
    live.wait(DAY).record({"risk": "high"})
    assert limit(live) == START + 2 * DAY
    live.record({"risk": "low"}, actor=BOSS, reason="calm")
    assert limit(live) == START + 3 * DAY
    live.record({"risk": "high"}, correction=True)
    assert limit(live) == START + DAY


def test_without_the_risk_the_shortest_limit_holds() -> None:
    """Not asked yet, and no ``otherwise``: the shortest; with it, that one."""
    cases = {"high": lasting("24 hours"), "low": lasting("72 hours")}
    basis = Basis(Kind.PRACTICE)
    live = case(deadline("short", limit=Limit("short", basis, depends_on="risk", cases=cases)),
                deadline("other", limit=Limit("other", basis, depends_on="risk", cases=cases,
                                              otherwise=lasting("48 hours"))))  # fmt: skip
    assert limit(live, "short") == START + DAY
    assert limit(live, "other") == START + 2 * DAY


def test_what_a_miss_sets_never_satisfies_its_own_deadline() -> None:
    """Not in this visit, not in the next, not after the deadline was void in between; another clock it satisfies."""
    own = IfMissed({"note": "window missed"})
    live = case(
        deadline(
            "limit", until=known("note"), applies_when=Not(fact_is("answer", "b")), kind=Kind.LAW, if_missed=own
        ),
        deadline("other", "30 days", until=known("note")),
    )
    live.run(DAY)
    assert live.case.facts["note"].value == "window missed"
    assert live.outcome(KEY) == "open"
    assert live.outcome("main.one.other#1") == "met"
    live.record({"answer": "b"})
    live.record({"answer": "a"})
    assert live.clock(f"{KEY}~2").clock.is_open
    live.act("go")
    live.act("back")
    assert live.clock("main.one.limit#3").clock.is_open
    live.record({"note": "seen"})
    assert live.outcome("main.one.limit#3") == "met"


def test_a_miss_opens_the_task_that_explains_it_and_tells() -> None:
    """The miss opens the task once, not before, and tells those named; the task has its own clock."""
    explain = Task("explain", required=False, deadlines={"soon": deadline("soon", "8 hours")})
    live = case(
        deadline("limit", until=known("answer"), if_missed=IfMissed(task="explain", tell=("director",))), explain
    )
    assert live.enrolment.tasks == {}
    live.run(DAY)
    assert live.told(Topic.MISSED) == ["director"]
    assert live.clock("main.one.explain.soon#1.1").clock.is_open
    live.run(HOUR)
    assert live.told(Topic.MISSED) == []
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="explain"))
    assert live.outcome("main.one.explain.soon#1.1") == "met"


def test_a_miss_after_the_step_still_asks_for_its_explanation() -> None:
    """A clock that lasts the case opens its task after the step was left, and it outlives the present step."""
    explain = Task("explain", required=False, deadlines={"soon": deadline("soon", "8 hours")})
    missed = IfMissed(task="explain")
    live = case(deadline("limit", until=known("answer"), lasts=Lasts.CASE, if_missed=missed), explain)
    live.act("go")
    live.run(DAY)
    live.act("back")
    assert live.clock("main.one.explain.soon#1.1").clock.is_open
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="explain"))
    assert live.outcome("main.one.explain.soon#1.1") == "met"


def test_an_event_recorded_after_the_limit_can_be_in_time() -> None:
    """Met by when it happened; what was sent meanwhile is withdrawn."""
    live = case(deadline("limit", until=known("answer")))
    live.run(DAY + HOUR)
    live.wait(HOUR).record({"answer": "a"}, happened=START + DAY)
    clock = live.clock(KEY).clock
    assert (live.outcome(KEY), clock.recorded_late) == ("met", True)
    assert live.told(Topic.WITHDRAWAL) == ["caseworker", "supervisor"]


def test_extension_needs_who_why_and_how_often() -> None:
    """Only the role named, with a reason, as often as allowed; a missed limit opens again and the miss stays."""
    live = case(deadline("limit", until=known("answer"), extend=Extend(lasting("3 days"), 1, ("supervisor",))),
                deadline("fixed"))  # fmt: skip
    live.run(DAY + HOUR)
    asked = commands.ExtendLimit(actor=BOSS, enrolment="e1", clock=KEY, reason="flood")
    details = [
        live.refuse(commands.ExtendLimit(actor=WORKER, enrolment="e1", clock=KEY, reason="flood")),
        live.refuse(commands.ExtendLimit(actor=BOSS, enrolment="e1", clock=KEY, reason=" ")),
        live.refuse(commands.ExtendLimit(actor=BOSS, enrolment="e1", clock="main.one.fixed#1", reason="flood")),
    ]
    assert [reasons[0].why for reasons in details] == [Why.NOT_EXTENDABLE] * 3
    live.do(asked)
    assert limit(live) == START + 4 * DAY
    assert live.clock(KEY).clock.generations[0].missed
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker", "supervisor"]
    assert live.refuse(asked)[0].detail == "no extension is left"
    live.record({"answer": "a"})
    assert live.refuse(asked)[0].detail == "the deadline is closed"


def test_an_acknowledgement_pauses_repeats_until_its_promise() -> None:
    """Repeats stop until the promise and then go on; the promise is in the future, at most 5 working days away."""
    live = case(deadline("limit", "24 hours", kind=Kind.SAFETY, until=known("answer")))
    live.run(DAY)

    def promise(days: int) -> commands.Acknowledge:
        return commands.Acknowledge(actor=WORKER, enrolment="e1", clock=KEY, promised=live.now + days * DAY)

    assert live.why(promise(0)) == live.why(promise(8)) == [Why.TOO_LONG]
    live.do(promise(2))
    live.run(2 * DAY)
    assert live.fired() == []
    live.run(DAY)
    assert live.fired() == [f"{KEY} due"]
    live.record({"answer": "a"})
    assert live.why(promise(1)) == [Why.NO_SUCH]


def test_no_news_counts_from_the_last_contact_or_action() -> None:
    """Contact, action, consent and task begin the silence anew; a mere fact does not, nor does an older contact."""
    live = case(Task("visit", required=False), action("note", "here"))
    silence = "no_news"

    def since() -> Any:
        return live.clock(silence).clock.start

    live.wait(DAY).record({"answer": "a"})
    assert since() == START
    for command in (
        live.asked("note"),
        commands.Record(actor=WORKER, contact=True),
        commands.GiveConsent(actor=WORKER, consent="exam"),
        commands.DoTask(actor=WORKER, enrolment="e1", task="visit"),
    ):
        live.wait(HOUR).do(command)
        assert since() == live.now
    live.record(contact=True, happened=START)
    assert since() > START


def test_nothing_stops_the_no_news_limit() -> None:
    """A case without any other clock still alarms after 14 days, through a hold."""
    live = case()
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=START + 14 * DAY, reason="in hospital"))
    assert live.clock("no_news").clock.limit == START + 14 * DAY
    live.run(14 * DAY)
    assert live.fired() == ["no_news silent"]
    live.record({"risk": "high"})
    assert live.clock("no_news").clock.limit == START + 7 * DAY


def test_no_news_goes_over_to_the_next_enrolment() -> None:
    """When the enrolment that kept the silence ends by itself, the next one counts from the same contact."""
    main = track("main", step("one", action("end", "done"), deadline("limit", then="end")), final())
    other = track("main", step("one", action("end", "done")), final())
    live = Live(protocol(main), protocol(other, name="other"))
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="other-meaning"))
    live.run(2 * DAY)
    assert not live.enrolment.is_open
    assert live.case.enrolments["e2"].clocks["no_news"].clock.start == START


def test_time_alone_ends_and_voids_clocks() -> None:
    """A condition that turns by time is noticed at the next pass, and the case wakes for it."""
    live = case(deadline("limit", "30 days", until=passed("moment", "3 days"), rungs=()))
    live.record({"moment": START})
    assert live.wake() == START + 3 * DAY
    live.run(3 * DAY)
    assert live.outcome(KEY) == "met"


def test_a_clock_that_lasts_longer_is_not_doubled() -> None:
    """Coming back to the step opens no second clock while one that lasts the case is open; after it ended, one."""
    live = case(deadline("limit", until=known("of_visit"), lasts=Lasts.CASE))
    live.act("go")
    live.act("back")
    assert "main.one.limit#3" not in live.enrolment.clocks
    live.record({"of_visit": "a"})
    assert [event.what for event in live.of(happenings.ClockSet)] in ([], ["ended"])


def test_a_clock_counts_from_anothers_ending_also_when_it_came_late() -> None:
    """Missed but happened: what waits for it starts from the happening, not never."""
    live = case(
        deadline("after_met", "2 hours", counts_from="first met", until=known("other")),
        deadline("first", until=known("answer")),
    )
    live.run(DAY + HOUR)
    assert limit(live, "after_met") is None
    live.record({"answer": "a"}, happened=live.now)
    assert live.outcome("main.one.first#1") == "missed"
    assert limit(live, "after_met") == START + DAY + 3 * HOUR


EXPLAIN = Task("explain", required=False, deadlines={"soon": deadline("soon", "8 hours")})


def test_a_miss_that_no_pass_found_has_its_effects_when_its_late_ending_is_recorded() -> None:
    """Set, task and tell happen once, as of the limit; the deadline's move does not."""
    effects = IfMissed({"note": "window missed"}, "explain", ("director",))
    live = case(deadline("limit", until=known("answer"), if_missed=effects, then="go"), EXPLAIN)
    live.wait(DAY + HOUR).record({"answer": "a"})
    assert live.outcome(KEY) == "missed"
    assert live.case.facts["note"].value == "window missed"
    assert live.case.facts["note"].happened == START + DAY
    assert live.told(Topic.MISSED) == ["director"]
    assert live.clock("main.one.explain.soon#1.1").clock.is_open
    assert live.track().step == "one"
    live.run(DAY)
    live.record({"answer": "b"})
    assert [message.topic for message in live.messages].count(Topic.MISSED) == 1


def test_a_miss_found_by_a_pass_has_no_effects_again_at_its_late_ending() -> None:
    """The pass has let the miss have its effects; the ending adds none."""
    live = case(deadline("limit", until=known("answer"), if_missed=IfMissed(tell=("director",))))
    live.run(DAY)
    assert live.told(Topic.MISSED) == ["director"]
    live.wait(HOUR).record({"answer": "a"})
    assert live.told(Topic.MISSED) == []


@pytest.mark.parametrize("happened", [START + DAY + HOUR, (START + DAY).date()])
def test_what_a_late_miss_sets_never_hides_the_answer_that_came_late(happened: Any) -> None:
    """The answer that ended the clock too late stays the answer."""
    own = IfMissed({"answer": "b"}, tell=("director",))
    live = case(deadline("limit", until=known("answer"), if_missed=own))
    live.wait(3 * DAY).record({"answer": "a"}, happened=happened)
    assert live.case.facts["answer"].value == "a"


def test_a_miss_found_by_leaving_asks_for_its_explanation_after_the_step() -> None:
    """The step was left late and no pass had come by: the task outlives the step, and ends with the track."""
    side = track("side", step("one", action("go", "two"), deadline("limit", if_missed=IfMissed(task="explain")),
                              EXPLAIN),
                 step("two", action("end", "over")), final("over"), opens_when=at("main", "one"))  # fmt: skip
    live = Live(protocol(track("main", step("one", action("end", "done")), final()), side))
    live.wait(DAY + HOUR).act("go", "side")
    assert live.outcome("side.one.limit#1") == "missed"
    assert live.clock("side.one.explain.soon#1.1").clock.is_open
    live.act("end", "side")
    assert not live.clock("side.one.explain.soon#1.1").clock.is_open


def test_a_miss_that_ends_with_the_case_only_tells() -> None:
    """Nothing is opened in a case that is over."""
    effects = IfMissed(task="explain", tell=("director",))
    live = Live(protocol(track("main", step("one", action("end", "done"), deadline("limit", if_missed=effects),
                                            EXPLAIN), final())))  # fmt: skip
    live.wait(DAY + HOUR).act("end")
    assert live.told(Topic.MISSED) == ["director"]
    assert live.enrolment.tasks == {}


def test_a_step_left_in_time_but_recorded_late_voids_its_clocks() -> None:
    """Leaving happened before the limit, so nothing was missed, however late it is recorded."""
    live = case(deadline("limit", until=known("answer")))
    live.wait(2 * DAY).act("go", happened=START + HOUR)
    assert live.outcome(KEY) == "void step left"


def test_contacts_do_not_pile_up_on_the_no_news_clock() -> None:
    """A case with a thousand contacts keeps its present limit and the missed ones; the journal has them all."""
    live = case()
    for _ in range(20):
        live.wait(HOUR).record(contact=True)
    assert len(live.clock("no_news").clock.generations) == 1
    live.run(15 * DAY)
    live.wait(HOUR).record(contact=True)
    live.wait(HOUR).record(contact=True)
    kept = live.clock("no_news").clock.generations
    assert [(item.number, item.missed) for item in kept] == [(21, True), (23, False)]
