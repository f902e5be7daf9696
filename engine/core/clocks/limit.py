"""From a start and a limit to an instant, with every step of the way written down (16, 17, 19, 20).

A limit is reckoned in five steps: the amount from the start, extensions, held time, where on its last day it ends,
and what happens if that day is closed. The steps in between work on a point: a local day, and a moment on it
unless the limit ends with the day or at closing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeGuard
from zoneinfo import ZoneInfo

from engine.core.clocks import calendar as days
from engine.core.clocks.calendar import Calendar, Interval
from engine.core.duration import CALENDAR, ELAPSED, Duration, Unit
from engine.core.errors import DateOutOfRangeError
from engine.core.model import Ends, IfClosed

_SECONDS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.WORKING_HOURS: 3600}


@dataclass(frozen=True, slots=True)
class Due:
    """The instant of a limit (UTC), the local day it belongs to, and whether dates are compared with that day."""

    instant: datetime
    day: date
    by_day: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """How long, counted forward or back from a date, ending where, and what if that day is closed."""

    duration: Duration
    before: bool = False
    ends: Ends | None = None
    if_closed: IfClosed = IfClosed.STAY


class What(StrEnum):
    """What one line of a derivation tells."""

    COUNTED = "counted"
    EXTENDED = "extended"
    HELD = "held"
    CLOSED = "closed"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: what led where. As a text it is English, in the time of ``zone``.

    ``since``: what was counted from, when a hold (until ``until``) began, or the closed day; ``by``: how long.
    """

    what: What
    reached: date | datetime
    zone: ZoneInfo
    since: date | datetime | None = None
    until: datetime | None = None
    by: Duration | None = None
    before: bool = False
    if_closed: IfClosed = IfClosed.STAY
    ends: Ends = Ends.SAME_HOUR

    def __str__(self) -> str:
        """Return the line in words."""
        return f"{self._words()}: {_words(self.reached, self.zone)}"

    def _words(self) -> str:
        since = _words(self.since, self.zone) if self.since is not None else ""
        match self.what:
            case What.COUNTED:
                return f"{since} {'minus' if self.before else 'plus'} {self.by}"
            case What.EXTENDED:
                return f"extended by {self.by}"
            case What.HELD:
                return f"held {since} to {_words(self.until, self.zone) if self.until is not None else ''}"
            case What.CLOSED:
                return f"{self.since} is closed: {self.if_closed.value}"
            case What.ENDS:
                return f"ends at {self.ends.value if self.ends is Ends.CLOSING else 'the end of the day'}"


@dataclass(frozen=True, slots=True)
class _Point:
    day: date
    moment: datetime | None  # UTC; None: no hour is known
    ends: Ends  # used unless the rule says otherwise


def is_date(start: date | datetime) -> TypeGuard[date]:
    """Return whether only the date is known (a datetime is a date in Python, too)."""
    return not isinstance(start, datetime)


def first_instant(start: date | datetime, calendar: Calendar) -> datetime:
    """Return the instant from which elapsed time counts: 00:00 for a date without a time."""
    return days.start_of_day(start, calendar.tz) if is_date(start) else start  # type: ignore[return-value]


def reckon(
    calendar: Calendar,
    start: date | datetime,
    rule: Rule,
    *,
    extensions: Iterable[Duration] = (),
    held: Iterable[Interval] = (),
    lines: list[Line] | None = None,
) -> Due:
    """Return when the limit falls. ``held``: ended holds, merged and in order; ``lines`` collects the derivation.

    Raises CalendarError where the calendar never opens, DateOutOfRangeError where the limit leaves 1900-2200.
    """
    try:
        return _reckon(calendar, start, rule, extensions, held, lines)
    except OverflowError:
        raise DateOutOfRangeError from None


def _reckon(
    calendar: Calendar,
    start: date | datetime,
    rule: Rule,
    extensions: Iterable[Duration],
    held: Iterable[Interval],
    lines: list[Line] | None,
) -> Due:
    point = _count(calendar, start, rule)
    if lines is not None:
        lines.append(Line(What.COUNTED, _at(point), calendar.tz, since=start, by=rule.duration, before=rule.before))
    for extension in extensions:
        point = _extend(calendar, point, rule, extension)
        if lines is not None:
            lines.append(Line(What.EXTENDED, _at(point), calendar.tz, by=extension))
    if not rule.before:
        point = _add_held(calendar, start, rule, point, held, lines)
    return _finish(calendar, point, rule, lines)


