"""The directory of people as events: one journal stream, folded whenever it has grown."""

from __future__ import annotations

from engine.core.people import events as happenings
from engine.core.people.events import PeopleEvent
from engine.store.codec.entries import EventForms, events_of

#: The journal stream.
STREAM = "directory"

PEOPLE_EVENTS = EventForms(events_of(happenings, PeopleEvent))
