"""Times as a story tells them: `2027-03-01 09:00`, `now`, `today`, `40 hours ago`, `in 3 days`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.core.clocks.calendar import Calendar
from engine.core.clocks.limit import Rule, reckon
from engine.core.duration import Duration
from engine.protocol.sentences.durations import parse_duration
from engine.protocol.sentences.words import SentenceProblem
from engine.run.scenarios.faults import StoryError

_DAY = len("2027-03-01")


def read_when(text: str, now: datetime, calendar: Calendar) -> date | datetime:
    """Return a date, or an instant (UTC) from local time. Raises StoryError."""
    if text == "now":
        return now
    if text == "today":
        return now.astimezone(calendar.tz).date()
    if text.endswith(" ago"):
        return _away(text.removesuffix(" ago"), now, calendar, back=True)
    if text.startswith("in "):
        return _away(text.removeprefix("in "), now, calendar, back=False)
    return _typed(text, calendar.tz)


def read_instant(text: str, now: datetime, calendar: Calendar) -> datetime:
    """Return an instant (UTC); a date is its first moment in local time. Raises StoryError."""
    found = read_when(text, now, calendar)
    if isinstance(found, datetime):
        return found
    return datetime(found.year, found.month, found.day, tzinfo=calendar.tz).astimezone(UTC)


def after(text: str, now: datetime, calendar: Calendar) -> datetime:
    """Return the instant so long after now: `3 days` is the same local time. Raises StoryError."""
    return _away(text, now, calendar, back=False)


def write(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant in local time, seconds only where there are any."""
    local = instant.astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _away(text: str, now: datetime, calendar: Calendar, *, back: bool) -> datetime:
    return reckon(calendar, now, Rule(_duration(text), before=back)).instant


def _duration(text: str) -> Duration:
    try:
        return parse_duration(text)
    except SentenceProblem as problem:
        raise StoryError(f"{problem.message} {problem.hint}") from problem


def _typed(text: str, zone: ZoneInfo) -> date | datetime:
    try:
        if len(text) == _DAY:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise StoryError(f"`{text}` is no time; write one like 2027-03-01 09:00, `now`, or `3 days ago`.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
