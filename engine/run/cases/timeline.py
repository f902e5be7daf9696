"""The journal in lines that people read. Clocks that only move on are left out; they are in the list of clocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.core.case import effects
from engine.core.case import events as happenings
from engine.core.case.events import Event

Words = Callable[[Any], str]


def line_of(event: Event, fields: Collection[str] | None = None) -> str:
    """Return what an event says, the empty text for nothing. ``fields``: whose answers may be named; None: all."""
    if isinstance(event, happenings.FactRecorded) and fields is not None and event.field not in fields:
        return ""
    words = _WORDS.get(type(event))
    return words(event) if words is not None else ""


def _acted(event: happenings.ActionTaken) -> str:
    by_itself = " (by itself)" if event.automatic else ""
    approved = f", approved by {event.approved_by}" if event.approved_by else ""
    under = f", under the exception {event.exception}" if event.exception else ""
    return f"{event.enrolment}.{event.track} at {event.step}: {event.action}{by_itself}{approved}{under}"


def _clock(event: happenings.ClockSet) -> str:
    return f"{event.clock.deadline}: {event.what}" if event.what in _TELLING else ""


#: What of a clock's life is a line of its own.
_TELLING = frozenset({"extended", "moved", "limit changed", "start corrected", "promise broken"})


_WORDS: Mapping[type[Event], Words] = {
    happenings.CaseOpened: lambda e: "the case is opened",
    happenings.Enrolled: lambda e: f"{e.protocol} {e.version} begins",
    happenings.ActionTaken: _acted,
    happenings.ActionWithdrawn: lambda e: f"{e.enrolment}.{e.track}: {e.action} is withdrawn",
    happenings.StepEntered: lambda e: f"{e.enrolment}.{e.track} is now at {e.step}",
    happenings.TrackEnded: lambda e: f"{e.enrolment}.{e.track} ends: {e.outcome or 'closed'}",
    happenings.EnrolmentEnded: lambda e: f"{e.enrolment} ends: {e.outcome or 'closed'}",
    happenings.CaseClosed: lambda e: "the case is closed",
    happenings.CaseReopened: lambda e: "the case goes on",
    happenings.CaseErased: lambda e: "what identifies people was erased",
    happenings.FactRecorded: lambda e: f"{e.field} is recorded",
    happenings.ConsentRecorded: lambda e: f"consent to {e.consent}: {'given' if e.record.given else 'not given'}",
    happenings.ContactMade: lambda e: "contact",
    happenings.Acknowledged: lambda e: (
        f"{e.clock.deadline}: somebody promised to act until {e.promised:%Y-%m-%d %H:%M} UTC"
    ),
    happenings.ClockSet: _clock,
    happenings.TaskSet: lambda e: f"task {e.task.partition('#')[0].rpartition('.')[2]}: {e.what}",
    happenings.HoldSet: lambda e: f"hold {e.hold.id}: {e.what}",
    happenings.RuleTurned: lambda e: f"alarm: the rule {e.rule} turned true" if e.alarm else "",
    happenings.WaitingSet: lambda e: f"{e.waiting.id} ({e.waiting.kind.value}): {e.what}",
    happenings.HolderSet: lambda e: f"{e.role} is now {e.user}",
    happenings.HolderLeft: lambda e: f"{e.user} is {e.role} no more: the agreement is over",
    happenings.CalendarRead: lambda e: "the calendar was changed; the limits are counted anew",
    happenings.NoteAdded: lambda e: "a note",
    happenings.GlassBroken: lambda e: f"read in an emergency until {e.until:%Y-%m-%d %H:%M} UTC",
    happenings.AttemptRefused: lambda e: f"refused: {e.attempted}",
    happenings.NotTaken: lambda e: f"{e.action} was due by itself and was refused",
    effects.Told: lambda e: (
        f"told {e.message.to}: {e.message.topic.value.replace('_', ' ')} {e.message.rung}".rstrip()
    ),
}
