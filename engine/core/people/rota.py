"""When somebody is on duty: a part of every week, or one stretch of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

_DAY = 24 * 3600
WEEK = 7 * _DAY
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class EveryWeek:
    """From one weekday (Monday is 0) and local time to another, every week; it may run over Sunday night.

    The end is not part of it. The same instant at both ends means the whole week.
    """

    from_day: int
    from_time: time
    to_day: int
    to_time: time

    def __contains__(self, local: datetime) -> bool:
        """Return whether a local time, as the clock on the wall shows it, falls into it."""
        second = local.weekday() * _DAY + _seconds(local.time())
        return any(begin <= second < end for begin, end in self.parts())

    def parts(self) -> tuple[tuple[int, int], ...]:
        """Return it as seconds after Monday's midnight: one part, or two where it runs over Sunday night."""
        begin = self.from_day * _DAY + _seconds(self.from_time)
        end = self.to_day * _DAY + _seconds(self.to_time)
        if begin < end:
            return ((begin, end),)
        return ((begin, WEEK), (0, end))

    def __str__(self) -> str:
        """Return it in words: ``Friday 17:00 to Monday 08:00``."""
        begin, end = f"{self.from_time:%H:%M}", f"{self.to_time:%H:%M}"
        return f"{WEEKDAYS[self.from_day]} {begin} to {WEEKDAYS[self.to_day]} {end}"


@dataclass(frozen=True, slots=True)
class Between:
    """One stretch of time, aware UTC; the end is not part of it."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        """Return it in words, in UTC."""
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC"


Shift = EveryWeek | Between


def is_on(shift: Shift, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether the instant (aware UTC) falls into the shift; ``zone`` is where its weekdays are counted."""
    if isinstance(shift, Between):
        return shift.since <= now < shift.until
    return now.astimezone(zone) in shift


def covers_week(shifts: Iterable[Shift]) -> bool:
    """Return whether somebody is on duty at every moment of every week. Single stretches do not count."""
    parts = sorted(part for shift in shifts if isinstance(shift, EveryWeek) for part in shift.parts())
    reached = 0
    for begin, end in parts:
        if begin > reached:
            return False
        reached = max(reached, end)
    return reached == WEEK


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
