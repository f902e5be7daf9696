"""What happens if nobody acts: passes of the same core at every wake-up to come, without writing (15, 21, 25)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from engine.core.case import events as happenings
from engine.core.case.apply import apply
from engine.core.case.commands import Pass
from engine.core.case.effects import Message, Topic
from engine.core.case.events import Event
from engine.core.case.state import Case, Place
from engine.core.clocks.clock import is_missed
from engine.core.deciding.decide import decided, wake
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.core.model import MessageKind
from engine.core.values import Value

#: A pass may have nothing to tell (the case is quiet, a promise is only noted); so many for each entry are enough.
PASSES_FOR_AN_ENTRY = 10


class Coming(StrEnum):
    """The sorts of things that come about by time alone."""

    MESSAGE = "message"  # goes out
    MISSED = "missed"  # a limit, or a date of a task
    SET = "set"  # a fact, by a miss or an action
    MOVED = "moved"  # an action is taken, at a limit or because its condition turned true
    NOT_MOVED = "not moved"  # a deadline's action is refused at its limit
    TASK_OPENS = "task opens"
    TRACK_OPENS = "track opens"
    TRACK_ENDS = "track ends"
    HOLD_ENDS = "hold ends"
    CONSENT_ENDS = "consent ends"
    ASKED = "asked"  # for something that waits for an answer, as a start elsewhere
    LAPSED = "lapsed"  # an approval that waited


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that would come about at an instant (UTC).

    ``subject``: the clock, task, field, hold, consent, track or waiting item it is about; ``track.step.action`` of a
    move; the rule of an alarm. Messages say to which ``role``, on which ``topic``, about which ``rung`` and what sort
    of message it ``sends``. ``value``: the fact that is set, or the outcome of a track.
    """

    what: Coming
    at: datetime
    enrolment: str = ""
    subject: str = ""
    deadline: str = ""
    role: str = ""
    topic: Topic | None = None
    rung: str = ""
    sends: MessageKind | None = None
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would come about, in order; of one instant first what happens, then what is said.

    ``cut``: more would follow, but it was not looked at or could not be reckoned.
    """

    entries: tuple[Entry, ...] = ()
    cut: bool = False


def forecast(case: Case, now: datetime, library: Library, *, until: datetime, most: int = 200) -> Forecast:
    """Return what happens from now to ``until`` (UTC, included) if nobody acts; at most so many entries.

    Nothing is written. A closed case has no future: the forecast is empty.
    """
    found: list[Entry] = []
    now = now if case.recorded is None else max(now, case.recorded)
    for _ in range(most * PASSES_FOR_AN_ENTRY):
        try:
            coming = wake(case, now, library)
            if coming is None or max(coming, now) > until:
                return Forecast(tuple(found))
            then = max(coming, now)
            decision, after = decided(case, Pass(), then, library)
        except SpeanError:
            break
        found += [*_ended_consents(case, now, then), *_read(case, decision.events), *map(_message, decision.effects)]
        if len(found) > most:
            break
        case, now = after, then
    return Forecast(tuple(found[:most]), cut=True)


def _ended_consents(case: Case, since: datetime, until: datetime) -> Iterator[Entry]:
    """Yield the consents that expire in the time up to a pass; no event tells of it."""
    for name, record in case.consents.items():
        if record.until is not None and since < record.until <= until:
            yield Entry(what=Coming.CONSENT_ENDS, at=record.until, subject=name)


def _message(message: Message) -> Entry:
    return Entry(
        what=Coming.MESSAGE,
        at=message.at,
        enrolment=message.enrolment,
        subject=message.subject,
        deadline=message.deadline,
        role=message.to,
        topic=message.topic,
        rung=message.rung,
        sends=message.sends if message.topic is Topic.RUNG else None,
    )


def _read(case: Case, events: Iterable[Event]) -> Iterator[Entry]:
    for event in events:
        read = _READERS.get(type(event))
        if read is not None:
            yield from read(case, event)
        case = apply(case, event)


def _of_clock(case: Case, event: happenings.ClockSet) -> Iterator[Entry]:
    """A clock is missed once for each limit it has had."""
    item = event.clock
    known = case.enrolments[event.enrolment].clocks.get(item.key)
    if is_missed(item.clock) and not (known is not None and is_missed(known.clock)):
        yield Entry(
            what=Coming.MISSED, at=event.at, enrolment=event.enrolment, subject=item.key, deadline=item.deadline
        )


def _of_task(_: Case, event: happenings.TaskSet) -> Iterator[Entry]:
    what = {"missed": Coming.MISSED, "opened": Coming.TASK_OPENS}.get(event.what)
    if what is not None:
        yield Entry(what=what, at=event.at, enrolment=event.enrolment, subject=event.task)


def _of_fact(_: Case, event: happenings.FactRecorded) -> Iterator[Entry]:
    yield Entry(
        what=Coming.SET, at=event.at, enrolment=event.enrolment, subject=event.field, value=event.fact.value
    )  # fmt: skip


def _of_action(_: Case, event: happenings.ActionTaken) -> Iterator[Entry]:
    subject = f"{event.track}.{event.step}.{event.action}"
    yield Entry(what=Coming.MOVED, at=event.at, enrolment=event.enrolment, subject=subject)


def _of_refusal(case: Case, event: happenings.NotTaken) -> Iterator[Entry]:
    item = case.enrolments[event.enrolment].clocks[event.clock]
    track, step, *_ = item.deadline.split(".")
    subject = f"{track}.{step}.{event.action}"
    yield Entry(
        what=Coming.NOT_MOVED, at=event.at, enrolment=event.enrolment, subject=subject, deadline=item.deadline
    )  # fmt: skip


def _of_step(case: Case, event: happenings.StepEntered) -> Iterator[Entry]:
    track = case.enrolments[event.enrolment].tracks.get(event.track)
    if track is None or track.place is not Place.OPEN:
        yield Entry(what=Coming.TRACK_OPENS, at=event.at, enrolment=event.enrolment, subject=event.track)


def _of_end(_: Case, event: happenings.TrackEnded) -> Iterator[Entry]:
    yield Entry(
        what=Coming.TRACK_ENDS, at=event.at, enrolment=event.enrolment, subject=event.track, value=event.outcome
    )  # fmt: skip


def _of_hold(_: Case, event: happenings.HoldSet) -> Iterator[Entry]:
    yield Entry(what=Coming.HOLD_ENDS, at=event.at, subject=event.hold.id)


def _of_waiting(_: Case, event: happenings.WaitingSet) -> Iterator[Entry]:
    """Time asks and lets lapse; it never answers."""
    item = event.waiting
    yield Entry(what=Coming(event.what), at=event.at, enrolment=item.enrolment, subject=item.id)


_READERS: Mapping[type[Event], Callable[[Case, Any], Iterator[Entry]]] = MappingProxyType(
    {
        happenings.ClockSet: _of_clock,
        happenings.TaskSet: _of_task,
        happenings.FactRecorded: _of_fact,
        happenings.ActionTaken: _of_action,
        happenings.NotTaken: _of_refusal,
        happenings.StepEntered: _of_step,
        happenings.TrackEnded: _of_end,
        happenings.HoldSet: _of_hold,
        happenings.WaitingSet: _of_waiting,
    }
)
