"""Folding events into a case. Pure, total, and without protocol or calendar: events carry results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, TypeVar

from engine.core.case import effects
from engine.core.case import events as happenings
from engine.core.case.events import Event
from engine.core.case.state import Case, Enrolment, Place, TrackState
from engine.core.evolve import evolve

#: Events that are of record only: they count in ``seq`` and leave the state's version alone.
OF_RECORD_ONLY = frozenset(
    (
        happenings.RungFired,
        happenings.StartRequested,
        happenings.NotTaken,
        happenings.ContactMade,
        happenings.NoteAdded,
        happenings.AttemptRefused,
        happenings.CaseErased,
        effects.Told,
    )
)
#: Events that change the state without its version: no form that somebody has open can collide with a promise.
OUTSIDE_VERSION = OF_RECORD_ONLY | {happenings.Acknowledged}

#: Fields of the case with what they become.
Changes = dict[str, Any]
V = TypeVar("V")


def fold(case: Case, events: Iterable[Event]) -> Case:
    """Return the case after the events, in order. Replaying a whole journal gives the stored state."""
    return reduce(apply, events, case)


def apply(case: Case, event: Event) -> Case:
    """Return the case after one event."""
    changes = _APPLY[type(event)](case, event)
    version = case.version if type(event) in OUTSIDE_VERSION else case.version + 1
    return evolve(case, seq=case.seq + 1, version=version, recorded=event.at, **changes)


def _case_opened(case: Case, event: happenings.CaseOpened) -> Changes:
    return {
        "about": event.about,
        "opened": event.at,
        "calendar": event.calendar,
        "quiet_until": event.quiet_until,
        "linked_from": event.linked_from,
        "agency": event.agency,
        "holders": event.holders,
    }


def _enrolled(case: Case, event: happenings.Enrolled) -> Changes:
    enrolment = Enrolment(event.enrolment, event.protocol, event.version, event.meaning, event.at)
    return {"enrolments": {**case.enrolments, event.enrolment: enrolment}}


def _case_closed(case: Case, event: happenings.CaseClosed) -> Changes:
    return {"closed": event.at}


def _case_reopened(_case: Case, _event: happenings.CaseReopened) -> Changes:
    return {"closed": None}


def _step_entered(case: Case, event: happenings.StepEntered) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    former = enrolment.tracks.get(event.track)
    track = TrackState(
        place=Place.OPEN,
        step=event.step,
        visit=event.visit,
        entered=event.at,
        entered_on=event.happened,
        reached=_with_word(former.reached if former else (), event.step),
        trail=former.trail if former and former.place is Place.OPEN else (),
    )
    return _with_track(case, enrolment, event.track, track)


def _step_left(case: Case, event: happenings.StepLeft) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    track = enrolment.tracks[event.track]
    trail = track.trail[:-1] if event.back else (*track.trail, event.step)
    return _with_track(case, enrolment, event.track, evolve(track, trail=trail))


def _action_taken(case: Case, event: happenings.ActionTaken) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    track = enrolment.tracks[event.track]
    if not event.automatic:
        return {}
    return _with_track(case, enrolment, event.track, evolve(track, automatic_taken=True))


def _track_ended(case: Case, event: happenings.TrackEnded) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    place = Place.CLOSED if event.outcome is None else Place.ENDED
    track = evolve(enrolment.tracks[event.track], place=place, outcome=event.outcome)
    return _with_track(case, enrolment, event.track, track)


def _track_primed(case: Case, event: happenings.TrackPrimed) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    return _with_track(case, enrolment, event.track, evolve(enrolment.tracks[event.track], primed=True))


def _enrolment_ended(case: Case, event: happenings.EnrolmentEnded) -> Changes:
    ended = evolve(case.enrolments[event.enrolment], ended=event.at, outcome=event.outcome, success=event.success)
    return _with_enrolment(case, ended)


def _fact_recorded(case: Case, event: happenings.FactRecorded) -> Changes:
    if event.older:
        return {}
    if not event.enrolment:
        return {"facts": {**case.facts, event.field: event.fact}}
    enrolment = case.enrolments[event.enrolment]
    return _with_enrolment(case, evolve(enrolment, facts={**enrolment.facts, event.field: event.fact}))


def _consent_recorded(case: Case, event: happenings.ConsentRecorded) -> Changes:
    return {} if event.older else {"consents": {**case.consents, event.consent: event.record}}


def _clock_set(case: Case, event: happenings.ClockSet | happenings.Acknowledged) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    return _with_enrolment(case, evolve(enrolment, clocks={**enrolment.clocks, event.clock.key: event.clock}))


def _task_set(case: Case, event: happenings.TaskSet) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    return _with_enrolment(case, evolve(enrolment, tasks={**enrolment.tasks, event.task: event.state}))


def _hold_set(case: Case, event: happenings.HoldSet) -> Changes:
    return {"holds": {**case.holds, event.hold.id: event.hold}}


def _rule_turned(case: Case, event: happenings.RuleTurned) -> Changes:
    enrolment = case.enrolments[event.enrolment]
    return _with_enrolment(case, evolve(enrolment, rules={**enrolment.rules, event.rule: event.truth}))


def _waiting_set(case: Case, event: happenings.WaitingSet) -> Changes:
    return {"waiting": {**case.waiting, event.waiting.id: event.waiting}}


def _holder_set(case: Case, event: happenings.HolderSet) -> Changes:
    holders = {**case.holders, event.role: event.user}
    return {"holders": holders} | ({"agency": event.agency, "calendar": event.calendar} if event.agency else {})


def _holder_left(case: Case, event: happenings.HolderLeft) -> Changes:
    return {"holders": {role: user for role, user in case.holders.items() if role != event.role}}


def _action_withdrawn(case: Case, event: happenings.ActionWithdrawn) -> Changes:
    again = {name: _as_before(case.enrolments[name], one) for name, one in event.restored.items()}
    return {
        "enrolments": {**case.enrolments, **again},
        "facts": _as_they_were(case.facts, event.facts),
        "closed": None if event.reopened else case.closed,
    }


def _as_before(former: Enrolment, again: happenings.Restored) -> Enrolment:
    ended = {"ended": None, "outcome": None, "success": False} if again.resumed else {}
    return evolve(
        former,
        tracks=_as_they_were(former.tracks, again.tracks),
        tasks=_as_they_were(former.tasks, again.tasks),
        facts=_as_they_were(former.facts, again.facts),
        rules={**former.rules, **again.rules},
        visits={**former.visits, **again.visits},
        **ended,
    )


def _as_they_were(known: Mapping[str, V], again: Mapping[str, V | None]) -> dict[str, V]:
    """Return what is known with some of it as it was before; None: it was not there."""
    changed = {**known, **again}
    return {name: value for name, value in changed.items() if value is not None}


def _with_word(known: tuple[str, ...], word: str) -> tuple[str, ...]:
    return known if word in known else (*known, word)


def _glass_broken(case: Case, event: happenings.GlassBroken) -> Changes:
    return {"glass": {**case.glass, event.by: event.until}}


def _calendar_read(_case: Case, event: happenings.CalendarRead) -> Changes:
    return {"counted": event.changed}


def _unchanged(_case: Case, _event: Event) -> Changes:
    return {}


def _with_enrolment(case: Case, enrolment: Enrolment) -> Changes:
    return {"enrolments": {**case.enrolments, enrolment.id: enrolment}}


def _with_track(case: Case, enrolment: Enrolment, name: str, track: TrackState) -> Changes:
    return _with_enrolment(case, evolve(enrolment, tracks={**enrolment.tracks, name: track}))


_APPLY: dict[type[Event], Callable[[Case, Any], Changes]] = {
    happenings.CaseOpened: _case_opened,
    happenings.Enrolled: _enrolled,
    happenings.CaseClosed: _case_closed,
    happenings.CaseReopened: _case_reopened,
    happenings.CaseErased: _unchanged,
    happenings.ActionTaken: _action_taken,
    happenings.StepLeft: _step_left,
    happenings.StepEntered: _step_entered,
    happenings.TrackEnded: _track_ended,
    happenings.TrackPrimed: _track_primed,
    happenings.EnrolmentEnded: _enrolment_ended,
    happenings.FactRecorded: _fact_recorded,
    happenings.ConsentRecorded: _consent_recorded,
    happenings.ContactMade: _unchanged,
    happenings.ClockSet: _clock_set,
    happenings.Acknowledged: _clock_set,
    happenings.RungFired: _unchanged,
    happenings.TaskSet: _task_set,
    happenings.HoldSet: _hold_set,
    happenings.RuleTurned: _rule_turned,
    happenings.StartRequested: _unchanged,
    happenings.WaitingSet: _waiting_set,
    happenings.ActionWithdrawn: _action_withdrawn,
    happenings.HolderSet: _holder_set,
    happenings.HolderLeft: _holder_left,
    happenings.NoteAdded: _unchanged,
    happenings.GlassBroken: _glass_broken,
    happenings.CalendarRead: _calendar_read,
    happenings.AttemptRefused: _unchanged,
    happenings.NotTaken: _unchanged,
    effects.Told: _unchanged,
}
