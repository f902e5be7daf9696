"""Times as people read them: time left in words, and where a limit falls in her day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.core.clocks.calendar import local_date
from notifiers.words import instant_in_words, over_in_words


class Band(StrEnum):
    """Where a limit falls."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: its band, the time left or over in words, the exact instant in words and for machines."""

    band: Band
    words: str
    exact: str
    iso: str


def band_of(limit: datetime, now: datetime, zone: ZoneInfo) -> Band:
    """Return where a limit falls, by local days; the week is the next seven days."""
    if limit < now:
        return Band.OVERDUE
    today, day = local_date(now, zone), local_date(limit, zone)
    if day == today:
        return Band.TODAY
    return Band.WEEK if day <= today + timedelta(days=7) else Band.LATER


def limit_of(limit: datetime, now: datetime, zone: ZoneInfo, language: str) -> Limit:
    """Return a limit (UTC) as it is shown at an instant."""
    return Limit(
        band_of(limit, now, zone),
        over_in_words(limit, now, language),
        instant_in_words(limit, zone, language),
        limit.isoformat(timespec="seconds"),
    )
