"""Which of somebody's roles have to do with a case now: whoever merely serves its province learns nothing of it.

A role that is held in the case, and the supervisor, always do. Every other one does as long as the case needs it: an
open lane names it as a reader, its step, an answer or an action is for it, it is asked something, or it was told
something of a clock that still runs. An officer of the data protection may answer for every case.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.case.commands import DATA_PROTECTION_OFFICER, SUPERVISOR
from engine.core.case.state import Case, Enrolment, Place
from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import Rulebook
from engine.core.model import Action, Step

_ALWAYS = frozenset({SUPERVISOR, DATA_PROTECTION_OFFICER})


def concerned(roles: frozenset[str], case: Case, library: Library) -> frozenset[str]:
    """Return those of these roles that have to do with the case now."""
    sure = roles & (_ALWAYS | set(case.holders))
    if sure == roles:
        return roles
    return sure | (roles & frozenset(_needed(case, library)))


def _needed(case: Case, library: Library) -> Iterator[str]:
    for item in case.waiting.values():
        if item.is_open:
            yield from item.asked
    for run in case.enrolments.values():
        rules = library.rulebooks.get(run.meaning)
        if rules is None:
            continue
        for clock in run.open_clocks():
            yield from clock.clock.told
        yield from _of_lanes(run, rules)


def _of_lanes(run: Enrolment, rules: Rulebook) -> Iterator[str]:
    for name, state in run.tracks.items():
        track = rules.protocol.tracks.get(name)
        if state.place is not Place.OPEN or track is None:
            continue
        yield from track.seen_by
        yield from _of_step(track.steps[state.step], rules)
        for action in track.at_any_step.values():
            yield from _of_action(action)


def _of_step(step: Step, rules: Rulebook) -> Iterator[str]:
    yield from (*step.done_by, *step.recorded_by)
    asked = list(step.collect)
    for task in step.tasks.values():
        yield from task.done_by
        asked += task.collect
    for field in filter(None, map(rules.field, asked)):
        yield from (*field.written_by, *field.seen_by)
    for action in step.actions.values():
        yield from _of_action(action)


def _of_action(action: Action) -> Iterator[str]:
    yield from action.who_may
    if action.approval:
        yield action.approval
