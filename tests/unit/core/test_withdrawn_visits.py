"""What a withdrawal leaves of a visit that never was: its number, the work that was done at it, and no clock (4)."""

from __future__ import annotations

from typing import Any

from engine.core.case import commands
from engine.core.case.commands import Actor
from engine.core.case.effects import Topic
from engine.core.case.reasons import Reason, Why
from engine.core.case.state import Occurrence, TaskStatus
from engine.core.conditions import Condition, TaskIs
from engine.core.model import Forbidden, IfMissed, Kind, Task
from tests.builders.live import BOSS, DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import (
    action,
    at,
    deadline,
    fact_is,
    final,
    lasting,
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


def test_a_done_rhythm_of_a_lost_visit_has_nothing_left_open() -> None:
    """Of a repeated task of the lost visit what was done is kept, and what was planned next is cancelled."""
    weekly = Task("call", every=lasting("1 week"), required=False)
    main = track("main", step("one", action("go", "two")), step("two", weekly), final())
    live = Live(protocol(main))
    live.act("go")
    live.do(commands.DoTask(actor=OTHER, enrolment="e1", task="call", happened=START.date()))
    live.wait(7 * DAY).do(commands.DoTask(actor=OTHER, enrolment="e1", task="call"))
    live.do(withdrawing(actor=BOSS))
    statuses = {item.status for item in live.enrolment.tasks["main.two.call#2"].occurrences}
    assert TaskStatus.DONE in statuses
    assert TaskStatus.OPEN not in statuses


def test_a_task_that_explains_a_miss_is_gone_with_the_late_click() -> None:
    """The miss that the click closed unnoticed is not closed any more: what it brought about comes with the pass."""
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


def beside(limit: str, until: Condition, *parts: Any) -> Live:
    """Return a case whose clock on the main track waits for something at another one."""
    main = track("main", step("one", action("go", "two"), deadline("limit", limit, until=until)),
                 step("two", action("back", "previous")), final())  # fmt: skip
    side = track("side", step("open", action("finish", "over"), *parts), final("over"),
                 opens_when=reached("main", "one"))  # fmt: skip
    return Live(protocol(main, side))


def test_a_task_done_since_meets_the_clock_when_it_was_done() -> None:
    """Work done in time at the lost visit, and recorded long after, has happened in time."""
    call = Task("call", required=False)
    main = track("main", step("one", action("go", "two"), deadline("limit", "4 hours", until=TaskIs("call", 0))),
                 step("two", action("back", "previous"), call), final())  # fmt: skip
    live = Live(protocol(main))
    live.wait(HOUR).act("go")
    done = live.wait(HOUR).now
    live.wait(9 * HOUR).do(commands.DoTask(actor=WORKER, enrolment="e1", task="call", happened=done))
    live.wait(HOUR).do(withdrawing(actor=BOSS))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == done


def test_a_visit_missed_since_counts_from_when_that_was_seen() -> None:
    """A window that closed without a visit has no date of its own."""
    live = beside("90 days", TaskIs("call", 1), Task("call", every=lasting("1 week"), required=False))
    live.act("go")
    live.run(12 * DAY)
    seen = live.now
    live.wait(DAY).do(withdrawing(actor=BOSS))
    assert live.outcome(KEY) == "met"
    assert live.clock(KEY).clock.happened == seen
