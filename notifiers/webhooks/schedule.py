"""When a call that was not taken is tried again: at stated times, so that a receiver can say how long it may rest."""

from __future__ import annotations

from datetime import datetime, timedelta

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
#: The waits behind the first try and each later one: ten tries, the last after 3 days, 3 hours and 36 minutes.
WAITS = (
    *(_MINUTE, 5 * _MINUTE, 30 * _MINUTE),
    *(2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR),
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again (UTC) after so many failed tries, one at least; None to give up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None
