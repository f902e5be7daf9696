"""Facts written into a protocol (`set: {outcome: lost}`), typed by their field (9)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from engine.core.model import Field, FieldType
from engine.core.values import UNKNOWN, Value
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk, Form, Trail, suggest
from engine.protocol.schema.references import refuse_name
from engine.protocol.schema.shapes import FIRST_YEAR, LAST_YEAR, NUMBER, parse_day
from engine.protocol.sentences.words import show

_YES_NO = ("yes", "no", UNKNOWN)
_NEEDED = {
    FieldType.NUMBER: "Write a number: `2` or `2.5`.",
    FieldType.DATE: "Write a date: `2027-01-31`.",
    FieldType.MOMENT: "Write a moment with its distance from UTC: `2027-01-31T08:00+07:00`.",
    FieldType.YES_NO_UNKNOWN: "Write `yes`, `no` or `unknown`.",
}


def read_answers(form: Form | None, fields: dict[str, Field], desk: Desk) -> dict[str, Value]:
    """Return the facts of a `set`; unknown fields and answers that do not fit are reported."""
    found: dict[str, Value] = {}
    if form is None:
        return found
    for name, scalars in form.values.items():
        trail, field = form.way(name), fields.get(name)
        if field is None:
            refuse_name("field", Scalar(name, trail[2]), fields, trail, desk)
            continue
        value = _read_answer(field, scalars, trail, desk)
        if value is not None:
            found[name] = value
    return found


def _read_answer(field: Field, scalars: tuple[Scalar, ...], trail: Trail, desk: Desk) -> Value | None:
    if field.type is FieldType.CHOICES:
        codes = [_read_one(field, scalar, trail, desk) for scalar in scalars]
        return tuple(str(code) for code in codes) if None not in codes else None
    if len(scalars) != 1:
        place = scalars[1].place if scalars else trail[2]
        message = f"`{field.id}` takes one answer, but here stand {len(scalars)}."
        desk.report("SP524", place, trail, message, "Write one answer.")
        return None
    return _read_one(field, scalars[0], trail, desk)


def _read_one(field: Field, scalar: Scalar, trail: Trail, desk: Desk) -> Value | None:
    text = scalar.text
    if text == UNKNOWN:
        return UNKNOWN
    if field.type in (FieldType.CHOICE, FieldType.CHOICES):
        if text in field.codes:
            return text
        refuse_name("code", scalar, field.codes, trail, desk, f" in the field `{field.id}`")
        return None
    value = _convert(field.type, text)
    if isinstance(value, int | Decimal) and not field.admits(value):
        message = f"{show(text)} is no answer to `{field.id}`."
        hint = f"Write a number {field.bounds}."
        desk.report("SP524", scalar.place, trail, message, hint)
        return None
    if value is None:
        hint = _NEEDED[field.type]
        if field.type is FieldType.YES_NO_UNKNOWN:
            hint = suggest(text, _YES_NO, hint)
        desk.report(
            "SP524", scalar.place, trail, f"{show(text)} is no answer to the {field.type} field `{field.id}`.", hint
        )
    return value


def _convert(kind: FieldType, text: str) -> Value | None:
    if kind is FieldType.NUMBER:
        return (Decimal(text) if "." in text else int(text)) if NUMBER.fullmatch(text) else None
    if kind is FieldType.DATE:
        return parse_day(text)
    if kind is FieldType.MOMENT:
        return _read_moment(text)
    if kind is FieldType.YES_NO_UNKNOWN:
        return text if text in _YES_NO else None
    return text


def _read_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo and FIRST_YEAR <= moment.year <= LAST_YEAR else None
    except (ValueError, OverflowError):
        return None
