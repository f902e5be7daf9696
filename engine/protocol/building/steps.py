"""Tracks with their steps and tasks, checked for what a step must have (3, 8, 23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from engine.core.model import Action, Deadline, Side, Step, Task, Track
from engine.protocol.building.actions import Position, collect_events, read_action
from engine.protocol.building.deadlines import Surroundings, check_order, read_deadline
from engine.protocol.building.limits import check_dated
from engine.protocol.building.register import texts
from engine.protocol.building.vocabulary import Vocabulary
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Form
from engine.protocol.schema.references import find_key, parse
from engine.protocol.schema.refusals import check_id
from engine.protocol.sentences.timings import parse_grid, parse_rhythm

_RESERVED = "previous"
_NOT_WHEN_FINAL = ("actions", "deadlines", "tasks")


class Owners(NamedTuple):
    """Who acts at a step, and who records it."""

    done_by: tuple[str, ...]
    recorded_by: tuple[str, ...]


class Around(NamedTuple):
    """The actions of a track at any step: their forms, their events, whether one of them leaves the step."""

    track: str
    actions: Form | None
    events: Mapping[str, Form]
    leaves: bool


def read_tracks(words: Vocabulary) -> dict[str, Track]:
    """Return the tracks in file order."""
    return {
        id_: _read_track(id_, form, words, main=number == 0)
        for number, (id_, form) in enumerate(words.tracks.items())
    }


def _read_track(id_: str, form: Form, words: Vocabulary, *, main: bool) -> Track:
    steps: Form | None = form.get("steps")
    if steps is not None and not steps.values and not steps.node.entries:
        words.desk.report("SP527", steps.place, steps.trail, f"The track `{id_}` has no step.", "Add one.")
    if not main and not form.gives("opens_when"):
        message = f"Nothing says when the track `{id_}` opens; only the first track opens by itself."
        hint = "Add `opens_when:` with a condition, as `response has reached safe_space`."
        words.desk.report("SP503", form.place, form.trail, message, hint)
    first = find_key("step", form, "first_step", words.steps[id_], words.desk, f" in the track `{id_}`")
    around = _look_around(form, words)
    owners = {step: _read_owners(one, words) for step, one in words.steps[id_].items()}
    return Track(
        id=id_,
        first_step=first or "",
        steps={step: _read_step(step, one, around, owners[step], words) for step, one in words.steps[id_].items()},
        title=form.get("title", {}),
        opens_when=words.condition(form, "opens_when"),
        again=form.get("again", False),
        seen_by=words.roles(form, "seen_by"),
        at_any_step=_read_anywhere(id_, form, owners, words),
        ref=texts(form, "ref"),
    )


def _read_owners(form: Form, words: Vocabulary) -> Owners:
    """Return who does the step and who records it: its own roles, else those of `defaults` (rule 28)."""
    done_by = words.roles(form, "done_by") if form.gives("done_by") else words.default_roles("done_by")
    if form.gives("recorded_by"):
        return Owners(done_by, words.roles(form, "recorded_by"))
    default = words.default_roles("recorded_by")
    return Owners(done_by, done_by if form.gives("done_by") or not default else default)


def _read_anywhere(id_: str, form: Form, owners: Mapping[str, Owners], words: Vocabulary) -> dict[str, Action]:
    part: Form | None = form.get("at_any_step")
    if part is None:
        return {}
    everybody = tuple(dict.fromkeys(role for one in owners.values() for role in one.recorded_by))
    tasks = {
        task: None for step in words.steps[id_].values() if step.get("tasks") for task in step.get("tasks").values
    }
    here = Position(id_, tasks, everybody)
    return {name: read_action(name, action, here, words) for name, action in part.forms()}


def _look_around(form: Form, words: Vocabulary) -> Around:
    """Return what the actions at any step of a track mean for each of its steps, looked up once."""
    part: Form | None = form.get("at_any_step")
    events = collect_events(part, {}, words)
    leaves = any(one.gives("goes_to") for _, one in part.forms()) if part else False
    return Around(form.trail[1], part, events, leaves)


def _read_step(id_: str, form: Form, around: Around, owners: Owners, words: Vocabulary) -> Step:
    anywhere, events = around.actions, around.events
    _check_way_out(id_, form, around, words)
    _check_clock(form, words)
    tasks = _read_tasks(form, owners, words)
    here = Position(around.track, tasks, owners.recorded_by or owners.done_by)
    actions_form: Form | None = form.get("actions")
    if actions_form is not None:
        collect_events(actions_form, events, words)
    actions = (
        {name: read_action(name, one, here, words) for name, one in actions_form.forms()} if actions_form else {}
    )
    final: Scalar | None = form.get("final")
    if final is not None:
        check_id(final, form.way("final"), words.desk)
    return Step(
        id=id_,
        title=form.get("title", {}),
        ref=texts(form, "ref"),
        outside_label=form.get("outside_label", {}),
        done_by=owners.done_by,
        recorded_by=owners.recorded_by,
        collect=words.fields(form, "collect"),
        tasks=tasks,
        deadlines=_read_deadlines(form, anywhere, words),
        actions=actions,
        no_limit=form.get("no_limit"),
        final=final.text if final else None,
        success=form.get("success", False),
    )


def _check_way_out(id_: str, form: Form, around: Around, words: Vocabulary) -> None:
    if id_ == _RESERVED:
        message = f"`{id_}` means the step before; no step can be called so."
        words.desk.report("SP206", form.place, form.trail, message, "Give it another name.")
    if form.gives("final"):
        for key in _NOT_WHEN_FINAL:
            if form.gives(key):
                message = f"The step `{id_}` is final, so nothing happens there any more."
                words.desk.report("SP502", form.key_at(key), form.way(key), message, f"Delete `{key}`, or `final`.")
        return
    if form.gives("success"):
        message = f"The step `{id_}` is not final, so nothing ends here that could be a success."
        hint = "Move `success` to a final step, or add `final: OUTCOME`."
        words.desk.report("SP540", form.key_at("success"), form.way("success"), message, hint)
    actions: Form | None = form.get("actions")
    if not around.leaves and not (actions and any(one.gives("goes_to") for _, one in actions.forms())):
        message = f"Nothing leads out of the step `{id_}`, and it is not final."
        hint = "Add an action with `goes_to`, or `final: OUTCOME`."
        words.desk.report("SP501", form.place, form.trail, message, hint)


def _check_clock(form: Form, words: Vocabulary) -> None:
    """An active step has a clock, or says why not (23)."""
    if form.gives("final") or form.gives("no_limit"):
        return
    tasks: Form | None = form.get("tasks")
    of_tasks = any(task.gives("deadlines") for _, task in tasks.forms()) if tasks else False
    deadlines = form.get("deadlines")
    if not of_tasks and (deadlines is None or not deadlines.node.entries):
        message = f"The step `{form.trail[1]}` has no clock: a case could stand here unnoticed."
        hint = "Add `deadlines`, or `no_limit:` with the reason."
        words.desk.report("SP512", form.place, form.trail, message, hint)


def _read_deadlines(form: Form, anywhere: Form | None, words: Vocabulary) -> dict[str, Deadline]:
    part: Form | None = form.get("deadlines")
    if part is None:
        return {}
    around = Surroundings(part.values, _list_actions(form, anywhere))
    read = {id_: read_deadline(id_, one, around, words) for id_, one in part.forms()}
    found = {id_: one for id_, one in read.items() if one is not None}
    check_order(part, found, words)
    return found


def _list_actions(step: Form, anywhere: Form | None) -> dict[str, Form]:
    """Return the actions a deadline of the step may take; its own win over those of the track (4)."""
    parts: list[Form | None] = [anywhere, step.get("actions")]
    return {id_: one for part in parts if part is not None for id_, one in part.forms()}


def _read_tasks(form: Form, owners: Owners, words: Vocabulary) -> dict[str, Task]:
    part: Form | None = form.get("tasks")
    return {id_: _read_task(id_, one, form, owners, words) for id_, one in part.forms()} if part else {}


def _read_task(id_: str, form: Form, step: Form, owners: Owners, words: Vocabulary) -> Task:
    _check_repeat(form, words)
    offsets, after = parse(parse_grid, form, "on", words.desk) or ((), None)
    if after is not None and check_dated(after, form, "on", words.register.fields, words.desk):
        words.used.add(after)
    rhythm = parse(parse_rhythm, form, "every", words.desk)
    until = None
    if rhythm is not None and rhythm.until is not None:
        until = words.judge(_cut(form.get("every"), rhythm.offset), form.way("every"))
    side = Side.FOLLOW_UP if form.gives("on") or form.gives("every") else Side.PROTECTIVE
    return Task(
        id=id_,
        title=form.get("title", {}),
        done_by=words.roles(form, "done_by") if form.gives("done_by") else owners.done_by,
        required=form.get("required", True),
        offsets=offsets,
        after=after,
        every=rhythm.every if rhythm else None,
        until=until,
        from_last_done="from" in form.values,
        collect=words.fields(form, "collect"),
        deadlines=_read_task_deadlines(form, step, side, words),
        ref=texts(form, "ref"),
    )


def _cut(scalar: Scalar, offset: int) -> Scalar:
    """Return the rest of a sentence as a scalar at its own place."""
    inner = scalar.inner
    place = replace(inner, column=inner.column + offset)
    return Scalar(scalar.text[offset:], place)


def _read_task_deadlines(form: Form, step: Form, side: Side, words: Vocabulary) -> dict[str, Deadline]:
    part: Form | None = form.get("deadlines")
    if part is None:
        return {}
    beside: Form | None = step.get("deadlines")
    names = {*part.values, *(beside.values if beside else ())}
    around = Surroundings(names, _list_actions(step, None), side)
    read = {id_: read_deadline(id_, one, around, words) for id_, one in part.forms()}
    return {id_: one for id_, one in read.items() if one is not None}


def _check_repeat(form: Form, words: Vocabulary) -> None:
    if form.gives("on") and form.gives("every"):
        message = "A task repeats on dates (`on`) or in a rhythm (`every`), not both."
        words.desk.report("SP532", form.key_at("every"), form.way("every"), message, "Delete one of them.")
    elif form.gives("from") and not form.gives("every"):
        message = "`from: last_done` counts a rhythm, but there is no `every`."
        words.desk.report("SP532", form.key_at("from"), form.way("from"), message, "Add `every`, or delete `from`.")
