"""A deadline's life: opened, moved, held, extended, ended; what it is now, and what its limit was (17-20).

Every function takes a clock and returns a new one with the messages the change asks for. Nothing here reads the
time: instants are arguments, aware and UTC. The functions that need the protocol take a Terms; a stored clock needs
neither protocol nor calendar to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from engine.core.clocks.calendar import Calendar, Interval, end_of_day, start_of_day
from engine.core.clocks.hold import covering, over_by
from engine.core.clocks.limit import Due, Line, Rule, first_instant, is_date, reckon
from engine.core.clocks.rungs import Running, Span, is_working, schedule
from engine.core.duration import Duration
from engine.core.evolve import evolve
from engine.core.model import Deadline, Extend, Kind, Lasts, Rung, Side
from engine.core.values import Approximate, When

#: What is recorded longer after it happened is marked so (18).
LATE_RECORD = timedelta(hours=24)


class Outcome(StrEnum):
    """What became of a clock (18). Open clocks may be past their limit: see ``standing``."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the protocol says of a clock, with the calendar that is kept on it."""

    calendar: Calendar
    rule: Rule  # its duration is the one for now; a clock keeps the durations it counts with
    kind: Kind = Kind.PRACTICE
    rungs: tuple[Rung, ...] = ()
    aim: Duration | None = None
    stops_on_hold: bool = True
    until_leaving: bool = True
    lasts: Lasts = Lasts.STEP
    side: Side = Side.PROTECTIVE
    extend: Extend | None = None
    alarm_without_date: bool = False
    no_news: bool = False

    @property
    def can_stop(self) -> bool:
        """A limit before a date is never moved by a hold (17), the no-news limit by nothing (23)."""
        return self.stops_on_hold and not self.rule.before and not self.no_news


@dataclass(frozen=True, slots=True)
class Count:
    """One way to reckon the limit: so long from there. The earliest of a clock's counts is its limit (20).

    ``extended``: how many extensions were granted before it began to count; they lengthened the old limit only.
    """

    origin: date | datetime
    duration: Duration
    extended: int = 0


@dataclass(frozen=True, slots=True)
class Generation:
    """One limit a clock has had. ``limit`` None: it could not be derived. ``schedule``: the instant of each rung."""

    number: int
    limit: datetime | None
    schedule: tuple[datetime, ...]
    day: date | None = None
    by_day: bool = False
    aim: datetime | None = None
    missed: bool = False


