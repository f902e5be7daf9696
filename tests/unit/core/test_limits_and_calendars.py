"""Where a limit falls, in every unit and at the edges of calendars (16, 17, 19, 20)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.core.clocks import clock as clocks
from engine.core.clocks.calendar import Calendar, end_of_day, midnights, shift_days, shift_months
from engine.core.clocks.clock import Change, Outcome, Terms
from engine.core.clocks.firing import fire, next_due
from engine.core.clocks.hold import Hold, longest_until
from engine.core.clocks.limit import Line, Rule, reckon, shift
from engine.core.clocks.promise import acknowledge
from engine.core.clocks.rungs import Running
from engine.core.deciding.library import library_of
from engine.core.errors import CalendarError, DateOutOfRangeError
from engine.core.model import Ends, Extend, IfClosed
from tests.builders.live import DAY, HOUR, START
from tests.builders.protocols import OFFICE, ZONE, at_limit, half_way, lasting, protocol, step, track

NEVER_OPEN = Calendar("closed", ZONE, ((),) * 7)
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)


def local(text: str) -> datetime:
    """Return the instant of a local time in Phnom Penh."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def test_a_calendar_that_never_opens_is_named() -> None:
    """Working time in a calendar without opening hours is an error in words, forward and back."""
    for words in ("1 working hour", "1 working day"):
        for before in (False, True):
            with pytest.raises(CalendarError, match="closed"):
                reckon(NEVER_OPEN, START, Rule(lasting(words), before))


def test_opening_time_forward_and_back() -> None:
    """Opening hours are counted over nights and weekends, also back from an instant."""
    friday = local("2026-03-06T16:00")
    assert OFFICE.after_opening(friday, 2 * HOUR) == local("2026-03-09T09:00")
    assert OFFICE.before_opening(local("2026-03-09T09:00"), 2 * HOUR) == friday
    assert OFFICE.before_opening(local("2026-03-08T12:00"), 9 * HOUR) == local("2026-03-06T08:00")
    assert OFFICE.opening_between(friday, local("2026-03-09T09:00")) == 2 * HOUR
    assert OFFICE.opening_between(friday, friday - HOUR) == timedelta()
    assert OFFICE.after_opening(friday, timedelta()) == friday
    assert OFFICE.working_days(MONDAY, date(2026, 3, 8)) == 5
    assert OFFICE.closing(date(2026, 3, 8)) == end_of_day(date(2026, 3, 8), OFFICE.tz)


def test_months_and_days_stay_within_the_years() -> None:
    """The last of a shorter month; beyond 1900 to 2200 an error in words."""
    assert shift_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert shift_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert shift_months(date(2026, 3, 31), 1) == date(2026, 4, 30)
    with pytest.raises(DateOutOfRangeError):
        shift_months(MONDAY, 12 * 300)
    for days in (10**6, 10**7):
        with pytest.raises(DateOutOfRangeError):
            shift_days(MONDAY, days)
    assert midnights(START, START, OFFICE.tz) == 0


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        (MONDAY, Rule(lasting("8 working hours")), "2026-03-02T17:00"),
        (MONDAY, Rule(lasting("same day")), "2026-03-03T00:00"),
        (local("2026-03-02T10:00"), Rule(lasting("same day"), ends=Ends.CLOSING), "2026-03-02T17:00"),
        (local("2026-03-02T10:00"), Rule(lasting("1 year")), "2027-03-02T10:00"),
        (local("2026-03-02T10:00"), Rule(lasting("5 days"), if_closed=IfClosed.NEXT), "2026-03-09T10:00"),
        (local("2026-03-02T10:00"), Rule(lasting("5 days"), if_closed=IfClosed.PREVIOUS), "2026-03-06T10:00"),
        (MONDAY, Rule(lasting("3 days"), ends=Ends.SAME_HOUR), "2026-03-06T00:00"),
        (MONDAY, Rule(lasting("3 working days"), before=True), "2026-02-25T17:00"),
        (local("2026-03-02T09:00"), Rule(lasting("2 working hours"), before=True), "2026-02-27T16:00"),
    ],
)
def test_a_limit_falls_where_its_words_say(start: date, rule: Rule, expected: str) -> None:
    """Each unit, counted forward or back, with its end and its closed days."""
    assert reckon(OFFICE, start, rule).instant == local(expected)


@pytest.mark.parametrize(
    ("words", "extension", "expected"),
    [
        ("24 hours", "2 days", "2026-03-05T10:00"),
        ("24 hours", "8 hours", "2026-03-03T18:00"),
        ("24 hours", "2 working hours", "2026-03-03T12:00"),
        ("2 working days", "1 working day", "2026-03-05T17:00"),
        ("same day", "1 week", "2026-03-10T00:00"),
        ("same day", "3 hours", "2026-03-03T03:00"),
    ],
)
def test_an_extension_adds_in_its_own_unit(words: str, extension: str, expected: str) -> None:
    """Whatever the unit of the limit, the extension counts on from it, and the derivation says so."""
    lines: list[Line] = []
    due = reckon(OFFICE, START, Rule(lasting(words)), extensions=[lasting(extension)], lines=lines)
    assert due.instant == local(expected)
    assert any("extended by" in str(line) for line in lines)


