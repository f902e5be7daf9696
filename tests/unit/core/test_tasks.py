"""Tasks: one-off, on a grid, in a rhythm; done, missed, cancelled (8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case.reasons import Why
from engine.core.case.state import TaskState, TaskStatus
from engine.core.conditions import TaskIs
from engine.core.deciding.tasks import windows
from engine.core.model import IfMissed, Lasts, Per, Task
from engine.core.values import Approximate
from tests.builders.live import DAY, START, WORKER, Live
from tests.builders.protocols import (
    FIELDS,
    action,
    deadline,
    fact_is,
    field,
    final,
    known,
    lasting,
    protocol,
    reached,
    step,
    track,
)

GRID = (lasting("1 week"), lasting("1 month"), lasting("3 months"))


def case(*parts: Any, **more: Any) -> Live:
    """Return a case at a step with these tasks, a second step, and a track that opens after two misses in a row."""
    main = track("main", step("one", action("go", "two"), *parts), step("two", action("back", "one")), final(),
                 any_step=[action("leave", "two")])  # fmt: skip
    side = track("side", step("open", action("end", "over")), final("over"), opens_when=TaskIs("calls", 2))
    return Live(protocol(main, side), **more)


def calls(live: Live, key: str = "main.one.calls#1") -> TaskState:
    return live.enrolment.tasks[key]


def statuses(live: Live) -> list[str]:
    return [item.status.value for item in calls(live).occurrences]


def do(live: Live, task: str = "calls", **more: Any) -> None:
    live.do(commands.DoTask(actor=WORKER, enrolment="e1", task=task, **more))


def test_required_tasks_block_leaving_and_optional_ones_are_cancelled() -> None:
    """The step's own action waits for required tasks; an exit at any step does not."""
    live = case(Task("visit"), Task("extra", required=False))
    assert live.why(live.asked("go")) == [Why.TASK_OPEN]
    do(live, "visit")
    live.act("go")
    assert live.enrolment.tasks["main.one.extra#1"].occurrences[0].status is TaskStatus.CANCELLED
    live = case(Task("visit"))
    live.act("leave")
    assert live.track().step == "two"


def test_an_exit_at_any_step_is_never_blocked_by_a_task() -> None:
    """Disappearance is recorded though a required task is open; the task is cancelled."""
    live = case(Task("visit"))
    live.act("leave")
    assert live.enrolment.tasks["main.one.visit#1"].occurrences[0].status is TaskStatus.CANCELLED


def test_a_task_done_twice_is_ad_hoc() -> None:
    """A second visit is recorded beside the first."""
    live = case(Task("visit"))
    do(live, "visit")
    do(live, "visit")
    assert [item.number for item in live.enrolment.tasks["main.one.visit#1"].occurrences] == [1, 2]
    assert live.why(commands.DoTask(actor=WORKER, enrolment="e1", task="no")) == [Why.NO_SUCH]
    assert live.why(commands.DoTask(actor=WORKER, enrolment="no", task="visit")) == [Why.NO_ENROLMENT]


def test_windows_lie_half_way_to_their_neighbours() -> None:
    """They follow each other without a gap; the last is as long after its date as before it."""
    anchor = date(2026, 1, 1)
    found = windows(anchor, [date(2026, 1, 11), date(2026, 1, 31)])
    assert found == [(date(2026, 1, 7), date(2026, 1, 21)), (date(2026, 1, 22), date(2026, 2, 10))]


def test_a_grid_is_planned_as_soon_as_its_date_is_known() -> None:
    """The same decision that records the date plans the occurrences, and the case wakes at the first window's end."""
    live = case(Task("calls", offsets=GRID, after="day"))
    assert calls(live).occurrences == ()
    live.record({"day": date(2026, 3, 2)})
    assert [item.due for item in calls(live).occurrences] == [date(2026, 3, 9), date(2026, 4, 2), date(2026, 6, 2)]
    ends = [item.window[1] for item in calls(live).occurrences if item.window]
    assert ends[0] == date(2026, 3, 21)
    live.record(contact=True)
    coming = live.wake()
    assert coming is not None
    assert coming.date() <= ends[0]


def test_the_latest_date_of_an_approximate_one_anchors_the_grid() -> None:
    """A follow-up counts from the latest possible date."""
    live = case(Task("calls", offsets=GRID, after="day"))
    live.record({"day": Approximate(date(2026, 3, 1), date(2026, 3, 2))})
    assert calls(live).anchor == date(2026, 3, 2)


def test_a_visit_fills_the_occurrence_whose_window_holds_its_date() -> None:
    """Recorded late it fills a missed one; outside every window it is ad hoc and counts for no occurrence."""
    live = case(Task("calls", offsets=GRID, after="day"), facts={"day": date(2026, 3, 2)})
    live.run(21 * DAY)
    assert statuses(live) == ["missed", "open", "open"]
    do(live, happened=date(2026, 3, 10))
    assert statuses(live) == ["done", "open", "open"]
    do(live, happened=date(2026, 3, 3))
    assert statuses(live) == ["done", "open", "open", "done"]


