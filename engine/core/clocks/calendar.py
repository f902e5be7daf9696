"""Working time: opening hours and holidays of one place, and arithmetic with local days.

Instants are aware UTC datetimes. A local time that does not exist moves to the first instant after the gap; one
that occurs twice is the first (16). The end of a day is the first instant of the next date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.core.errors import CalendarError, DateOutOfRangeError

#: Opening hours of one day as (from, to) in seconds after local midnight.
Hours = tuple[tuple[int, int], ...]
Interval = tuple[datetime, datetime]

FIRST_YEAR, LAST_YEAR = 1900, 2200
#: A calendar that is closed for longer than this is taken for a mistake, not for a holiday.
LONGEST_CLOSURE_DAYS = 800
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Opening hours (Monday first), holidays, and for each year whether its holidays are official or projected.

    ``festivals``: the weeks in which people move home, each as its first and last day, in order (8).
    """

    id: str
    zone: str
    hours: tuple[Hours, ...]
    holidays: frozenset[date] = frozenset()
    years: Mapping[int, str] = field(default_factory=dict)
    festivals: tuple[tuple[date, date], ...] = ()
    tz: ZoneInfo = field(init=False, repr=False)  # the zone in which days begin and end
    _opened: dict[date, tuple[Interval, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Look the zone up once."""
        object.__setattr__(self, "tz", ZoneInfo(self.zone))

    def is_working(self, day: date) -> bool:
        """Return whether the office opens on that local date."""
        return bool(self.hours[day.weekday()]) and day not in self.holidays

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """Return when the office is open on that local date, as UTC instants in order."""
        found = self._opened.get(day)
        if found is None:
            hours = self.hours[day.weekday()] if self.is_working(day) else ()
            found = tuple((at(day, start, self.tz), at(day, end, self.tz)) for start, end in hours)
            self._opened[day] = found
        return found

    def closing(self, day: date) -> datetime:
        """Return when the office closes on that local date; on a closed day, when the day ends."""
        opened = self.intervals(day)
        return opened[-1][1] if opened else end_of_day(day, self.tz)

    def working_day(self, day: date, count: int) -> date:
        """Return the count-th working day strictly after the date (before it, if count is negative)."""
        step = _DAY if count > 0 else -_DAY
        left, closed = abs(count), 0
        while left:
            day = _next(day, step)
            working = self.is_working(day)
            left -= working
            closed = 0 if working else closed + 1
            if closed > LONGEST_CLOSURE_DAYS:
                raise CalendarError(
                    f"Calendar {self.id} has no working day near {day}; add opening hours to its file."
                )
        return day

    def working_days(self, first: date, last: date) -> int:
        """Return how many dates from first to last, both included, are working days."""
        return sum(self.is_working(first + _DAY * i) for i in range((last - first).days + 1))

    def before_festival(self, day: date) -> date:
        """Return the last working day before the festival week that holds the date; outside of one the date."""
        while (begins := next((first for first, last in self.festivals if first <= day <= last), None)) is not None:
            day = self.working_day(begins, -1)  # which can lie in another festival week
        return day

    def opening_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the opening time between two instants; zero when the end comes first."""
        total = timedelta()
        if end <= start:
            return total
        day, last = local_date(start, self.tz), local_date(end, self.tz)
        while day <= last:
            for opens, closes in self.intervals(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
            day += _DAY
        return total

    def after_opening(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first instant at which that much opening time has passed since the start."""
        left = amount
        if left <= timedelta():
            return start
        for opens, closes in self._forward(local_date(start, self.tz)):
            if closes <= start:
                continue
            begin = max(opens, start)
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
        raise AssertionError("unreachable: opening hours go on or a CalendarError is raised")

    def before_opening(self, end: datetime, amount: timedelta) -> datetime:
        """Return the last instant from which that much opening time passes until the end."""
        left, day, opened = amount, local_date(end, self.tz), True
        while left > timedelta():
            for opens, closes in reversed(self.intervals(day)):
                stop = min(closes, end)
                if stop - opens >= left:
                    return stop - left
                left -= max(timedelta(), stop - opens)
            day = _next(day, -_DAY) if opened else self.working_day(day, -1)
            opened = False
        return end

    def _forward(self, day: date) -> Iterator[Interval]:
        yield from self.intervals(day)
        while True:
            day = self.working_day(day, 1)
            yield from self.intervals(day)


def at(day: date, seconds: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant so many seconds of wall time after local midnight of the date."""
    local = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return resolve(local, zone)


def resolve(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a naive local time: after a gap, first of two."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _end_of_gap(early, instant, zone)


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant with the offset that holds at ``late``: the offset changes once in between."""
    offset = late.astimezone(zone).utcoffset()
    low, high = int(early.timestamp()), int(late.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        changed = datetime.fromtimestamp(middle, zone).utcoffset() == offset
        low, high = (low, middle) if changed else (middle, high)
    return datetime.fromtimestamp(high, UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the local date of an instant."""
    return instant.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of the local date."""
    return resolve(datetime.combine(day, time()), zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the end of the local date: the first instant of the next one."""
    return start_of_day(_next(day, _DAY), zone)


def shift_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later (or earlier); the last of a shorter month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateOutOfRangeError(f"{day} plus {months} months leaves the years {FIRST_YEAR} to {LAST_YEAR}.")
    for number in (day.day, 30, 29, 28):
        if number <= day.day:
            try:
                return date(year, month + 1, number)
            except ValueError:
                continue
    raise AssertionError("unreachable: every month has a 28th")


def shift_days(day: date, days: int) -> date:
    """Return the date so many days later (or earlier), within the years Spean knows."""
    return _next(day, timedelta(days=days))


def midnights(begin: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Return how many local dates begin within [begin, end)."""
    if end <= begin:
        return 0
    first, last = local_date(begin, zone), local_date(end - timedelta(microseconds=1), zone)
    return (last - first).days + int(start_of_day(first, zone) == begin)


def _next(day: date, step: timedelta) -> date:
    try:
        moved = day + step
    except OverflowError:
        moved = date.max
    if not FIRST_YEAR <= moved.year <= LAST_YEAR:
        raise DateOutOfRangeError(f"A limit from {day} leaves the years {FIRST_YEAR} to {LAST_YEAR}; check the date.")
    return moved
