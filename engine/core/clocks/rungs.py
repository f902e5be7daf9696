"""When the rungs of an escalation fall, and on which grid the last one repeats (22, 23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from engine.core.clocks.calendar import Calendar, Interval
from engine.core.clocks.limit import Due, Rule, reckon, shift
from engine.core.duration import WORKING, Duration, Unit
from engine.core.model import Kind, Rung, RungAt

_REPEAT_SAFETY = Duration(1, Unit.DAYS)
_REPEAT_ELSE = Duration(5, Unit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Running:
    """The time in which a clock runs: opening time for working limits, all time else, without held time (22)."""

    calendar: Calendar
    working: bool
    held: tuple[Interval, ...] = ()

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the running time between two instants."""
        held = ((max(begin, start), min(stop, end)) for begin, stop in self.held)
        return self._measure(start, end) - sum((self._measure(*span) for span in held), timedelta())

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Return the instant at which the amount has run; one that falls on a hold's begin waits for its end."""
        for begin, stop in self.held:
            if stop <= start:
                continue
            reached = self._advance(start, amount)
            if reached < max(begin, start):
                return reached
            amount -= self._measure(start, begin)
            start = stop
        return self._advance(start, amount)

    def _measure(self, start: datetime, end: datetime) -> timedelta:
        if self.working:
            return self.calendar.opening_between(start, end)
        return max(end - start, timedelta())

    def _advance(self, start: datetime, amount: timedelta) -> datetime:
        return self.calendar.after_opening(start, amount) if self.working else start + amount


@dataclass(frozen=True, slots=True)
class Span:
    """What the instants of the rungs are counted from: all UTC.

    ``start``: where the clock starts (its opening, for a limit before a date). ``counted_from``: where shares
    count from (the change, after a tightening). ``opened``: when the clock was opened.
    """

    start: datetime
    counted_from: datetime
    opened: datetime
    due: Due


def schedule(rungs: tuple[Rung, ...], span: Span, running: Running) -> tuple[datetime, ...]:
    """Return the instant of each rung: never before the start, never after a later rung of the list."""
    found: list[datetime] = []
    latest: datetime | None = None
    for rung in reversed(rungs):
        instant = _instant(rung, span, running)
        latest = instant if latest is None else min(instant, latest)
        found.append(latest)
    return tuple(reversed(found))


def _instant(rung: Rung, span: Span, running: Running) -> datetime:
    calendar, due = running.calendar, span.due
    match rung.at:
        case RungAt.AT_LIMIT:
            return due.instant
        case RungAt.SHARE:
            return max(_share(rung.share, span.counted_from, due.instant, running), min(span.start, due.instant))
        case RungAt.SHARE_LEFT:
            return max(_share(rung.share, span.opened, due.instant, running), min(span.start, due.instant))
        case RungAt.AFTER_START:
            return reckon(calendar, span.start, Rule(_by(rung)), held=running.held).instant
        case RungAt.BEFORE_LIMIT:
            return max(shift(calendar, due, _by(rung), back=True), span.start)
        case RungAt.AFTER_LIMIT:
            return shift(calendar, due, _by(rung), back=False)


def _share(share: int, origin: datetime, limit: datetime, running: Running) -> datetime:
    """Cut to the whole second; where no time is left, the limit itself."""
    if limit <= origin:
        return limit
    total = running.between(origin, limit)
    return running.after(origin, timedelta(seconds=total * share // timedelta(seconds=100)))


def _by(rung: Rung) -> Duration:
    if rung.by is None:
        raise AssertionError(f"rung {rung.id} was compiled without its time")
    return rung.by


def repeats(
    rung: Rung, kind: Kind, first: datetime, calendar: Calendar, after: int = 1
) -> Iterator[tuple[int, datetime]]:
    """Yield (occurrence, instant) behind occurrence ``after``, endless, on a fixed grid from the first instant."""
    every = rung.repeat or (_REPEAT_SAFETY if kind is Kind.SAFETY else _REPEAT_ELSE)
    if every.unit in WORKING or every.unit is Unit.SAME_DAY:
        return _repeats_step_by_step(every, first, calendar, max(after, 1))
    return (
        (number, reckon(calendar, first, Rule(Duration(every.amount * (number - 1), every.unit))).instant)
        for number in count(max(after, 1) + 1)
    )


#: Grids reckoned lately, each as far as it was asked for: every instant stands on the one before it.
_grids: dict[tuple[Duration, datetime, Calendar], tuple[datetime, ...]] = {}
_MOST_GRIDS = 4096


def _repeats_step_by_step(
    every: Duration, first: datetime, calendar: Calendar, after: int
) -> Iterator[tuple[int, datetime]]:
    key = (every, first, calendar)
    known = _grids.get(key, (first,))
    for number in count(after + 1):
        while len(known) < number:
            known = (*known, reckon(calendar, known[-1], Rule(every)).instant)
            if len(_grids) >= _MOST_GRIDS:
                _grids.clear()
            _grids[key] = known
        yield number, known[number - 1]


def is_working(duration: Duration) -> bool:
    """Return whether a limit of this duration counts opening time."""
    return duration.unit in WORKING
