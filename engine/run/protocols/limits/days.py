"""Days as spreadsheets write them: 2027-06-30 comes back as 30/06/2027, 6/30/2027, 30.6.27 or 30-Jun-27.

What can be read in two ways is settled by the rest of the table, never by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.protocol.schema.shapes import FIRST_YEAR, LAST_YEAR


class Order(StrEnum):
    """What stands first in a date written in numbers."""

    DAY = "day first"
    MONTH = "month first"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a cell; ``order`` is None where it does not matter."""

    day: date
    order: Order | None = None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"[T ]0{1,2}:00(:00)?(\.0+)?(Z| ?AM)?$")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]{1,2}([0-9]{1,2})[-/. ]{1,2}([0-9]{1,2})\.?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]{1,2}([0-9]{1,2})[-/. ]{1,2}([0-9]{4}|[0-9]{2})")
_DAY_NAMED = re.compile(r"([0-9]{1,2})[-/. ]{1,2}([a-z]{3,9})[-/., ]{1,2}([0-9]{4}|[0-9]{2})")
_MONTH_NAMED = re.compile(r"([a-z]{3,9})[-/. ]{1,2}([0-9]{1,2})[-/., ]{1,2}([0-9]{4}|[0-9]{2})")


def readings(text: str) -> tuple[Reading, ...]:
    """Return every day that a cell may mean, none if it is no date. Years of two digits may lie in two centuries."""
    words = _TIME.sub("", "".join(_western(sign) for sign in text.strip())).lower()
    if found := _YEAR_FIRST.fullmatch(words):
        return _days(found[1], found[2], found[3], None)
    if found := _DAY_NAMED.fullmatch(words):
        return _days(found[3], _month(found[2]), found[1], None)
    if found := _MONTH_NAMED.fullmatch(words):
        return _days(found[3], _month(found[1]), found[2], None)
    if found := _YEAR_LAST.fullmatch(words):
        one, other, year = found[1], found[2], found[3]
        if int(one) == int(other):
            return _days(year, other, one, None)
        return (*_days(year, other, one, Order.DAY), *_days(year, one, other, Order.MONTH))
    return ()


def settle(cells: Iterable[tuple[str, date | None]]) -> Order | None:
    """Return what stands first in the dates of a table, None if it does not show or shows both.

    It shows where only one way makes a date, and where only one way makes the day that the file has now.
    """
    seen: set[Order] = set()
    for text, known in cells:
        found = readings(text)
        likely = [one for one in found if one.day == known] or found
        orders = {one.order for one in likely}
        if len(orders) == 1:
            seen |= {order for order in orders if order is not None}
    return seen.pop() if len(seen) == 1 else None


def choose(text: str, order: Order | None, known: date | None) -> tuple[date, ...]:
    """Return the days that a cell may mean in a table with this order: one if it is clear, none if it is no date."""
    found = [one for one in readings(text) if order is None or one.order in (None, order)]
    days = tuple(dict.fromkeys(one.day for one in found))
    is_clear = order is not None or all(one.order is None for one in found)
    return (known,) if known is not None and known in days and is_clear else days


def _days(year: str, month: str, day: str, order: Order | None) -> tuple[Reading, ...]:
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    found = []
    for one in years:
        try:
            read = date(one, int(month), int(day))
        except ValueError:
            continue
        if FIRST_YEAR <= one <= LAST_YEAR:
            found.append(Reading(read, order))
    return tuple(found)


def _month(name: str) -> str:
    return str(_MONTHS.index(name[:3]) + 1) if name[:3] in _MONTHS else "0"


def _western(sign: str) -> str:
    return str(int(sign)) if sign.isdecimal() else sign
