"""Passes of the worker: what goes out, what a missed limit does, how an outage is caught up with (21, 22, 25, 26)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Topic
from engine.core.case.reasons import Why
from engine.core.clocks.firing import FiringKind
from engine.core.conditions import And
from engine.core.errors import SpeanError
from engine.core.model import Basis, Deadline, IfMissed, Kind, Limit, Rung, RungAt, Task
from engine.core.values import Approximate
from tests.builders.live import DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import (
    FIELDS,
    action,
    after_limit,
    at_limit,
    deadline,
    fact_is,
    final,
    half_way,
    known,
    lasting,
    needs,
    passed,
    protocol,
    step,
    track,
)
from tests.support.pace import within

KEY = "main.one.limit#1"


def case(*parts: Any, **more: Any) -> Live:
    """Return a case at the step ``one`` of a track of two steps."""
    main = track("main", step("one", action("go", "two", required=needs("field answer")), *parts),
                 step("two", action("end", "done"), deadline("next", "2 days")), final())  # fmt: skip
    return Live(protocol(main), **more)


def test_rungs_go_out_in_passes_only() -> None:
    """What was due in an outage stays unsent until the next pass; recording something sends nothing."""
    live = case(deadline("limit", until=known("other")))
    live.wait(DAY).record({"answer": "a"})
    assert live.messages == []
    live.run()
    assert live.fired() == [f"{KEY} half", f"{KEY} due"]
    assert {message.to for message in live.said} == {"caseworker", "supervisor"}


def test_a_pass_leaves_nothing_due() -> None:
    """A second pass at the same instant finds nothing, and the next wake lies ahead."""
    live = case(deadline("limit", until=known("other")))
    live.run(3 * DAY)
    assert live.run() == ()
    assert live.new == ()
    coming = live.wake()
    assert coming is not None
    assert coming > live.now


def test_what_is_done_before_the_pass_is_not_reminded_of() -> None:
    """At one instant the event comes before the timer: a clock that ended at its limit fires nothing."""
    live = case(deadline("limit"))
    live.wait(DAY).act("go", facts={"answer": "a"})
    assert live.outcome(KEY) == "met"
    assert live.run() == ()


def test_a_deadline_takes_its_action_as_of_the_limit_without_required_facts() -> None:
    """The move happened at the limit, by the system; the next step's clocks count from there."""
    live = case(deadline("limit", then="go"))
    live.run(DAY + 5 * HOUR)
    (taken,) = live.of(happenings.ActionTaken)
    assert (taken.happened, taken.by, taken.automatic) == (START + DAY, "system", False)
    assert live.outcome(KEY) == "met"
    assert live.clock("main.two.next#2").clock.limit == START + 3 * DAY


def test_a_refused_move_is_recorded_and_the_escalation_goes_on() -> None:
    """The clock is consumed and the reasons kept; rungs behind the limit go out in the same pass."""
    main = track(
        "main",
        step("one", action("go", "two", only_if=fact_is("answer", "a")),
             deadline("limit", then="go", rungs=(half_way(), at_limit(), after_limit("2 hours")))),
        step("two", action("end", "done")), final(),
    )  # fmt: skip
    live = Live(protocol(main))
    live.run(DAY + 3 * HOUR)
    (refused,) = live.of(happenings.NotTaken)
    assert [reason.why for reason in refused.reasons] == [Why.NOT_YET]
    assert live.fired() == [f"{KEY} half", f"{KEY} due", f"{KEY} later"]
    live.record({"answer": "a"})
    live.run(DAY)
    assert live.of(happenings.NotTaken) == []
    assert live.track().step == "one"


def test_a_refused_move_tells_no_private_answer() -> None:
    """The reasons stand in the journal in the open, so they say nothing of how a private answer was tested."""
    main = track(
        "main",
        step("one", action("go", "two", only_if=And((fact_is("answer", "a"), fact_is("secret", "a")))),
             deadline("limit", then="go")),
        step("two", action("end", "done")), final(),
    )  # fmt: skip
    fields = {one.id: replace(one, private=one.id == "secret") for one in FIELDS}
    live = Live(protocol(main, fields=fields))
    live.record({"secret": "b", "answer": "b"})
    live.run(DAY)
    (refused,) = live.of(happenings.NotTaken)
    assert [leaf.leaf for reason in refused.reasons for leaf in reason.blocking] == [fact_is("answer", "a")]


