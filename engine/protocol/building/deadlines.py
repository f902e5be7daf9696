"""Deadlines of steps and tasks, with every default filled in (16-23)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from engine.core.model import (
    RUN_THROUGH_HOLDS,
    CountsFrom,
    Deadline,
    Entering,
    Extend,
    FromDeadline,
    FromField,
    IfMissed,
    Lasts,
    Limit,
    Rung,
    Side,
)
from engine.protocol.building.limits import check_aim, check_dated, read_limit
from engine.protocol.building.register import texts
from engine.protocol.building.rung_lists import WINDOWS, comes_too_late
from engine.protocol.building.vocabulary import Vocabulary
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.answers import read_answers
from engine.protocol.schema.forms import Form
from engine.protocol.schema.references import find, find_key, parse, refuse_name
from engine.protocol.sentences.durations import parse_duration
from engine.protocol.sentences.timings import parse_counts_from

_BASIS_KEYS = (
    *("kind", "source", "jurisdiction", "status", "adopted_by", "adopted_on"),
    *("review_before", "ends", "if_closed"),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a deadline may refer to: the deadlines beside it, and the actions of its step and track."""

    deadlines: Collection[str]
    actions: Mapping[str, Form]
    side: Side = Side.PROTECTIVE


def read_deadline(id_: str, form: Form, around: Surroundings, words: Vocabulary) -> Deadline | None:
    """Return the deadline; None where its limit cannot be read."""
    limit = _read_limit(id_, form, words)
    escalation, rungs = _read_escalation(form, words)
    aim = parse(parse_duration, form, "aim", words.desk)
    counts_from = _read_start(form, around, limit, words)
    applies_when, until = words.condition(form, "applies_when"), words.condition(form, "until")
    if_missed, extend = _read_missed(form, words), _read_extend(form, words)
    then = _read_then(form, around, words)
    calendar = words.calendars.name(form.get("calendar"), form.way("calendar"))
    if limit is None:
        return None
    _check_rungs(rungs, limit, form, words)
    if "aim" in form.values:
        check_aim(limit, aim, form, words.desk)
    words.used.update(filter(None, (limit.depends_on, limit.before)))
    on_hold = form.get("on_hold")
    return Deadline(
        id=id_,
        limit=limit,
        ref=texts(form, "ref"),
        title=form.get("title", {}),
        applies_when=applies_when,
        counts_from=counts_from,
        if_date_unknown="if_date_unknown" in form.values,
        until=until,
        lasts=Lasts(form.get("lasts", Lasts.STEP)),
        stops_on_hold=on_hold == "stops" if on_hold else limit.basis.kind not in RUN_THROUGH_HOLDS,
        aim=aim or limit.aim,
        escalation=escalation,
        rungs=rungs,
        if_missed=if_missed,
        then=then,
        extend=extend,
        calendar=calendar,
        side=around.side,
    )


def _read_limit(id_: str, form: Form, words: Vocabulary) -> Limit | None:
    """Return the limit a deadline names, or the one written inline with its basis."""
    scalar: Scalar | None = form.get("limit")
    if scalar is None:
        return None
    register, desk = words.register, words.desk
    if scalar.text in register.limit_names:
        _refuse_second_basis(form, words)
        return register.limit(scalar.text)
    text = scalar.text
    if not (text[:1].isdigit() or text.startswith("same ")) or ("_" in text and " " not in text):
        known = list(register.limit_names)
        refuse_name("limit", scalar, known, form.way("limit"), desk)
        return None
    missing = [key for key in ("kind", "source") if not form.gives(key)]
    if missing:
        message = f"A limit written here needs {' and '.join(f'`{key}`' for key in missing)} too (30)."
        hint = "Add `kind: default` and `source: ...`, or name a limit of the list."
        desk.report("SP522", scalar.place, form.way("limit"), message, hint)
    values = {key: value for key, value in form.values.items() if key != "aim"}
    return read_limit(id_, Form(values, form.node, form.trail), register.fields, desk)


def _refuse_second_basis(form: Form, words: Vocabulary) -> None:
    for key in _BASIS_KEYS:
        if key in form.values:
            message = f"`{key}` belongs to the limit; two places could say two things."
            hint = f"Delete it here and write it with the limit `{form.get('limit').text}`."
            words.desk.report("SP523", form.key_at(key), form.way(key), message, hint)


