"""Protocols with one thing deleted or altered: what the scenarios, or `spean check`, should notice.

A part that several protocols share (a lane, a list of rungs, a field) is changed in all of them at once, as it would
be in its file. Nothing here is random: the same protocols give the same mutants in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from engine.core.conditions import And, Condition, Or
from engine.core.duration import Duration, Unit
from engine.core.judging.wording import describe
from engine.core.model import Action, Deadline, Limit, Protocol, Rung, RungAt, Step, Task, Track
from engine.protocol.checking.lint import all_deadlines

T = TypeVar("T")
Change = Callable[[Protocol], Protocol]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. ``name``: what was done to what; ``near``: where in the protocols its effect shows.

    ``near`` holds places of the coverage (``protocol.track.step``), or a field or track whose readers were changed.
    """

    kind: str
    name: str
    near: tuple[str, ...]
    change: Change
    protocols: tuple[str, ...]


def mutants(protocols: Iterable[Protocol]) -> Iterator[Mutant]:
    """Yield every mutant of these protocols."""
    known = tuple(protocols)
    for track, holders in _shared(known, lambda one: one.tracks):
        yield from _of_track(track, holders)
    for rule, holders in _shared(known, lambda one: one.forbidden):
        yield from _of_rule(rule.id, rule.never, holders)
    for name in dict.fromkeys(deadline.escalation for one in known for _, _, deadline in all_deadlines(one)):
        if name is not None:
            yield from _of_escalation(name, [one for one in known if name in one.escalations])
    yield from _of_no_news(known)
    for name in dict.fromkeys(name for one in known for name in one.fields):
        yield from _of_field(name, [one for one in known if name in one.fields])


def _shared(
    protocols: tuple[Protocol, ...], of: Callable[[Protocol], Mapping[str, T]]
) -> Iterator[tuple[T, tuple[Protocol, ...]]]:
    """Yield each part once, with the protocols that hold it."""
    for protocol in protocols:
        for name, part in of(protocol).items():
            holders = tuple(one for one in protocols if of(one).get(name) == part)
            if holders[0] is protocol:
                yield part, holders


def _of_track(track: Track, holders: tuple[Protocol, ...]) -> Iterator[Mutant]:
    ids = tuple(one.id for one in holders)
    name_ = track.id if len(ids) > 1 else f"{ids[0]}.{track.id}"
    everywhere = (name_,)

    def made(kind: str, name: str, near: tuple[str, ...], change: Callable[[Track], Track]) -> Mutant:
        return Mutant(kind, f"{name_}{name}", near, _in_track(track.id, change), ids)

    if track.seen_by:
        readers = (track.id,)
        yield made("seen_by", ": anybody may know of it", readers, partial(replace, seen_by=()))
        fewer = partial(replace, seen_by=track.seen_by[1:])
        yield made("seen_by", f": hidden from {track.seen_by[0]}", readers, fewer)
    for text, changed in _weaker(track.opens_when):
        if changed is not None:
            yield made("condition", f": opens when {text}", everywhere, partial(replace, opens_when=changed))
    for action in track.at_any_step.values():
        for kind, text, new in _of_action(action):
            actions = {**track.at_any_step, new.id: new}
            yield made(kind, f".{action.id}: {text}", everywhere, partial(replace, at_any_step=actions))
    for step in track.steps.values():
        near = tuple(f"{place}.{step.id}" for place in everywhere)
        for kind, text, changed_step in _of_step(step):
            steps = {**track.steps, step.id: changed_step}
            yield made(kind, f".{step.id}{text}", near, partial(replace, steps=steps))


def _in_track(name: str, change: Callable[[Track], Track]) -> Change:
    return lambda protocol: replace(protocol, tracks={**protocol.tracks, name: change(protocol.tracks[name])})


