"""The no-news limit, which nothing stops: from `defaults`, or the language's own numbers (23)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.duration import CALENDAR, Duration, Unit
from engine.core.model import Field, MessageKind, NoNews, Rung, RungAt, Track
from engine.protocol.building.limits import CHOSEN, answers_of
from engine.protocol.building.register import OWNER
from engine.protocol.building.vocabulary import Vocabulary
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Form
from engine.protocol.schema.references import find, parse_scalar, refuse_name
from engine.protocol.sentences.durations import parse_duration

RISK_FIELD = "risk_level"
_USUAL = {"high": Duration(7, Unit.DAYS), "medium": Duration(14, Unit.DAYS), "low": Duration(35, Unit.DAYS)}
_OTHERWISE = Duration(14, Unit.DAYS)
_WORDS = ("field", "otherwise", "escalation")


def read_no_news(tracks: Mapping[str, Track], words: Vocabulary) -> NoNews:
    """Return the no-news limit; who is told is never empty."""
    form: Form | None = words.defaults.get("no_news") if words.defaults else None
    field = _find_field(form, words)
    if field is not None:
        words.used.add(field.id)
    limits = _read_limits(form, field, words) if form else {}
    given = {code: limits[code] for code in limits if code != "otherwise"}
    if not given and field is not None and (form is None or "otherwise" not in limits):
        given = {code: limit for code, limit in _USUAL.items() if code in field.codes}
    return NoNews(
        rungs=_read_rungs(form, tracks, words),
        risk_field=field.id if field and given else None,
        limits=given,
        otherwise=limits.get("otherwise", _OTHERWISE),
    )


def _find_field(form: Form | None, words: Vocabulary) -> Field | None:
    fields = words.register.fields
    scalar: Scalar | None = form.get("field") if form else None
    if form is None or scalar is None:
        usual = fields.get(RISK_FIELD)
        return usual if usual and usual.type in CHOSEN else None
    name = find("field", scalar, fields, form.way("field"), words.desk)
    if name is not None and fields[name].type not in CHOSEN:
        message = f"`{name}` is a {fields[name].type} field; the risk must be a choice."
        words.desk.report("SP509", scalar.place, form.way("field"), message, "Name a field of the type choice.")
        return None
    return fields[name] if name else None


def _read_limits(form: Form, field: Field | None, words: Vocabulary) -> dict[str, Duration]:
    known = answers_of(field) if field else ()
    found: dict[str, Duration] = {}
    for code, scalar in form.values.items():
        if code in ("field", "escalation"):
            continue
        trail = form.way(code)
        if code != "otherwise" and code not in known:
            key = form.node.entries[code].key
            where = f" in the field `{field.id}`" if field else ", because no field is named"
            refuse_name("code", key, (*known, *_WORDS), trail, words.desk, where)
            continue
        duration = parse_scalar(parse_duration, scalar, trail, words.desk)
        if duration is not None and duration.unit not in CALENDAR:
            message = f"The no-news limit counts days that nothing stops, not {duration.unit}."
            words.desk.report("SP529", scalar.place, trail, message, "Write days, weeks or months: `14 days`.")
        elif duration is not None:
            found[code] = duration
    return found


def _read_rungs(form: Form | None, tracks: Mapping[str, Track], words: Vocabulary) -> tuple[Rung, ...]:
    """Return who is told: the escalation named here or for all deadlines, else everybody who records."""
    escalations = words.register.escalations
    named: Scalar | None = form.get("escalation") if form else None
    if form is not None and named is not None:
        find("escalation", named, escalations, form.way("escalation"), words.desk)
    else:
        named = words.defaults.get("escalation") if words.defaults else None
    if named is not None and named.text in escalations and escalations[named.text].rungs:
        return escalations[named.text].rungs
    main = next(iter(tracks.values()))
    everybody = dict.fromkeys(role for step in main.steps.values() for role in step.recorded_by)
    return (Rung("rung1", RungAt.AT_LIMIT, tuple(everybody) or (OWNER,), sends=MessageKind.ESCALATION),)
