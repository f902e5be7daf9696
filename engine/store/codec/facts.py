"""Answers in their plain form: those of private fields are sealed, whatever holds them.

Whether an answer is private is said by its field, so a table of answers and the event that records one look it up by
the field's name. An answer that was sealed once stays sealed in the same bytes, so that state and journal agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.case.events import FactRecorded
from engine.core.case.state import Fact
from engine.core.values import Value
from engine.store.codec.plain import Form, Plain, describe, form_of_record
from engine.store.codec.seals import Seals, is_sealed
from engine.store.codec.values import read_value, write_value

_PLAIN = form_of_record(Fact)


def _write_fact(fact: Fact, name: str, seals: Seals) -> Plain:
    plain = _PLAIN.out(fact, seals)
    if seals.is_private(name) or seals.knows(fact, "value"):
        plain["value"] = seals.seal(fact, "value", plain["value"])
    return plain


def _read_fact(plain: Plain, seals: Seals) -> Fact:
    sealed = plain["value"]
    if not is_sealed(sealed):
        found: Fact = _PLAIN.back(plain, seals)
        return found
    opened = seals.open(sealed)
    fact: Fact = _PLAIN.back({**plain, "value": opened}, seals)
    seals.remember(fact, "value", sealed)
    return fact


def _write_facts(facts: Mapping[str, Fact | None], seals: Seals) -> Plain:
    return {name: None if fact is None else _write_fact(fact, name, seals) for name, fact in facts.items()}


def _read_facts(plain: Plain, seals: Seals) -> dict[str, Fact | None]:
    return {name: None if one is None else _read_fact(one, seals) for name, one in plain.items()}


def _write_given(given: Mapping[str, Value], seals: Seals) -> Plain:
    return {
        name: seals.seal(given, name, write_value(one))
        if seals.is_private(name) or seals.knows(given, name)
        else write_value(one)
        for name, one in given.items()
    }


def _read_given(plain: Plain, seals: Seals) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, one in plain.items():
        if is_sealed(one):
            given[name] = read_value(seals.open(one))
            seals.remember(given, name, one)
        else:
            given[name] = read_value(one)
    return given


describe(Fact, Form(_PLAIN.out, _read_fact, private=True))
_EVENT = form_of_record(FactRecorded)


def _write_recorded(event: FactRecorded, seals: Seals) -> Plain:
    return {**_EVENT.out(event, seals), "fact": _write_fact(event.fact, event.field, seals)}


describe(Mapping[str, Fact], Form(_write_facts, _read_facts, private=True))
describe(Mapping[str, Fact | None], Form(_write_facts, _read_facts, private=True))
describe(Mapping[str, Value], Form(_write_given, _read_given, private=True))
describe(FactRecorded, Form(_write_recorded, _EVENT.back, private=True))
