"""What happened in a case, newest first, in the words of its protocol; both times where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.core.case import effects
from engine.core.case import events as happenings
from engine.core.case.commands import DATA_PROTECTION_OFFICER, SUPERVISOR
from engine.core.case.events import Event
from engine.run.cases.notes import may_read, privileged_roles
from engine.run.cases.view import View
from web.titles import WAITING, Titles, pick
from web.words.catalog import N_, say

#: What was recorded so much later than it happened shows both times.
_LATE = timedelta(hours=1)
#: So many lines stand on one page.
MOST = 200
_CLOCK = {
    "extended": N_("Limit extended: {}"),
    "moved": N_("Limit moved: {}"),
    "limit changed": N_("Limit changed: {}"),
    "start corrected": N_("Begin of a limit corrected: {}"),
    "promise broken": N_("A promise ran out: {}"),
}
_HOLD = {
    "begun": N_("Put on hold: {}"),
    "confirmed": N_("Hold confirmed: {}"),
    "renewed": N_("Hold renewed: {}"),
    "ended": N_("Hold ended: {}"),
}
_TOLD = {
    "rung": N_("Told {}: {}"),
    "alarm": N_("Alarm to {}: {}"),
    "glass": N_("Told {} of a reading in an emergency: {}"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: when, who, what; ``recorded`` only where it was recorded much later."""

    when: str
    recorded: str
    by: str
    what: str


def lines(events: Iterable[Event], view: View, titles: Titles, most: int, skip: int = 0) -> tuple[list[Line], bool]:
    """Return the newest lines that this person may know of, after ``skip`` of them, and whether older ones follow."""
    seen = {name for name, _, _ in view.facts()}
    privileged = privileged_roles(view.case, view.library)
    found: list[Line] = []
    for event in reversed(list(events)):
        if isinstance(event, happenings.FactRecorded) and event.field not in seen:
            continue
        if view.hears_of(event) and (words := in_words(event, titles)):
            found.append(_line(event, words + _told_to_her(event, view, titles, privileged), titles))
        if len(found) > skip + most:
            break
    return found[skip : skip + most], len(found) > skip + most


def _line(event: Event, words: str, titles: Titles) -> Line:
    happened: date | datetime | None = getattr(event, "happened", None)
    if isinstance(event, happenings.FactRecorded):
        happened = event.fact.happened
    by = titles.person(event.by)
    if happened is None or not _differ(happened, event.at, titles):
        return Line(titles.when(event.at), "", by, words)
    return Line(titles.when(happened), titles.when(event.at), by, words)


def _differ(happened: date | datetime, recorded: datetime, titles: Titles) -> bool:
    if isinstance(happened, datetime):
        return recorded - happened > _LATE
    return happened != recorded.astimezone(titles.zone).date()


def _told_to_her(event: Event, view: View, titles: Titles, privileged: Set[str]) -> str:
    """Return what somebody wrote, with a colon before it, if this person may read it; the empty text otherwise."""
    if isinstance(event, happenings.NoteAdded):
        given = titles.directory.roles_given(event.by)
        return f": {event.text}" if may_read(event, given, view.actor, privileged) else ""
    if isinstance(event, happenings.GlassBroken):
        return f": {event.reason}" if view.actor.roles & {SUPERVISOR, DATA_PROTECTION_OFFICER} else ""
    return ""


def in_words(event: Event, titles: Titles) -> str:
    """Return what an event says, in the language of the titles; the empty text for nothing."""
    words = _WORDS.get(type(event))
    return words(event, titles) if words is not None else ""


def _say(titles: Titles, words: str, *values: object) -> str:
    return say(titles.language, words).format(*values)


def _acted(event: happenings.ActionTaken, titles: Titles) -> str:
    moves = titles.rules(event.enrolment).moves.get(event.track)
    action = moves.at(event.step).get(event.action) if moves is not None else None
    title = titles.action(action) if action is not None else pick({}, titles.language, event.action)
    said = _say(titles, N_("Done: {}"), title)
    if event.approved_by:
        said += " " + _say(titles, N_("(approved by {})"), titles.person(event.approved_by))
    if event.exception:
        said += " " + _say(titles, N_("(under a lawful exception)"))
    return said


def _stands(event: happenings.StepEntered, titles: Titles) -> str:
    where = titles.track(event.enrolment, event.track)
    return f"{where}: {titles.step(event.enrolment, event.track, event.step)}"


