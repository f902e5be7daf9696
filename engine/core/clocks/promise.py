"""A promise to act: repeats rest until it runs out, the clock goes on, and the second one broken climbs (24).

Every function takes a clock and returns a new one or an instant; nothing here reads the time. Instants are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.core.clocks.calendar import end_of_day, local_date
from engine.core.clocks.clock import Clock, Held, Terms, stopped
from engine.core.evolve import evolve

#: An acknowledgement may promise at most this many working days ahead (24).
LONGEST_PROMISE_WORKING_DAYS = 5
#: From this broken promise of a clock on, each one sends the next rung at once (24).
CLIMBS_FROM = 2


def latest_promise(terms: Terms, now: datetime) -> datetime:
    """Return until when an acknowledgement given now may promise: the end of the 5th working day after today."""
    calendar = terms.calendar
    day = calendar.working_day(local_date(now, calendar.tz), LONGEST_PROMISE_WORKING_DAYS)
    return end_of_day(day, calendar.tz)


def acknowledge(clock: Clock, terms: Terms, promised: datetime, held: Held, now: datetime) -> Clock:
    """Somebody promises to act by then: repeats stop until then, the clock does not (24).

    A promise given before the former one ran out replaces it and breaks nothing. One that ran out before, though no
    pass has noticed it, stays broken; at the same instant the new promise comes first (26).
    """
    if not clock.is_open:
        return clock
    ends = runs_out(clock, terms, held)
    former = clock if ends is None or ends >= now else _broken(clock, ends)
    return evolve(former, promised=promised)


def runs_out(clock: Clock, terms: Terms, held: Held) -> datetime | None:
    """Return when the present promise is broken unless the clock has ended; None without one.

    While a hold stops the clock nobody has to keep a promise: one that falls into it runs out with the hold.
    """
    if clock.promised is None:
        return None
    hold = stopped(clock, terms, held, clock.promised)
    return clock.promised if hold is None else hold[1]


def lapse(clock: Clock, terms: Terms, held: Held, now: datetime) -> Clock:
    """Count the promise of an open clock as broken if it has run out by now."""
    ends = runs_out(clock, terms, held)
    return clock if ends is None or ends > now else _broken(clock, ends)


def climbs(clock: Clock) -> Mapping[int, datetime]:
    """Return the rungs (by index) that broken promises send before their time, with the instant of each.

    It is the next one that was not due by then and has not gone out; where none is left, the repeats go on.
    """
    found: dict[int, datetime] = {}
    for at in clock.climbs:
        for index, instant in enumerate(clock.now.schedule):
            if clock.dealt[index] == 0 and instant > at and index not in found:
                found[index] = at
                break
    return found


def _broken(clock: Clock, at: datetime) -> Clock:
    broken = clock.broken + 1
    owed = (*clock.climbs, at) if broken >= CLIMBS_FROM else clock.climbs
    return evolve(clock, promised=None, broken=broken, climbs=owed)