def _of_step(step: Step) -> Iterator[tuple[str, str, Step]]:
    for action in step.actions.values():
        for kind, text, new in _of_action(action):
            yield kind, f".{action.id}: {text}", replace(step, actions={**step.actions, new.id: new})
    for deadline in step.deadlines.values():
        others = {id_: one for id_, one in step.deadlines.items() if id_ != deadline.id}
        yield "deadline", f".{deadline.id}: deleted", replace(step, deadlines=others)
        for kind, text, changed in _of_deadline(deadline):
            new_ones = {**step.deadlines, deadline.id: changed}
            yield kind, f".{deadline.id}: {text}", replace(step, deadlines=new_ones)
    for task in step.tasks.values():
        for kind, text, new_task in _of_task(task):
            yield kind, f".{task.id}{text}", replace(step, tasks={**step.tasks, task.id: new_task})


def _of_task(task: Task) -> Iterator[tuple[str, str, Task]]:
    for deadline in task.deadlines.values():
        others = {id_: one for id_, one in task.deadlines.items() if id_ != deadline.id}
        yield "deadline", f".{deadline.id}: deleted", replace(task, deadlines=others)
        for kind, text, changed in _of_deadline(deadline):
            yield kind, f".{deadline.id}: {text}", replace(task, deadlines={**task.deadlines, deadline.id: changed})
    for text, changed_until in _weaker(task.until):
        yield "condition", f": until {text}", replace(task, until=changed_until)


def _of_action(action: Action) -> Iterator[tuple[str, str, Action]]:
    for one in action.required:
        left = tuple(other for other in action.required if other != one)
        yield "required", f"without {one.needs.value} {one.id}", replace(action, required=left)
    for text, changed in _weaker(action.only_if):
        if changed is not None or not action.automatic:
            yield "condition", f"only if {text}", replace(action, only_if=changed)


def _of_deadline(deadline: Deadline) -> Iterator[tuple[str, str, Deadline]]:
    for text, limit in _other_limits(deadline.limit):
        yield "deadline", f"limit {text}", replace(deadline, limit=limit)
    for text, changed in _weaker(deadline.applies_when):
        yield "condition", f"applies when {text}", replace(deadline, applies_when=changed)
    for text, changed in _weaker(deadline.until):
        yield "condition", f"until {text}", replace(deadline, until=changed)
    if deadline.escalation is None:
        for text, rungs in _other_rungs(deadline.rungs):
            yield "rung", text, replace(deadline, rungs=rungs)


def _other_limits(limit: Limit) -> Iterator[tuple[str, Limit]]:
    if limit.duration is not None:
        longer = _longer(limit.duration)
        yield str(longer), replace(limit, duration=longer)
    for code, duration in limit.cases.items():
        longer = _longer(duration)
        yield f"{longer} for {code}", replace(limit, cases={**limit.cases, code: longer})
    if limit.otherwise is not None:
        longer = _longer(limit.otherwise)
        yield f"{longer} otherwise", replace(limit, otherwise=longer)


def _longer(duration: Duration) -> Duration:
    """Return another amount: one more; of a day that ends today, tomorrow's end."""
    if duration.unit is Unit.SAME_DAY:
        return Duration(2, Unit.DAYS)
    return Duration(duration.amount + 1, duration.unit)


def _weaker(condition: Condition | None) -> Iterator[tuple[str, Condition | None]]:
    """Yield the condition left out, and with each of its parts left out."""
    if condition is None:
        return
    yield "anything", None
    if isinstance(condition, And | Or):
        for number in range(len(condition.parts)):
            left = condition.parts[:number] + condition.parts[number + 1 :]
            changed = left[0] if len(left) == 1 else type(condition)(left)
            yield describe(changed), changed


def _of_rule(name: str, never: Condition, holders: tuple[Protocol, ...]) -> Iterator[Mutant]:
    ids = tuple(one.id for one in holders)
    known = name if len(ids) > 1 else f"{ids[0]}.{name}"
    near = (known,)

    def deleted(protocol: Protocol) -> Protocol:
        return replace(protocol, forbidden={id_: one for id_, one in protocol.forbidden.items() if id_ != name})

    yield Mutant("forbidden", f"{known}: deleted", near, deleted, ids)
    for text, changed in _weaker(never):
        if changed is not None:
            yield Mutant("forbidden", f"{known}: never {text}", near, _with_rule(name, changed), ids)


