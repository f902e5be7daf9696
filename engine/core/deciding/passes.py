"""One pass of the worker over one case: holds that end, rungs that are due, limits that were missed (21, 25)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.core.case import events as happenings
from engine.core.case.effects import Message, Topic
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import CaseClock, Place
from engine.core.clocks.clock import Terms, stopped
from engine.core.clocks.firing import Fired, RungMessage, fire, next_due
from engine.core.deciding.draft import Draft
from engine.core.deciding.misses import bring_about
from engine.core.deciding.moves import follow_up, take
from engine.core.deciding.openness import in_the_open
from engine.core.deciding.recount import count_anew
from engine.core.deciding.referrals import end_without_agreement
from engine.core.deciding.timers import recompute_all, terms_for
from engine.core.evolve import evolve
from engine.core.model import URGENT, Deadline, Rung

#: A pass after an outage catches up with at most so many rounds of limits that move the case; the next pass goes on.
MOST_ROUNDS = 1000


def settle(draft: Draft) -> None:
    """Bring the case up to now: what ended or changed by itself since."""
    _end_holds(draft)
    count_anew(draft)
    end_without_agreement(draft)
    if any(draft.rules(name).depends_on_time for name in draft.open_enrolments()):
        follow_up(draft)


def _end_holds(draft: Draft, *, only_urgent: bool = False) -> None:
    """End the holds whose stated end has come. An urgent pass only moves its own clocks, each as of that end."""
    now = draft.now
    due = [hold for hold in draft.case.holds.values() if hold.ended is None and hold.until <= now]
    for hold in sorted(due, key=lambda item: (item.until, item.id)):
        draft.now = max(hold.until, draft.case.recorded or hold.until)
        if not only_urgent:
            ended = evolve(hold, ended=hold.until)
            draft.emit(happenings.HoldSet(at=draft.now, what="ended by itself", hold=ended))
        recompute_all(draft, hold.until, only_urgent=only_urgent)
    draft.now = now


def run_pass(draft: Draft, *, with_repeats: bool) -> None:
    """Send every rung that is due, and let missed limits have their effects, and what is due by them."""
    rounds = 1
    while _run_round(draft, with_repeats) and rounds < MOST_ROUNDS:
        rounds += 1
        follow_up(draft)


def send_urgent(draft: Draft, *, with_repeats: bool) -> None:
    """Send the due rungs of safety, clinical and evidence clocks, and do nothing else.

    What their misses bring about changes the case, so it waits for the next whole pass, as do all other clocks,
    holds, windows and conditions: that pass finds the case as if nobody had looked.
    """
    _end_holds(draft, only_urgent=True)
    for name, key in _in_order(draft, with_repeats):
        item = draft.case.enrolments[name].clocks[key]
        if terms_for(draft, draft.rules(name), item).kind in URGENT:
            _send(draft, name, item, with_repeats)


def _run_round(draft: Draft, with_repeats: bool) -> bool:
    """Serve all clocks that are due; return whether a miss had effects, so that more may be due now.

    Misses are taken in the order of their limits, whoever has waited longest: what the first of them moves may show
    that a later limit was never missed. So each round takes those of one instant.
    """
    due = _in_order(draft, with_repeats)
    limits = dict(_effective(draft, due))
    first = min(limits.values(), default=draft.now)
    effects = False
    for name, key in _ties_by_name(due, {one for one, limit in limits.items() if limit == first}):
        item = draft.case.enrolments[name].clocks[key]
        if item.clock.is_open:
            effects |= _serve(draft, name, item, with_repeats, first)
    return effects


def _in_order(draft: Draft, with_repeats: bool) -> list[tuple[str, str]]:
    """Return (enrolment, clock) of all that is due, the longest due first."""
    found: list[tuple[datetime, str, str]] = []
    for name, enrolment in draft.case.enrolments.items():
        for item in enrolment.open_clocks():
            terms = terms_for(draft, draft.rules(name), item)
            due = next_due(item.clock, terms, with_repeats=with_repeats)
            if due is not None and due <= draft.now:
                found.append((due, name, item.key))
    return [(name, key) for _, name, key in sorted(found)]


def _ties_by_name(due: list[tuple[str, str]], tied: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return all that is due with misses of one instant by their names: who looked before must not decide it."""
    by_name = iter(sorted(tied))
    return [next(by_name) if one in tied else one for one in due]


def _effective(draft: Draft, due: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], datetime]]:
    """Yield the clocks whose being missed sets, opens, tells or moves something, each with its limit."""
    for name, key in due:
        item, rules = draft.case.enrolments[name].clocks[key], draft.rules(name)
        limit = _missed_limit(draft, item, terms_for(draft, rules, item))
        if limit is not None and rules.has_effects(item.deadline):
            yield (name, key), limit