def _read_escalation(form: Form, words: Vocabulary) -> tuple[str | None, tuple[Rung, ...]]:
    register, desk = words.register, words.desk
    given = form.get("escalation")
    if isinstance(given, list):
        if not given:
            message = "This escalation has no rung."
            hint = "Write at least one: `- {at: the limit, to: supervisor}`."
            desk.report("SP531", form.key_at("escalation"), form.way("escalation"), message, hint)
        return None, register.read_rungs(given)
    source, trail = given, form.way("escalation")
    if source is None and not form.gives("escalation"):
        source = words.defaults.get("escalation") if words.defaults else None
        if source is None:
            message = f"The deadline `{form.trail[1]}` tells nobody."
            desk.report("SP531", form.place, form.trail, message, "Add `escalation`, or one under `defaults`.")
        elif source.text not in register.escalations:
            return None, ()
    name = find("escalation", source, register.escalations, trail, desk)
    return name, register.escalations[name].rungs if name else ()


def _check_rungs(rungs: tuple[Rung, ...], limit: Limit, form: Form, words: Vocabulary) -> None:
    """All rungs of a clinical or evidence window come before it closes (22)."""
    if limit.basis.kind not in WINDOWS:
        return
    late = next((rung for rung in rungs if comes_too_late(rung, limit)), None)
    if late is not None:
        key = "escalation" if form.gives("escalation") else "limit"
        message = f"The rung `{late.id}` does not come before this {limit.basis.kind} window closes."
        hint = "Choose an escalation whose rungs all come earlier: `90 % of the time left`."
        words.desk.report("SP518", form.at(key), form.way(key), message, hint)


def _read_start(form: Form, around: Surroundings, limit: Limit | None, words: Vocabulary) -> CountsFrom:
    start = parse(parse_counts_from, form, "counts_from", words.desk)
    if start is None:
        return FromField(limit.before) if limit and limit.before else Entering()
    trail = form.way("counts_from")
    if isinstance(start, FromDeadline):
        scalar = replace(form.get("counts_from"), text=start.deadline)
        find("deadline", scalar, around.deadlines, trail, words.desk, " beside this one")
    if isinstance(start, FromField):
        words.used.add(start.field)
        if start.field in around.deadlines and start.field not in words.register.fields:
            hint = f"Write `{start.field} met` or `{start.field} limit`."
            message = f"`{start.field}` is a deadline; it has two instants to count from."
            words.desk.report("SP312", form.at("counts_from"), trail, message, hint)
        else:
            check_dated(start.field, form, "counts_from", words.register.fields, words.desk)
    if limit is not None and limit.before is not None and start != FromField(limit.before):
        message = f"This limit is counted back from `{limit.before}`; it has no other start."
        words.desk.report("SP526", form.at("counts_from"), trail, message, "Delete `counts_from`.")
    return start


def _read_then(form: Form, around: Surroundings, words: Vocabulary) -> str | None:
    """Return the action taken at the limit; it needs no facts, consents, tasks or approval (21)."""
    then = find_key("action", form, "then", around.actions, words.desk, " at this step")
    action = around.actions[then] if then else None
    if action is not None and (action.gives("required") or action.gives("approval")):
        message = f"`{then}` needs facts or an approval, but at a limit nobody is there to give them."
        hint = "Name an action without `required` and `approval` (rule 21)."
        words.desk.report("SP534", form.at("then"), form.way("then"), message, hint)
    return then


def _read_missed(form: Form, words: Vocabulary) -> IfMissed | None:
    missed: Form | None = form.get("if_missed")
    if missed is None:
        return None
    answers = read_answers(missed.get("set"), words.register.fields, words.desk)
    words.used.update(answers)
    task = find_key("task", missed, "task", words.tasks, words.desk)
    return IfMissed(set=answers, task=task, tell=words.roles(missed, "tell"))


def _read_extend(form: Form, words: Vocabulary) -> Extend | None:
    extend: Form | None = form.get("extend")
    if extend is None:
        return None
    by = parse(parse_duration, extend, "by", words.desk)
    who_may = words.roles(extend, "who_may")
    given = words.fields(extend, "required", besides=("reason",))
    if by is None:
        return None
    return Extend(by=by, times=extend.get("times", 1), who_may=who_may, required=given or ("reason",))


def check_order(deadlines: Form | None, read: dict[str, Deadline], words: Vocabulary) -> None:
    """Report deadlines that count from each other in a circle; none of them could ever begin (17)."""
    starts = {id_: one.counts_from.deadline for id_, one in read.items() if isinstance(one.counts_from, FromDeadline)}
    done: set[str] = set()
    for id_ in starts:
        seen: dict[str, None] = {}
        here = id_
        while here in starts and here not in seen and here not in done:
            seen[here] = None
            here = starts[here]
        done |= seen.keys()
        if here in seen and deadlines is not None:
            form: Form = deadlines.get(here)
            circle = list(seen)[list(seen).index(here) :]
            message = f"The deadlines {', '.join(f'`{one}`' for one in circle[:5])} wait for each other."
            hint = "Let one of them count from entering the step or from a date."
            words.desk.report("SP533", form.at("counts_from"), form.way("counts_from"), message, hint)
