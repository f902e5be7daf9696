"""Festival weeks: repeating tasks that fall into one are offered before it (8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.clocks.calendar import Calendar
from engine.core.model import Task
from tests.builders.live import DAY, WORKER, Live
from tests.builders.protocols import OFFICE, action, deadline, final, lasting, protocol, step, track

#: New Year from Monday 13 to Sunday 19 April 2026; another feast on the Thursday and Friday before.
NEW_YEAR, FEAST = (date(2026, 4, 13), date(2026, 4, 19)), (date(2026, 4, 9), date(2026, 4, 10))


def office(*festivals: tuple[date, date], holidays: tuple[date, ...] = ()) -> Calendar:
    """Return the office, Monday to Friday, with these festival weeks."""
    return Calendar("office", OFFICE.zone, OFFICE.hours, frozenset(holidays), festivals=festivals)


def planned(task: Task, calendar: Calendar, **more: Any) -> Live:
    """Return a case at a step with this task, under this calendar."""
    main = track("main", step("one", action("go", "done"), task), final())
    return Live(protocol(main), office=calendar, **more)


def calls(live: Live) -> Any:
    return live.enrolment.tasks["main.one.calls#1"].occurrences


MONTHLY = Task("calls", offsets=(lasting("1 month"), lasting("2 months")), after="day")


@pytest.mark.parametrize("day", [12, 13, 16, 19, 20])
def test_a_date_in_a_festival_week_is_due_before_it(day: int) -> None:
    """Its first and last day belong to the week; the day before and the day after do not."""
    (first, _) = calls(planned(MONTHLY, office(NEW_YEAR), facts={"day": date(2026, 3, day)}))
    moved = 13 <= day <= 19
    assert first.due == (date(2026, 4, 10) if moved else date(2026, 4, day))
    assert first.moved_from == (date(2026, 4, day) if moved else None)


def test_the_last_working_day_before_the_week_is_no_holiday_and_in_no_other_festival() -> None:
    """A holiday on the Friday moves it to Thursday; a feast on both, to Wednesday."""
    facts = {"day": date(2026, 3, 15)}
    (first, _) = calls(planned(MONTHLY, office(NEW_YEAR, holidays=(date(2026, 4, 10),)), facts=facts))
    assert first.due == date(2026, 4, 9)
    (first, _) = calls(planned(MONTHLY, office(FEAST, NEW_YEAR), facts=facts))
    assert first.due == date(2026, 4, 8)


def test_windows_stay_as_reckoned_from_the_plain_dates() -> None:
    """A visit fills the date on the days on which it would have without the festival."""
    facts = {"day": date(2026, 3, 15)}
    moved, plain = (planned(MONTHLY, calendar, facts=facts) for calendar in (office(NEW_YEAR), OFFICE))
    assert [item.window for item in calls(moved)] == [item.window for item in calls(plain)]
    moved.wait(57 * DAY).do(commands.DoTask(actor=WORKER, enrolment="e1", task="calls"))
    assert [item.status.value for item in calls(moved)] == ["done", "open"]


def test_a_date_whose_window_does_not_reach_before_the_week_stays() -> None:
    """Weekly visits through the festival: the one in the week would come before its window."""
    weekly = Task("calls", offsets=(lasting("1 week"), lasting("2 weeks"), lasting("3 weeks")), after="day")
    found = calls(planned(weekly, office(NEW_YEAR), facts={"day": date(2026, 4, 2)}))
    assert [item.due for item in found] == [date(2026, 4, 9), date(2026, 4, 16), date(2026, 4, 23)]
    assert not any(item.moved_from for item in found)


def test_a_date_on_the_first_day_of_its_window_is_still_offered() -> None:
    """The window holds both its ends."""
    weekly = Task("calls", offsets=(lasting("1 week"),), after="day")
    (only,) = calls(planned(weekly, office((date(2026, 4, 14), date(2026, 4, 19))), facts={"day": date(2026, 4, 9)}))
    assert (only.window[0], only.due) == (date(2026, 4, 13), date(2026, 4, 13))


def test_a_rhythm_goes_on_from_the_plain_date() -> None:
    """What is due on 10 April instead of 13 April does not draw the next one forward."""
    rhythm = Task("calls", every=lasting("6 weeks"))
    live = planned(rhythm, office(NEW_YEAR))
    assert (calls(live)[0].due, calls(live)[0].moved_from) == (date(2026, 4, 10), date(2026, 4, 13))
    live.wait(39 * DAY).do(commands.DoTask(actor=WORKER, enrolment="e1", task="calls"))
    assert calls(live)[1].due == date(2026, 4, 13) + timedelta(weeks=6)


def test_the_clocks_of_the_visit_count_from_the_day_that_is_offered() -> None:
    """Its deadline counts from the earlier due date."""
    rhythm = Task("calls", every=lasting("6 weeks"), deadlines={"soon": deadline("soon", "3 days")})
    live, plain = planned(rhythm, office(NEW_YEAR)), planned(rhythm, OFFICE)
    limits = [one.clock("main.one.calls.soon#1.1").clock.limit for one in (live, plain)]
    assert limits[0] is not None
    assert limits[1] is not None
    assert limits[1] - limits[0] == 3 * DAY


def test_a_corrected_date_moves_out_of_the_festival_again() -> None:
    """The grid is reckoned anew from the plain dates."""
    live = planned(MONTHLY, office(NEW_YEAR), facts={"day": date(2026, 3, 15)})
    live.record({"day": date(2026, 3, 21)}, correction=True)
    assert (calls(live)[0].due, calls(live)[0].moved_from) == (date(2026, 4, 21), None)
