"""A case as rows: its state without the clocks in one body, each clock in a body of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from engine.core.case.state import Case, CaseClock, Enrolment
from engine.core.evolve import evolve
from engine.store.codec import facts as _facts  # noqa: F401 - answers have forms of their own
from engine.store.codec.plain import read, write
from engine.store.codec.seals import Seals

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_NO_CLOCKS: dict[str, CaseClock] = {}


def write_case(case: Case, seals: Seals) -> bytes:
    """Return the body of a case: everything but its clocks, its counters and its last record time."""
    bare = {name: evolve(one, clocks=_NO_CLOCKS) for name, one in case.enrolments.items()}
    return _encode(write(evolve(case, enrolments=bare, seq=0, version=0, recorded=None), Case, seals))


def has_same_body(before: Case, after: Case) -> bool:
    """Return whether two states of a case certainly have the same body: they hold the same objects."""
    if before.enrolments.keys() != after.enrolments.keys():
        return False
    pairs = ((one, after.enrolments[name]) for name, one in before.enrolments.items())
    return _holds_same(before, after, _OF_CASE) and all(_holds_same(one, two, _OF_ENROLMENT) for one, two in pairs)


def _holds_same(before: object, after: object, names: tuple[str, ...]) -> bool:
    if before is after:
        return True
    one, two = before.__dict__, after.__dict__
    return all(one[name] is two[name] for name in names)


_BESIDE_THE_BODY = {"seq", "version", "recorded", "enrolments", "clocks"}
_OF_CASE = tuple(one.name for one in fields(Case) if one.name not in _BESIDE_THE_BODY)
_OF_ENROLMENT = tuple(one.name for one in fields(Enrolment) if one.name not in _BESIDE_THE_BODY)


def write_clock(clock: CaseClock, seals: Seals) -> bytes:
    """Return the body of a clock."""
    return _encode(write(clock, CaseClock, seals))


def read_case(
    body: bytes | str,
    counters: tuple[int, int, datetime | None],
    clocks: Iterable[tuple[str, str, Any]],
    seals: Seals,
) -> Case:
    """Return the case of a body. ``counters``: seq, version and last record time.

    ``clocks``: (enrolment, key, body) of each, in the order of their opening.
    """
    case: Case = read(Case, _decode(body), seals)
    found: dict[str, dict[str, CaseClock]] = {name: {} for name in case.enrolments}
    for enrolment, key, clock in clocks:
        found[enrolment][key] = read(CaseClock, _decode(clock), seals)
    whole = {name: evolve(one, clocks=found[name]) for name, one in case.enrolments.items()}
    seq, version, recorded = counters
    return evolve(case, enrolments=whole, seq=seq, version=version, recorded=recorded)
