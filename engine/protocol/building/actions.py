"""Actions: where they lead, who may take them, what they need (4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.core.model import ERASING, Action, FieldType, Needs, Requirement, Starts, Target, TargetKind
from engine.protocol.building.register import OWNER, texts
from engine.protocol.building.vocabulary import Vocabulary
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.answers import read_answers
from engine.protocol.schema.forms import Form, Trail, suggest
from engine.protocol.schema.references import find, find_key, parse_scalar
from engine.protocol.sentences.timings import parse_requirement
from engine.protocol.sentences.words import show

_PREVIOUS = "previous"
_ALL = "all"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an action stands: its track, the tasks it may require, who records there."""

    track: str
    tasks: Mapping[str, object]
    recorded_by: tuple[str, ...]


def read_action(id_: str, form: Form, here: Position, words: Vocabulary) -> Action:
    """Return the action; what it leads to is nowhere (`stays`) where that could not be read."""
    if id_ == ERASING:
        message = f"`{id_}` means that the person is erased; no action can be called so."
        words.desk.report("SP206", form.place, form.trail, message, "Give it another name.")
    target = _read_target(form, here, words)
    answers = read_answers(form.get("set"), words.register.fields, words.desk)
    words.used.update(answers)
    automatic: bool = form.get("automatic", False)
    only_if = words.condition(form, "only_if")
    if automatic and not form.gives("only_if"):
        message = f"The automatic action `{id_}` has no condition, so nobody ever stays at its step."
        hint = "Add `only_if`, or lead the actions before it straight on."
        words.desk.report("SP515", form.key_at("automatic"), form.way("automatic"), message, hint)
    return Action(
        id=id_,
        target=target,
        ref=texts(form, "ref"),
        title=form.get("title", {}),
        event=form.get("event"),
        who_may=() if automatic else _read_actors(form, here, words),
        required=_read_required(form, here, words),
        only_if=only_if,
        set=answers,
        approval=words.role(form, "approval"),
        closes=_read_closes(form, here, target, words),
        starts=_read_starts(form, words),
        exception=find_key("exception", form, "exception", words.register.exceptions, words.desk),
        automatic=automatic,
    )


def _read_target(form: Form, here: Position, words: Vocabulary) -> Target:
    goes, stays = form.gives("goes_to"), form.gives("stays")
    if goes and stays:
        message = f"The action `{form.trail[1]}` both goes and stays."
        words.desk.report("SP505", form.key_at("stays"), form.way("stays"), message, "Delete one of the two.")
    elif not goes and not stays:
        message = f"The action `{form.trail[1]}` does not say where it leads."
        hint = "Add `goes_to: STEP`, or `stays: here`."
        words.desk.report("SP504", form.place, form.trail, message, hint)
    scalar: Scalar | None = form.get("goes_to")
    if scalar is None:
        return Target(TargetKind.STAYS)
    if scalar.text == _PREVIOUS:
        return Target(TargetKind.PREVIOUS)
    return _find_step(scalar, form, here, words)


def _find_step(scalar: Scalar, form: Form, here: Position, words: Vocabulary) -> Target:
    trail, desk = form.way("goes_to"), words.desk
    track, dot, step = scalar.text.rpartition(".")
    if not dot:
        known = words.steps[here.track]
        if step not in known:
            _refuse_step(scalar, here.track, trail, words)
        return Target(TargetKind.STEP, step)
    if find("track", replace(scalar, text=track), words.tracks, trail, desk) is not None:
        inner = replace(scalar, text=step, place=replace(scalar.inner, column=scalar.inner.column + len(track) + 1))
        find("step", inner, words.steps[track], trail, desk, f" in the track `{track}`")
    return Target(TargetKind.STEP, step, None if track == here.track else track)


def _refuse_step(scalar: Scalar, track: str, trail: Trail, words: Vocabulary) -> None:
    """Report an unknown step; one of another track is the likeliest thing meant."""
    if words.desk.is_full(scalar.place.file):
        return
    others = [f"{name}.{scalar.text}" for name, steps in words.steps.items() if scalar.text in steps]
    message = f"There is no step {show(scalar.text)} in the track `{track}`."
    hint = f"Did you mean `{others[0]}`?" if others else suggest(scalar.text, (*words.steps[track], _PREVIOUS))
    words.desk.report("SP301", scalar.place, trail, message, hint)


def _read_actors(form: Form, here: Position, words: Vocabulary) -> tuple[str, ...]:
    if form.gives("who_may"):
        scalars: tuple[Scalar, ...] = form.get("who_may", ())
        if any(one.text == OWNER for one in scalars) and here.recorded_by:
            named = tuple(one.text for one in scalars if one.text != OWNER)
            return tuple(dict.fromkeys((*here.recorded_by, *named)))
        if scalars:
            return words.roles(form, "who_may")
    actors = () if form.gives("who_may") else words.default_roles("who_may") or here.recorded_by
    if not actors:
        message = f"Nobody may take the action `{form.trail[1]}`."
        hint = "Add `who_may` here, or `recorded_by` or `done_by` to the step."
        words.desk.report("SP520", form.place, form.trail, message, hint)
    return actors


