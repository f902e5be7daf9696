"""When a message goes out: at once, alone, or with the others of the morning in one digest.

Ordinary work is one mail in the morning; single mails are for safety, clinical, evidence and court clocks, alarms and
exceptions (domain paper 0.4, rule 2). A court's limit is one of the kind law. What falls due when the office opens
belongs to the mail of this morning, though a pass comes a little later; what is late has missed its morning and goes
out as soon as the office is open.
"""

from __future__ import annotations

from datetime import datetime

from engine.core.case.effects import Message, Topic
from engine.core.case.state import Case, WaitingKind
from engine.core.clocks.calendar import Calendar, local_date
from engine.core.clocks.firing import LATE
from engine.core.deciding.library import Library, always_open
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.waits import WAITING, kind_of_wait
from engine.core.model import ARMED_UNLESS_FALSE, Kind
from engine.core.people.routing import is_open
from engine.store.ports import Posting

#: Topics that wait for no morning.
_AT_ONCE = frozenset({Topic.ALARM, Topic.EXCEPTION, Topic.GLASS})


def posting(message: Message, case: Case, library: Library) -> Posting:
    """Return when the message goes out: ``message.at``, or the next morning at the opening of the office.

    A summary of what was quiet waits for no morning either, where its clock would not; but it goes with the others of
    that moment: the day on which an import stops being quiet is one mail for each person, and not hundreds.
    """
    kind, calendar = _clock_of(message, case, library)
    if message.topic is Topic.SUMMARY and kind in ARMED_UNLESS_FALSE:
        return Posting(message.at, urgent=False)
    if message.topic in _AT_ONCE or kind in ARMED_UNLESS_FALSE:
        return Posting(message.at)
    now = message.late or _is_morning(calendar, message.at)
    due = message.at if now and is_open(calendar, message.at) else next_opening(calendar, message.at)
    return Posting(due, urgent=False)


def next_opening(calendar: Calendar, after: datetime) -> datetime:
    """Return the next instant (UTC) after this one at which a working day begins."""
    today = local_date(after, calendar.tz)
    opens = calendar.intervals(today)
    if opens and opens[0][0] > after:
        return opens[0][0]
    return calendar.intervals(calendar.working_day(today, 1))[0][0]


def _is_morning(calendar: Calendar, at: datetime) -> bool:
    """Return whether the office opened just now."""
    opens = calendar.intervals(local_date(at, calendar.tz))
    return bool(opens) and opens[0][0] <= at <= opens[0][0] + LATE


def _clock_of(message: Message, case: Case, library: Library) -> tuple[Kind, Calendar]:
    """Return the kind of the clock a message is about, and the calendar kept on it."""
    enrolment = case.enrolments[message.enrolment]
    rules = library.rulebooks[enrolment.meaning]
    item = enrolment.clocks.get(message.subject)
    kind = _kind(rules, message.deadline) if item is not None else Kind.DEFAULT
    named = item.calendar if item is not None else case.calendar or rules.protocol.calendar or ""
    calendar = library.calendars.get(named)
    return kind, calendar if calendar is not None else always_open(rules.protocol.zone or "UTC")


def _kind(rules: Rulebook, deadline: str) -> Kind:
    """Return the kind of a clock of the protocol, of a waiting item, or of silence, which is one of safety."""
    placed = rules.deadlines.get(deadline)
    if placed is not None:
        return placed.deadline.kind
    if deadline.startswith(WAITING):
        return kind_of_wait(WaitingKind(deadline.removeprefix(WAITING)))
    return Kind.SAFETY
