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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a role of the case; who holds it is looked up when it is sent. Never holds personal data.

    ``subject``: the clock's key, or the rule of an alarm. ``lists``: other due rungs as (rung, occurrence).
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
