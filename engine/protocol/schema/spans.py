"""How long durations of different words are at least and at most, to say what is certain before any case."""

from __future__ import annotations

from engine.core.duration import Duration, Unit

_HOUR, _DAY = 3_600, 86_400
#: At least and at most, in seconds. Daylight saving may take or give an hour; holidays stretch working time.
_SPANS = {
    Unit.SECONDS: (1, 1),
    Unit.MINUTES: (60, 60),
    Unit.HOURS: (_HOUR, _HOUR),
    Unit.DAYS: (_DAY, _DAY),
    Unit.WEEKS: (7 * _DAY, 7 * _DAY),
    Unit.MONTHS: (28 * _DAY, 31 * _DAY),
    Unit.YEARS: (365 * _DAY, 366 * _DAY),
    Unit.WORKING_HOURS: (_HOUR, 24 * _HOUR),
    Unit.WORKING_DAYS: (_DAY, 2 * _DAY),
}
#: A run of holidays, once.
_CLOSURE = 20 * _DAY
_WORKING = (Unit.WORKING_HOURS, Unit.WORKING_DAYS)


def bounds(duration: Duration) -> tuple[int, int]:
    """Return how many seconds the duration has at least and at most, days counted as 24 hours."""
    if duration.unit is Unit.SAME_DAY:
        return 0, _DAY
    low, high = _SPANS[duration.unit]
    if duration.unit in _WORKING:
        shortest = duration.amount * low if duration.unit is Unit.WORKING_HOURS else (duration.amount - 1) * low
        return shortest, duration.amount * high + _CLOSURE
    return duration.amount * low, duration.amount * high


def is_longer(one: Duration, other: Duration) -> bool:
    """Return whether the first is certainly longer."""
    if one.unit is other.unit:
        return one.amount > other.amount
    return bounds(one)[0] > bounds(other)[1]


def is_no_shorter(one: Duration, other: Duration) -> bool:
    """Return whether the first is certainly as long or longer."""
    if one.unit is other.unit:
        return one.amount >= other.amount
    return bounds(one)[0] >= bounds(other)[1]