def test_a_move_after_the_step_was_left_is_refused() -> None:
    """A clock that outlives its visit cannot move the case from elsewhere."""
    main = track("main", step("one", action("go", "two"),
                              deadline("limit", then="go", until=known("answer"), lasts="case")),
                 step("two", action("end", "done")), final())  # fmt: skip
    live = Live(protocol(main))
    live.act("go")
    live.run(2 * DAY)
    (refused,) = live.of(happenings.NotTaken)
    assert [reason.why for reason in refused.reasons] == [Why.VISIT_LEFT]


def test_an_outage_is_caught_up_with_in_one_pass() -> None:
    """Moves of deadlines follow each other, each at its own limit, and what they bring is due in the same pass."""
    main = track("main", step("one", action("go", "two"), deadline("limit", then="go")),
                 step("two", action("on", "three"), deadline("limit", then="on")),
                 step("three", action("end", "done"), deadline("limit", until=known("answer"))), final())  # fmt: skip
    live = Live(protocol(main))
    live.run(10 * DAY)
    assert [event.happened for event in live.of(happenings.ActionTaken)] == [START + DAY, START + 2 * DAY]
    assert "main.three.limit#3 due" in live.fired()
    assert live.run() == ()


def test_a_clock_that_another_ones_move_has_ended_is_not_served() -> None:
    """Of two clocks that are due the longer waiting one moves the case; the other has ended before its turn."""
    main = track("main", step("one", action("go", "two"), deadline("limit", then="go"), deadline("other", "3 days")),
                 step("two", action("end", "done")), final())  # fmt: skip
    live = Live(protocol(main))
    live.run(4 * DAY)
    assert live.fired() == [f"{KEY} half", f"{KEY} due"]
    assert live.outcome("main.one.other#1") == "met"


def test_misses_of_an_outage_are_taken_in_the_order_of_their_limits() -> None:
    """A move at an earlier limit meets a clock that has waited longer: its own limit was then never missed."""
    soon = (Rung("soon", RungAt.AFTER_START, ("caseworker",), by=lasting("2 hours")),)
    missed = IfMissed({"other": "b"}, tell=("director",))
    main = track("main", step("one", action("go", "two"), deadline("limit", then="go"),
                              deadline("other", "3 days", rungs=soon, if_missed=missed)),
                 step("two", action("end", "done")), final())  # fmt: skip
    live = Live(protocol(main))
    live.run(4 * DAY)
    assert live.fired()[0] == "main.one.other#1 soon"
    assert live.outcome("main.one.other#1") == "met"
    assert live.of(happenings.FactRecorded) == []
    assert live.told(Topic.MISSED) == []


@pytest.mark.parametrize("looked", [(), (DAY,), (DAY / 2, DAY)])
@pytest.mark.parametrize("early", ["first", "second"])
def test_limits_of_one_instant_are_taken_by_name_however_often_somebody_looked(
    looked: tuple[timedelta, ...], early: str
) -> None:
    """Which of two moves comes first hangs neither on the rungs before the limit nor on what has gone out of them."""
    ladders = {name: (half_way(), at_limit()) if name == early else (at_limit(),) for name in ("first", "second")}
    ends = (action("go", "two"), action("stop", "done"))
    main = track("main", step("one", *ends, deadline("first", "2 days", then="go", rungs=ladders["first"]),
                              deadline("second", "2 days", then="stop", rungs=ladders["second"])),
                 step("two", action("end", "done"), deadline("next", "9 days")), final())  # fmt: skip
    live = Live(protocol(main))
    for span in looked:
        live.run(span)
    live.run(3 * DAY)
    assert live.track().step == "two"


def test_a_very_long_outage_is_caught_up_with_in_bounded_passes() -> None:
    """A step that a deadline renews each hour is caught up with a thousand rounds at a time."""
    main = track(
        "main", step("one", action("again", "one"), deadline("limit", "1 hour", then="again", rungs=())), final()
    )
    live = Live(protocol(main))
    live.run(1200 * HOUR)
    assert live.track().visit == 1001
    coming = live.wake()
    assert coming is not None
    assert coming <= live.now
    live.run()
    assert live.track().visit == 1201


def test_a_miss_of_nothing_but_its_rungs_has_no_effects() -> None:
    """A deadline without ``then`` and ``if_missed`` only escalates."""
    live = case(deadline("limit"))
    live.run(DAY)
    assert not live.of(happenings.FactRecorded)
    assert live.clock(KEY).clock.miss_taken == 1