def shift(calendar: Calendar, due: Due, duration: Duration, *, back: bool) -> datetime:
    """Return the instant so long before or after a limit: same local time, or at closing for working days (22).

    Raises DateOutOfRangeError where it leaves the years Spean knows.
    """
    try:
        return _shift(calendar, due, duration, -1 if back else 1)
    except OverflowError:
        raise DateOutOfRangeError from None


def _shift(calendar: Calendar, due: Due, duration: Duration, sign: int) -> datetime:
    unit = duration.unit
    if unit in ELAPSED:
        return due.instant + sign * _elapsed(duration)
    if unit is Unit.WORKING_HOURS:
        amount = _elapsed(duration)
        return (calendar.before_opening if sign < 0 else calendar.after_opening)(due.instant, amount)
    if unit is Unit.WORKING_DAYS:
        return calendar.closing(calendar.working_day(due.day, sign * duration.amount))
    return _same_time(calendar, due.instant, duration, sign)


def measure_held(calendar: Calendar, unit: Unit, origin: date | datetime, hold: Interval) -> timedelta | int:
    """Return what a hold takes from a limit in this unit: seconds, opening time, midnights or closings (19)."""
    begin, end = max(hold[0], first_instant(origin, calendar)), hold[1]
    if end <= begin:
        return timedelta()
    if unit in ELAPSED:
        return end - begin
    if unit is Unit.WORKING_HOURS:
        return calendar.opening_between(begin, end)
    if unit is Unit.WORKING_DAYS:
        return _closings(calendar, days.local_date(first_instant(origin, calendar), calendar.tz), begin, end)
    return days.midnights(begin, end, calendar.tz)


def _closings(calendar: Calendar, start: date, begin: datetime, end: datetime) -> int:
    """Count closings within [begin, end) of working days after the start date."""
    first = max(days.local_date(begin, calendar.tz), days.shift_days(start, 1))
    last = days.local_date(end, calendar.tz)
    span = [days.shift_days(first, i) for i in range((last - first).days + 1)]
    return sum(calendar.is_working(day) and begin <= calendar.closing(day) < end for day in span)


def _count(calendar: Calendar, start: date | datetime, rule: Rule) -> _Point:
    sign = -1 if rule.before else 1
    duration, zone = rule.duration, calendar.tz
    if duration.unit in ELAPSED:
        return _moment(calendar, first_instant(start, calendar) + sign * _elapsed(duration))
    if duration.unit is Unit.WORKING_HOURS:
        return _count_opening(calendar, start, rule)
    if duration.unit is Unit.WORKING_DAYS:
        return _count_days(calendar, start, sign * duration.amount)
    if is_date(start):
        return _Point(_shift_day(start, duration, sign), None, Ends.END_OF_DAY)
    local = first_instant(start, calendar).astimezone(zone)
    if duration.unit is Unit.SAME_DAY:
        return _Point(local.date(), None, Ends.END_OF_DAY)
    day = _shift_day(local.date(), duration, sign)
    hour = local.time().replace(fold=0)
    return _Point(day, days.resolve(datetime.combine(day, hour), zone), Ends.SAME_HOUR)


def _count_days(calendar: Calendar, start: date | datetime, amount: int) -> _Point:
    """Count working days strictly after the local date; the hour is kept for a limit that ends at the same hour."""
    if is_date(start):
        return _Point(calendar.working_day(start, amount), None, Ends.CLOSING)
    moment = first_instant(start, calendar)
    day = calendar.working_day(days.local_date(moment, calendar.tz), amount)
    return _Point(day, _at_same_hour(calendar, moment, day), Ends.CLOSING)


def _count_opening(calendar: Calendar, start: date | datetime, rule: Rule) -> _Point:
    amount = _elapsed(rule.duration)
    used_up = calendar.before_opening if rule.before else calendar.after_opening
    point = _moment(calendar, used_up(first_instant(start, calendar), amount))
    return _Point(point.day, point.moment, Ends.CLOSING) if is_date(start) else point


def _extend(calendar: Calendar, point: _Point, rule: Rule, extension: Duration) -> _Point:
    if extension.unit is Unit.WORKING_DAYS:
        day = calendar.working_day(point.day, extension.amount)
        return _Point(day, point.moment and _at_same_hour(calendar, point.moment, day), Ends.CLOSING)
    if extension.unit in CALENDAR:
        day = _shift_day(point.day, extension, 1)
        return _Point(day, point.moment and _at_same_hour(calendar, point.moment, day), point.ends)
    moment = _end(calendar, point.day, point.moment, _ends(point, rule))
    if extension.unit is Unit.WORKING_HOURS:
        return _moment(calendar, calendar.after_opening(moment, _elapsed(extension)))
    return _moment(calendar, moment + _elapsed(extension))