def _read_required(form: Form, here: Position, words: Vocabulary) -> tuple[Requirement, ...]:
    found, fields, trail = [], words.register.fields, form.way("required")
    for scalar in form.get("required", ()):
        if scalar.text in fields and scalar.text not in here.tasks:
            found.append(Requirement(Needs.FIELD, scalar.text))
            words.used.add(scalar.text)
            continue
        read = parse_scalar(parse_requirement, scalar, trail, words.desk)
        if read is not None:
            needs = _find_required(read, scalar, here, form, words)
            found += [Requirement(needs, read[1])] if needs else []
    return tuple(found)


def _find_required(
    read: tuple[Needs | None, str], scalar: Scalar, here: Position, form: Form, words: Vocabulary
) -> Needs | None:
    kind, name = read
    register, trail = words.register, form.way("required")
    if kind is Needs.CONSENT:
        inner = replace(scalar, text=name)
        words.used.add(f"consent to {name}")
        return kind if find("consent", inner, register.consents, trail, words.desk) else None
    if name in register.fields:
        message = f"`{name}` is both a field and a task here."
        words.desk.report("SP316", scalar.place, trail, message, "Give one of them another id.")
        return Needs.FIELD
    if name in here.tasks:
        return Needs.TASK
    if name in register.consents:
        hint = f"Write `consent to {name}`."
    else:
        hint = suggest(name, (*register.fields, *here.tasks), "Declare it under `fields` or `tasks`.")
    message = f"{show(name)} is neither a field nor a task of this step."
    words.desk.report("SP315", scalar.place, trail, message, hint)
    return None


def _read_closes(form: Form, here: Position, target: Target, words: Vocabulary) -> tuple[str, ...]:
    scalars: tuple[Scalar, ...] = form.get("closes", ())
    moved = {here.track, target.track}
    if len(scalars) == 1 and scalars[0].text == _ALL:
        others = ((id_, track) for id_, track in words.tracks.items() if id_ not in moved)
        return tuple(id_ for id_, track in others if not track.get("goes_on", False))
    trail, found = form.way("closes"), []
    for scalar in scalars:
        if scalar.text in moved:
            message = f"The action moves the track `{scalar.text}` itself; it cannot close it too."
            hint = "Leave it out of `closes`, and let `goes_to` lead to a final step."
            words.desk.report("SP521", scalar.place, trail, message, hint)
        elif find("track", scalar, words.tracks, trail, words.desk) is not None:
            found.append(scalar.text)
    return tuple(found)


def _read_starts(form: Form, words: Vocabulary) -> Starts | None:
    starts: Form | None = form.get("starts")
    if starts is None or "protocol" not in starts.values:
        return None
    carry, one_per = words.fields(starts, "carry"), _read_count(starts, words)
    return Starts(protocol=starts.get("protocol").text, carry=carry, one_per=one_per)


def _read_count(starts: Form, words: Vocabulary) -> str | None:
    """Return the field that says how many starts are asked for."""
    fields, trail = words.register.fields, starts.way("one_per")
    name = find("field", starts.get("one_per"), fields, trail, words.desk)
    if name is None:
        return None
    words.used.add(name)
    if fields[name].type is not FieldType.NUMBER:
        message = f"`{name}` is a {fields[name].type} field; how many are asked for must be a number."
        numbers = [f"`{one.id}`" for one in fields.values() if one.type is FieldType.NUMBER]
        hint = f"Name a number field: {', '.join(numbers[:5])}." if numbers else "Add a number field."
        words.desk.report("SP542", starts.at("one_per"), trail, message, hint)
    return name


def collect_events(actions: Form | None, around: Mapping[str, Form], words: Vocabulary) -> dict[str, Form]:
    """Return the actions of one table by event; two with one event are reported: a log would not say which was meant.

    ``around`` are the events of the track's actions at any step; an action with the id of one of them replaces it.
    """
    events: dict[str, Form] = {}
    for id_, form in actions.forms() if actions else ():
        event = form.get("event")
        if event is None:
            continue
        first = events.get(event) or around.get(event)
        if first is None or (event not in events and first.trail[1] == id_):
            events[event] = form
            continue
        message = f"The event {show(event)} stands at two actions of one step, `{first.trail[1]}` and `{id_}`."
        hint = "Give one of them another event; a log must say which was taken."
        words.desk.report("SP516", form.at("event"), form.way("event"), message, hint)
    return events
