"""The clocks and tasks of a withdrawn click: those it ended go on, those it began were none (4)."""

from __future__ import annotations

from engine.core.case import commands
from engine.core.case.effects import Topic
from engine.core.case.state import TaskStatus
from engine.core.model import IfMissed, Task
from tests.builders.clicks import one, withdrawing
from tests.builders.live import BOSS, DAY, HOUR, WORKER
from tests.builders.protocols import (
    at_limit,
    deadline,
    half_way,
    known,
    lasting,
)


def test_clocks_the_click_ended_go_on_and_catch_up() -> None:
    """The clock of the earlier visit has its old limit and generation; the next pass sends what was due meanwhile."""
    rungs = (half_way("half"), at_limit("due"), at_limit("never", "director"))
    live = one(deadline("due", "4 hours", rungs=rungs), deadline("near", "30 days", rungs=rungs))
    before = live.enrolment.clocks
    live.wait(HOUR).act("go")
    assert live.outcome("main.one.due#1") == "met"
    live.wait(2 * HOUR).do(withdrawing())
    assert live.clock("main.one.due#1") == before["main.one.due#1"]
    live.run()
    assert live.fired() == ["main.one.due#1 half"]
    live.run(HOUR)
    assert live.fired() == ["main.one.due#1 due", "main.one.due#1 never"]


def test_whoever_was_told_of_a_withdrawn_clock_hears_of_it() -> None:
    """The clocks of the visit that never was are void, and those who got a reminder get one withdrawal."""
    live = one(second=[deadline("due", "4 hours"), deadline("slow", "30 days")])
    live.act("go")
    live.run(2 * HOUR)
    assert live.told(Topic.RUNG) == ["caseworker"]
    live.do(withdrawing())
    assert [(message.to, message.subject) for message in live.said] == [("caseworker", "main.two.due#2")]
    assert live.told(Topic.WITHDRAWAL) == ["caseworker"]
    assert live.outcome("main.two.due#2") == live.outcome("main.two.slow#2") == "void withdrawn"


def test_an_overdue_clock_of_a_visit_that_never_was_has_missed_nothing() -> None:
    """Void, not missed, although its limit had passed."""
    live = one(second=[deadline("due", "4 hours")])
    live.act("go")
    live.run(9 * HOUR)
    live.do(withdrawing())
    assert live.outcome("main.two.due#2") == "void withdrawn"


def test_a_limit_that_the_click_moved_moves_back_and_is_told() -> None:
    """Those who were told of the limit before hear that it is the old one again."""
    live = one(deadline("visit", "10 days", counts_from="moment", until=known("other")))
    live.record({"moment": live.now})
    live.run(6 * DAY)
    before = live.clock("main.one.visit#1")
    live.act("stay", facts={"moment": live.now})
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker"]
    live.do(withdrawing())
    assert live.told(Topic.LIMIT_MOVED) == ["caseworker"]
    assert live.clock("main.one.visit#1") == before


def test_a_limit_moved_by_the_click_and_reminded_of_since_moves_back_as_a_new_one() -> None:
    """A generation whose rungs have gone out is not used again; the old limit holds in the next one."""
    live = one(deadline("visit", "10 days", counts_from="moment", until=known("other")))
    live.record({"moment": live.now})
    limit = live.clock("main.one.visit#1").clock.limit
    live.wait(HOUR).act("stay", facts={"moment": live.now - 6 * DAY})
    live.run(HOUR)
    assert live.fired() == ["main.one.visit#1 half"]
    live.do(withdrawing())
    clock = live.clock("main.one.visit#1").clock
    assert (clock.limit, clock.now.number) == (limit, 3)


def test_a_hold_that_ended_meanwhile_moves_a_restored_limit() -> None:
    """The clock would have stood still in the hold had the step not been left; its limit moves by it."""
    live = one(deadline("due", "4 days"))
    limit = live.clock("main.one.due#1").clock.limit
    live.do(commands.BeginHold(actor=BOSS, hold="h", until=live.now + 9 * DAY, reason="flood"))
    live.act("go")
    live.wait(2 * DAY).do(commands.EndHold(actor=BOSS, hold="h"))
    live.do(withdrawing(actor=BOSS))
    assert limit is not None
    assert live.clock("main.one.due#1").clock.limit == limit + 2 * DAY


def test_tasks_of_the_earlier_visit_are_open_again() -> None:
    """What leaving the step cancelled is to be done again; what the withdrawn visit opened is gone, unless done."""
    tea, visit, call = (Task(name, required=False) for name in ("tea", "visit", "call"))
    live = one(tea, second=[visit, call])
    live.act("go")
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="call"))
    live.do(withdrawing())
    status = {key: [item.status for item in task.occurrences] for key, task in live.enrolment.tasks.items()}
    assert status == {"main.one.tea#1": [TaskStatus.OPEN], "main.two.call#2": [TaskStatus.DONE]}
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="tea"))
    assert live.enrolment.tasks["main.one.tea#1"].is_done


def test_a_repeated_task_of_a_withdrawn_visit_keeps_only_what_was_done() -> None:
    """Dates that lie ahead are cancelled with the visit; a date that was kept stays on record."""
    visit = Task("visit", every=lasting("1 week"), required=False)
    live = one(second=[visit])
    live.act("go")
    live.wait(7 * DAY).do(commands.DoTask(actor=WORKER, enrolment="e1", task="visit"))
    assert len(live.enrolment.tasks["main.two.visit#2"].occurrences) == 2
    live.do(withdrawing(actor=BOSS))
    left = [item.status for item in live.enrolment.tasks["main.two.visit#2"].occurrences]
    assert left == [TaskStatus.DONE, TaskStatus.CANCELLED]


def test_a_task_done_since_stays_done_at_the_earlier_visit() -> None:
    """A task that leaving cancelled, and somebody did all the same, is not to be done again."""
    live = one(Task("tea", required=False))
    live.act("go")
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task="tea"))
    live.do(withdrawing())
    assert live.enrolment.tasks["main.one.tea#1"].is_done


def test_a_task_that_a_miss_opened_at_a_withdrawn_visit_is_gone() -> None:
    """Nothing was missed at a visit that never was, so nothing is to be explained."""
    due = deadline("due", "4 hours", if_missed=IfMissed(task="explain"))
    live = one(second=[due, Task("explain", required=False)])
    live.act("go")
    live.run(5 * HOUR)
    assert "main.two.explain#2" in live.enrolment.tasks
    live.do(withdrawing())
    assert live.enrolment.tasks == {}


def test_the_silence_counts_as_before_the_click() -> None:
    """A click that was wrong is no sign of life: the no-news limit is the old one, unless somebody was in contact."""
    live = one()
    start = live.clock("no_news").clock.start
    live.wait(DAY).act("stay")
    assert live.clock("no_news").clock.start == live.now
    live.do(withdrawing())
    assert live.clock("no_news").clock.start == start
    live.wait(DAY).act("stay")
    contact = live.wait(HOUR).now
    live.record(contact=True)
    live.do(withdrawing())
    assert live.clock("no_news").clock.start == contact


def test_the_silence_counts_as_before_also_if_it_was_reminded_of_since() -> None:
    """A rung of the silence that went out after the click does not lend the click any weight."""
    live = one()
    start = live.clock("no_news").clock.start
    live.wait(DAY).act("stay")
    live.run(14 * DAY)
    assert live.fired() == ["no_news silent"]
    live.do(withdrawing(actor=BOSS))
    clock = live.clock("no_news").clock
    assert clock.start == start
    assert clock.limit == live.events[0].at + 14 * DAY