def _with_rule(name: str, never: Condition) -> Change:
    def change(protocol: Protocol) -> Protocol:
        return replace(
            protocol, forbidden={**protocol.forbidden, name: replace(protocol.forbidden[name], never=never)}
        )

    return change


def _of_escalation(name: str, holders: list[Protocol]) -> Iterator[Mutant]:
    ids = tuple(one.id for one in holders)
    for text, rungs in _other_rungs(holders[0].escalations[name].rungs):
        yield Mutant("rung", f"{name}.{text}", (name,), _with_rungs(name, rungs), ids)


def _with_rungs(name: str, rungs: tuple[Rung, ...]) -> Change:
    def of_deadlines(deadlines: Mapping[str, Deadline]) -> dict[str, Deadline]:
        return {id_: replace(one, rungs=rungs) if one.escalation == name else one for id_, one in deadlines.items()}

    def of_step(step: Step) -> Step:
        tasks = {id_: replace(one, deadlines=of_deadlines(one.deadlines)) for id_, one in step.tasks.items()}
        return replace(step, deadlines=of_deadlines(step.deadlines), tasks=tasks)

    def change(protocol: Protocol) -> Protocol:
        tracks = {
            id_: replace(track, steps={key: of_step(step) for key, step in track.steps.items()})
            for id_, track in protocol.tracks.items()
        }
        listed = {**protocol.escalations, name: replace(protocol.escalations[name], rungs=rungs)}
        return replace(protocol, tracks=tracks, escalations=listed)

    return change


def _of_no_news(protocols: tuple[Protocol, ...]) -> Iterator[Mutant]:
    """Yield changes to the rungs of the no-news limit, in all protocols that have the same."""
    for rungs in dict.fromkeys(one.no_news.rungs for one in protocols):
        holders = [one for one in protocols if one.no_news.rungs == rungs]
        name = "no_news" if len(holders) > 1 or len(protocols) == 1 else f"{holders[0].id}.no_news"
        for text, changed in _other_rungs(rungs):
            near = ("no_news", *(f"{one.id}.no_news" for one in holders))
            yield Mutant("rung", f"{name}.{text}", near, _with_no_news(changed), tuple(one.id for one in holders))


def _with_no_news(rungs: tuple[Rung, ...]) -> Change:
    return lambda protocol: replace(protocol, no_news=replace(protocol.no_news, rungs=rungs))


def _other_rungs(rungs: tuple[Rung, ...]) -> Iterator[tuple[str, tuple[Rung, ...]]]:
    for number, rung in enumerate(rungs):
        before, after = rungs[:number], rungs[number + 1 :]
        if before or after:
            yield f"{rung.id}: deleted", before + after
        changed = _elsewhen(rung)
        if changed != rung:
            yield f"{rung.id}: at another time", (*before, changed, *after)
        if len(rung.to) > 1:
            yield f"{rung.id}: not to {rung.to[-1]}", (*before, replace(rung, to=rung.to[:-1]), *after)


def _elsewhen(rung: Rung) -> Rung:
    if rung.at in {RungAt.SHARE, RungAt.SHARE_LEFT}:
        return replace(rung, share=rung.share + 3 if rung.share < 95 else rung.share - 3)
    if rung.by is not None:
        return replace(rung, by=_longer(rung.by))
    return replace(rung, at=RungAt.AFTER_LIMIT, by=Duration(1, Unit.HOURS))


def _of_field(name: str, holders: list[Protocol]) -> Iterator[Mutant]:
    field, ids = holders[0].fields[name], tuple(one.id for one in holders)
    if not field.seen_by:
        return
    for text, seen_by in (("anybody may read it", ()), (f"hidden from {field.seen_by[0]}", field.seen_by[1:])):
        yield Mutant("seen_by", f"{name}: {text}", (name,), _with_readers(name, seen_by), ids)


def _with_readers(name: str, seen_by: tuple[str, ...]) -> Change:
    def change(protocol: Protocol) -> Protocol:
        field = replace(protocol.fields[name], seen_by=seen_by)
        return replace(protocol, fields={**protocol.fields, name: field})

    return change
