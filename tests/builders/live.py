"""A case that lives in a test: commands go in, everything that came out is kept and checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.core.case import commands
from engine.core.case import events as happenings
from engine.core.case.apply import fold
from engine.core.case.commands import Actor, AnyCommand
from engine.core.case.effects import Message, Topic
from engine.core.case.events import Event
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import Case, CaseClock, Enrolment, TrackState
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.library import library_of
from engine.core.model import Protocol
from tests.builders.protocols import CASEWORKER, NURSE, OFFICE, SUPERVISOR

#: Monday 2 March 2026, 10:00 in Phnom Penh.
START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WORKER = Actor("Sok Dara", frozenset({CASEWORKER}))
BOSS = Actor("Chan Thida", frozenset({SUPERVISOR}))
MEDIC = Actor("Keo Pisey", frozenset({NURSE}))


class Live:
    """One case with its journal and messages; the time moves only when the test says so."""

    def __init__(self, *protocols: Protocol, opened: bool = True, office: Calendar = OFFICE, **opening: Any) -> None:
        self.library = library_of(protocols, [office])
        self.case = Case("case-1")
        self.now = START
        self.events: list[Event] = []
        self.messages: list[Message] = []
        self.new: tuple[Event, ...] = ()
        self.said: tuple[Message, ...] = ()
        if opened:
            opening.setdefault("actor", WORKER)
            self.do(commands.OpenCase(enrolment="e1", meaning=protocols[0].meaning, **opening))

    def do(self, command: AnyCommand) -> tuple[Event, ...]:
        """Decide, keep what came out, and see that folding the events gives the same case."""
        decision, after = decided(self.case, command, self.now, self.library, self._journal(command))
        assert fold(self.case, decision.events) == after
        self.case, self.new, self.said = after, decision.events, decision.effects
        self.events += self.new
        self.messages += self.said
        return self.new

    def refuse(self, command: AnyCommand) -> tuple[Reason, ...]:
        """Return the reasons for which the command is refused."""
        with pytest.raises(Refused) as refused:
            decided(self.case, command, self.now, self.library, self._journal(command))
        return refused.value.reasons

    def _journal(self, command: AnyCommand) -> tuple[Event, ...]:
        """Return what the command may read of the past: everything, if it is to be undone; else nothing."""
        return tuple(self.events) if isinstance(command, commands.Withdraw) else ()

    def why(self, command: AnyCommand) -> list[Why]:
        """Return the kinds of reason for which the command is refused."""
        return [reason.why for reason in self.refuse(command)]

    def wait(self, span: timedelta) -> Live:
        """Let time pass."""
        self.now += span
        return self

    def asked(self, action: str, track: str = "main", **more: Any) -> commands.Act:
        """Return the command to take an action, by the caseworker unless said otherwise."""
        more.setdefault("actor", WORKER)
        more.setdefault("enrolment", "e1")
        return commands.Act(track=track, action=action, **more)

    def act(self, action: str, track: str = "main", **more: Any) -> tuple[Event, ...]:
        """Take an action."""
        return self.do(self.asked(action, track, **more))

    def record(self, facts: dict[str, Any] | None = None, **more: Any) -> tuple[Event, ...]:
        """Record what happened."""
        more.setdefault("actor", WORKER)
        return self.do(commands.Record(facts=facts or {}, **more))

    def run(self, span: timedelta = timedelta()) -> tuple[Message, ...]:
        """Let time pass, and the worker pass once; return what was said."""
        self.wait(span)
        self.do(commands.Pass())
        return self.said

    def wake(self) -> datetime | None:
        """Return when the case next wants a pass."""
        return wake(self.case, self.now, self.library)

    @property
    def enrolment(self) -> Enrolment:
        """The first enrolment."""
        return self.case.enrolments["e1"]

    def track(self, name: str = "main") -> TrackState:
        """Return the state of a track."""
        return self.enrolment.tracks[name]

    def clock(self, key: str) -> CaseClock:
        """Return a clock."""
        return self.enrolment.clocks[key]

    def outcome(self, key: str) -> str:
        """Return what became of a clock, with the reason of a void one."""
        clock = self.clock(key).clock
        return f"{clock.outcome.value} {clock.reason}".strip()

    def of(self, kind: type[Event]) -> list[Any]:
        """Return the events of one kind, of the last command."""
        return [event for event in self.new if isinstance(event, kind)]

    def fired(self) -> list[str]:
        """Return the rungs that fired in the last command, as ``clock rung``."""
        return [f"{event.clock} {event.firing.rung}" for event in self.of(happenings.RungFired)]

    def told(self, topic: Topic) -> list[str]:
        """Return to whom a message of this topic went in the last command."""
        return [message.to for message in self.said if message.topic is topic]