def test_each_generation_is_missed_for_itself() -> None:
    """A limit that moved after its miss has its effects anew when the new one passes."""
    live = case(deadline("limit", counts_from="moment", until=known("other"), if_missed=IfMissed(tell=("director",))))
    live.record({"moment": START})
    live.run(DAY)
    assert live.told(Topic.MISSED) == ["director"]
    live.record({"moment": START + DAY}, correction=True)
    live.run(HOUR)
    assert live.told(Topic.MISSED) == []
    live.run(DAY)
    assert live.told(Topic.MISSED) == ["director"]


def test_an_imported_case_is_quiet_until_its_day_and_then_sums_up() -> None:
    """Rungs are recorded without a message; at the end of the quiet time there is one summary for each recipient."""
    live = case(deadline("limit", until=known("other")), quiet_until=START + 3 * DAY)
    assert live.run(2 * DAY) == ()
    assert live.fired() == [f"{KEY} half", f"{KEY} due"]
    coming = live.wake()
    assert coming is not None
    assert coming <= START + 3 * DAY
    live.run(DAY)
    assert sorted(live.told(Topic.SUMMARY)) == ["caseworker", "supervisor"]
    assert live.run() == ()


def test_without_repeats_the_first_occurrence_is_all() -> None:
    """A replay asks for first occurrences only."""
    live = case(deadline("limit", until=known("other")))
    live.wait(60 * DAY).do(commands.Pass(with_repeats=False))
    limits = [event for event in live.of(happenings.RungFired) if event.clock == KEY]
    assert [event.firing.occurrence for event in limits] == [1, 1]


def test_an_automatic_action_that_time_brings_is_taken_in_the_pass() -> None:
    """The case wakes when a condition turns by time, and the pass takes the action."""
    main = track("main", step("one", action("go", "two", automatic=True, only_if=passed("moment", "3 days"))),
                 step("two", action("end", "done")), final())  # fmt: skip
    live = Live(protocol(main), facts={"moment": START})
    assert live.wake() == START + 3 * DAY
    live.run(3 * DAY)
    assert live.track().step == "two"


def test_windows_wake_by_the_zone_of_their_own_protocol() -> None:
    """Two enrolments in two zones: a pass never leaves a window that is over."""

    def main() -> Any:
        return track("main", step("one", action("end", "done"), Task("calls", every=lasting("2 weeks"))), final())

    live = Live(protocol(main()), protocol(main(), name="west", calendar=None, zone="America/New_York"))
    live.do(commands.Enrol(actor=WORKER, enrolment="e2", meaning="west-meaning"))
    for _ in range(60):
        live.run(timedelta(hours=11))
        coming = live.wake()
        assert coming is not None
        assert coming > live.now


def limits_at_the_bounds() -> list[Deadline]:
    """Return deadlines that leave the years Spean knows when counted from a date at the bounds."""
    before = Limit("before", Basis(Kind.PRACTICE), duration=lasting("14 days"), before="day")
    return [
        deadline("limit", "3 days", counts_from="day"),
        deadline("limit", "72 hours", counts_from="day"),
        deadline("limit", "5 working days", counts_from="day"),
        deadline("limit", "8 working hours", counts_from="day"),
        deadline("limit", "3 months", counts_from="day"),
        deadline("limit", f"{10**12} hours", counts_from="day"),
        deadline("limit", f"{10**15} days", counts_from="day"),
        deadline("limit", f"{10**30} seconds", counts_from="day"),
        deadline("limit", f"{10**12} months", counts_from="day"),
        deadline("limit", limit=before),
    ]


@pytest.mark.parametrize("bound", limits_at_the_bounds(), ids=lambda item: str(item.limit.duration))
@pytest.mark.parametrize("day", [(1900, 1, 1), (2200, 12, 31)])
def test_dates_at_the_bounds_are_answered_in_words(bound: Deadline, day: tuple[int, int, int]) -> None:
    """A limit within the years is reckoned; one beyond them is refused with a sentence, never an error of Python."""
    live = case(bound)
    for value in (date(*day), Approximate(date(*day), date(*day))):
        with suppress(SpeanError):
            live.record({"day": value}, correction=True)
    assert live.clock(KEY).clock.is_open


def test_catching_up_with_twenty_years_of_daily_repeats_is_quick() -> None:
    """Every occurrence is recorded, each with its kind; the work grows with their number, not with its square."""
    live = case(deadline("limit", until=known("other"), kind=Kind.SAFETY))
    with within(40):
        live.run(20 * 365 * DAY)
    kinds = [event.firing.kind for event in live.of(happenings.RungFired) if event.clock == KEY]
    assert len(kinds) == 20 * 365 + 1
    assert kinds.count(FiringKind.OVERTAKEN) == len(kinds) - 2
    assert kinds[-1] is FiringKind.SENT
