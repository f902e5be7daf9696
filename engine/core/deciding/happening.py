"""When something happened: a date or moment that Spean knows, and none that lies ahead (10)."""

from __future__ import annotations

from datetime import date, datetime

from engine.core.case.reasons import Reason, Refused, Why
from engine.core.clocks.calendar import Calendar
from engine.core.clocks.limit import first_instant
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import why_no_time


def set_happened(draft: Draft, happened: date | datetime | None, calendar: Calendar | None = None) -> None:
    """Let the decision be about something that happened then. Refuses what would be recorded before it happened."""
    if happened is None:
        return
    check_when("What happened", happened)
    if first_instant(happened, calendar or draft.calendar_of_case()) > draft.now:
        raise Refused(Reason(Why.IN_THE_FUTURE, "What happened"))
    draft.happened = happened


def check_when(subject: str, when: date | datetime) -> None:
    """Refuse a date or moment that cannot be meant."""
    wrong = why_no_time(when)
    if wrong is not None:
        raise Refused(Reason(Why.WRONG_VALUE, subject, wrong))
