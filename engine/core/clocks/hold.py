"""A case on hold: a reason, an end, the supervisor's confirmation, from which it stops clocks (19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from engine.core.clocks.calendar import Calendar, Interval, local_date, resolve, shift_days
from engine.core.values import PRIVATE

#: At most 14 days at a time, renewable (19).
LONGEST_HOLD_DAYS = 14


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold. It covers [confirmed, end): its begin counts, its end does not. Instants are UTC.

    ``ended`` is set when somebody ended it before ``until``, or when its stated end came.
    """

    id: str
    begun: datetime
    until: datetime
    reason: str = field(metadata=PRIVATE)
    confirmed: datetime | None = None
    ended: datetime | None = None

    @property
    def end(self) -> datetime:
        """When it ended, or will end by itself."""
        return self.ended or self.until

    def is_over(self, now: datetime) -> bool:
        """Return whether the hold covers no instant from now on."""
        return self.end <= now


def longest_until(begun: datetime, calendar: Calendar) -> datetime:
    """Return the last instant a hold begun then may state as its end: same local time, 14 days later."""
    zone = calendar.tz
    day = shift_days(local_date(begun, zone), LONGEST_HOLD_DAYS)
    return resolve(datetime.combine(day, begun.astimezone(zone).time()), zone)


def merged(holds: Iterable[Hold]) -> tuple[Interval, ...]:
    """Return the confirmed holds as intervals in order, overlapping ones as one."""
    spans = sorted((hold.confirmed, hold.end) for hold in holds if hold.confirmed and hold.confirmed < hold.end)
    joined: list[Interval] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def over_by(intervals: Iterable[Interval], now: datetime) -> tuple[Interval, ...]:
    """Return the intervals that have ended."""
    return tuple(span for span in intervals if span[1] <= now)


def covering(intervals: Iterable[Interval], instant: datetime) -> Interval | None:
    """Return the interval that holds the instant, if any."""
    return next((span for span in intervals if span[0] <= instant < span[1]), None)
