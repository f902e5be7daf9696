"""A calendar that was changed reaches running cases: their open limits are counted anew, once, on record (2, 20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.effects import Topic
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.library import library_of
from engine.core.evolve import evolve
from tests.builders.live import DAY, HOUR, START, WORKER, Live
from tests.builders.protocols import OFFICE, action, deadline, final, protocol, step, track

WORKING, ELAPSED = "main.one.worked#1", "main.one.ran#1"


def case() -> Live:
    """Return a case with a limit in working days and one that runs through nights and holidays."""
    return Live(protocol(track("main", step("one", action("end", "done"), deadline("worked", "3 working days"),
                                            deadline("ran", "72 hours")), final())))  # fmt: skip


def limit(live: Live, key: str) -> datetime:
    """Return the limit of a clock that runs."""
    found = live.clock(key).clock.limit
    assert found is not None
    return found


def change(live: Live, *holidays: date) -> None:
    """Put a calendar with more holidays into use, at the present of the case."""
    office = replace(OFFICE, holidays=OFFICE.holidays | frozenset(holidays))
    live.library = library_of(
        [one.protocol for one in live.library.rulebooks.values()], [office], {"office": live.now}
    )


def test_a_new_holiday_moves_what_is_counted_in_working_days() -> None:
    """The first pass after the change finds it due, moves the one limit, and writes down why."""
    live = case()
    before = limit(live, WORKING)
    live.wait(HOUR)
    change(live, date(2026, 3, 4))
    assert live.wake() == live.now
    live.do(commands.Pass())
    assert limit(live, WORKING) == before + DAY
    assert limit(live, ELAPSED) == START + 3 * DAY
    assert [one.changed for one in live.of(happenings.CalendarRead)] == [live.now]


def test_it_is_counted_anew_once() -> None:
    """A second pass has nothing to do, and the case is looked at no earlier than it must be."""
    live = case()
    live.wait(HOUR)
    change(live, date(2026, 3, 4))
    live.run()
    live.wait(HOUR).do(commands.Pass())
    assert not live.new
    wake = live.wake()
    assert wake is not None
    assert wake > live.now


def test_whoever_acts_first_finds_the_limits_of_the_new_calendar() -> None:
    """No pass is needed: the next thing that is done in the case is done with the calendar as it is."""
    live = case()
    before = limit(live, WORKING)
    live.wait(HOUR)
    change(live, date(2026, 3, 4))
    live.do(commands.Note(actor=WORKER, text="she called"))
    assert limit(live, WORKING) == before + DAY


def test_a_holiday_taken_back_brings_the_limit_forward() -> None:
    """What was late already by the new calendar is said at once, not when the old limit would have come."""
    office = replace(OFFICE, holidays=OFFICE.holidays | {date(2026, 3, 4)})
    live = Live(*(one.protocol for one in case().library.rulebooks.values()), office=office)
    before = limit(live, WORKING)
    live.wait(HOUR)
    change(live)
    live.run()
    assert limit(live, WORKING) == before - DAY


def test_who_was_told_of_a_limit_hears_of_the_new_one() -> None:
    """Whoever had a reminder gets the new limit; one that was missed before the change stays on the clock."""
    live = case()
    told = live.run(6 * DAY)
    assert told
    change(live, date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10))
    said = live.run()
    assert Topic.LIMIT_MOVED in {one.topic for one in said}
    assert len(live.clock(WORKING).clock.generations) == 2


def test_a_case_that_begins_later_knows_nothing_of_the_change() -> None:
    """A case that was opened after the change was counted with it from the beginning."""
    live = case()
    change(live, date(2026, 3, 4))
    live.library = evolve(live.library, changed={"office": START - DAY})
    live.run(HOUR)
    assert not live.of(happenings.CalendarRead)


def test_another_calendar_is_nothing_to_the_case() -> None:
    """A calendar that no clock of the case is counted with moves nothing and is not written down."""
    live = case()
    other = Calendar("elsewhere", OFFICE.zone, OFFICE.hours)
    live.wait(HOUR)
    live.library = library_of(
        [one.protocol for one in live.library.rulebooks.values()], [OFFICE, other], {"elsewhere": live.now}
    )
    live.do(commands.Pass())
    assert not live.new
