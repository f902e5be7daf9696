"""The clocks of a case: armed when a visit begins, kept true to the facts, ended with what they belong to (17-20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from engine.core.case import events as happenings
from engine.core.case.state import CaseClock, Place, TrackState
from engine.core.clocks import clock as clocks
from engine.core.clocks.calendar import Calendar
from engine.core.clocks.clock import Change, Clock, Outcome, Terms, terms_of
from engine.core.clocks.limit import Rule
from engine.core.deciding.draft import Draft
from engine.core.deciding.rulebook import NO_NEWS, Placed, Rulebook
from engine.core.deciding.waits import WAIT_PATHS, WAITING, terms_of_wait
from engine.core.deciding.world import CaseWorld
from engine.core.duration import Duration, Unit
from engine.core.evolve import evolve
from engine.core.judging.truth import evaluate
from engine.core.model import (
    ARMED_UNLESS_FALSE,
    URGENT,
    Deadline,
    Entering,
    FromDeadline,
    FromField,
    Kind,
    Lasts,
    NoNews,
)
from engine.core.values import When

#: For "the shortest" among durations written in different words.
_LENGTH = {
    Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.WORKING_HOURS: 3 * 3600, Unit.SAME_DAY: 43200,
    Unit.DAYS: 86400, Unit.WORKING_DAYS: 33 * 3600, Unit.WEEKS: 7 * 86400, Unit.MONTHS: 30 * 86400,
    Unit.YEARS: 365 * 86400,
}  # fmt: skip


def terms_for(draft: Draft, rules: Rulebook, item: CaseClock) -> Terms:
    """Return the terms of a clock of the case, with the calendar kept on it."""
    calendar = draft.kept_calendar(rules, item.calendar)
    known = rules.terms.get(item.deadline)
    if known is None and item.deadline in WAIT_PATHS:  # who is asked differs from item to item
        asked = draft.case.waiting[item.key.removeprefix(WAITING)]
        return terms_of_wait(rules.protocol.no_news, asked.kind, asked.asked, item.duration, calendar)
    if (
        known is None
        or known.rule.duration != item.duration
        or known.calendar is not calendar
        or known.lasts is not item.lasts
    ):
        known = rules.terms[item.deadline] = _terms(rules, item, calendar)
    return known


def _terms(rules: Rulebook, item: CaseClock, calendar: Calendar) -> Terms:
    if item.deadline == NO_NEWS:
        return _no_news_terms(rules.protocol.no_news, item.duration, calendar=calendar)
    placed = rules.deadlines[item.deadline]
    terms = terms_of(placed.deadline, item.duration, calendar)
    return terms if placed.task is None else evolve(terms, until_leaving=False, lasts=item.lasts)


def _no_news_terms(no_news: NoNews, duration: Duration, *, calendar: Calendar) -> Terms:
    return Terms(
        calendar,
        Rule(duration),
        Kind.SAFETY,
        no_news.rungs,
        stops_on_hold=False,
        until_leaving=False,
        lasts=Lasts.CASE,
        no_news=True,
    )


def arm_step(draft: Draft, enrolment: str, track: str) -> None:
    """Open the clocks of the visit that has begun, where they apply."""
    state = draft.track(enrolment, track)
    for placed in draft.rules(enrolment).of_step[track, state.step]:
        if placed.task is None:
            _arm(draft, enrolment, placed, state)


def _arm(draft: Draft, enrolment: str, placed: Placed, state: TrackState) -> None:
    key = _free_key(draft, enrolment, placed, f"{placed.path}#{state.visit}")
    if key is not None:
        open_clock(draft, enrolment, placed, key=key, entering=state.entered_on, visit=state.visit)


def _free_key(draft: Draft, enrolment: str, placed: Placed, key: str) -> str | None:
    """Return the key for a clock to be opened; None where one runs or has ended for this visit.

    A clock that was void because it did not apply may be armed again, under a key of its own.
    """
    known = draft.case.enrolments[enrolment].clocks
    if placed.deadline.lasts is not Lasts.STEP and any(
        item.deadline == placed.path and item.clock.is_open for item in known.values()
    ):
        return None
    found, number = known.get(key), 1
    while found is not None:
        if found.clock.outcome is not Outcome.VOID or found.clock.reason != clocks.NOT_APPLICABLE:
            return None
        number += 1
        found = known.get(f"{key}~{number}")
    return key if number == 1 else f"{key}~{number}"


def open_clock(
    draft: Draft,
    enrolment: str,
    placed: Placed,
    *,
    key: str,
    entering: date | datetime,
    visit: int,
    occurrence: int = 0,
    lasts: Lasts = Lasts.STEP,
) -> None:
    """Open a clock if its deadline applies and is not satisfied already. ``lasts``: where its task lasts longer."""
    rules, deadline = draft.rules(enrolment), placed.deadline
    world = _world(draft, enrolment, placed.track, visit, key)
    if not _applies(deadline, world) or (deadline.until is not None and evaluate(deadline.until, world) is True):
        return
    duration = duration_for(deadline, world)
    calendar = draft.calendar(rules, deadline.calendar)
    terms = terms_of(deadline, duration, calendar)
    start = _start(draft, enrolment, placed, world, entering, (visit, occurrence))
    held = draft.held if terms.can_stop else ()
    clock = clocks.open_clock(terms, start, draft.now, held, quiet_until=draft.case.quiet_until)
    life = max(deadline.lasts, lasts, key=list(Lasts).index)
    item = CaseClock(key, placed.path, clock, calendar.id, duration, life, placed.track, visit, occurrence)
    draft.emit(happenings.ClockSet(at=draft.now, by=draft.by, enrolment=enrolment, what="opened", clock=item))


def arm_no_news(draft: Draft, *, anew: bool = False) -> None:
    """See to it that the open case has a no-news clock, of the first enrolment that goes on (23).

    ``anew``: the case was closed meanwhile, so that the silence begins now.
    """
    if not draft.case.is_open or any(item.clock.is_open for item in _of_silence(draft)):
        return
    enrolment = draft.leading_enrolment()
    rules = draft.rules(enrolment)
    calendar = draft.calendar(rules)
    duration = _no_news_duration(rules, draft.world(enrolment))
    terms = _no_news_terms(rules.protocol.no_news, duration, calendar=calendar)
    start = draft.happened if anew else _last_contact(draft)
    clock = clocks.open_clock(terms, start, draft.now, quiet_until=draft.case.quiet_until)
    former = sum(item.deadline == NO_NEWS for item in draft.case.enrolments[enrolment].clocks.values())
    key = f"{NO_NEWS}~{former + 1}" if former else NO_NEWS
    item = CaseClock(key, NO_NEWS, clock, calendar.id, duration, Lasts.CASE)
    draft.emit(happenings.ClockSet(at=draft.now, by=draft.by, enrolment=enrolment, what="opened", clock=item))


def _of_silence(draft: Draft) -> Iterator[CaseClock]:
    """Yield the no-news clocks of the case, the one most likely to run first."""
    enrolments = draft.case.enrolments.values()
    yield from (item.clocks[NO_NEWS] for item in enrolments if NO_NEWS in item.clocks)
    for enrolment in enrolments:
        yield from (item for item in enrolment.clocks.values() if item.deadline == NO_NEWS and item.key != NO_NEWS)


def _last_contact(draft: Draft) -> When:
    """Return since when there was no news: an enrolment that ended leaves its silence to the next one."""
    known = (item.clock for item in _of_silence(draft) if item.clock.reason != clocks.WITHDRAWN)
    latest = max(known, key=lambda clock: clock.opened, default=None)
    return draft.happened if latest is None or latest.start is None else latest.start


def note_contact(draft: Draft) -> None:
    """Count the no-news limit anew: somebody was in contact, or acted."""
    for name, item in _open_clocks(draft):
        if item.deadline == NO_NEWS:
            terms = terms_for(draft, draft.rules(name), item)
            change = clocks.contact(item.clock, terms, draft.happened, (), draft.now)
            set_clock(draft, name, item, "contact", evolve(change, clock=clocks.lightened(change.clock)))


def refresh(draft: Draft, enrolment: str) -> None:
    """Keep every clock of an enrolment true to what is known: void, met, moved, or armed at last.

    A clock may count from another one, so this goes on until none has changed.
    """
    known = None
    while known is not draft.case.enrolments[enrolment].clocks:
        known = draft.case.enrolments[enrolment].clocks
        _refresh_once(draft, enrolment)


def _refresh_once(draft: Draft, enrolment: str) -> None:
    for item in list(draft.case.enrolments[enrolment].open_clocks()):
        _follow(draft, enrolment, item)
    armed_later = draft.rules(enrolment).armed_later
    for name, state in draft.case.enrolments[enrolment].tracks.items():
        if state.place is Place.OPEN:
            for placed in armed_later[name, state.step]:
                _arm(draft, enrolment, placed, state)


def _follow(draft: Draft, enrolment: str, item: CaseClock) -> None:
    rules = draft.rules(enrolment)
    if item.deadline == NO_NEWS:
        _follow_duration(draft, enrolment, item, _no_news_duration(rules, draft.world(enrolment)),
                         rules.protocol.no_news.risk_field)  # fmt: skip
        return
    placed = rules.deadlines.get(item.deadline)
    if placed is None or not placed.follows_facts:
        return
    deadline = placed.deadline
    world = _world(draft, enrolment, item.track, item.visit, item.key)
    terms = terms_for(draft, rules, item)
    if deadline.applies_when is not None and evaluate(deadline.applies_when, world) is False:
        voided = clocks.void(item.clock, terms, clocks.NOT_APPLICABLE, draft.held, draft.now)
        set_clock(draft, enrolment, item, "void", Change(voided))
        return
    if deadline.until is not None and evaluate(deadline.until, world) is True:
        change = clocks.end(item.clock, terms, draft.happened, draft.held, draft.now)
        set_clock(draft, enrolment, item, "ended", change)
        return
    if deadline.limit.depends_on is not None:
        item = _follow_duration(draft, enrolment, item, duration_for(deadline, world), deadline.limit.depends_on)
    _follow_start(draft, enrolment, item, placed, world)


def _follow_start(draft: Draft, enrolment: str, item: CaseClock, placed: Placed, world: CaseWorld) -> None:
    if isinstance(placed.deadline.counts_from, Entering):
        return
    start = _start(draft, enrolment, placed, world, item.clock.opened, (item.visit, item.occurrence))
    if start is None or start == item.clock.start:
        return
    terms = terms_for(draft, draft.rules(enrolment), item)
    change = clocks.correct_start(item.clock, terms, start, draft.held, draft.now)
    set_clock(draft, enrolment, item, "start known" if item.clock.start is None else "start corrected", change)


def _follow_duration(
    draft: Draft, enrolment: str, item: CaseClock, duration: Duration, field: str | None
) -> CaseClock:
    if duration == item.duration:
        return item
    rules = draft.rules(enrolment)
    longer = evolve(item, duration=duration)
    terms = terms_for(draft, rules, longer)
    ladder = rules.field(field) if field else None
    rises = ladder is not None and bool(ladder.rises) and not draft.correction
    if rises and _length(duration) < _length(item.duration):
        change = clocks.tighten(item.clock, terms, duration, draft.happened, draft.held, draft.now)
    else:
        change = clocks.change_limit(item.clock, terms, duration, draft.held, draft.now)
    return set_clock(draft, enrolment, longer, "limit changed", change)


def set_clock(
    draft: Draft, enrolment: str, item: CaseClock, what: str, change: Change, reason: str = ""
) -> CaseClock:
    """Write a changed clock and tell those who must hear of it. Nothing is written where nothing changed."""
    known = draft.case.enrolments[enrolment].clocks.get(item.key)
    later = evolve(item, clock=change.clock)
    if later != known:
        draft.emit(
            happenings.ClockSet(
                at=draft.now, by=draft.by, enrolment=enrolment, what=what, clock=later, reason=reason
            )
        )  # fmt: skip
    draft.notify(enrolment, item.key, item.deadline, change.notices)
    if later.clock.missed_unnoticed:
        draft.missed_unnoticed.append((enrolment, item.key))
    return later


def leave_step(draft: Draft, enrolment: str, track: str, visit: int) -> None:
    """End the clocks that waited for the step to be left; void those that lived only as long as it."""
    for item in list(draft.case.enrolments[enrolment].open_clocks()):
        if item.track == track and item.visit == visit:
            terms = terms_for(draft, draft.rules(enrolment), item)
            change = clocks.leave_step(item.clock, terms, draft.happened, draft.held, draft.now)
            set_clock(draft, enrolment, item, "ended", change)


def close_track(draft: Draft, enrolment: str, track: str) -> None:
    """Void what belongs to a track that ended or was closed."""
    for item in list(draft.case.enrolments[enrolment].open_clocks()):
        if item.track == track:
            terms = terms_for(draft, draft.rules(enrolment), item)
            closed = clocks.close_track(item.clock, terms, draft.held, draft.now, draft.happened)
            set_clock(draft, enrolment, item, "void", Change(closed))


def close_enrolment(draft: Draft, enrolment: str, *, whole_case: bool, leaves_silence: bool = True) -> None:
    """Void the clocks of an ended enrolment; those that last the case only with the case.

    ``leaves_silence``: another enrolment goes on and takes over the no-news limit.
    """
    for item in list(draft.case.enrolments[enrolment].open_clocks()):
        if whole_case or item.lasts is not Lasts.CASE or (leaves_silence and item.deadline == NO_NEWS):
            terms = terms_for(draft, draft.rules(enrolment), item)
            closed = clocks.void(item.clock, terms, clocks.CASE_CLOSED, draft.held, draft.now, draft.happened)
            set_clock(draft, enrolment, item, "void", Change(closed))


def recompute_all(draft: Draft, as_of: datetime, *, only_urgent: bool = False) -> None:
    """Derive the limits anew as of an instant (UTC): a hold ended. An urgent pass does so for its own clocks only."""
    for name, item in _open_clocks(draft):
        terms = terms_for(draft, draft.rules(name), item)
        if not only_urgent or terms.kind in URGENT:
            set_clock(draft, name, item, "moved", clocks.recompute(item.clock, terms, draft.held, as_of))


def duration_for(deadline: Deadline, world: CaseWorld) -> Duration:
    """Return the limit's duration for this case. Where the field it depends on says nothing: the shortest."""
    limit = deadline.limit
    if limit.duration is not None:
        return limit.duration
    value = world.fact(limit.depends_on or "")
    chosen = limit.cases.get(str(value)) if value is not None else None
    return chosen or limit.otherwise or min(limit.cases.values(), key=_length)


