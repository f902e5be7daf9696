"""A case while a decision is being made: every event is applied at once, and nothing is kept if it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.core.case import events as happenings
from engine.core.case.apply import apply
from engine.core.case.commands import Actor
from engine.core.case.effects import Message, Told, Topic
from engine.core.case.events import Event
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, Enrolment, TrackState
from engine.core.clocks.calendar import Calendar
from engine.core.clocks.clock import Held, Notice, NoticeKind
from engine.core.clocks.hold import merged
from engine.core.deciding.library import Library, always_open
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.world import CaseWorld
from engine.core.evolve import evolve


class Draft:
    """The case as it will be, with the events and messages that lead there.

    ``now`` is the record time (UTC), never before the case's last one. ``happened`` is when the thing that the
    command is about happened; clocks are met by it, not by the record time.
    """

    def __init__(self, case: Case, library: Library, actor: Actor, now: datetime) -> None:
        """Start from a case as it is."""
        self.case = case
        self.library = library
        self.actor = actor
        self.now = now if case.recorded is None else max(now, case.recorded)
        self.happened: date | datetime = self.now
        self.correction = False
        self.reason = ""
        self.approver: Actor | None = None
        #: The events of the case before this decision, in record order; only a withdrawal reads them.
        self.journal: Sequence[Event] = ()
        self.events: list[Event] = []
        self.effects: list[Message] = []
        #: Clocks (enrolment, key) that ended as missed before any pass had noticed the miss.
        self.missed_unnoticed: list[tuple[str, str]] = []
        self._held: Held | None = None

    def emit(self, event: Event) -> None:
        """Add an event and apply it. The first one says that a decision begins."""
        if not self.events:
            event = evolve(event, begins=True)
        self.case = apply(self.case, event)
        self.events.append(event)
        if isinstance(event, happenings.HoldSet):
            self._held = None

    def send(self, message: Message) -> None:
        """Add a message for the outbox, and the record that somebody was told."""
        self.emit(Told(at=self.now, message=message))
        self.effects.append(message)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo everything done inside if it is refused."""
        kept = self._kept()
        try:
            yield
        except Refused:
            self._restore(kept)
            raise

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Undo everything done inside: it was only to see whether it would be refused."""
        kept = self._kept()
        try:
            yield
        finally:
            self._restore(kept)

    def _kept(self) -> tuple[Any, ...]:
        lengths = (len(self.events), len(self.effects), len(self.missed_unnoticed))
        return self.case, self._held, self.happened, lengths

    def _restore(self, kept: tuple[Any, ...]) -> None:
        self.case, self._held, self.happened, (events, effects, unnoticed) = kept
        del self.events[events:]
        del self.effects[effects:]
        del self.missed_unnoticed[unnoticed:]

    @contextmanager
    def on_behalf_of(self, actor: Actor, reason: str, approver: Actor | None) -> Iterator[None]:
        """Let what is done inside be done by somebody else, with her reason and an approver."""
        former = self.actor, self.reason, self.approver
        self.actor, self.reason, self.approver = actor, reason, approver
        try:
            yield
        finally:
            self.actor, self.reason, self.approver = former

    @property
    def by(self) -> str:
        """The user who is written into events."""
        return self.actor.user

    @property
    def held(self) -> Held:
        """The confirmed holds, merged and in order."""
        if self._held is None:
            self._held = merged(self.case.holds.values())
        return self._held

    def enrolment(self, name: str) -> Enrolment:
        """Return an open enrolment; refuse where there is none of that name."""
        found = self.case.enrolments.get(name)
        if found is None or not found.is_open:
            raise Refused(Reason(Why.NO_ENROLMENT, name))
        return found

    def open_enrolments(self) -> list[str]:
        """Return the names of the enrolments that go on."""
        return [item.id for item in self.case.enrolments.values() if item.is_open]

    def leading_enrolment(self) -> str:
        """Return the first enrolment that goes on; the newest one where all have ended and the case still waits."""
        return next(iter(self.open_enrolments()), None) or list(self.case.enrolments)[-1]

    def rules(self, enrolment: str) -> Rulebook:
        """Return the rulebook whose meaning the enrolment pins."""
        return self.library.rulebooks[self.case.enrolments[enrolment].meaning]

    def track(self, enrolment: str, track: str) -> TrackState:
        """Return the state of a track that was opened."""
        return self.case.enrolments[enrolment].tracks[track]

    def world(self, enrolment: str, *, visit: str = "", blind_to: str = "") -> CaseWorld:
        """Return what conditions read now."""
        found = self.case.enrolments[enrolment]
        rules = self.library.rulebooks[found.meaning]
        zone = self.zone(rules)
        return CaseWorld(self.case, found, rules, self.now, zone, visit, blind_to, self.actor.auditor)

    def calendar(self, rules: Rulebook, own: str | None = None) -> Calendar:
        """Return the deadline's calendar, else the owner's agency's, else the protocol's (17)."""
        for name in (own, self.case.calendar, rules.protocol.calendar):
            if name is not None:
                return self.library.calendars[name]
        return always_open(rules.protocol.zone or "UTC")

    def calendar_of_case(self) -> Calendar:
        """Return the calendar of the first enrolment, by which what has no deadline of its own is reckoned."""
        return self.calendar(self.rules(next(iter(self.case.enrolments))))

    def kept_calendar(self, rules: Rulebook, name: str) -> Calendar:
        """Return the calendar kept on a clock."""
        found = self.library.calendars.get(name)
        return found if found is not None else always_open(rules.protocol.zone or "UTC")

    def zone(self, rules: Rulebook) -> ZoneInfo:
        """Return the zone in which the protocol's dates begin and end."""
        if rules.protocol.zone is not None:
            return ZoneInfo(rules.protocol.zone)
        return self.calendar(rules).tz

    def notify(self, enrolment: str, key: str, deadline: str, notices: tuple[Notice, ...]) -> None:
        """Turn what a clock's change asks for into messages."""
        for notice in notices:
            topic = Topic.WITHDRAWAL if notice.kind is NoticeKind.WITHDRAWAL else Topic.LIMIT_MOVED
            self.send(
                Message(
                    topic=topic,
                    to=notice.to,
                    at=notice.at,
                    enrolment=enrolment,
                    subject=key,
                    deadline=deadline,
                    limit=notice.limit,
                )
            )
