"""Where cases stand still: at which step, for how many days, how many limits have passed there, who was told last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.core.case.state import CaseClock, Place
from engine.core.clocks.calendar import local_date
from engine.core.deciding.rulebook import NO_NEWS
from engine.run.cases.view import SeenTrack, View

#: Whoever has stood at a step for so many days has stalled.
STALLED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Stalled:
    """A track that stands still. ``told``: the role or person that heard of it last, or empty; ``at``: when (UTC)."""

    case: str
    enrolment: str
    track: str
    step: str
    days: int
    limits_passed: int
    told: str
    at: datetime | None


def stalled(view: View, days: int = STALLED_DAYS) -> Iterator[Stalled]:
    """Yield the open tracks of a case that entered their step so many days ago or more, as one person may see it."""
    for one in view.tracks():
        zone = ZoneInfo(view.zone(one.enrolment))
        stands = (local_date(view.now, zone) - local_date(one.state.entered, zone)).days
        if one.state.place is Place.OPEN and stands >= days:
            yield _stalled(view, one, stands)


def _stalled(view: View, one: SeenTrack, days: int) -> Stalled:
    clocks = [item.clock for item in _clocks(view, one)]
    late = sum(clock.limit is not None and clock.limit < view.now for clock in clocks)
    told = sorted((at, to) for clock in clocks for to, at in clock.told.items())
    at, to = told[-1] if told else (None, "")
    return Stalled(view.case.id, one.enrolment, one.track, one.state.step, days, late, to, at)


def _clocks(view: View, one: SeenTrack) -> Iterator[CaseClock]:
    """Yield the open clocks of a track; that of silence belongs to the main one."""
    enrolment = view.case.enrolments[one.enrolment]
    is_main = view.library.rulebooks[enrolment.meaning].protocol.main.id == one.track
    for item in enrolment.open_clocks():
        if item.track == one.track or (is_main and item.deadline == NO_NEWS):
            yield item
