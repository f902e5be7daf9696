"""Amounts of time in the words of the language. What an amount means on a calendar is in ``limit.py``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """The words for time. Elapsed, calendar and working time are different words on purpose (16)."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"
    SAME_DAY = "same day"


#: Nights, weekends and holidays run.
ELAPSED = frozenset({Unit.SECONDS, Unit.MINUTES, Unit.HOURS})
#: Same local time on the day the amount leads to.
CALENDAR = frozenset({Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS})
#: Only opening hours count.
WORKING = frozenset({Unit.WORKING_HOURS, Unit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time in one of the words of the language. ``same day`` has amount 0."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        """Return the words of the language: ``72 hours``, ``1 working day``, ``same day``."""
        if self.unit is Unit.SAME_DAY:
            return "same day"
        word = self.unit.value.removesuffix("s") if self.amount == 1 else self.unit.value
        return f"{self.amount} {word}"
