"""Scenes of deadlines: from when their clocks run, what keeps them from running, what ends them, what a miss does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.core.model import Deadline, FromField, Step, Track
from engine.run.scenarios.sheets.answers import CannotError, Needed, needed_for
from engine.run.scenarios.sheets.pad import Pad, Writer, keep_apart, parts
from engine.run.scenarios.sheets.scene import Scene

#: How far away a date lies from which a limit is counted back.
_AHEAD = "in 60 days"


def of_deadline(pad: Pad, track: Track, step: Step, deadline: Deadline) -> Iterator[Writer]:
    """Yield the writers of the scenes of one deadline of a step."""
    if deadline.applies_when is not None or _date(deadline):
        yield partial(armed, pad, track, step, deadline)
    for code in (*deadline.limit.cases, *(("unknown",) if deadline.limit.otherwise else ())):
        yield partial(armed, pad, track, step, deadline, code)
    for number in range(len(parts(deadline.applies_when))):
        yield partial(_not_armed, pad, track, step, deadline, number)
    if deadline.until is not None:
        yield partial(_met, pad, track, step, deadline)
        yield from (partial(_not_met, pad, track, step, deadline, n) for n in range(len(parts(deadline.until))))
    if deadline.if_missed is not None or deadline.then is not None:
        yield partial(_missed, pad, track, step, deadline)


def armed(pad: Pad, track: Track, step: Step, deadline: Deadline, code: str = "") -> Scene:
    """Write from when the clock runs; with the answer ``code`` to the question on which its limit depends."""
    name = name_of(track, step, deadline)
    said = f" if {deadline.limit.depends_on} is {code}" if code else ""
    scene = pad.standing(track, step.id, f"{name}: from when its clock runs{said}.")
    needed = Needed()
    if code:
        needed.answer(str(deadline.limit.depends_on), code)
    if deadline.applies_when is not None:
        needed_for(deadline.applies_when, pad.protocol, needed=needed)
    date = _date(deadline)
    if date:
        needed.facts.setdefault(date, _AHEAD if deadline.limit.before else "now")
    keep_apart(needed, track)
    scene.bring_about(needed)
    clock = next((one for one in scene.clocks(track.id) if one.deadline == name), None)
    if clock is None:
        raise CannotError
    scene.look(due={name: scene.limit(clock)})
    return scene


def name_of(track: Track, step: Step, deadline: Deadline) -> str:
    """Return the full name of a deadline of a step."""
    return f"{track.id}.{step.id}.{deadline.id}"


def _not_armed(pad: Pad, track: Track, step: Step, deadline: Deadline, number: int) -> Scene:
    if deadline.applies_when is None:
        raise CannotError
    name = name_of(track, step, deadline)
    scene = pad.standing(track, step.id, f"{name}: what keeps its clock from running ({number + 1}).")
    needed = pad.all_but(deadline.applies_when, number)
    keep_apart(needed, track)
    scene.bring_about(needed)
    if any(one.deadline == name for one in scene.clocks(track.id)):
        raise CannotError
    scene.look(no_clock=[name])
    return scene


def _met(pad: Pad, track: Track, step: Step, deadline: Deadline) -> Scene:
    if deadline.until is None:
        raise CannotError
    scene, name = armed(pad, track, step, deadline), name_of(track, step, deadline)
    scene.lines[0]["say"] = f"{name}: what ends its clock."
    scene.bring_about(needed_for(deadline.until, pad.protocol))
    if not any(one.deadline == name and one.clock.outcome.value == "met" for one in scene.run.clocks.values()):
        raise CannotError
    scene.look(met=[name])
    return scene


def _not_met(pad: Pad, track: Track, step: Step, deadline: Deadline, number: int) -> Scene:
    if deadline.until is None or len(parts(deadline.until)) == 1:
        raise CannotError
    scene, name = armed(pad, track, step, deadline), name_of(track, step, deadline)
    scene.lines[0]["say"] = f"{name}: what does not end its clock ({number + 1})."
    scene.bring_about(pad.all_but(deadline.until, number))
    clock = next((one for one in scene.clocks(track.id) if one.deadline == name), None)
    if clock is None:
        raise CannotError
    scene.look(due={name: scene.limit(clock)})
    return scene


def _missed(pad: Pad, track: Track, step: Step, deadline: Deadline) -> Scene:
    scene, name = armed(pad, track, step, deadline), name_of(track, step, deadline)
    scene.lines[0]["say"] = f"{name}: what happens when it is missed."
    clock = next(one for one in scene.clocks(track.id) if one.deadline == name)
    if clock.clock.limit is None:
        raise CannotError
    scene.do(until=scene.limit(clock))
    scene.do(wait="1 minute")
    missed = deadline.if_missed
    if missed is not None and missed.set:
        scene.look(facts={key: str(value) for key, value in missed.set.items()})
    if missed is not None and missed.task:
        scene.look(tasks={missed.task: scene.tasks(track.id).get(missed.task, ["none"])})
    if deadline.then is not None:
        scene.look(at={track.id: scene.run.tracks[track.id].step})
    return scene


def _date(deadline: Deadline) -> str:
    if deadline.limit.before is not None:
        return deadline.limit.before
    return deadline.counts_from.field if isinstance(deadline.counts_from, FromField) else ""
