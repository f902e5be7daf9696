"""What a mail server may do, and what must come of it; how notifiers are tried."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from notifiers.mail import Mail, Notifier, Outcome, Result
from tests.support.scripted_smtp import Script

#: Seconds: for answers that come at once, and for those that never come.
CALM, SHORT = 5.0, 0.2
#: A machine may be busy for so long.
GRACE = 1.5
SENT = Outcome(Result.SENT, 250)


@dataclass(frozen=True)
class Scenario:
    """What a server does, and what must come of it. ``within``: seconds; ``whole``: mails the server got whole."""

    name: str
    script: Script
    result: Result = Result.TEMPORARY
    code: int = 0
    words: str = ""
    alarm: bool = False
    timeout: float = CALM
    within: float = CALM
    whole: int = 0
    features: Sequence[str] = ()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def first(notifier: Notifier, one: Mail) -> Outcome:
    """Return what became of one mail."""
    (outcome,) = notifier.send([one])
    return outcome


def timed(notifier: Notifier, one: Mail) -> tuple[Outcome, float]:
    """Return what became of one mail, and after how many seconds that was known."""
    start = time.monotonic()
    outcome = first(notifier, one)
    return outcome, time.monotonic() - start


def is_ours(outcome: Outcome) -> bool:
    """Whether the words are ours alone: one or two sentences, no address, nothing of what the server said."""
    told = outcome.words
    return outcome.result is Result.SENT or (told.endswith(".") and "@" not in told and "x" * 5 not in told)