def test_missed_in_a_row_opens_what_waits_for_it() -> None:
    """Two windows that closed unfilled, in one outage; an ad hoc visit before does not count as filling."""
    live = case(Task("calls", offsets=GRID, after="day"), facts={"day": date(2026, 3, 2)})
    do(live)
    assert statuses(live) == ["open", "open", "open", "done"]
    live.run(21 * DAY)
    assert calls(live).missed_in_a_row == 1
    assert not calls(live).is_done
    live.run(60 * DAY)
    assert calls(live).missed_in_a_row == 2
    assert live.track("side").step == "open"


def test_a_moved_date_moves_the_open_occurrences_and_their_clocks() -> None:
    """What was done or missed stays, ad hoc visits too; open ones and their deadlines follow the new date."""
    soon = deadline("soon", "3 days")
    live = case(Task("calls", offsets=GRID, after="day", deadlines={"soon": soon}), facts={"day": date(2026, 3, 2)})
    do(live)
    do(live, happened=date(2026, 3, 2), facts={"answer": "a"})
    limit = live.clock("main.one.calls.soon#1.1").clock.limit
    live.record({"day": date(2026, 3, 4)}, correction=True)
    assert [item.due for item in calls(live).occurrences][:3] == [
        date(2026, 3, 11),
        date(2026, 4, 4),
        date(2026, 6, 4),
    ]
    assert statuses(live) == ["open", "open", "open", "done", "done"]
    assert limit is not None
    assert live.clock("main.one.calls.soon#1.1").clock.limit == limit + 2 * DAY


def test_a_rhythm_plans_the_next_one_when_one_is_done_or_missed() -> None:
    """There is always exactly one open occurrence, also after a long outage."""
    live = case(Task("calls", every=lasting("2 weeks")))
    assert calls(live).occurrences[0].due == date(2026, 3, 16)
    live.wait(14 * DAY)
    do(live)
    assert statuses(live) == ["done", "open"]
    live.run(100 * DAY)
    assert statuses(live)[-2:] == ["missed", "open"]
    assert statuses(live).count("open") == 1
    coming = live.wake()
    assert coming is not None
    assert coming > live.now


@pytest.mark.parametrize(("from_last_done", "due"), [(False, date(2026, 3, 30)), (True, date(2026, 4, 1))])
def test_a_rhythm_counts_from_the_plan_or_from_the_last_one_done(from_last_done: bool, due: date) -> None:
    """Done two days late, the next one lies on the grid, or two weeks after the visit."""
    live = case(Task("calls", every=lasting("2 weeks"), from_last_done=from_last_done))
    live.wait(16 * DAY)
    do(live)
    assert calls(live).occurrences[1].due == due


def test_a_rhythm_ends_with_its_condition() -> None:
    """Once ``until`` is true no further occurrence is planned."""
    live = case(Task("calls", every=lasting("2 weeks"), until=fact_is("answer", "a")))
    live.record({"answer": "a"})
    live.wait(14 * DAY)
    do(live)
    assert statuses(live) == ["done"]


def test_a_rhythm_shorter_than_a_day_goes_on_by_days() -> None:
    """However short the rhythm, planning ends: occurrences are days apart."""
    live = case(Task("calls", every=lasting("1 hour")))
    live.run(3 * DAY)
    assert calls(live).occurrences[-1].due is not None


def test_an_ad_hoc_visit_does_not_disturb_the_rhythm() -> None:
    """A visit outside the window is recorded; the planned ones keep their dates."""
    live = case(Task("calls", every=lasting("2 weeks")))
    do(live)
    live.wait(14 * DAY)
    do(live)
    assert [item.due for item in calls(live).occurrences] == [date(2026, 3, 16), None, date(2026, 3, 30)]


def test_a_tasks_clock_ends_with_its_being_done_and_with_its_window() -> None:
    """Done: met. Window closed: missed or void, never left open."""
    soon = deadline("soon", "3 days")
    live = case(Task("calls", every=lasting("2 weeks"), deadlines={"soon": soon}))
    live.wait(15 * DAY)
    do(live)
    assert live.outcome("main.one.calls.soon#1.1") == "met"
    live.run(40 * DAY)
    assert live.outcome("main.one.calls.soon#1.2") == "missed"