def _no_news_duration(rules: Rulebook, world: CaseWorld) -> Duration:
    no_news = rules.protocol.no_news
    value = world.fact(no_news.risk_field) if no_news.risk_field else None
    return no_news.limits.get(str(value), no_news.otherwise)


def _applies(deadline: Deadline, world: CaseWorld) -> bool:
    if deadline.applies_when is None:
        return True
    truth = evaluate(deadline.applies_when, world)
    return truth is not False if deadline.kind in ARMED_UNLESS_FALSE else truth is True


def _start(
    draft: Draft,
    enrolment: str,
    placed: Placed,
    world: CaseWorld,
    entering: date | datetime,
    of: tuple[int, int],
) -> When | None:
    """Return what the clock counts from; ``of``: the visit and the task's occurrence it belongs to."""
    counts_from = placed.deadline.counts_from
    if placed.deadline.limit.before is not None:
        counts_from = FromField(placed.deadline.limit.before)
    match counts_from:
        case Entering():
            return entering
        case FromField(field):
            value = world.fact(field)
            return value if isinstance(value, When) else None
        case FromDeadline(deadline, which):
            return _from_deadline(draft, enrolment, placed.path.rpartition(".")[0] + "." + deadline, which, of)


def _from_deadline(draft: Draft, enrolment: str, path: str, which: str, of: tuple[int, int]) -> When | None:
    """Return when the other deadline ended, in time or late, or its limit: of the same visit, or a longer one's."""
    found = [
        item.clock
        for item in draft.case.enrolments[enrolment].clocks.values()
        if item.deadline == path and ((item.visit, item.occurrence) == of or item.lasts is not Lasts.STEP)
    ]
    if not found:
        return None
    other: Clock = found[-1]
    if which == "limit":
        return other.limit
    return other.happened  # also when it came too late: what was waited for has happened


def _world(draft: Draft, enrolment: str, track: str, visit: int, key: str) -> CaseWorld:
    return draft.world(enrolment, visit=f"{track}#{visit}" if track else "", blind_to=key)


def _open_clocks(draft: Draft) -> Iterator[tuple[str, CaseClock]]:
    for name, enrolment in list(draft.case.enrolments.items()):
        for item in list(enrolment.open_clocks()):
            yield name, item


def _length(duration: Duration) -> int:
    return duration.amount * _LENGTH[duration.unit] or _LENGTH[duration.unit]
