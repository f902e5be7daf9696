"""What of a decision is news for programs outside: the number of its entry, its kind, and when it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.core.case import events as happenings
from engine.core.case.effects import Told, Topic
from engine.core.case.events import ClockSet, Event, WaitingSet
from engine.core.case.state import Case, WaitingKind
from engine.core.clocks.clock import is_missed
from engine.core.model import MessageKind
from engine.store.webhooks import NewsKind

News = tuple[int, NewsKind, datetime]
_PLAIN: dict[type[Event], NewsKind] = {
    happenings.CaseOpened: NewsKind.CASE_OPENED,
    happenings.CaseReopened: NewsKind.CASE_REOPENED,
    happenings.CaseClosed: NewsKind.CASE_CLOSED,
    happenings.StepEntered: NewsKind.STEP_ENTERED,
    happenings.ActionWithdrawn: NewsKind.ACTION_WITHDRAWN,
}
_ANSWERED = frozenset({"agreed", "refused"})


def news_of(before: Case, events: Iterable[tuple[int, Event]]) -> Iterator[News]:
    """Yield what is news among numbered events. A limit is missed once, a rung escalates once, whoever is told."""
    missed = {
        (name, clock.key): is_missed(clock.clock)
        for name, run in before.enrolments.items()
        for clock in run.clocks.values()
    }
    risen: set[tuple[object, ...]] = set()
    for seq, event in events:
        match event:
            case ClockSet():
                key, now = (event.enrolment, event.clock.key), is_missed(event.clock.clock)
                kind = NewsKind.DEADLINE_MISSED if now and not missed.get(key, False) else None
                missed[key] = now
            case Told():
                kind = _of_told(event, risen)
            case WaitingSet():
                kind = _of_waiting(event)
            case _:
                kind = _PLAIN.get(type(event))
        if kind is not None:
            yield seq, kind, event.at


def _of_told(event: Told, risen: set[tuple[object, ...]]) -> NewsKind | None:
    one = event.message
    if one.topic is not Topic.RUNG or one.sends is MessageKind.REMINDER:
        return None
    rung = (one.enrolment, one.subject, one.generation, one.rung, one.occurrence)
    if rung in risen:
        return None
    risen.add(rung)
    return NewsKind.DEADLINE_ESCALATED


def _of_waiting(event: WaitingSet) -> NewsKind | None:
    if event.waiting.kind is not WaitingKind.TRANSFER:
        return None
    if event.what == "asked":
        return NewsKind.TRANSFER_ASKED
    return NewsKind.TRANSFER_ANSWERED if event.what in _ANSWERED else None
