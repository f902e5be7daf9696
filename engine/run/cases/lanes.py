"""In which lane something happens, so that nothing of it is told to who may not know of the lane."""

from __future__ import annotations

from engine.core.case import effects
from engine.core.case import events as happenings
from engine.core.case.events import Event
from engine.core.case.state import Case
from engine.core.deciding.waits import WAITING


def lane_of(case: Case, event: Event) -> tuple[str, str]:
    """Return enrolment and track of what happened, the track empty where it belongs to none."""
    enrolment = getattr(event, "enrolment", "")
    match event:
        case happenings.ClockSet() | happenings.Acknowledged():
            return enrolment, event.clock.track or track_of(case, enrolment, event.clock.key)
        case happenings.TaskSet():
            return enrolment, track_of(case, enrolment, event.task)
        case happenings.NotTaken():
            return enrolment, track_of(case, enrolment, event.clock)
        case happenings.WaitingSet():
            return event.waiting.enrolment, event.waiting.track
        case effects.Told():
            return event.message.enrolment, track_of(case, event.message.enrolment, event.message.subject)
        case _:
            return enrolment, getattr(event, "track", "")


def track_of(case: Case, enrolment: str, subject: str) -> str:
    """Return the track to which a clock, a task, a move or a waiting item belongs by its name.

    For anything else it is a word that no track is called: a rule, a hold, a consent, the silence.
    """
    asked = case.waiting.get(subject.removeprefix(WAITING))
    if asked is not None:
        return asked.track
    run = case.enrolments.get(enrolment)
    item = run.clocks.get(subject) if run is not None else None
    return item.track if item is not None else subject.partition(".")[0].partition("#")[0]
