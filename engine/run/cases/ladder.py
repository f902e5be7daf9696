"""How far the ladder of a clock was climbed: who was told last, when, and whether anybody has answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.core.case.events import Acknowledged, Event
from engine.core.model import MessageKind
from engine.run.cases.view import SeenClock


@dataclass(frozen=True, slots=True)
class Ladder:
    """``reached``: the highest rung that was due, counted from 1; 0: none. ``rungs``: how many there are.

    ``told``: the roles or people to whom the last message went; ``at``: when (UTC). ``escalated``: somebody was told,
    not only reminded. ``promised``: until when somebody has promised to act; None: nobody has, or it is over.
    ``broken``: how many promises ran out.
    """

    reached: int
    rungs: int
    told: tuple[str, ...]
    at: datetime | None
    escalated: bool
    promised: datetime | None
    broken: int

    @property
    def unanswered(self) -> bool:
        """Whether it was escalated and nobody promises to act."""
        return self.escalated and self.promised is None


def ladder_of(seen: SeenClock, now: datetime) -> Ladder:
    """Return how far it has come by an instant (UTC)."""
    clock = seen.item.clock
    dealt = [place for place, number in enumerate(clock.dealt) if number]
    at = max(clock.told.values(), default=None)
    told = tuple(to for to, last in clock.told.items() if last == at)
    sent = (rung.sends for place, rung in enumerate(seen.rungs) if place in dealt)
    return Ladder(
        reached=dealt[-1] + 1 if dealt else 0,
        rungs=len(seen.rungs),
        told=told,
        at=at,
        escalated=bool(told) and any(one is not MessageKind.REMINDER for one in sent),
        promised=clock.promised if clock.promised is not None and clock.promised > now else None,
        broken=clock.broken,
    )


def promise_of(events: Iterable[Event], seen: SeenClock) -> Acknowledged | None:
    """Return the last promise that was given on a clock, as the journal has it."""
    given = (one for one in events if isinstance(one, Acknowledged) and one.enrolment == seen.enrolment)
    return max((one for one in given if one.clock.key == seen.item.key), key=lambda one: one.at, default=None)