@pytest.mark.parametrize(
    ("words", "back", "forward"),
    [
        ("2 hours", "2026-03-03T08:00", "2026-03-03T12:00"),
        ("3 working hours", "2026-03-02T16:00", "2026-03-03T13:00"),
        ("1 working day", "2026-03-02T17:00", "2026-03-04T17:00"),
        ("1 week", "2026-02-24T10:00", "2026-03-10T10:00"),
    ],
)
def test_rungs_lie_before_and_after_the_limit(words: str, back: str, forward: str) -> None:
    """Hours elapse, days keep the local time, working days end at closing."""
    due = reckon(OFFICE, START, Rule(lasting("24 hours")))
    assert shift(OFFICE, due, lasting(words), back=True) == local(back)
    assert shift(OFFICE, due, lasting(words), back=False) == local(forward)
    with pytest.raises(DateOutOfRangeError):
        shift(OFFICE, due, lasting(f"{10**30} hours"), back=False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("24 hours", "2026-03-04T10:00"), ("2 days", "2026-03-05T10:00"), ("8 working hours", "2026-03-04T09:00"),
     ("same day", "2026-03-04T00:00")],
)  # fmt: skip
def test_held_time_moves_a_limit_in_its_own_unit(words: str, expected: str) -> None:
    """Seconds, opening seconds or midnights within the hold are added, and the derivation names the hold."""
    lines: list[Line] = []
    hold = (local("2026-03-02T10:00"), local("2026-03-03T10:00"))
    assert reckon(OFFICE, START, Rule(lasting(words)), held=[hold], lines=lines).instant == local(expected)
    assert any(str(line).startswith("held ") for line in lines)


def test_only_closings_after_the_start_date_move_working_days() -> None:
    """A hold over Monday's closing takes nothing from a limit of that Monday; one over Tuesday's takes a day."""
    rule = Rule(lasting("2 working days"))
    until = local("2026-03-03T10:00")
    assert reckon(OFFICE, START, rule, held=[(START, until)]).instant == local("2026-03-04T17:00")
    assert reckon(OFFICE, START, rule, held=[(START, until + 8 * HOUR)]).instant == local("2026-03-05T17:00")


def test_running_time_leaves_out_what_was_held() -> None:
    """A share is counted in running time; one that falls on a hold's begin waits for its end."""
    running = Running(OFFICE, False, ((START + HOUR, START + 3 * HOUR),))
    assert running.after(START, timedelta(minutes=30)) == START + timedelta(minutes=30)
    assert running.after(START, HOUR) == START + 3 * HOUR
    assert running.after(START + 4 * HOUR, HOUR) == START + 5 * HOUR


def test_a_hold_into_a_gap_of_summer_time_ends_after_it() -> None:
    """A local time that does not exist 14 days later is the first instant after the gap."""
    berlin = Calendar("berlin", "Europe/Berlin", OFFICE.hours)
    begun = datetime(2026, 3, 15, 2, 30, tzinfo=BERLIN).astimezone(UTC)
    assert longest_until(begun, berlin) == datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN).astimezone(UTC)


def test_a_closed_clock_stays_as_it_was() -> None:
    """Nothing moves, extends, ends, voids or fires a clock that is closed."""
    terms = Terms(OFFICE, Rule(lasting("24 hours")), rungs=(half_way(), at_limit()), no_news=False)
    opened = clocks.open_clock(terms, START, START)
    closed = clocks.end(opened, terms, START + HOUR, (), START + HOUR).clock
    now = START + 2 * DAY
    assert closed.outcome is Outcome.MET
    same = Change(closed)
    assert clocks.recompute(closed, terms, (), now) == same
    assert clocks.correct_start(closed, terms, START + DAY, (), now) == same
    assert clocks.contact(closed, terms, now, (), now) == same
    assert clocks.change_limit(closed, terms, lasting("2 hours"), (), now) == same
    assert clocks.tighten(closed, terms, lasting("2 hours"), now, (), now) == same
    assert clocks.extend_limit(closed, terms, (), now) == same
    assert clocks.end(closed, terms, now, (), now) == same
    assert clocks.void(closed, terms, clocks.STEP_LEFT, (), now) == closed
    assert acknowledge(closed, terms, now, (), now) == closed
    assert fire(closed, terms, (), now).clock == closed
    assert next_due(closed, terms) is None
    assert clocks.standing(closed, terms, (), now) == "met"


def test_the_derivation_is_told_line_by_line() -> None:
    """How a limit comes about can be printed; a clock without a limit has nothing to tell."""
    terms = Terms(
        OFFICE, Rule(lasting("5 days"), if_closed=IfClosed.NEXT), extend=Extend(lasting("1 day"), 1, ("boss",))
    )
    clock = clocks.open_clock(terms, MONDAY, START)
    assert list(map(str, clocks.derivation(clock, terms, (), START))) == [
        "Mon 2026-03-02 plus 5 days: Sat 2026-03-07",
        "2026-03-07 is closed: next working day: Mon 2026-03-09",
        "ends at the end of the day: Tue 2026-03-10 00:00",
    ]
    waiting = clocks.open_clock(terms, None, START)
    assert clocks.derivation(waiting, terms, (), START) == []
    assert clocks.standing(waiting, terms, (), START) == "not armed"


def test_a_hold_is_over_at_its_end() -> None:
    """It covers its begin and not its end."""
    hold = Hold("h", START, START + DAY, "ill", START)
    assert not hold.is_over(START + DAY - timedelta(seconds=1))
    assert hold.is_over(START + DAY)


def test_a_library_knows_its_protocols_by_name() -> None:
    """The last version in use is the one a name means."""
    main = track("main", step("one"))
    assert library_of([protocol(main)]).protocol("test").meaning == "test-meaning"
