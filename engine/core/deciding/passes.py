"""One pass of the worker over one case: holds that end, rungs that are due, limits that were missed (21, 25)."""

from __future__ import annotations

from datetime import datetime

from engine.core.case import events as happenings
from engine.core.case.effects import Message, Topic
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import CaseClock, Place
from engine.core.clocks.calendar import end_of_day
from engine.core.clocks.clock import Terms, stopped
from engine.core.clocks.firing import Fired, RungMessage, fire, next_due
from engine.core.deciding.draft import Draft
from engine.core.deciding.misses import bring_about
from engine.core.deciding.moves import follow_up, take
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.tasks import next_window_end
from engine.core.deciding.timers import recompute_all, terms_for
from engine.core.evolve import evolve
from engine.core.judging.turning import instants_of_change
from engine.core.model import Deadline, Rung

#: A pass after an outage catches up with at most so many rounds of limits that move the case; the next pass goes on.
MOST_ROUNDS = 1000


def settle(draft: Draft) -> None:
    """Bring the case up to now: holds that ended by themselves, windows that closed, conditions that time changed."""
    now = draft.now
    due = [hold for hold in draft.case.holds.values() if hold.ended is None and hold.until <= now]
    for hold in sorted(due, key=lambda item: (item.until, item.id)):
        draft.now = max(hold.until, draft.case.recorded or hold.until)
        draft.emit(happenings.HoldSet(at=draft.now, what="ended by itself", hold=evolve(hold, ended=hold.until)))
        recompute_all(draft)
    draft.now = now
    if any(draft.rules(name).depends_on_time for name in draft.open_enrolments()):
        follow_up(draft)


def run_pass(draft: Draft, *, with_repeats: bool) -> None:
    """Send every rung that is due, and let missed limits have their effects, and what is due by them."""
    rounds = 1
    while _run_round(draft, with_repeats) and rounds < MOST_ROUNDS:
        rounds += 1
        follow_up(draft)


def _run_round(draft: Draft, with_repeats: bool) -> bool:
    """Serve all clocks that are due; return whether a miss had effects, so that more may be due now."""
    effects = False
    for name, key in _in_order(draft, with_repeats):
        item = draft.case.enrolments[name].clocks[key]
        if item.clock.is_open:
            effects |= _serve(draft, name, item, with_repeats)
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


def _serve(draft: Draft, enrolment: str, item: CaseClock, with_repeats: bool) -> bool:
    rules = draft.rules(enrolment)
    terms = terms_for(draft, rules, item)
    limit = item.clock.limit
    missed = (
        limit is not None
        and limit <= draft.now
        and item.clock.miss_taken < item.clock.now.number
        and not stopped(item.clock, terms, draft.held, draft.now)
    )
    placed = rules.deadlines.get(item.deadline)  # silence and waiting stand in no protocol
    moves = missed and placed is not None and placed.deadline.then is not None
    # What the deadline itself moves happens at the limit: rungs that lie behind it are for what still stands.
    until = limit if moves else None
    fired = fire(item.clock, terms, draft.held, draft.now, with_repeats=with_repeats, until=until)
    clock = evolve(fired.clock, miss_taken=fired.clock.now.number) if missed else fired.clock
    _write(draft, enrolment, evolve(item, clock=clock), fired, terms)
    if not missed or placed is None:
        return False
    deadline = placed.deadline
    _miss(draft, enrolment, item, deadline)
    return deadline.then is not None or deadline.if_missed is not None


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
        draft.emit(
            happenings.NotTaken(
                at=draft.now, enrolment=enrolment, clock=item.key, action=action, reasons=refused.reasons
            )
        )  # fmt: skip
    draft.happened = draft.now


def next_wake(draft: Draft, *, with_repeats: bool = True) -> datetime | None:
    """Return the earliest instant at which a pass would find something to do in the case; None if it is closed."""
    if not draft.case.is_open:
        return None
    found = [hold.until for hold in draft.case.holds.values() if hold.ended is None]
    for name, enrolment in draft.case.enrolments.items():
        rules = draft.rules(name)
        for item in enrolment.open_clocks():
            found.extend(_wake_of(draft, rules, item, with_repeats))
        if enrolment.is_open and rules.depends_on_time:
            world = draft.world(name)
            found.extend(filter(None, (instants_of_change(condition, world) for condition in rules.conditions)))
            zone = draft.zone(rules)
            found.extend(end_of_day(day, zone) for day in next_window_end(enrolment))
    found.extend(record.until for record in draft.case.consents.values() if record.until and record.until > draft.now)
    return min(found, default=None)


def _wake_of(draft: Draft, rules: Rulebook, item: CaseClock, with_repeats: bool) -> list[datetime]:
    """Return when the clock is next due; a stopped one wakes with its hold."""
    terms = terms_for(draft, rules, item)
    due = next_due(item.clock, terms, with_repeats=with_repeats)
    if due is None:
        return []
    hold = stopped(item.clock, terms, draft.held, draft.now)
    return [due] if hold is None or due < hold[0] else []
