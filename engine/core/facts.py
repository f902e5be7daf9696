"""Recording answers: is the field known, is the value of its type, may this actor write it, may the risk go down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from engine.core import events as happenings
from engine.core.calendar import FIRST_YEAR, LAST_YEAR
from engine.core.commands import SUPERVISOR
from engine.core.draft import Draft
from engine.core.limit import first_instant
from engine.core.model import Field, FieldType
from engine.core.reasons import Reason, Refused, Why
from engine.core.state import Fact
from engine.core.values import UNKNOWN, Approximate, Value

#: A longer answer belongs into a document.
LONGEST_TEXT = 10_000
#: Nothing that is counted or measured in a case has more digits.
LONGEST_NUMBER = 40


def record_facts(draft: Draft, enrolment: str, facts: Mapping[str, Value], *, visit: str = "") -> None:
    """Record what somebody answered. Refuses unknown fields, wrong values, and a risk lowered without consent."""
    reasons = [reason for name, value in facts.items() for reason in _objections(draft, enrolment, name, value)]
    if reasons:
        raise Refused(*reasons)
    for name, value in facts.items():
        fact = Fact(value, draft.happened, draft.now, draft.by, visit)
        if draft.correction or _is_newest(draft, enrolment, name, fact):
            _write(draft, enrolment, name, fact)


def set_facts(draft: Draft, enrolment: str, facts: Mapping[str, Value], *, visit: str = "", clock: str = "") -> None:
    """Record what the protocol itself sets: by an action, or by a miss of a clock."""
    for name, value in facts.items():
        _write(draft, enrolment, name, Fact(value, draft.happened, draft.now, "system", visit, clock))


def _write(draft: Draft, enrolment: str, name: str, fact: Fact) -> None:
    owner = "" if draft.rules(enrolment).is_of_person(name) else enrolment
    draft.emit(
        happenings.FactRecorded(
            at=draft.now, by=fact.by, field=name, fact=fact, enrolment=owner, correction=draft.correction
        )
    )


def _is_newest(draft: Draft, enrolment: str, name: str, fact: Fact) -> bool:
    """Whether nothing is known that happened later: a late record never hides a newer answer."""
    known = draft.world(enrolment).record(f"last {name}")
    if known is None:
        return True
    calendar = draft.calendar(draft.rules(enrolment))
    return first_instant(known.happened, calendar) <= first_instant(fact.happened, calendar)


def _objections(draft: Draft, enrolment: str, name: str, value: Value) -> list[Reason]:
    field = draft.rules(enrolment).field(name)
    if field is None:
        return [Reason(Why.UNKNOWN_FIELD, name)]
    wrong = why_not(field, value)
    if wrong is not None:
        return [Reason(Why.WRONG_VALUE, name, wrong)]
    actor = draft.actor
    if field.written_by and not actor.auditor and not actor.roles & set(field.written_by):
        return [Reason(Why.MAY_NOT_WRITE, name, who=field.written_by)]
    return _risk_objections(draft, enrolment, field, value)


def _risk_objections(draft: Draft, enrolment: str, field: Field, value: Value) -> list[Reason]:
    """Raising a risk is free, lowering it needs a reason and the supervisor (20, 27)."""
    known = draft.world(enrolment).fact(field.id)
    if draft.actor.auditor or known not in field.rises or value not in field.rises:
        return []
    if field.rises.index(str(value)) >= field.rises.index(str(known)):
        return []
    if not draft.reason.strip():
        return [Reason(Why.NEEDS_REASON, field.id)]
    agrees = SUPERVISOR in draft.actor.roles or (draft.approver is not None and SUPERVISOR in draft.approver.roles)
    return [] if agrees else [Reason(Why.NEEDS_SUPERVISOR, field.id, who=(SUPERVISOR,))]


def why_not(field: Field, value: Value) -> str | None:
    """Return what is wrong with a value for this field, in words, or None."""
    if value == UNKNOWN:
        return None
    return _CHECKS[field.type](field, value)


def _check_text(_: Field, value: Value) -> str | None:
    if not isinstance(value, str):
        return "write words"
    return f"write at most {LONGEST_TEXT} characters" if len(value) > LONGEST_TEXT else None


def _check_number(_: Field, value: Value) -> str | None:
    return None if isinstance(value, int | Decimal) and not isinstance(value, bool) else "write a number"


def _check_when(field: Field, value: Value) -> str | None:
    if isinstance(value, Approximate):
        if value.earliest > value.latest:
            return "the earliest date comes after the latest"
        return _check_when(field, value.earliest) or _check_when(field, value.latest)
    if not isinstance(value, date) or (field.type is FieldType.DATE and isinstance(value, datetime)):
        return "write a date like 2026-03-31" if field.type is FieldType.DATE else "write a date and time"
    if isinstance(value, datetime) and value.tzinfo is None:
        return "the time needs its zone"
    return None if FIRST_YEAR <= value.year <= LAST_YEAR else f"the year must lie in {FIRST_YEAR} to {LAST_YEAR}"


def _check_yes_no(_: Field, value: Value) -> str | None:
    return None if value in {"yes", "no"} else "answer yes, no or unknown"


def _check_choice(field: Field, value: Value) -> str | None:
    return None if value in field.codes else "choose one of: " + ", ".join((*field.codes, UNKNOWN))


def _check_choices(field: Field, value: Value) -> str | None:
    codes = value if isinstance(value, tuple) else (value,)
    return None if set(codes) <= set(field.codes) else "choose from: " + ", ".join(field.codes)


_CHECKS: dict[FieldType, Callable[[Field, Value], str | None]] = {
    FieldType.TEXT: _check_text,
    FieldType.DOCUMENT: _check_text,
    FieldType.PERSON: _check_text,
    FieldType.NUMBER: _check_number,
    FieldType.DATE: _check_when,
    FieldType.MOMENT: _check_when,
    FieldType.YES_NO_UNKNOWN: _check_yes_no,
    FieldType.CHOICE: _check_choice,
    FieldType.CHOICES: _check_choices,
}


def read_value(field: Field, text: str) -> Value:
    """Return the value that somebody wrote as text; the text itself where it is none (``why_not`` then says why)."""
    read = _READERS.get(field.type)
    if text == UNKNOWN or read is None:
        return text
    try:
        return read(text)
    except (ValueError, InvalidOperation, OverflowError):
        return text


def _read_number(text: str) -> Value:
    whole = len(text) <= LONGEST_NUMBER and text.isascii() and text.removeprefix("-").isdecimal()
    return int(text) if whole else _read_decimal(text)


def _read_decimal(text: str) -> Value:
    number = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("nan")
    return number if number.is_finite() else text


def _read_codes(text: str) -> Value:
    return tuple(part.strip() for part in text.split(","))


def _read_moment(text: str) -> Value:
    if len(text) == len("2026-03-31"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment


_READERS: dict[FieldType, Callable[[str], Value]] = {
    FieldType.NUMBER: _read_number,
    FieldType.DATE: date.fromisoformat,
    FieldType.MOMENT: _read_moment,
    FieldType.CHOICES: _read_codes,
}