@dataclass(frozen=True)  # no slots: copied at every event (evolve.py)
class Clock:
    """The state of one clock. ``dealt``: occurrences of each rung dealt with in the present generation.

    ``told``: the last message to each recipient, in the order in which they were first told.
    ``promised``: until when somebody promised to act; ``broken``: how many promises ran out; ``climbs``: those of
    them that still have to send a rung before its time (promise.py). ``miss_taken``: the generation whose miss has
    had its effects. ``summary_for``: who was spared which rung and occurrence while the case was quiet.
    """

    opened: datetime
    start: When | None
    counts: tuple[Count, ...] = ()
    extensions: tuple[Duration, ...] = ()
    generations: tuple[Generation, ...] = ()
    dealt: tuple[int, ...] = ()
    told: Mapping[str, datetime] = field(default_factory=dict)
    promised: datetime | None = None
    broken: int = 0
    climbs: tuple[datetime, ...] = ()
    outcome: Outcome = Outcome.OPEN
    reason: str = ""
    ended: datetime | None = None
    happened: date | datetime | None = None  # what ended it
    recorded_late: bool = False
    recorded_over_24_hours_late: bool = False
    miss_taken: int = 0
    quiet_until: datetime | None = None
    summary_for: tuple[tuple[str, str, int], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something can still happen to it. A clock past its limit is open until it ends."""
        return self.outcome is Outcome.OPEN

    @property
    def is_armed(self) -> bool:
        """Whether it has rungs that can still go out."""
        return self.is_open and bool(self.generations)

    @property
    def missed_unnoticed(self) -> bool:
        """Whether it ended as missed before a pass had let the miss have its effects."""
        return self.outcome is Outcome.MISSED and self.miss_taken < self.now.number

    @property
    def now(self) -> Generation:
        """The present generation."""
        return self.generations[-1]

    @property
    def limit(self) -> datetime | None:
        """The present limit; None while it cannot be derived."""
        return self.generations[-1].limit if self.generations else None


class NoticeKind(StrEnum):
    """What those who were told before hear of a change."""

    LIMIT_MOVED = "limit_moved"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about a clock that is no rung."""

    kind: NoticeKind
    to: str
    at: datetime
    limit: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A clock after a change, and who must hear of it."""

    clock: Clock
    notices: tuple[Notice, ...] = ()


Held = tuple[Interval, ...]


def terms_of(deadline: Deadline, duration: Duration, calendar: Calendar) -> Terms:
    """Return the terms of a deadline of the protocol, with the duration that holds for this case."""
    limit = deadline.limit
    return Terms(
        calendar=calendar,
        rule=Rule(duration, limit.before is not None, limit.ends, limit.if_closed),
        kind=deadline.kind,
        rungs=deadline.rungs,
        aim=deadline.aim or limit.aim,
        stops_on_hold=deadline.stops_on_hold,
        until_leaving=deadline.until is None,
        lasts=deadline.lasts,
        side=deadline.side,
        extend=deadline.extend,
        alarm_without_date=deadline.if_date_unknown,
    )


def open_clock(
    terms: Terms, start: When | None, opened: datetime, held: Held = (), *, quiet_until: datetime | None = None
) -> Clock:
    """Open a clock. Without a start it waits, or alarms at once where the deadline says so (17)."""
    dealt = (0,) * len(terms.rungs)
    clock = Clock(opened, start, dealt=dealt, quiet_until=quiet_until)
    if start is not None:
        counts = (Count(_origin(start, terms.side), terms.rule.duration),)
        return _begin(evolve(clock, counts=counts), terms, held, opened)
    if terms.alarm_without_date:
        return evolve(clock, generations=(Generation(1, None, (opened,) * len(terms.rungs)),))
    return clock


def stopped(clock: Clock, terms: Terms, held: Held, now: datetime) -> Interval | None:
    """Return the hold that stops the clock at this instant. One begun after the limit stops nothing (19)."""
    if not held or not terms.can_stop or not clock.generations:
        return None
    span = covering(held, now)
    if span is None or (clock.limit is not None and span[0] > clock.limit):
        return None
    return span


def standing(clock: Clock, terms: Terms, held: Held, now: datetime) -> str:
    """Return what the clock is at this instant: open, stopped, met, missed, void or not armed."""
    if not clock.is_open:
        return clock.outcome.value
    if not clock.generations:
        return "not armed"
    if stopped(clock, terms, held, now):
        return "stopped"
    return "missed" if clock.limit is not None and clock.limit < now else "open"


def is_missed(clock: Clock) -> bool:
    """Return whether the limit that a clock has now passed with nothing done."""
    return clock.outcome is Outcome.MISSED or (clock.miss_taken > 0 and clock.miss_taken == clock.now.number)


def recompute(clock: Clock, terms: Terms, held: Held, now: datetime) -> Change:
    """Derive the limit anew. An unmoved limit keeps its generation; while stopped it waits for the hold's end."""
    if not clock.is_open or not clock.counts or stopped(clock, terms, held, now):
        return Change(clock)
    later = _begin(clock, terms, held, now)
    if len(later.generations) == len(clock.generations) or not clock.generations:
        return Change(later)
    moved = later.limit
    notices = tuple(Notice(NoticeKind.LIMIT_MOVED, to, now, moved) for to in clock.told)
    return Change(evolve(later, told=dict.fromkeys(clock.told, now)), notices)


def correct_start(clock: Clock, terms: Terms, start: When, held: Held, now: datetime) -> Change:
    """Count from another date: it became known, or was wrong (20)."""
    if not clock.is_open:
        return Change(clock)
    duration = clock.counts[0].duration if clock.counts else terms.rule.duration
    counts = (Count(_origin(start, terms.side), duration), *clock.counts[1:])
    return recompute(evolve(clock, start=start, counts=counts), terms, held, now)


def contact(clock: Clock, terms: Terms, happened: date | datetime, held: Held, now: datetime) -> Change:
    """Count the no-news limit from the last contact; an older one moves nothing (23)."""
    if not terms.no_news or not clock.is_open or not clock.counts:
        return Change(clock)
    marked = _mark_late(clock, terms, happened, now)
    last = clock.counts[0].origin
    if first_instant(happened, terms.calendar) <= first_instant(last, terms.calendar):
        return Change(marked)
    # Whoever promised to see to the silence has kept it: the next silence begins without promises (24).
    kept = evolve(marked, promised=None, broken=0, climbs=())
    return correct_start(kept, terms, happened, held, now)


def lightened(clock: Clock) -> Clock:
    """Return the clock without former limits that were replaced in time; what was missed stays on it (20).

    For a clock whose limit moves at every contact: the journal has all its limits, the state need not.
    """
    kept = tuple(item for item in clock.generations[:-1] if item.missed)
    return evolve(clock, generations=(*kept, *clock.generations[-1:]))


def change_limit(clock: Clock, terms: Terms, duration: Duration, held: Held, now: datetime) -> Change:
    """Count another limit from the start: a field, a migration, a correction of risk, or a loosening (20)."""
    if not clock.is_open or clock.start is None:
        return Change(clock)
    counts = (Count(_origin(clock.start, terms.side), duration),)
    return recompute(evolve(clock, counts=counts), terms, held, now)


def tighten(
    clock: Clock, terms: Terms, duration: Duration, happened: date | datetime, held: Held, now: datetime
) -> Change:
    """Risk went up: the earlier of the old limit and the new one from when it rose (20)."""
    if not clock.is_open or not clock.counts:
        return Change(clock)
    marked = _mark_late(clock, terms, happened, now)
    if terms.no_news:
        return change_limit(marked, terms, duration, held, now)
    origin = clock.counts[0].origin if terms.rule.before else happened  # before a date, the date is what counts
    tighter = Count(origin, duration, len(clock.extensions))
    return recompute(evolve(marked, counts=(*clock.counts, tighter)), terms, held, now)


def may_extend(clock: Clock, terms: Terms, role: str, reason: str) -> str | None:
    """Return why the clock may not be extended by this role, or None."""
    extend = terms.extend
    if extend is None:
        return "this deadline cannot be extended"
    if not clock.is_open:
        return "the deadline is closed"
    if role not in extend.who_may:
        return "another role extends this deadline"
    if not reason.strip():
        return "an extension needs a reason"
    if len(clock.extensions) >= extend.times:
        return "no extension is left"
    return None


def extend_limit(clock: Clock, terms: Terms, held: Held, now: datetime) -> Change:
    """Add the extension's time to the limit, also after a miss (20). Ask ``may_extend`` first."""
    if terms.extend is None:
        return Change(clock)
    return recompute(evolve(clock, extensions=(*clock.extensions, terms.extend.by)), terms, held, now)


def end(clock: Clock, terms: Terms, happened: date | datetime, held: Held, now: datetime) -> Change:
    """What the clock waited for happened: met at or before the limit, however late it is recorded (18)."""
    if not clock.is_open:
        return Change(clock)
    marked = _mark_late(clock, terms, happened, now)
    in_time = _in_time(clock, terms, happened, held)
    late = clock.limit is not None and now > clock.limit and not stopped(clock, terms, held, now)
    ended = evolve(
        marked,
        outcome=Outcome.MET if in_time else Outcome.MISSED,
        ended=now,
        happened=happened,
        recorded_late=in_time and late,
    )
    since = first_instant(happened, terms.calendar)
    notices = tuple(Notice(NoticeKind.WITHDRAWAL, to, now) for to, last in clock.told.items() if since <= last)
    return Change(ended, notices if since < now else ())


def void(
    clock: Clock, terms: Terms, reason: str, held: Held, now: datetime, happened: date | datetime | None = None
) -> Clock:
    """Close a clock whose step, track or case ended, or that no longer applies. A miss stays a miss (18).

    ``happened``: when what closes it happened, if that was not now.
    """
    if not clock.is_open:
        return clock
    since = now if happened is None else happened
    marked = _mark_late(clock, terms, since, now)
    if reason not in NEVER_MISSED and not _in_time(clock, terms, since, held):
        return evolve(marked, outcome=Outcome.MISSED, ended=now)
    return evolve(marked, outcome=Outcome.VOID, reason=reason, ended=now)


NOT_APPLICABLE = "not applicable"
STEP_LEFT = "step left"
TRACK_CLOSED = "track closed"
CASE_CLOSED = "case closed"
WITHDRAWN = "withdrawn"
#: Void for these reasons a clock should not have run at all, so it cannot have missed anything.
NEVER_MISSED = frozenset({NOT_APPLICABLE, WITHDRAWN})


def withdrawn(clock: Clock, terms: Terms, held: Held, now: datetime) -> Change:
    """It was opened by mistake: void, also behind its limit, and everybody who was told hears of it."""
    notices = tuple(Notice(NoticeKind.WITHDRAWAL, to, now) for to in clock.told) if clock.is_open else ()
    return Change(void(clock, terms, WITHDRAWN, held, now), notices)


def leave_step(clock: Clock, terms: Terms, happened: date | datetime, held: Held, now: datetime) -> Change:
    """The step was left: ends a clock that waits for it, voids one that lives only as long as the step (17)."""
    if terms.until_leaving:
        return end(clock, terms, happened, held, now)
    return Change(void(clock, terms, STEP_LEFT, held, now, happened) if terms.lasts is Lasts.STEP else clock)


def close_track(
    clock: Clock, terms: Terms, held: Held, now: datetime, happened: date | datetime | None = None
) -> Clock:
    """The track ended without the step being left by its own action: what belongs to it is void."""
    return clock if terms.lasts is Lasts.CASE else void(clock, terms, TRACK_CLOSED, held, now, happened)


def derivation(clock: Clock, terms: Terms, held: Held, now: datetime) -> list[Line]:
    """Return how the limit comes about, one step a line; as texts they are English, in local time."""
    lines: list[Line] = []
    if clock.counts:
        _earliest(clock, terms, over_by(held, now) if terms.can_stop else (), lines)
    return lines


def _origin(start: When, side: Side) -> date | datetime:
    if isinstance(start, Approximate):
        return start.earliest if side is Side.PROTECTIVE else start.latest
    return start


def _earliest(clock: Clock, terms: Terms, over: Held, lines: list[Line] | None = None) -> tuple[Count, Due]:
    found = [
        (count, reckon(terms.calendar, count.origin, _with_duration(terms.rule, count.duration),
                       extensions=clock.extensions[count.extended :], held=over, lines=lines))
        for count in clock.counts
    ]  # fmt: skip
    return min(found, key=lambda pair: pair[1].instant)


def _with_duration(rule: Rule, duration: Duration) -> Rule:
    return rule if duration is rule.duration else evolve(rule, duration=duration)


def _begin(clock: Clock, terms: Terms, held: Held, now: datetime) -> Clock:
    """Reckon limit and rungs; begin a generation if the limit is another one."""
    over = over_by(held, now) if held and terms.can_stop else ()
    count, due = _earliest(clock, terms, over)
    rungs = _schedule(clock, terms, count, due, over)
    aim = _aim(clock, terms, over)
    former = clock.generations[-1] if clock.generations else None
    number = former.number + 1 if former else 1
    if former is not None and former.limit == due.instant:
        same = evolve(former, schedule=rungs, aim=aim)
        return clock if same == former else evolve(clock, generations=(*clock.generations[:-1], same))
    generation = Generation(number, due.instant, rungs, due.day, due.by_day, aim)
    if former is not None and _passed(former, terms, held, now):
        clock = evolve(clock, generations=(*clock.generations[:-1], evolve(former, missed=True)))
    return evolve(clock, generations=(*clock.generations, generation), dealt=(0,) * len(terms.rungs))


def _passed(former: Generation, terms: Terms, held: Held, now: datetime) -> bool:
    """Whether the limit had passed when it was replaced; not if the clock was stopped at it."""
    if former.limit is None or former.limit >= now:
        return False
    return not (terms.can_stop and covering(held, former.limit))


def _schedule(clock: Clock, terms: Terms, count: Count, due: Due, over: Held) -> tuple[datetime, ...]:
    if not terms.rungs:
        return ()
    if terms.rule.before:
        span = Span(clock.opened, clock.opened, clock.opened, due)
    else:
        start = first_instant(clock.counts[0].origin, terms.calendar)
        span = Span(start, first_instant(count.origin, terms.calendar), clock.opened, due)
    return schedule(terms.rungs, span, Running(terms.calendar, is_working(count.duration), over))


def _aim(clock: Clock, terms: Terms, over: Held) -> datetime | None:
    if terms.aim is None:
        return None
    return reckon(terms.calendar, clock.counts[0].origin, Rule(terms.aim, terms.rule.before), held=over).instant


def _in_time(clock: Clock, terms: Terms, happened: date | datetime, held: Held) -> bool:
    if clock.limit is None:
        return True
    if is_date(happened):
        if clock.now.by_day and clock.now.day is not None:
            return happened <= clock.now.day or _stopped_on(clock, terms, held, happened)
        return end_of_day(happened, terms.calendar.tz) <= clock.limit or _stopped_on(clock, terms, held, happened)
    moment = first_instant(happened, terms.calendar)
    return moment <= clock.limit or stopped(clock, terms, held, moment) is not None


def _stopped_on(clock: Clock, terms: Terms, held: Held, day: date) -> bool:
    return stopped(clock, terms, held, start_of_day(day, terms.calendar.tz)) is not None


def _mark_late(clock: Clock, terms: Terms, happened: date | datetime, now: datetime) -> Clock:
    known = end_of_day(happened, terms.calendar.tz) if is_date(happened) else first_instant(happened, terms.calendar)
    return evolve(clock, recorded_over_24_hours_late=True) if now - known > LATE_RECORD else clock
