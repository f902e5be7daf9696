"""What a decision asks the outside world to do. Nothing runs here; effects leave through the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.core.case.events import Event
from engine.core.model import MessageKind


class Topic(StrEnum):
    """What a message is about."""

    RUNG = "rung"
    SUMMARY = "summary"
    LIMIT_MOVED = "limit_moved"
    WITHDRAWAL = "withdrawal"
    ALARM = "alarm"
    MISSED = "missed"
    EXCEPTION = "exception"  # a lawful exception was used and waits for its review
    ANSWERED = "answered"  # what somebody asked for was agreed or refused
    LAPSED = "lapsed"  # what somebody asked for has changed meanwhile: it must be asked for anew
    PREVENTED = "prevented"  # a forbidden rule stopped an attempt
    GLASS = "glass"  # somebody without a role reads the case in an emergency


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a role of the case; who holds it is looked up when it is sent. Never holds personal data.

    ``to``: a role, or ``user:ID`` for one person. ``subject``: the clock's key, the id of a waiting item, or the
    rule of an alarm or a prevented attempt. ``lists``: other due rungs as (rung, occurrence).
    """

    topic: Topic
    to: str
    at: datetime
    enrolment: str
    subject: str
    deadline: str = ""
    rung: str = ""
    generation: int = 0
    occurrence: int = 0
    sends: MessageKind = MessageKind.REMINDER
    late: bool = False
    lists: tuple[tuple[str, int], ...] = ()
    limit: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Event):
    """A message was written for somebody: of record, so that the outbox can be made anew from the journal."""

    message: Message


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command leads to: events for the journal, messages for the outbox, all in one transaction."""

    events: tuple[Event, ...]
    effects: tuple[Message, ...]
