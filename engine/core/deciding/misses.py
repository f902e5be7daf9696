"""What a missed limit brings about: facts set, a task opened, people told (18, 21)."""

from __future__ import annotations

from collections.abc import Callable

from engine.core.case.effects import Message, Topic
from engine.core.case.state import CaseClock, Place
from engine.core.clocks.clock import Change
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import set_by_late_miss, set_facts
from engine.core.deciding.tasks import open_named
from engine.core.deciding.timers import set_clock
from engine.core.evolve import evolve
from engine.core.model import IfMissed, Lasts


def bring_about(draft: Draft, enrolment: str, item: CaseClock, missed: IfMissed) -> None:
    """Let a miss that a pass has found have its effects."""
    _as_of_limit(draft, item, lambda: set_facts(draft, enrolment, missed.set, clock=item.key))
    if missed.task is not None:
        open_named(draft, enrolment, missed.task, item)
    _tell(draft, enrolment, item, missed)


def bring_about_unnoticed(draft: Draft) -> bool:
    """Let the misses that ended before any pass found them have their effects, once; return whether any had some.

    What was answered since the limit stays the newest answer. The move of a deadline (``then``) comes too late.
    """
    found = False
    while draft.missed_unnoticed:
        enrolment, key = draft.missed_unnoticed.pop(0)
        item = draft.case.enrolments[enrolment].clocks[key]
        missed = _if_missed(draft, enrolment, item)
        if missed is not None and item.clock.missed_unnoticed:
            _bring_about_late(draft, enrolment, item, missed)
            found = True
    return found


def _if_missed(draft: Draft, enrolment: str, item: CaseClock) -> IfMissed | None:
    placed = draft.rules(enrolment).deadlines.get(item.deadline)  # silence and waiting stand in no protocol
    return placed.deadline.if_missed if placed is not None else None


def _bring_about_late(draft: Draft, enrolment: str, item: CaseClock, missed: IfMissed) -> None:
    noticed = evolve(item.clock, miss_taken=item.clock.now.number)
    set_clock(draft, enrolment, item, "miss noticed", Change(noticed))
    _as_of_limit(draft, item, lambda: set_by_late_miss(draft, enrolment, missed.set, clock=item.key))
    if missed.task is not None and draft.case.enrolments[enrolment].is_open:
        open_named(draft, enrolment, missed.task, _outliving(draft, enrolment, item))
    _tell(draft, enrolment, item, missed)


def _outliving(draft: Draft, enrolment: str, item: CaseClock) -> CaseClock:
    """Return the missed clock as it is for its task, which outlives a visit or track that is over already."""
    track = draft.case.enrolments[enrolment].tracks.get(item.track)
    if track is None or track.place is not Place.OPEN:
        return evolve(item, lasts=Lasts.CASE)
    left = track.visit != item.visit and item.lasts is Lasts.STEP
    return evolve(item, lasts=Lasts.TRACK) if left else item


def _as_of_limit(draft: Draft, item: CaseClock, work: Callable[[], None]) -> None:
    """Do something as of the limit, and come back to what the command is about."""
    happened, draft.happened = draft.happened, item.clock.limit or draft.now
    work()
    draft.happened = happened


def _tell(draft: Draft, enrolment: str, item: CaseClock, missed: IfMissed) -> None:
    for role in missed.tell:
        draft.send(
            Message(
                topic=Topic.MISSED,
                to=role,
                at=draft.now,
                enrolment=enrolment,
                subject=item.key,
                deadline=item.deadline,
                limit=item.clock.limit,
            )
        )
