"""Questions of a form: one block each, in the manner of its type; what was typed comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from engine.core.deciding.facts import read_value, why_not
from engine.core.model import Field, FieldType
from engine.core.values import UNKNOWN, Value
from web.titles import Titles
from web.words.catalog import N_, say

_CODED = {FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO_UNKNOWN}
#: So many answers are shown as round buttons; more than that as a list that opens.
MOST_BUTTONS = 8
_WRONG = {
    FieldType.DATE: N_("write a date, for example 31 3 2026"),
    FieldType.MOMENT: N_("write a date and a time, for example 31 3 2026 at 14:30"),
    FieldType.NUMBER: N_("write a number"),
}
#: The part of a form's name that says which field a box is for.
PREFIX = "f."


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    code: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a form shows it. ``kind``: text, number, date, moment, one, many, list."""

    name: str
    label: str
    kind: str
    value: str = ""
    day: str = ""
    time: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    error: str = ""
    private: bool = False


def question(name: str, titles: Titles, given: str = "", *, required: bool = False, error: str = "") -> Question:
    """Return a question; ``given``: what was typed, or is known, as text."""
    field = titles.field(name)
    if field is None:
        return Question(name, titles.label(name), "text", given, required=required, error=error)
    common = {"required": required, "error": error, "private": field.private}
    if field.type in _CODED:
        return _coded(field, titles, given, common)
    if field.type in {FieldType.DATE, FieldType.MOMENT}:
        day, _, time = given.partition("T")
        kind = "date" if field.type is FieldType.DATE else "moment"
        return Question(name, titles.label(name), kind, given, day, time[:5], **common)  # type: ignore[arg-type]
    kind = "number" if field.type is FieldType.NUMBER else "text"
    return Question(name, titles.label(name), kind, given, **common)  # type: ignore[arg-type]


def _coded(field: Field, titles: Titles, given: str, common: Mapping[str, object]) -> Question:
    codes = ("yes", "no", UNKNOWN) if field.type is FieldType.YES_NO_UNKNOWN else (*field.codes, UNKNOWN)
    chosen = {part.strip() for part in given.split(",")}
    choices = tuple(Choice(code, titles.code(field, code), code in chosen) for code in codes)
    many = field.type is FieldType.CHOICES
    kind = "many" if many else "one" if len(choices) <= MOST_BUTTONS else "list"
    return Question(field.id, titles.label(field.id), kind, given, choices=choices, **common)  # type: ignore[arg-type]


def typed(form: FormData, name: str) -> str:
    """Return what was typed for a field as one text: codes joined by commas, day and time by a T."""
    box = PREFIX + name
    day = _one(form, f"{box}.day")
    if day or f"{box}.day" in form:
        time = _one(form, f"{box}.time")
        return f"{day}T{time}" if time else day
    values = [value.strip() for value in form.getlist(box) if isinstance(value, str)]
    return ",".join(value for value in values if value) if len(values) > 1 else (values[0] if values else "")


def read_form(
    form: FormData, names: list[str], titles: Titles, zone: ZoneInfo
) -> tuple[dict[str, Value], dict[str, str], dict[str, str]]:
    """Return the answers, what was typed, and what is wrong with it, by field. Empty boxes are no answers."""
    facts: dict[str, Value] = {}
    texts: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name in dict.fromkeys(names):
        field, text = titles.field(name), typed(form, name)
        if field is None or not text:
            continue
        texts[name] = text
        value = _read(field, text, zone)
        wrong = why_not(field, value)
        if wrong is not None:
            errors[name] = say(titles.language, _WRONG[field.type]) if field.type in _WRONG else wrong
        else:
            facts[name] = value
    return facts, texts, errors


def _read(field: Field, text: str, zone: ZoneInfo) -> Value:
    value = read_value(field, text)
    if isinstance(value, datetime) and "T" in text and "+" not in text:
        try:
            local = datetime.fromisoformat(text)
            return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return text
    return value


def as_typed(value: Value | None, zone: ZoneInfo) -> str:
    """Return a known answer as a form shows it again."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _one(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip()[:40] if isinstance(value, str) else ""
