"""One pass over one clock: which rungs are due, who gets which message, and what is only recorded (22-25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.core.clocks.clock import Clock, Held, Terms, stopped
from engine.core.clocks.promise import climbs, lapse
from engine.core.clocks.rungs import repeats
from engine.core.evolve import evolve
from engine.core.model import Rung

#: A rung that goes out later than this after its instant is marked late (25).
LATE = timedelta(minutes=15)


class FiringKind(StrEnum):
    """What became of a due rung."""

    SENT = "sent"  # at least one message is about it
    RECORDED_ONLY = "recorded_only"  # everybody addressed got a higher rung's message, or the case is quiet
    OVERTAKEN = "overtaken"  # a later occurrence of the same rung stood in the same pass


@dataclass(frozen=True, slots=True)
class Firing:
    """One rung that was due, with its key within the clock: generation, rung and occurrence (25)."""

    rung: str
    generation: int
    occurrence: int
    scheduled: datetime
    fired: datetime
    late: bool
    kind: FiringKind


@dataclass(frozen=True, slots=True)
class RungMessage:
    """One message about the highest due rung addressed to its recipient, listing the others as (rung, occurrence)."""

    to: str
    at: datetime
    rung: str
    generation: int
    occurrence: int
    late: bool
    lists: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The one message about an imported case after its quiet time, listing what was due meanwhile."""

    to: str
    at: datetime
    lists: tuple[tuple[str, int], ...]


