"""When a case next wants a pass: a whole one, and one for its urgent clocks alone (15, 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.core.case.state import CaseClock, Enrolment
from engine.core.clocks.calendar import Interval, end_of_day
from engine.core.clocks.clock import Terms, stopped
from engine.core.clocks.firing import next_due, next_said
from engine.core.deciding.draft import Draft
from engine.core.deciding.recount import unread_change
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.tasks import next_window_end
from engine.core.deciding.timers import terms_for
from engine.core.judging.turning import instants_of_change
from engine.core.model import URGENT


@dataclass(frozen=True, slots=True)
class Wakes:
    """Two instants (UTC). ``any``: a pass would find something to do. ``urgent``: so would one that serves only
    safety, clinical and evidence clocks. None: never, as the case is.
    """

    any: datetime | None = None
    urgent: datetime | None = None


def next_wakes(draft: Draft, *, with_repeats: bool = True) -> Wakes:
    """Return the earliest instants at which passes would find something to do in the case; none if it is closed."""
    if not draft.case.is_open:
        return Wakes()
    whole = [hold.until for hold in draft.case.holds.values() if hold.ended is None]
    whole.extend(record.until for record in draft.case.consents.values() if record.until and record.until > draft.now)
    whole.extend(filter(None, [unread_change(draft)]))
    urgent: list[datetime] = []
    for name, enrolment in draft.case.enrolments.items():
        rules = draft.rules(name)
        for item in enrolment.open_clocks():
            terms = terms_for(draft, rules, item)
            hold = stopped(item.clock, terms, draft.held, draft.now)
            whole.extend(_whole(item, terms, hold, with_repeats))
            if terms.kind in URGENT:
                urgent.extend(_urgent(rules, item, terms, hold, with_repeats))
        if enrolment.is_open and rules.depends_on_time:
            whole.extend(_by_time(draft, name, enrolment))
    return Wakes(min(whole, default=None), min(urgent, default=None))


def _by_time(draft: Draft, name: str, enrolment: Enrolment) -> Iterator[datetime]:
    """Yield when conditions can change by time alone, and when the windows of tasks close."""
    rules, world = draft.rules(name), draft.world(name)
    yield from filter(None, (instants_of_change(leaf, world) for leaf in rules.timed))
    zone = draft.zone(rules)
    yield from (end_of_day(day, zone) for day in next_window_end(enrolment))


def _whole(item: CaseClock, terms: Terms, hold: Interval | None, with_repeats: bool) -> Iterator[datetime]:
    """Yield when the clock is next due; a stopped one wakes with its hold."""
    due = next_due(item.clock, terms, with_repeats=with_repeats)
    if due is not None and (hold is None or due < hold[0]):
        yield due


def _urgent(
    rules: Rulebook, item: CaseClock, terms: Terms, hold: Interval | None, with_repeats: bool
) -> Iterator[datetime]:
    """Yield when an urgent clock next has something to say; a stopped one, when its hold ends.

    Behind a limit that moves the case nothing is said before a whole pass has tried to move it.
    """
    clock = item.clock
    said = next_said(clock, terms, with_repeats=with_repeats)
    if said is None:
        return
    if hold is not None:
        yield said if said < hold[0] else hold[1]
    elif not _waits_for_move(rules, item, said):
        yield said


def _waits_for_move(rules: Rulebook, item: CaseClock, said: datetime) -> bool:
    clock = item.clock
    pending = clock.limit is not None and clock.miss_taken < clock.now.number
    return pending and clock.limit is not None and said > clock.limit and rules.moves_case(item.deadline)
