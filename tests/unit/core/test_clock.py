"""One clock at a time: extended, tightened, told of time left (17, 20, 22)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from engine.core.clocks import clock as clocks
from engine.core.clocks.clock import Clock, Outcome, Terms
from engine.core.clocks.limit import Rule
from engine.core.model import Extend, Rung, RungAt
from tests.builders.live import DAY, HOUR, START
from tests.builders.protocols import OFFICE, lasting

MONTH = Extend(lasting("30 days"), 2, ("supervisor",))
TERMS = Terms(OFFICE, Rule(lasting("30 days")), extend=MONTH)


def limits(clock: Clock) -> list[datetime | None]:
    """Return the limit of each generation."""
    return [generation.limit for generation in clock.generations]


def test_an_extension_granted_before_the_risk_rose_does_not_lengthen_the_tighter_limit() -> None:
    """The earlier of the old limit, extension included, and the change plus the new limit."""
    clock = clocks.open_clock(TERMS, START, START)
    clock = clocks.extend_limit(clock, TERMS, (), START + 10 * DAY).clock
    rise = START + 20 * DAY
    clock = clocks.tighten(clock, TERMS, lasting("7 days"), rise, (), rise).clock
    assert limits(clock) == [START + 30 * DAY, START + 60 * DAY, rise + 7 * DAY]
    assert clocks.recompute(clock, TERMS, (), rise + DAY).clock == clock


def test_an_extension_granted_after_the_risk_rose_adds_to_the_tighter_limit() -> None:
    """An extension adds to whatever limit it finds."""
    rise = START + 5 * DAY
    clock = clocks.open_clock(TERMS, START, START)
    clock = clocks.tighten(clock, TERMS, lasting("7 days"), rise, (), rise).clock
    clock = clocks.extend_limit(clock, TERMS, (), rise + DAY).clock
    assert limits(clock) == [START + 30 * DAY, START + 12 * DAY, START + 42 * DAY]


def test_a_risk_that_rises_tightens_a_limit_before_a_date_from_that_date() -> None:
    """Before a hearing the longer notice is the tighter limit; the day of the rise has no part in it."""
    terms = Terms(OFFICE, Rule(lasting("7 days"), before=True))
    hearing = START + 60 * DAY
    clock = clocks.open_clock(terms, hearing, START)
    clock = clocks.tighten(clock, terms, lasting("14 days"), START + DAY, (), START + DAY).clock
    assert limits(clock) == [hearing - 7 * DAY, hearing - 14 * DAY]


def test_a_share_of_the_time_left_is_never_due_before_the_start() -> None:
    """Opened long before its start, a clock is silent until it starts."""
    half_left = Rung("half_left", RungAt.SHARE_LEFT, ("caseworker",), 50)
    terms = Terms(OFFICE, Rule(lasting("24 hours")), rungs=(half_left,))
    start = START + 10 * DAY
    assert clocks.open_clock(terms, start, START).now.schedule == (start,)


def test_working_hours_before_a_date_end_at_the_closing_of_their_day() -> None:
    """From a date without a time all but elapsed limits end with the day or at closing, back in time as well."""
    terms = Terms(OFFICE, Rule(lasting("4 working hours"), before=True))
    clock = clocks.open_clock(terms, date(2026, 3, 20), START)
    assert clock.limit == OFFICE.closing(date(2026, 3, 19))


def test_a_track_closed_in_time_but_recorded_late_voids_its_clocks() -> None:
    """A limit that had not passed when the track ended was not missed; one that had passed was."""
    clock = clocks.open_clock(TERMS, START, START)
    now = START + 31 * DAY
    assert clocks.close_track(clock, TERMS, (), now, START + 29 * DAY).outcome is Outcome.VOID
    assert (
        clocks.close_track(clock, TERMS, (), now, START + 30 * DAY + timedelta(seconds=1)).outcome is Outcome.MISSED
    )
    assert clocks.close_track(clock, TERMS, (), START + 30 * DAY + HOUR).outcome is Outcome.MISSED


def test_a_raised_risk_recorded_late_is_marked_so_on_the_no_news_limit_too() -> None:
    """What is recorded over 24 hours late is marked, whatever the clock."""
    terms = Terms(OFFICE, Rule(lasting("14 days")), no_news=True)
    clock = clocks.open_clock(terms, START, START)
    late = clocks.tighten(clock, terms, lasting("7 days"), START + DAY, (), START + 3 * DAY).clock
    assert late.recorded_over_24_hours_late
    assert late.limit == START + 7 * DAY