Said = tuple[RungMessage | Summary, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """A clock after a pass."""

    clock: Clock
    firings: tuple[Firing, ...] = ()
    messages: Said = ()


@dataclass(frozen=True, slots=True)
class _Occurrence:
    rung: Rung
    index: int
    number: int
    scheduled: datetime
    climbs: bool = False  # sent before its time by a broken promise


def fire(
    clock: Clock,
    terms: Terms,
    held: Held,
    now: datetime,
    *,
    with_repeats: bool = True,
    until: datetime | None = None,
) -> Fired:
    """Deal with every rung due at this instant. While stopped only what was due before the hold is due (19).

    A promise that has run out is counted, and may send a rung before its time (24). ``until`` leaves out what lies
    behind that instant: the clock's own limit moves the case first.
    """
    if not clock.is_armed:
        return Fired(clock)
    horizon = until or now
    hold = stopped(clock, terms, held, now)
    lapsed = lapse(clock, terms, held, horizon)
    due = [item for item in _due(lapsed, terms, horizon, with_repeats) if hold is None or item.scheduled < hold[0]]
    later = _deal_with(lapsed, due, horizon)
    quiet = clock.quiet_until is not None and now < clock.quiet_until
    summaries: Said = () if quiet else _summaries(clock, now)
    if not due:
        return Fired(_told(evolve(later, summary_for=()), summaries), (), summaries) if summaries else Fired(later)
    spoken = [item for item in due if not _silenced(clock, item)]
    messages = () if quiet else _messages(spoken, clock.now.number, now)
    firings = _firings(spoken, messages, clock.now.number, now)
    if quiet:
        spared = tuple((to, item.rung.id, item.number) for item in spoken for to in item.rung.to)
        return Fired(evolve(later, summary_for=(*clock.summary_for, *spared)), firings)
    said = (*summaries, *messages)
    return Fired(_told(evolve(later, summary_for=()), said), firings, said)


def next_due(clock: Clock, terms: Terms, *, with_repeats: bool = True) -> datetime | None:
    """Return the earliest instant at which a pass would find something to do, holds left out of account."""
    said = next_said(clock, terms, with_repeats=with_repeats)
    if not clock.is_armed or clock.limit is None or clock.miss_taken == clock.now.number:
        return said
    return clock.limit if said is None else min(said, clock.limit)


def next_said(clock: Clock, terms: Terms, *, with_repeats: bool = True) -> datetime | None:
    """Return when the clock next has something to say, or a promise to count; what a miss brings about is no word."""
    if not clock.is_armed:
        return None
    found = [
        instant
        for index, instant in enumerate(clock.now.schedule)
        if clock.dealt[index] == 0
    ]  # fmt: skip
    if not found and with_repeats and terms.rungs:
        found.append(next(instant for _, instant in _grid(clock, terms)))
    found.extend(clock.climbs)
    if clock.promised is not None:
        found.append(clock.promised)
    if clock.summary_for and clock.quiet_until is not None:
        found.append(clock.quiet_until)
    return min(found, default=None)


def _due(clock: Clock, terms: Terms, now: datetime, with_repeats: bool) -> Iterator[_Occurrence]:
    early = climbs(clock)
    for index, rung in enumerate(terms.rungs):
        scheduled = early.get(index, clock.now.schedule[index])
        if scheduled > now:
            continue
        if clock.dealt[index] == 0:
            yield _Occurrence(rung, index, 1, scheduled, index in early)
        if with_repeats and index == len(terms.rungs) - 1:
            yield from _due_repeats(clock, terms, now)


def _due_repeats(clock: Clock, terms: Terms, now: datetime) -> Iterator[_Occurrence]:
    last = len(terms.rungs) - 1
    for number, instant in _grid(clock, terms):
        if instant > now:
            return
        yield _Occurrence(terms.rungs[last], last, number, instant)


def _grid(clock: Clock, terms: Terms) -> Iterator[tuple[int, datetime]]:
    """Yield the repeats that were not dealt with yet; a clock open for years does not count them all again."""
    return repeats(terms.rungs[-1], terms.kind, clock.now.schedule[-1], terms.calendar, clock.dealt[-1])


def _silenced(clock: Clock, item: _Occurrence) -> bool:
    """Whether a promise keeps this occurrence back; the first one only if the rung says so, a climb never."""
    if clock.promised is None or item.climbs or item.scheduled > clock.promised:
        return False
    return item.number > 1 or item.rung.unless_acknowledged


def _summaries(clock: Clock, now: datetime) -> Said:
    spared: dict[str, list[tuple[str, int]]] = {}
    for to, rung, number in clock.summary_for:
        spared.setdefault(to, []).append((rung, number))
    return tuple(Summary(to, now, tuple(lists)) for to, lists in spared.items())


def _messages(spoken: list[_Occurrence], generation: int, now: datetime) -> tuple[RungMessage, ...]:
    addressed: dict[str, list[_Occurrence]] = {}
    for item in spoken:
        for to in item.rung.to:
            addressed.setdefault(to, []).append(item)
    return tuple(
        RungMessage(
            to,
            now,
            items[-1].rung.id,
            generation,
            items[-1].number,
            now - items[-1].scheduled > LATE,
            tuple((item.rung.id, item.number) for item in items[:-1]),
        )
        for to, items in addressed.items()
    )


def _firings(
    spoken: list[_Occurrence], messages: tuple[RungMessage, ...], generation: int, now: datetime
) -> tuple[Firing, ...]:
    """Return one firing for each occurrence; after an outage of years there are thousands of them."""
    highest = {item.index: item.number for item in spoken}  # in order: a later occurrence replaces an earlier one
    told = {(said.rung, said.occurrence) for said in messages}
    return tuple(_firing(item, highest[item.index], told, generation, now) for item in spoken)


def _firing(item: _Occurrence, highest: int, told: set[tuple[str, int]], generation: int, now: datetime) -> Firing:
    if item.number < highest:
        kind = FiringKind.OVERTAKEN
    elif (item.rung.id, item.number) in told:
        kind = FiringKind.SENT
    else:
        kind = FiringKind.RECORDED_ONLY
    late = now - item.scheduled > LATE
    return Firing(item.rung.id, generation, item.number, item.scheduled, now, late, kind)


def _deal_with(clock: Clock, due: list[_Occurrence], horizon: datetime) -> Clock:
    """Return the clock with what is due dealt with, and every climb that was due by then."""
    owed = tuple(at for at in clock.climbs if at > horizon)
    if not due and owed == clock.climbs:
        return clock
    dealt = list(clock.dealt)
    for item in due:
        dealt[item.index] = item.number
    return evolve(clock, dealt=tuple(dealt), climbs=owed)


def _told(clock: Clock, messages: Said) -> Clock:
    return evolve(clock, told={**clock.told, **{said.to: said.at for said in messages}})
