"""Answers and dates as plain data. Text, whole numbers and codes stay as they are; the rest says what it is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.core.duration import Duration, Unit
from engine.core.values import Approximate, Erased, Value, When

_DAY_LENGTH = len("2026-03-31")


def write_when(when: When) -> Any:
    """Return a date or moment as it is (JSON has it in ISO 8601), an approximate one as the list of its bounds."""
    if isinstance(when, Approximate):
        return [when.earliest, when.latest]
    return when


def read_when(plain: Any) -> Any:
    """Return the date, moment or approximate date that was written."""
    if type(plain) is list:
        return Approximate(read_when(plain[0]), read_when(plain[1]))
    return date.fromisoformat(plain) if len(plain) == _DAY_LENGTH else datetime.fromisoformat(plain)


def write_value(value: Value | Duration) -> Any:
    """Return an answer (or what a condition compares it with) so that its type can be told again."""
    if type(value) in {str, int}:
        return value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, Duration):
        return {"duration": [value.amount, value.unit.value]}
    if isinstance(value, str):  # a subclass: what an erased answer reads as
        return str(value)
    if isinstance(value, date | Approximate):
        return {"when": write_when(value)}
    raise TypeError(f"no answer is of the type {type(value).__name__}")


def read_value(plain: Any) -> Any:
    """Return the answer that was written."""
    kind = type(plain)
    if kind is str or kind is int or kind is Erased:
        return plain
    if kind is list:
        return tuple(plain)
    if "when" in plain:
        return read_when(plain["when"])
    if "duration" in plain:
        amount, unit = plain["duration"]
        return Duration(amount, Unit(unit))
    return Decimal(plain["number"])