def test_tasks_of_one_name_at_two_steps_are_two_tasks() -> None:
    """Each follows its own rule; doing one fills the one that is open."""
    main = track("main", step("one", action("go", "two"), Task("calls", every=lasting("2 weeks"))),
                 step("two", action("end", "done"), Task("calls", offsets=GRID, after="day")), final())  # fmt: skip
    live = Live(protocol(main), facts={"day": date(2026, 3, 2)})
    live.act("go")
    assert calls(live, "main.two.calls#2").occurrences[0].due == date(2026, 3, 9)
    live.wait(7 * DAY)
    do(live)
    assert calls(live, "main.two.calls#2").occurrences[0].status is TaskStatus.DONE


def test_a_track_that_waits_for_a_done_task_opens_with_it() -> None:
    """``TASK is done`` turns true in the decision that records the task."""
    side = track("side", step("open", action("end", "over")), final("over"), opens_when=TaskIs("visit"))
    live = Live(protocol(track("main", step("one", action("end", "done"), Task("visit")), final()), side))
    do(live, "visit")
    assert live.track("side").step == "open"


def test_what_a_task_records_belongs_to_its_visit() -> None:
    """A fact per visit given with a task is an answer of that visit."""
    fields = {item.id: item for item in (*FIELDS, field("seen", per=Per.VISIT))}
    main = track("main", step("one", action("end", "done", only_if=known("seen")), Task("visit")), final())
    live = Live(protocol(main, fields=fields))
    do(live, "visit", facts={"seen": "a"})
    live.act("end")


def test_the_explanation_stands_at_another_step_if_the_own_one_has_none() -> None:
    """A miss opens the task of that name wherever it is; done there, it is done."""
    missed = IfMissed(task="explain")
    side = track("side", step("open", Task("explain")), final("over"), opens_when=reached("main", "two"))
    main = track("main", step("one", action("go", "two"), deadline("limit", until=known("answer"), if_missed=missed)),
                 step("two", action("end", "done")), final())  # fmt: skip
    live = Live(protocol(main, side))
    live.run(DAY)
    assert live.enrolment.tasks["side.open.explain#0"].occurrences[0].status is TaskStatus.OPEN
    do(live, "explain")
    assert live.enrolment.tasks["side.open.explain#0"].is_done


def test_planning_stops_when_the_step_is_left() -> None:
    """A task of a former visit is neither planned nor missed."""
    live = case(Task("calls", every=lasting("2 weeks"), required=False))
    live.act("go")
    live.run(60 * DAY)
    assert statuses(live) == ["cancelled"]
    assert live.now == START + timedelta(days=60)


def test_a_grid_goes_on_where_an_earlier_visit_to_the_step_left_it() -> None:
    """Back at the step, what was done or missed of the same grid stays so: nothing is due or missed twice."""
    soon = deadline("soon", "3 days")
    grid = Task("calls", required=False, offsets=GRID, after="day", deadlines={"soon": soon})
    live = case(grid, facts={"day": date(2026, 3, 2)})
    live.run(21 * DAY)
    live.wait(7 * DAY)
    do(live)
    live.act("go")
    live.act("back")
    assert [item.status.value for item in calls(live, "main.one.calls#3").occurrences] == ["missed", "done", "open"]
    assert "main.one.calls.soon#3.1" not in live.enrolment.clocks
    live.run()
    assert calls(live, "main.one.calls#3").missed_in_a_row == 0
    do(live, happened=date(2026, 3, 10))
    live.act("go")
    live.act("back")
    assert [item.status.value for item in calls(live, "main.one.calls#5").occurrences] == ["done", "done", "open"]


def test_a_grid_from_another_date_begins_anew() -> None:
    """What was done on the old grid fills nothing of the new one."""
    grid = Task("calls", required=False, offsets=GRID, after="day")
    live = case(grid, facts={"day": date(2026, 3, 2)})
    live.wait(7 * DAY)
    do(live)
    live.act("go")
    live.record({"day": date(2026, 3, 9)}, correction=True)
    live.act("back")
    assert [item.status.value for item in calls(live, "main.one.calls#3").occurrences] == ["open", "open", "open"]


def test_a_rhythm_of_a_closed_track_plans_nothing_more() -> None:
    """A track that another one closed stands at its step; nobody works there: no occurrence, no clock."""
    first = step("one", action("stop", "two", closes=("side",)))
    main = track("main", first, step("two", action("back", "one")), final())
    rhythm = Task("calls", every=lasting("2 weeks"), deadlines={"by": deadline("by", "3 days", lasts=Lasts.TRACK)})
    side = track(
        "side", step("open", action("end", "over"), rhythm), final("over"), opens_when=reached("main", "one")
    )
    live = Live(protocol(main, side))
    live.act("stop")
    live.run(30 * DAY)
    assert [item.status for item in live.enrolment.tasks["side.open.calls#1"].occurrences] == [TaskStatus.CANCELLED]
    assert not [item.key for item in live.enrolment.open_clocks() if item.track == "side"]
