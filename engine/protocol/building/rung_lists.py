"""Rungs of an escalation, and what is wrong with a list of them (22, 23)."""

from __future__ import annotations

from collections.abc import Collection

from engine.core.duration import Duration
from engine.core.model import Kind, Limit, MessageKind, Rung, RungAt
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk, Form
from engine.protocol.schema.references import find_all, parse, refuse_name
from engine.protocol.schema.refusals import check_id
from engine.protocol.schema.spans import bounds, is_no_shorter
from engine.protocol.sentences.durations import parse_duration
from engine.protocol.sentences.timings import parse_rung

#: Kinds of limits after which nothing can be done any more (22).
WINDOWS = (Kind.CLINICAL, Kind.EVIDENCE)


#: So many rungs of a list are compared; nobody reads more.
_COMPARED = 50


def read_rungs(forms: list[Form], roles: Collection[str], letters: Collection[str], desk: Desk) -> tuple[Rung, ...]:
    """Return the rungs that could be read."""
    found: list[Rung] = []
    names: dict[str, Form] = {}
    for number, form in enumerate(forms, 1):
        _check_repeat(form, number == len(forms), desk)
        id_ = _read_id(form, number, names, desk)
        rung = _read_rung(id_, form, roles, desk)
        if form.get("as") == MessageKind.LETTER and letters and id_ not in letters:
            named = form.get("id") or Scalar(id_, form.at("as"))
            refuse_name("letter", named, letters, form.way("id"), desk)
        if rung is not None:
            found.append(rung)
    return tuple(found)


def _read_id(form: Form, number: int, names: dict[str, Form], desk: Desk) -> str:
    scalar: Scalar | None = form.get("id")
    id_ = scalar.text if scalar else f"rung{number}"
    if scalar:
        check_id(scalar, form.way("id"), desk)
    first = names.setdefault(id_.lower(), form)
    if first is not form:
        message = f"Two rungs of this list are called `{id_}`, here and in line {first.at('id').line}."
        desk.report("SP207", form.at("id"), form.way("id"), message, "Give one of them another name.")
    return id_


def _check_repeat(form: Form, last: bool, desk: Desk) -> None:
    if not last and form.gives("repeat"):
        message = "Only the last rung repeats."
        desk.report("SP511", form.key_at("repeat"), form.way("repeat"), message, "Move `repeat` to the last rung.")


def _read_rung(id_: str, form: Form, roles: Collection[str], desk: Desk) -> Rung | None:
    when = parse(parse_rung, form, "at", desk)
    to = find_all("role", form, "to", roles, desk)
    repeat = parse(parse_duration, form, "repeat", desk)
    if when is None:
        return None
    return Rung(
        id=id_,
        at=when.at,
        to=to,
        share=when.share,
        by=when.by,
        sends=MessageKind(form.get("as", MessageKind.REMINDER)),
        unless_acknowledged="unless" in form.values,
        repeat=repeat,
    )


def comes_too_late(rung: Rung, limit: Limit) -> bool:
    """Return whether a rung of a window certainly does not come before the window closes (22)."""
    if rung.at in (RungAt.AT_LIMIT, RungAt.AFTER_LIMIT) or rung.share >= 100:
        return True
    if rung.at is not RungAt.AFTER_START or rung.by is None or limit.before is not None:
        return False
    return any(is_no_shorter(rung.by, one) for one in durations_of(limit))


def durations_of(limit: Limit) -> tuple[Duration, ...]:
    """Return every number the limit may have."""
    return tuple(one for one in (limit.duration, limit.otherwise, *limit.cases.values()) if one is not None)


def inverted(rungs: tuple[Rung, ...], duration: Duration) -> tuple[Rung, Rung] | None:
    """Return two rungs of which the one listed later is certainly due earlier, for this limit."""
    latest: tuple[float, Rung] | None = None
    for rung in rungs[:_COMPARED]:
        low, high = _when(rung, duration)
        if latest is not None and high < latest[0]:
            return latest[1], rung
        if latest is None or low > latest[0]:
            latest = (low, rung)
    return None


def _when(rung: Rung, duration: Duration) -> tuple[float, float]:
    """Return after how many seconds since the start a rung is due, at least and at most."""
    low, high = bounds(duration)
    by_low, by_high = bounds(rung.by) if rung.by else (0, 0)
    if rung.at is RungAt.SHARE_LEFT:
        return 0, high * rung.share / 100
    if rung.at is RungAt.SHARE:
        return low * rung.share / 100, high * rung.share / 100
    if rung.at is RungAt.AFTER_START:
        return by_low, by_high
    if rung.at is RungAt.BEFORE_LIMIT:
        return low - by_high, high - by_low
    return low + by_low, high + by_high
