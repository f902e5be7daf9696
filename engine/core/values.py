"""The values a fact can hold, and nothing else.

A fact is text, a number, a date, a moment (an aware UTC instant), a set of codes, or one of those dates or
moments known only approximately. The answer ``unknown`` is a value; a fact nobody has given is absent (None).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

#: Metadata of a dataclass field that holds free text or answers about a person: a store keeps it encrypted.
PRIVATE = MappingProxyType({"private": True})

#: The answer a person chose when asked (language.md rule 10). Not the same as an absent fact.
UNKNOWN = "unknown"


class Erased(str):
    """What an answer reads as whose key was destroyed: unknown. Only a page that shows it tells the two apart."""

    __slots__ = ()


ERASED = Erased(UNKNOWN)


@dataclass(frozen=True, slots=True)
class Approximate:
    """A date or moment known to lie between two bounds, both included. Bounds are of one type."""

    earliest: date | datetime
    latest: date | datetime


#: A date (its time of day is not known), an aware UTC moment, or a span in which one of them lies.
When = date | datetime | Approximate

#: What one fact may hold. ``yes``, ``no`` and ``unknown`` are text; several codes are a tuple.
Value = str | int | Decimal | date | datetime | Approximate | tuple[str, ...]


def is_moment(value: object) -> bool:
    """Return whether the value is an instant rather than a date (a datetime is also a date in Python)."""
    return isinstance(value, datetime)
