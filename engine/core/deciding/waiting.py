"""Waiting items: asked, ended, lapsed; each with its clock. What their answers do stands in ``answers.py``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR, Actor
from engine.core.case.effects import Message, Topic
from engine.core.case.reasons import Reason, Why
from engine.core.case.state import SYSTEM, CaseClock, Waiting, WaitingKind, WaitingStatus
from engine.core.clocks import clock as clocks
from engine.core.clocks.clock import Change, withdrawn
from engine.core.deciding.draft import Draft
from engine.core.deciding.timers import set_clock, terms_for
from engine.core.deciding.waits import WAITING, limit_of_wait
from engine.core.evolve import evolve
from engine.core.model import Action, Lasts

#: A case goes on until these are answered; nobody may close it silently.
KEEP_OPEN = frozenset({WaitingKind.REQUEST, WaitingKind.REVIEW})
#: These are answered by another person than the one who asked.
_BY_ANOTHER = frozenset({WaitingKind.APPROVAL, WaitingKind.REVIEW})


def next_id(draft: Draft) -> str:
    """Return the id of the next waiting item; none is ever used again."""
    return f"w{len(draft.case.waiting) + 1}"


def ask(draft: Draft, item: Waiting, *, since: date | datetime | None = None) -> None:
    """Let somebody be asked, with a clock that counts from ``since`` (default now)."""
    draft.emit(happenings.WaitingSet(at=draft.now, by=draft.by, what="asked", waiting=item))
    rules = draft.rules(item.enrolment)
    calendar = draft.calendar(rules)
    duration = limit_of_wait(rules.protocol, item.kind)
    start = draft.now if since is None else since
    unset = clocks.Clock(draft.now, start)
    opened = CaseClock(WAITING + item.id, WAITING + item.kind.value, unset, calendar.id, duration, Lasts.CASE)
    terms = terms_for(draft, rules, opened)
    held = draft.held if terms.can_stop else ()
    clock = clocks.open_clock(terms, start, draft.now, held, quiet_until=draft.case.quiet_until)
    set_clock(draft, item.enrolment, opened, "opened", Change(clock))


def ask_review(draft: Draft, enrolment: str, track: str, action: Action) -> None:
    """Have the supervisor review that an action was taken under a lawful exception, and tell her at once (4)."""
    state = draft.track(enrolment, track)
    item = Waiting(
        id=next_id(draft),
        kind=WaitingKind.REVIEW,
        asked=(SUPERVISOR,),
        by=draft.by,
        at=draft.now,
        enrolment=enrolment,
        track=track,
        step=state.step,
        visit=state.visit,
        action=action.id,
        happened=draft.happened,
        reason=draft.reason,
        exception=action.exception or "",
    )
    ask(draft, item, since=draft.happened)
    tell(draft, item, Topic.EXCEPTION, SUPERVISOR)


def why_not_answer(item: Waiting, actor: Actor) -> list[Reason]:
    """Return why this actor may not answer: it is another one's, or her own question."""
    if item.kind in _BY_ANOTHER and actor.user == item.by:
        return [Reason(Why.ANOTHER_PERSON, item.id, who=item.asked)]
    may = {*item.asked, SUPERVISOR} if item.kind is WaitingKind.REQUEST else set(item.asked)
    by_system = item.kind is WaitingKind.REQUEST and actor.user == SYSTEM
    if by_system or may & {*actor.roles, f"user:{actor.user}"}:
        return []
    return [Reason(Why.NOT_ASKED, item.id, ", ".join(item.asked), who=item.asked)]


def open_items(draft: Draft, *kinds: WaitingKind) -> Iterator[Waiting]:
    """Yield the items of these kinds that wait, in the order in which they were asked."""
    return (item for item in list(draft.case.waiting.values()) if item.is_open and item.kind in kinds)


def keeps_open(draft: Draft) -> bool:
    """Return whether a request or a review waits, so that the case may not close."""
    return any(True for _ in open_items(draft, *KEEP_OPEN))


def settle_item(draft: Draft, item: Waiting, status: WaitingStatus, reason: str = "", case: str = "") -> None:
    """Write down an answer; the item's clock ends with it."""
    answered = evolve(
        item, status=status, answered_by=draft.by, answered_at=draft.now, answer=reason, case=case or item.case
    )
    draft.emit(happenings.WaitingSet(at=draft.now, by=draft.by, what=status.value, waiting=answered))
    clock = clock_of(draft, item)
    terms = terms_for(draft, draft.rules(item.enrolment), clock)
    change = clocks.end(clock.clock, terms, draft.happened, draft.held, draft.now)
    set_clock(draft, item.enrolment, clock, "ended", change)


def lapse(draft: Draft, item: Waiting, *, taken_back: bool = False) -> None:
    """Let an item end without an answer, and tell who asked. ``taken_back``: it should never have been asked."""
    lapsed = evolve(item, status=WaitingStatus.LAPSED, answered_at=draft.now)
    draft.emit(happenings.WaitingSet(at=draft.now, by=draft.by, what="lapsed", waiting=lapsed))
    clock = clock_of(draft, item)
    terms = terms_for(draft, draft.rules(item.enrolment), clock)
    if taken_back:
        change = withdrawn(clock.clock, terms, draft.held, draft.now)
    else:
        change = Change(clocks.void(clock.clock, terms, "lapsed", draft.held, draft.now))
    set_clock(draft, item.enrolment, clock, "void", change)
    tell_asker(draft, item, Topic.LAPSED)


def clock_of(draft: Draft, item: Waiting) -> CaseClock:
    """Return the clock of a waiting item."""
    return draft.case.enrolments[item.enrolment].clocks[WAITING + item.id]


def tell_asker(draft: Draft, item: Waiting, topic: Topic) -> None:
    """Tell who asked, unless it was time itself."""
    if item.by != SYSTEM:
        tell(draft, item, topic, f"user:{item.by}")


def tell(draft: Draft, item: Waiting, topic: Topic, to: str) -> None:
    """Send a message about a waiting item."""
    draft.send(Message(topic=topic, to=to, at=draft.now, enrolment=item.enrolment, subject=item.id))
