"""When a mail that was not taken is tried again: later each time, never at the same moment as all others."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

#: A server that greylists takes the second try after some minutes.
FIRST = timedelta(minutes=5)
LONGEST = timedelta(hours=6)
#: After so many tries a mail is given up: between three and a half days and five and a half.
MOST_ATTEMPTS = 20


def next_attempt(attempts: int, now: datetime, chance: Random) -> datetime | None:
    """Return when to try again (UTC) after so many failed tries, one at least; None to give up.

    The wait doubles from five minutes to six hours, and chance adds up to the same again to the first, half to later
    ones, so that a thousand mails do not come back together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled = min(max(attempts, 1) - 1, 16)
    wait = min(FIRST * (1 << doubled), LONGEST)
    return now + wait + wait * chance.random() * (1.0 if doubled == 0 else 0.5)
