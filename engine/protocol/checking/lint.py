"""Valid but dangerous: what a compiled protocol warns of (29). Few warnings, and true ones."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping

from engine.core.clocks.calendar import Calendar
from engine.core.conditions import Condition, FactTest, Not, leaves
from engine.core.duration import WORKING, Duration
from engine.core.model import ARMED_UNLESS_FALSE, Action, Deadline, FromField, Kind, Protocol, Rung, Step
from engine.protocol.building.dangers import Warned, warn
from engine.protocol.building.labels import find_labels
from engine.protocol.building.places import Places
from engine.protocol.building.register import OWNER
from engine.protocol.building.rung_lists import durations_of, inverted
from engine.protocol.building.vocabulary import Spoken
from engine.protocol.checking.outlook import find_outlooks
from engine.protocol.checking.routes import find_routes
from engine.protocol.checking.successes import find_false_successes
from engine.protocol.codes.registry import problem
from engine.protocol.problems import Problem

__all__ = ["lint"]


def lint(
    protocol: Protocol,
    calendars: Mapping[str, Calendar],
    places: Places,
    sources: Collection[str] = (),
    spoken: Iterable[Spoken] = (),
) -> tuple[Problem, ...]:
    """Return the warnings of a protocol.

    ``sources``: the names of all files that were given, also unused ones; ``spoken``: the numbers in its conditions.
    """
    found: list[Warned] = [
        *find_routes(protocol),
        *find_outlooks(protocol),
        *find_false_successes(protocol),
        *_find_escalations(protocol),
        *_find_clocks(protocol),
        *_find_years(protocol, calendars),
        *_find_starts(protocol, places, sources),
        *_find_unadopted(protocol),
        *_find_twice(protocol, spoken),
        *find_labels(protocol),
    ]
    told: dict[tuple[str, str, str], Problem] = {}
    for one in found:
        place = places.value(one.path) if one.at_value else places.key(one.path)
        told.setdefault((one.code, one.path, one.message), problem(one.code, place, one.message, one.hint, one.path))
    return tuple(told.values())


def all_deadlines(protocol: Protocol) -> Iterator[tuple[str, Step, Deadline]]:
    """Yield every deadline with its path and step."""
    for track in protocol.tracks.values():
        for step in track.steps.values():
            path = f"tracks.{track.id}.steps.{step.id}"
            for id_, deadline in step.deadlines.items():
                yield f"{path}.deadlines.{id_}", step, deadline
            for task in step.tasks.values():
                for id_, deadline in task.deadlines.items():
                    yield f"{path}.tasks.{task.id}.deadlines.{id_}", step, deadline


def _find_escalations(protocol: Protocol) -> Iterator[Warned]:
    """Each shared escalation once, each inline one at its deadline."""
    seen: set[str] = set()
    for path, _, deadline in all_deadlines(protocol):
        if deadline.escalation is None:
            yield from _judge_rungs(deadline.rungs, f"{path}.escalation", protocol)
        elif deadline.escalation not in seen:
            seen.add(deadline.escalation)
            yield from _judge_rungs(deadline.rungs, f"escalations.{deadline.escalation}", protocol)
    told: set[tuple[str, str]] = set()
    for path, _, deadline in all_deadlines(protocol):
        pair = (deadline.escalation or path, deadline.limit.id)
        if pair not in told and deadline.limit.before is None:
            told.add(pair)
            yield from _judge_order(path, deadline)


def _judge_rungs(rungs: tuple[Rung, ...], path: str, protocol: Protocol) -> Iterator[Warned]:
    people = [role for rung in rungs for role in rung.to if _is_person(role, protocol)]
    if rungs and not people:
        message = "No rung of this escalation reaches anybody with an account."
        yield warn("SP603", path, message, "Add a role with an account, so that a person is told.")
        return
    if set(people) == {OWNER}:
        message = "Every rung goes to the owner, who has not done it; nobody else ever hears of it (24)."
        yield warn(
            "SP604", path, message, "Let a rung go to somebody who can step in, the last one outside the state."
        )
        return
    last = [role for rung in rungs[-2:] for role in rung.to]
    named = [protocol.roles[role] for role in last if role in protocol.roles and role != OWNER]
    if OWNER in last or not named:
        return
    if not any(role.outside_state for role in named):
        message = "Neither of the last two rungs goes to anybody outside the state (24)."
        yield warn("SP604", path, message, "Let the last rung go to a role with `outside_state: yes`.")
    elif len({role.ministry for role in named}) < 2 and len(rungs) > 1 and not all(r.outside_state for r in named):
        message = "The last two rungs stay in one ministry (24)."
        yield warn("SP604", path, message, "Let them go to two different ministries.")


def _is_person(role: str, protocol: Protocol) -> bool:
    return role == OWNER or (role in protocol.roles and protocol.roles[role].account)


def _judge_order(path: str, deadline: Deadline) -> Iterator[Warned]:
    for duration in durations_of(deadline.limit):
        pair = inverted(deadline.rungs, duration)
        if pair:
            message = (
                f"With a limit of {duration}, the rung `{pair[1].id}` is due before `{pair[0].id}`, "
                "which stands earlier in the list; both would come together."
            )
            yield warn("SP611", path, message, "Choose another escalation for such a limit, or reorder its rungs.")
            return


def _find_clocks(protocol: Protocol) -> Iterator[Warned]:
    """A step whose clocks may all stay unarmed is nearly as dangerous as one without any."""
    for track in protocol.tracks.values():
        for step in track.steps.values():
            if step.final is None and step.no_limit is None and not _has_sure_clock(step):
                message = f"Every clock of the step `{step.id}` depends on a condition; with none true, nothing runs."
                hint = "Add a deadline without `applies_when`."
                yield warn("SP617", f"tracks.{track.id}.steps.{step.id}", message, hint)


def _has_sure_clock(step: Step) -> bool:
    once = [task for task in step.tasks.values() if not task.offsets and task.every is None]
    clocks = [*step.deadlines.values(), *(one for task in once for one in task.deadlines.values())]
    return any(one.applies_when is None or _has_opposite(one.applies_when, one.kind, clocks) for one in clocks)


def _has_opposite(condition: Condition, kind: Kind | None, clocks: Iterable[Deadline]) -> bool:
    """Return whether one of two clocks always runs. A fact may be unknown: then only kinds that arm in doubt run."""
    if kind not in ARMED_UNLESS_FALSE and any(isinstance(leaf, FactTest) for leaf in leaves(condition)):
        return False
    return any(other.applies_when == Not(condition) for other in clocks)


def _find_years(protocol: Protocol, calendars: Mapping[str, Calendar]) -> Iterator[Warned]:
    """One warning for each calendar that working limits use in a year nobody has fixed."""
    used: dict[str, str] = {}
    for path, _, deadline in all_deadlines(protocol):
        name = deadline.calendar or protocol.calendar
        if name and name in calendars and any(one.unit in WORKING for one in durations_of(deadline.limit)):
            used.setdefault(name, f"{path}.calendar" if deadline.calendar else "calendar")
    for name, path in used.items():
        years = calendars[name].years
        first = protocol.in_force.year if protocol.in_force else min(years, default=None)
        if first is None or years.get(first) != "official":
            state = "only projected" if first in years else "missing"
            message = f"Working days are counted, but the holidays of {first or 'any year'} are {state} in `{name}`."
            hint = f"Enter the official holidays in calendars/{name}.yaml and set the year to `status: official`."
            yield warn("SP610", path, message, hint, at_value=True)


def _find_starts(protocol: Protocol, places: Places, sources: Collection[str]) -> Iterator[Warned]:
    folder = posixpath.dirname(places.key("protocol").file)
    for path, action in _all_actions(protocol):
        if action.starts is None or not sources:
            continue
        name = posixpath.join(folder, f"{action.starts.protocol}.yaml")
        if name not in sources and action.starts.protocol != protocol.id:
            message = f"`{action.id}` starts the protocol `{action.starts.protocol}`, but there is no such file here."
            hint = f"Check the name, or add {action.starts.protocol}.yaml beside this file."
            yield warn("SP616", f"{path}.starts.protocol", message, hint, at_value=True)


def _find_unadopted(protocol: Protocol) -> Iterator[Warned]:
    """What its authority has not adopted keeps an adopted protocol from real cases; a draft never runs on them."""
    for part in protocol.unadopted if protocol.status == "adopted" else ():
        by = f" (by: {part.authority['en']})" if part.authority else ""
        message = f"The protocol is adopted, but its part {part.file} is not; no real case can begin with it."
        hint = f"Let it be adopted{by}, and write `status: adopted` with `adopted_by` and `adopted_on` there."
        yield warn("SP621", "include", message, hint, at_value=True)


def _find_twice(protocol: Protocol, spoken: Iterable[Spoken]) -> Iterator[Warned]:
    """A number that a limit has and a condition says again: whoever changes the limit leaves the condition behind."""
    shared: dict[tuple[Duration, str], str] = {}
    for _, _, deadline in all_deadlines(protocol):
        limit, start = deadline.limit, deadline.counts_from
        if limit.id in protocol.limits and limit.duration and not limit.before and isinstance(start, FromField):
            shared.setdefault((limit.duration, start.field), limit.id)
    for one in spoken:
        id_ = shared.get((one.duration, one.field))
        if id_ is not None:
            message = f"`{one.duration}` since `{one.field}` is also the limit `{id_}`; changed there, it stays here."
            hint = f"Write `at least {id_} has passed since {one.field}`, or another number if another is meant."
            yield warn("SP622", one.path, message, hint, at_value=True)


def _all_actions(protocol: Protocol) -> Iterator[tuple[str, Action]]:
    for track in protocol.tracks.values():
        for step in track.steps.values():
            for id_, action in step.actions.items():
                yield f"tracks.{track.id}.steps.{step.id}.actions.{id_}", action
        for id_, action in track.at_any_step.items():
            yield f"tracks.{track.id}.at_any_step.{id_}", action
