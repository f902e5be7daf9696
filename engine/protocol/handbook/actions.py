"""What may happen next, in sentences: where an action leads, who may take it, what it needs, what it does besides."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.model import Action, Needs, Requirement, Step, TargetKind, Track
from engine.protocol.handbook.desk import Desk, together
from engine.protocol.handbook.tree import Line, plain
from engine.protocol.prose.conditions import sentence
from engine.protocol.prose.names import lane_of
from engine.protocol.prose.numbering import WAITS


def action_line(track: Track, step: Step | None, action: Action, desk: Desk) -> Line:
    """Return an action as one paragraph; ``step`` is None for one that any step has."""
    path = f"tracks.{track.id}.steps.{step.id}.actions" if step is not None else f"tracks.{track.id}.at_any_step"
    id_ = f"{track.id}.{step.id if step is not None else 'at_any_step'}.{action.id}"
    refs = f" {desk.word('refs').format(', '.join(action.ref))}" if action.ref else ""
    small = desk.where(f"{path}.{action.id}", id_ + refs)
    return (*plain(together(_sentences(track, step, action, desk)) + " "), small)


def _sentences(track: Track, step: Step | None, action: Action, desk: Desk) -> Iterator[str]:
    names = desk.names
    yield _leads(track, step, action, desk)
    if action.automatic:
        when = sentence(action.only_if, names) if action.only_if is not None else ""
        yield desk.word("itself").format(when)
    else:
        yield desk.word("may").format(names.roles(action.who_may))
    if action.required:
        yield desk.word("required").format("; ".join(_needs(action.required, desk)))
    if action.only_if is not None and not action.automatic:
        yield desk.word("only if").format(sentence(action.only_if, names))
    if action.approval:
        yield desk.word("approval").format(names.role(action.approval))
    if action.exception:
        title = names.quoted(names.say(desk.protocol.exceptions.get(action.exception, {}), action.exception))
        yield desk.word("exception").format(title, names.article(WAITS))
    yield desk.of_condition(action.only_if)
    yield from _effects(action, desk)


def _effects(action: Action, desk: Desk) -> Iterator[str]:
    names = desk.names
    if action.set:
        facts = (
            desk.word("fact").format(names.field(field), names.answer(field, value))
            for field, value in action.set.items()
        )
        yield desk.word("sets").format(names.all_of(facts))
    if len(action.closes) == len(desk.protocol.tracks) - 1 > 1:
        yield desk.word("closes all")
    elif action.closes:
        yield desk.word("closes").format(names.all_of(names.quoted(names.track(one)) for one in action.closes))
    if action.starts is not None:
        yield desk.word("starts").format(names.quoted(action.starts.protocol))
        if action.starts.one_per:
            yield desk.word("one per").format(names.field(action.starts.one_per))
        if action.starts.carry:
            yield desk.word("carry").format(names.all_of(map(names.field, action.starts.carry)))


def _leads(track: Track, step: Step | None, action: Action, desk: Desk) -> str:
    names, target = desk.names, action.target
    title = names.quoted(names.action(action))
    if target.kind is TargetKind.STAYS:
        return desk.word("stays" if step is not None else "stays any").format(title)
    if target.kind is TargetKind.PREVIOUS:
        return desk.word("leads back").format(title)
    lane = lane_of(desk.protocol, target.track, track)
    if lane.id != track.id:
        return desk.word("leads lane").format(
            title, names.step(lane.id, target.step), names.quoted(names.track(lane.id))
        )
    if step is not None and target.step == step.id:
        return desk.word("leads again").format(title)
    return desk.word("leads").format(title, names.step(lane.id, target.step))


def _needs(required: tuple[Requirement, ...], desk: Desk) -> Iterator[str]:
    """Yield what is required: answers together, consents together, work together."""
    names = desk.names
    answers = [names.field(one.id) for one in required if one.needs is Needs.FIELD]
    consents = [names.consent(one.id) for one in required if one.needs is Needs.CONSENT]
    tasks = [names.task(one.id) for one in required if one.needs is Needs.TASK]
    for kind, found in (("answer", answers), ("consent", consents), ("task", tasks)):
        if found:
            yield desk.word(f"needs {kind}{'s' if len(found) > 1 else ''}").format(names.all_of(found))