def _missed_limit(draft: Draft, item: CaseClock, terms: Terms) -> datetime | None:
    """Return the limit of a clock that is past, and that no pass has taken as missed yet."""
    clock, limit = item.clock, item.clock.limit
    if limit is None or limit > draft.now or clock.miss_taken == clock.now.number:
        return None
    return None if stopped(clock, terms, draft.held, draft.now) else limit


def _serve(draft: Draft, enrolment: str, item: CaseClock, with_repeats: bool, until: datetime) -> bool:
    """Serve one clock; its miss only if its limit lies at or before ``until``. Return whether that had effects."""
    missed = _send(draft, enrolment, item, with_repeats, takes_miss=until)
    rules = draft.rules(enrolment)
    if not missed or not rules.has_effects(item.deadline):
        return False
    _miss(draft, enrolment, item, rules.deadlines[item.deadline].deadline)
    return True


def _send(
    draft: Draft, enrolment: str, item: CaseClock, with_repeats: bool, *, takes_miss: datetime | None = None
) -> bool:
    """Send what is due of one clock; write down and return whether its limit was missed, up to ``takes_miss``."""
    rules = draft.rules(enrolment)
    terms = terms_for(draft, rules, item)
    limit = _missed_limit(draft, item, terms)
    # What the deadline itself moves happens at the limit: rungs that lie behind it are for what still stands.
    until = limit if rules.moves_case(item.deadline) else None
    fired = fire(item.clock, terms, draft.held, draft.now, with_repeats=with_repeats, until=until)
    missed = limit is not None and takes_miss is not None and limit <= takes_miss
    clock = evolve(fired.clock, miss_taken=fired.clock.now.number) if missed else fired.clock
    _write(draft, enrolment, evolve(item, clock=clock), fired, terms)
    return missed


def _write(draft: Draft, enrolment: str, item: CaseClock, fired: Fired, terms: Terms) -> None:
    for firing in fired.firings:
        draft.emit(happenings.RungFired(at=draft.now, enrolment=enrolment, clock=item.key, firing=firing))
    known = draft.case.enrolments[enrolment].clocks[item.key]
    if item != known:
        what = "promise broken" if item.clock.broken > known.clock.broken else "fired"
        draft.emit(happenings.ClockSet(at=draft.now, enrolment=enrolment, what=what, clock=item))
    by_id = {rung.id: rung for rung in terms.rungs}
    for said in fired.messages:
        if isinstance(said, RungMessage):
            draft.send(_rung_message(enrolment, item, said, by_id[said.rung]))
        else:
            draft.send(
                Message(
                    topic=Topic.SUMMARY,
                    to=said.to,
                    at=said.at,
                    enrolment=enrolment,
                    subject=item.key,
                    deadline=item.deadline,
                    lists=said.lists,
                )
            )


def _rung_message(enrolment: str, item: CaseClock, said: RungMessage, rung: Rung) -> Message:
    return Message(
        topic=Topic.RUNG,
        to=said.to,
        at=said.at,
        enrolment=enrolment,
        subject=item.key,
        deadline=item.deadline,
        rung=said.rung,
        generation=said.generation,
        occurrence=said.occurrence,
        sends=rung.sends,
        late=said.late,
        lists=said.lists,
        limit=item.clock.limit,
    )


def _miss(draft: Draft, enrolment: str, item: CaseClock, deadline: Deadline) -> None:
    if deadline.if_missed is not None:
        bring_about(draft, enrolment, item, deadline.if_missed)
    if deadline.then is not None:
        _move(draft, enrolment, item, deadline.then)


def _move(draft: Draft, enrolment: str, item: CaseClock, action: str) -> None:
    """Take the deadline's action as of the limit; if it is refused, the clock is consumed and that recorded (21)."""
    state = draft.case.enrolments[enrolment].tracks.get(item.track)
    here = state is not None and state.place is Place.OPEN and state.visit == item.visit
    draft.happened = item.clock.limit or draft.now
    try:
        if not here:
            raise Refused(Reason(Why.VISIT_LEFT))
        take(draft, enrolment, item.track, action, {}, automatic=True, by_deadline=True)
    except Refused as refused:
        reasons = tuple(in_the_open(one, (draft.rules(enrolment),)) for one in refused.reasons)
        draft.emit(
            happenings.NotTaken(at=draft.now, enrolment=enrolment, clock=item.key, action=action, reasons=reasons)
        )
    draft.happened = draft.now