def _ended(event: happenings.TrackEnded, titles: Titles) -> str:
    return _say(titles, N_("Ended: {}"), titles.track(event.enrolment, event.track))


def _consent(event: happenings.ConsentRecorded, titles: Titles) -> str:
    words = N_("She agreed: “{}”") if event.record.given else N_("She did not agree: “{}”")
    return _say(titles, words, titles.consent(event.consent))


def _clock(event: happenings.ClockSet, titles: Titles) -> str:
    words = _CLOCK.get(event.what)
    return _say(titles, words, titles.deadline(event.enrolment, event.clock.deadline)) if words else ""


def _acknowledged(event: happenings.Acknowledged, titles: Titles) -> str:
    what = titles.deadline(event.enrolment, event.clock.deadline)
    return _say(titles, N_("Promised to act until {}: {}"), titles.when(event.promised), what)


def _hold(event: happenings.HoldSet, titles: Titles) -> str:
    return _say(titles, _HOLD[event.what], pick({}, titles.language, event.hold.id)) if event.what in _HOLD else ""


def _told(event: effects.Told, titles: Titles) -> str:
    message = event.message
    words = _TOLD.get(message.topic.value)
    if words is None:
        return ""
    known = message.enrolment in titles.case.enrolments and message.deadline
    about = titles.deadline(message.enrolment, message.deadline) if known else message.subject.replace("_", " ")
    return _say(titles, words, titles.role(message.to), about)


def _task(event: happenings.TaskSet, titles: Titles) -> str:
    if event.what not in {"done", "missed"}:
        return ""
    words = N_("Task done: {}") if event.what == "done" else N_("Task missed: {}")
    name = event.task.partition("#")[0].rpartition(".")[2]
    return _say(titles, words, titles.names(event.enrolment).task(name))


_WORDS: Mapping[type[Event], Callable[[Any, Titles], str]] = {
    happenings.CaseOpened: lambda _, titles: _say(titles, N_("The case was opened.")),
    happenings.Enrolled: lambda event, titles: _say(
        titles, N_("Begun: {}"), titles.protocol(titles.case.enrolments[event.enrolment])
    ),
    happenings.ActionTaken: _acted,
    happenings.ActionWithdrawn: lambda _, titles: _say(titles, N_("A wrong click was taken back.")),
    happenings.StepEntered: _stands,
    happenings.TrackEnded: _ended,
    happenings.CaseClosed: lambda _, titles: _say(titles, N_("The case was closed.")),
    happenings.CaseReopened: lambda _, titles: _say(titles, N_("The case goes on.")),
    happenings.CaseErased: lambda _, titles: _say(titles, N_("What identifies people was erased.")),
    happenings.FactRecorded: lambda event, titles: _say(titles, N_("Recorded: {}"), titles.label(event.field)),
    happenings.ConsentRecorded: _consent,
    happenings.ContactMade: lambda _, titles: _say(titles, N_("Contact with her")),
    happenings.Acknowledged: _acknowledged,
    happenings.ClockSet: _clock,
    happenings.TaskSet: _task,
    happenings.HoldSet: _hold,
    happenings.RuleTurned: lambda event, titles: (
        _say(titles, N_("Alarm: something happened that a rule forbids.")) if event.alarm else ""
    ),
    happenings.WaitingSet: lambda event, titles: _say(
        titles, N_("{}: asked, answered or lapsed"), say(titles.language, WAITING.get(event.waiting.kind.value, ""))
    ),
    happenings.HolderSet: lambda event, titles: _say(
        titles, N_("{} is now {}"), titles.role(event.role), titles.person(event.user)
    ),
    happenings.HolderLeft: lambda event, titles: _say(
        titles, N_("{} is {} no more: the agreement is over"), titles.person(event.user), titles.role(event.role)
    ),
    happenings.CalendarRead: lambda _, titles: _say(
        titles, N_("The calendar was changed; the limits are counted anew.")
    ),
    happenings.NoteAdded: lambda _, titles: _say(titles, N_("Note")),
    happenings.GlassBroken: lambda event, titles: _say(
        titles, N_("Read in an emergency until {}"), titles.when(event.until)
    ),
    happenings.AttemptRefused: lambda _, titles: _say(titles, N_("Something was refused.")),
    effects.Told: _told,
}
