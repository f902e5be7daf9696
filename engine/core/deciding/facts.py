"""Recording answers: is the field known, is the value of its type, may this actor write it, may the risk go down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from engine.core.case import events as happenings
from engine.core.case.commands import SUPERVISOR
from engine.core.case.reasons import Reason, Refused, Why
from engine.core.case.state import SYSTEM, Fact
from engine.core.clocks.calendar import FIRST_YEAR, LAST_YEAR, Calendar, end_of_day
from engine.core.clocks.limit import first_instant, is_date
from engine.core.deciding.draft import Draft
from engine.core.model import Field, FieldType
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
        fact = Fact(value, draft.happened, draft.now, draft.by, visit, seq=_seq(draft))
        _write(draft, enrolment, name, fact, older=not draft.correction and _is_hidden(draft, enrolment, name, fact))


def refuse_conflicts(draft: Draft, enrolment: str, facts: Mapping[str, Value], seen: int | None) -> None:
    """Refuse to write over an answer that was recorded after what the writer saw, if it is another one.

    ``seen``: the case's ``seq`` for which the form was made; None: not known, nothing is refused.
    """
    if seen is None or seen >= draft.case.seq:
        return
    world = draft.world(enrolment)
    known = {name: world.record(f"last {name}") for name in facts}
    reasons = [
        Reason(Why.CONFLICT, name, fact.by)
        for name, fact in known.items()
        if fact is not None and fact.seq > seen and fact.value != facts[name]
    ]
    if reasons:
        raise Refused(*reasons)


def carry_facts(draft: Draft, enrolment: str, facts: Mapping[str, Fact]) -> None:
    """Record facts that come along from elsewhere, with when they happened, where the protocol has their fields.

    What the case knows already, because it is about the person, is not recorded twice.
    """
    rules = draft.rules(enrolment)
    for name, fact in facts.items():
        field = rules.field(name)
        fits = field is not None and why_not(field, fact.value) is None
        if fits and draft.world(enrolment).record(f"last {name}") is not fact:
            own = Fact(fact.value, fact.happened, draft.now, draft.by, seq=_seq(draft))
            _write(draft, enrolment, name, own, older=_is_hidden(draft, enrolment, name, own))


def set_facts(draft: Draft, enrolment: str, facts: Mapping[str, Value], *, visit: str = "", clock: str = "") -> None:
    """Record what the protocol itself sets: by an action, or by a miss of a clock."""
    for name, value in facts.items():
        fact = Fact(value, draft.happened, draft.now, SYSTEM, visit, clock, _seq(draft))
        _write(draft, enrolment, name, fact)


def set_by_late_miss(draft: Draft, enrolment: str, facts: Mapping[str, Value], *, clock: str) -> None:
    """Record what a miss sets that nobody had noticed: an answer that is not certainly older stays the newest."""
    calendar = draft.calendar(draft.rules(enrolment))
    for name, value in facts.items():
        known = draft.world(enrolment).record(f"last {name}")
        newer = known is not None and not is_older(known.happened, draft.happened, calendar)
        fact = Fact(value, draft.happened, draft.now, SYSTEM, clock=clock, seq=_seq(draft))
        _write(draft, enrolment, name, fact, older=newer)


def _seq(draft: Draft) -> int:
    """Return the number that the next event of the case will have."""
    return draft.case.seq + 1


def _write(draft: Draft, enrolment: str, name: str, fact: Fact, *, older: bool = False) -> None:
    owner = "" if draft.rules(enrolment).is_of_person(name) else enrolment
    draft.emit(
        happenings.FactRecorded(
            at=draft.now,
            by=fact.by,
            field=name,
            fact=fact,
            enrolment=owner,
            correction=draft.correction,
            older=older,
        )
    )


def _is_hidden(draft: Draft, enrolment: str, name: str, fact: Fact) -> bool:
    """Whether an answer is known that happened later: a late record never hides a newer answer."""
    known = draft.world(enrolment).record(f"last {name}")
    return known is not None and is_older(fact.happened, known.happened, draft.calendar(draft.rules(enrolment)))


def is_older(when: date | datetime, known: date | datetime, calendar: Calendar) -> bool:
    """Return whether the first certainly lies before the second; a date lasts the whole day."""
    last = end_of_day(when, calendar.tz) if is_date(when) else first_instant(when, calendar)
    begin = first_instant(known, calendar)
    return last <= begin if is_date(when) else last < begin


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
    if draft.actor.auditor or known not in field.rises:
        return []
    # Taking a known risk back to "unknown" lowers it as well: it would open the way to any lower one.
    if value in field.rises and field.rises.index(str(value)) >= field.rises.index(str(known)):
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


def _check_number(field: Field, value: Value) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "write a number"
    if isinstance(value, Decimal) and not value.is_finite():
        return "write a number"
    _sign, digits, exponent = Decimal(value).as_tuple()
    short = isinstance(exponent, int) and max(len(digits) + exponent, -exponent) <= LONGEST_NUMBER
    if not short:
        return f"write a number of at most {LONGEST_NUMBER} digits"
    return None if field.admits(value) else f"write a number {field.bounds}"


def _check_when(field: Field, value: Value) -> str | None:
    if isinstance(value, Approximate):
        return _check_when(field, value.earliest) or _check_when(field, value.latest) or _check_order(value)
    if not isinstance(value, date) or (field.type is FieldType.DATE and isinstance(value, datetime)):
        return "write a date like 2026-03-31" if field.type is FieldType.DATE else "write a date and time"
    return why_no_time(value)


def why_no_time(when: date | datetime) -> str | None:
    """Return what is wrong with a date or moment, in words, or None."""
    if isinstance(when, datetime) and when.tzinfo is None:
        return "the time needs its zone"
    return None if FIRST_YEAR <= when.year <= LAST_YEAR else f"the year must lie in {FIRST_YEAR} to {LAST_YEAR}"


def _check_order(value: Approximate) -> str | None:
    if isinstance(value.earliest, datetime) is not isinstance(value.latest, datetime):
        return "write two dates or two moments"
    return "the earliest date comes after the latest" if value.earliest > value.latest else None


def _check_yes_no(_: Field, value: Value) -> str | None:
    return None if isinstance(value, str) and value in {"yes", "no"} else "answer yes, no or unknown"


def _check_choice(field: Field, value: Value) -> str | None:
    return (
        None
        if isinstance(value, str) and value in field.codes
        else "choose one of: " + ", ".join((*field.codes, UNKNOWN))
    )


def _check_choices(field: Field, value: Value) -> str | None:
    codes = value if isinstance(value, tuple) else (value,)
    known = all(isinstance(code, str) and code in field.codes for code in codes)
    return None if known else "choose from: " + ", ".join(field.codes)


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
