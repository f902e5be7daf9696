"""What is journalled about protocols: which versions and calendars were installed, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.core.case.state import SYSTEM
from engine.store.codec.entries import EventForms

#: The journal stream.
STREAM = "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEvent:
    """Something that was installed. ``text``: the SHA-256 of the source texts, in hexadecimal digits."""

    at: datetime
    by: str = SYSTEM
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolInstalled(RegistryEvent):
    """A protocol version came into use, or its texts were replaced (its meaning never is).

    ``compiled``: the SHA-256 of the compiled form, which is what runs.
    """

    protocol: str
    version: str
    meaning: str
    status: str
    adopted_by: str = ""
    compiled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInstalled(RegistryEvent):
    """A calendar came into use or was replaced; it is live for all cases."""

    calendar: str


REGISTRY_EVENTS = EventForms((ProtocolInstalled, CalendarInstalled))
