"""When a condition can change by time alone (15): `have passed since` and `the person is a child`.

A date without a time: calendar units end with their last day (the 90th day has ended), elapsed units count from
00:00 (16). A person is adult from 00:00 of the 18th birthday by the latest possible date of birth; somebody born on
29 February has it on the 28th in other years, as every count of months and years.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.core.clocks.calendar import end_of_day, local_date, resolve, shift_days, shift_months, start_of_day
from engine.core.conditions import (
    ADULT_AGE,
    ADULTHOOD,
    DATE_OF_BIRTH,
    ESTABLISHED,
    Condition,
    FactTest,
    IsChild,
    Leaf,
    Test,
    World,
    leaves,
)
from engine.core.duration import ELAPSED, Duration, Unit
from engine.core.errors import DateOutOfRangeError
from engine.core.values import Approximate, Value

#: An instant no case lives to see: a time beyond the years Spean knows never comes.
NEVER = datetime.max.replace(tzinfo=UTC)

_SECONDS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600}
_DAYS = {Unit.DAYS: 1, Unit.WEEKS: 7}
_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}


def reads_time(condition: Condition) -> bool:
    """Return whether the condition can change though nothing is recorded."""
    return any(map(_reads_time, leaves(condition)))


def instants_of_change(condition: Condition, world: World) -> datetime | None:
    """Return the next instant after ``world.now`` at which a part of the condition changes by time alone.

    None where no such instant can be known yet: the fact is absent, unknown or already past.
    """
    coming = (at for leaf in leaves(condition) for at in _instants(leaf, world) if world.now < at < NEVER)
    return min(coming, default=None)


def passes_at(start: date, duration: Duration, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the elapsed or calendar duration has passed since the date or moment."""
    try:
        return _shift(start, duration, zone)
    except (DateOutOfRangeError, OverflowError):
        return NEVER


def is_adult(world: World) -> bool:
    """Return whether adulthood is established, by the fact or by the latest possible date of birth."""
    if world.fact(ADULTHOOD) == ESTABLISHED:
        return True
    birthday = _birthday(world)
    return birthday is not None and world.now >= birthday


def _reads_time(leaf: Leaf) -> bool:
    return isinstance(leaf, IsChild) or (isinstance(leaf, FactTest) and leaf.test is Test.PASSED)


def _instants(leaf: Leaf, world: World) -> Iterator[datetime]:
    if isinstance(leaf, IsChild):
        birthday = None if world.fact(ADULTHOOD) == ESTABLISHED else _birthday(world)
        if birthday is not None:
            yield birthday
    elif isinstance(leaf, FactTest) and isinstance(leaf.value, Duration):
        for start in _ends(world.fact(leaf.field)):
            yield passes_at(start, leaf.value, world.zone)


def _ends(value: Value | None) -> tuple[date, ...]:
    if isinstance(value, Approximate):
        return value.earliest, value.latest
    return (value,) if isinstance(value, date) else ()


def _birthday(world: World) -> datetime | None:
    """Return the first instant of the 18th birthday, by the latest possible date of birth."""
    born = _ends(world.fact(DATE_OF_BIRTH))
    if not born:
        return None
    day = local_date(born[-1], world.zone) if isinstance(born[-1], datetime) else born[-1]
    try:
        return start_of_day(shift_months(day, 12 * ADULT_AGE), world.zone)
    except (DateOutOfRangeError, OverflowError):
        return NEVER


def _shift(start: date, duration: Duration, zone: ZoneInfo) -> datetime:
    if duration.unit in ELAPSED:
        begin = start if isinstance(start, datetime) else start_of_day(start, zone)
        return begin + timedelta(seconds=duration.amount * _SECONDS[duration.unit])
    if isinstance(start, datetime):
        local = start.astimezone(zone)
        return resolve(datetime.combine(_move(local.date(), duration), local.time()), zone)
    return end_of_day(_move(start, duration), zone)


def _move(day: date, duration: Duration) -> date:
    if duration.unit in _DAYS:
        return shift_days(day, duration.amount * _DAYS[duration.unit])
    return shift_months(day, duration.amount * _MONTHS[duration.unit])