def _add_held(
    calendar: Calendar,
    start: date | datetime,
    rule: Rule,
    point: _Point,
    held: Iterable[Interval],
    lines: list[Line] | None,
) -> _Point:
    for hold in held:
        if hold[0] > _finish(calendar, point, rule, None).instant:
            break  # a hold begun after the limit changes nothing
        lost = measure_held(calendar, rule.duration.unit, start, hold)
        if not lost:
            continue
        point = _move(calendar, point, rule.duration.unit, lost)
        if lines is not None:
            lines.append(Line(What.HELD, _at(point), calendar.tz, since=hold[0], until=hold[1]))
    return point


def _move(calendar: Calendar, point: _Point, unit: Unit, lost: timedelta | int) -> _Point:
    if isinstance(lost, timedelta):
        moment = point.moment or _end(calendar, point.day, None, point.ends)
        later = calendar.after_opening(moment, lost) if unit is Unit.WORKING_HOURS else moment + lost
        return _Point(days.local_date(later, calendar.tz), later, point.ends)
    day = calendar.working_day(point.day, lost) if unit is Unit.WORKING_DAYS else days.shift_days(point.day, lost)
    return _Point(day, point.moment and _at_same_hour(calendar, point.moment, day), point.ends)


def _finish(calendar: Calendar, point: _Point, rule: Rule, lines: list[Line] | None) -> Due:
    ends = _ends(point, rule)
    day = _open_day(calendar, point.day, rule.if_closed)
    if day != point.day and lines is not None:
        lines.append(Line(What.CLOSED, day, calendar.tz, since=point.day, if_closed=rule.if_closed))
    moment = point.moment
    if moment is not None and day != point.day:
        moment = _at_same_hour(calendar, moment, day)
    instant = _end(calendar, day, moment, ends)
    if ends is not Ends.SAME_HOUR and lines is not None:
        lines.append(Line(What.ENDS, instant, calendar.tz, ends=ends))
    return Due(instant, day, ends is not Ends.SAME_HOUR)


def _ends(point: _Point, rule: Rule) -> Ends:
    """Return where the limit ends on its day; a date without a time has no hour to keep."""
    if rule.ends is Ends.SAME_HOUR and point.moment is None:
        return point.ends
    return rule.ends or point.ends


def _end(calendar: Calendar, day: date, moment: datetime | None, ends: Ends) -> datetime:
    if ends is Ends.SAME_HOUR and moment is not None:
        return moment
    return calendar.closing(day) if ends is Ends.CLOSING else days.end_of_day(day, calendar.tz)


def _open_day(calendar: Calendar, day: date, if_closed: IfClosed) -> date:
    if if_closed is IfClosed.STAY or calendar.is_working(day):
        return day
    return calendar.working_day(day, 1 if if_closed is IfClosed.NEXT else -1)


def _moment(calendar: Calendar, moment: datetime) -> _Point:
    day = days.local_date(moment, calendar.tz)
    if not days.FIRST_YEAR <= day.year <= days.LAST_YEAR:
        raise DateOutOfRangeError
    return _Point(day, moment, Ends.SAME_HOUR)


def _same_time(calendar: Calendar, moment: datetime, duration: Duration, sign: int) -> datetime:
    return _at_same_hour(calendar, moment, _shift_day(days.local_date(moment, calendar.tz), duration, sign))


def _at_same_hour(calendar: Calendar, moment: datetime, day: date) -> datetime:
    hour = moment.astimezone(calendar.tz).time().replace(fold=0)
    return days.resolve(datetime.combine(day, hour), calendar.tz)


def _shift_day(day: date, duration: Duration, sign: int) -> date:
    amount = sign * duration.amount
    match duration.unit:
        case Unit.DAYS | Unit.SAME_DAY:
            return days.shift_days(day, amount)
        case Unit.WEEKS:
            return days.shift_days(day, 7 * amount)
        case Unit.MONTHS:
            return days.shift_months(day, amount)
        case _:
            return days.shift_months(day, 12 * amount)


def _elapsed(duration: Duration) -> timedelta:
    return timedelta(seconds=duration.amount * _SECONDS[duration.unit])


def _words(when: date | datetime, zone: ZoneInfo) -> str:
    if isinstance(when, datetime):
        return when.astimezone(UTC).astimezone(zone).strftime("%a %Y-%m-%d %H:%M:%S").removesuffix(":00")
    return when.strftime("%a %Y-%m-%d")


def _at(point: _Point) -> date | datetime:
    return point.day if point.moment is None else point.moment
