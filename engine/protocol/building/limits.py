"""Limits: their numbers and their basis, from the flat list or written inline (16, 30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from engine.core.duration import Duration
from engine.core.model import Basis, Ends, Field, FieldType, IfClosed, Kind, Limit
from engine.protocol.schema.forms import Desk, Form
from engine.protocol.schema.references import find, parse, parse_scalar, refuse_name
from engine.protocol.schema.spans import is_longer
from engine.protocol.sentences.durations import parse_duration
from engine.protocol.sentences.timings import parse_limit

#: Types of fields a clock can count from, and those a limit can depend on.
DATED = (FieldType.DATE, FieldType.MOMENT)
CHOSEN = (FieldType.CHOICE, FieldType.YES_NO_UNKNOWN)
_OTHERWISE = "otherwise"


def read_limit(id_: str, form: Form, fields: Mapping[str, Field], desk: Desk) -> Limit | None:
    """Return the limit, or None where its number cannot be read."""
    basis = read_basis(form, desk)
    aim = parse(parse_duration, form, "aim", desk)
    ends, if_closed = form.get("ends"), form.get("if_closed")
    limit = Limit(
        id=id_,
        basis=basis,
        aim=aim,
        ends=Ends(ends) if ends else None,
        if_closed=IfClosed(if_closed) if if_closed else IfClosed.STAY,
        ref=tuple([one.text for one in form.get("ref", ())]),
    )
    if form.gives("limit") == form.gives("depends_on"):
        _refuse_number(form, desk)
        return None
    numbered = _read_fixed(limit, form, fields, desk) if "limit" in form.values else None
    if "depends_on" in form.values:
        numbered = _read_depending(limit, form, fields, desk)
    if numbered is not None:
        check_aim(numbered, aim, form, desk)
    return numbered


def _refuse_number(form: Form, desk: Desk) -> None:
    if form.gives("limit"):
        message = "Here stand both `limit` and `depends_on`; it is not clear which number counts."
        desk.report("SP507", form.key_at("depends_on"), form.way("depends_on"), message, "Delete one of them.")
    else:
        message = f"The limit `{form.trail[1]}` has no number."
        desk.report("SP507", form.place, form.trail, message, "Add `limit: 72 hours`, or `depends_on`.")


def read_basis(form: Form, desk: Desk) -> Basis:
    """Return where the number comes from; an adopted one says by whom and when."""
    status: str = form.get("status", "proposed")
    check_adopted(form, status, desk)
    adopted_on: date | None = form.get("adopted_on")
    return Basis(
        kind=Kind(form.get("kind", Kind.DEFAULT)),
        source=form.get("source", ""),
        jurisdiction=form.get("jurisdiction", ""),
        status=status,
        adopted_by=form.get("adopted_by", ""),
        adopted_on=adopted_on,
        review_before=form.get("review_before"),
    )


def check_adopted(form: Form, status: str, desk: Desk) -> None:
    """Report an adoption without its authority or its day (30)."""
    if status == "adopted":
        for key in ("adopted_by", "adopted_on"):
            if not form.gives(key):
                message = f"`status` is adopted, but `{key}` is missing."
                hint = f"Add `{key}:`, or write another status until the authority has decided."
                desk.report("SP508", form.at("status"), form.way("status"), message, hint)


def _read_fixed(limit: Limit, form: Form, fields: Mapping[str, Field], desk: Desk) -> Limit | None:
    read = parse(parse_limit, form, "limit", desk)
    if read is None:
        return None
    duration, before = read
    if before is None:
        return replace(limit, duration=duration)
    if not check_dated(before, form, "limit", fields, desk):
        return None
    return replace(limit, duration=duration, before=before)


def check_dated(name: str, form: Form, key: str, fields: Mapping[str, Field], desk: Desk) -> bool:
    """Return whether the name is a field with a date; report it otherwise."""
    scalar = form.get(key)
    field = fields.get(name)
    if field is None:
        refuse_name("field", replace(scalar, text=name), fields, form.way(key), desk)
    elif field.type not in DATED:
        message = f"`{name}` is a {field.type} field; a clock needs a date or a moment."
        dated = [one.id for one in fields.values() if one.type in DATED]
        hint = f"Name a date field: {', '.join(f'`{one}`' for one in dated[:5])}." if dated else "Add a date field."
        desk.report("SP525", scalar.place, form.way(key), message, hint)
    return field is not None and field.type in DATED


def _read_depending(limit: Limit, form: Form, fields: Mapping[str, Field], desk: Desk) -> Limit | None:
    whole: Form = form.get("depends_on")
    if len(whole.node.entries) != 1 or not whole.values:
        message = "`depends_on` needs exactly one field with its answers."
        hint = "Write `depends_on: {risk_level: {high: 24 hours, otherwise: 72 hours}}`."
        desk.report("SP509", form.key_at("depends_on"), whole.trail, message, hint)
        return None
    name, cases = next(iter(whole.values.items()))
    entry = whole.node.entries[name]
    field_name = find("field", entry.key, fields, whole.way(name), desk)
    durations = _read_cases(cases, desk)
    if field_name is None or not _check_chosen(fields[field_name], whole, desk):
        return None
    _check_cases(fields[field_name], cases, desk)
    otherwise = durations.pop(_OTHERWISE, None)
    if not durations and otherwise is None:
        return None
    return replace(limit, depends_on=field_name, cases=durations, otherwise=otherwise)


def _read_cases(cases: Form, desk: Desk) -> dict[str, Duration]:
    read = ((code, parse_scalar(parse_duration, one, cases.way(code), desk)) for code, one in cases.values.items())
    return {code: duration for code, duration in read if duration is not None}


def _check_chosen(field: Field, whole: Form, desk: Desk) -> bool:
    if field.type in CHOSEN:
        return True
    message = f"`{field.id}` is a {field.type} field; a limit can depend on a choice only."
    desk.report("SP509", whole.key_at(field.id), whole.way(field.id), message, "Name a field of the type choice.")
    return False


def answers_of(field: Field) -> tuple[str, ...]:
    """Return the answers of a choice or a yes/no question, besides unknown."""
    return field.codes if field.type is FieldType.CHOICE else ("yes", "no")


def _check_cases(field: Field, cases: Form, desk: Desk) -> None:
    known = (*answers_of(field), "unknown")
    for code in cases.values:
        if code not in known and code != _OTHERWISE:
            key = cases.node.entries[code].key
            refuse_name("code", key, (*known, _OTHERWISE), cases.way(code), desk, f" in the field `{field.id}`")
    missing = [code for code in known if code not in cases.node.entries]
    if missing and _OTHERWISE not in cases.node.entries:
        listed = ", ".join(f"`{code}`" for code in missing[:5])
        message = f"No limit is given for the answers {listed} of `{field.id}`."
        desk.report("SP510", cases.place, cases.trail, message, "Add them, or `otherwise:` for all other answers.")


def check_aim(limit: Limit, aim: Duration | None, form: Form, desk: Desk) -> None:
    """Report an aim that is certainly longer than the limit."""
    durations = [one for one in (limit.duration, limit.otherwise, *limit.cases.values()) if one is not None]
    if aim is None or limit.before is not None or not durations:
        return
    shorter = next((one for one in durations if is_longer(aim, one)), None)
    if shorter is not None:
        message = f"The aim of {aim} is longer than the limit of {shorter}."
        desk.report("SP519", form.at("aim"), form.way("aim"), message, f"Write an aim below {shorter}, or delete it.")
