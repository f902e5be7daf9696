"""Incidents: what went wrong and waits for somebody. Visible, tried again, skipped or ended; they escalate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class IncidentKind(StrEnum):
    """What went wrong."""

    CASE = "case"  # a case that a pass could not serve
    LINK = "link"  # a case that an operation asked for could not be opened
    NOT_TAKEN = "not taken"  # the action of a deadline was refused at its limit (21)
    DIFFERS = "differs"  # state and journal of a case differ; the case is frozen
    MAIL = "mail"  # a message that could not be delivered
    SERVER = "server"  # the mail server refuses us
    CLOCK = "clock"  # the machine's clock jumped
    BRAKE = "brake"  # too much fell due at once; only urgent rungs go out
    ACCESS = "access"  # somebody tries cases that are not hers, or reads far too many
    WEBHOOK = "webhook"  # a call to a program outside was given up
    UNREACHED = "unreached"  # nobody could be reached but the duty address


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. ``subject``: the case or message it is about; ``words``: what is wrong, without personal data.

    Instants are UTC. ``retry_at``: when what failed is tried again by itself. ``told_at``: when it last escalated.
    """

    number: int
    kind: IncidentKind
    subject: str
    words: str
    opened_at: datetime
    attempts: int = 1
    retry_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_as: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.ended_at is None


#: The first retry comes so soon; each later one after twice as long, at most a day.
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(days=1)
#: An open incident is told again after so long.
TOLD_AGAIN = timedelta(days=1)


def next_retry(attempts: int, now: datetime) -> datetime:
    """Return when something that failed so often is tried again (UTC)."""
    return now + min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY)
