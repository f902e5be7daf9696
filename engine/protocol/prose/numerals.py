"""Numbers, days and lengths of time in the words and digits people read, in English and Khmer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.core.duration import Duration, Unit

_KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "km": ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"),
}  # fmt: skip
UNITS_KHMER: Mapping[Unit, str] = {
    Unit.SECONDS: "វិនាទី",
    Unit.MINUTES: "នាទី",
    Unit.HOURS: "ម៉ោង",
    Unit.DAYS: "ថ្ងៃ",
    Unit.WEEKS: "សប្តាហ៍",
    Unit.MONTHS: "ខែ",
    Unit.YEARS: "ឆ្នាំ",
    Unit.WORKING_HOURS: "ម៉ោងធ្វើការ",
    Unit.WORKING_DAYS: "ថ្ងៃធ្វើការ",
    Unit.SAME_DAY: "ថ្ងៃតែមួយ",
}  # km: for review


def digits(text: object, language: str) -> str:
    """Return a text with its digits in those of the language ("en", "km"), here and below."""
    return str(text).translate(_KHMER) if language == "km" else str(text)


def duration(amount: Duration, language: str) -> str:
    """Return a length of time: ``72 hours``, ``៧២ ម៉ោង``, ``the same day``."""
    if language != "km":
        return "the same day" if amount.unit is Unit.SAME_DAY else str(amount)
    unit = UNITS_KHMER[amount.unit]
    return unit if amount.unit is Unit.SAME_DAY else f"{digits(amount.amount, language)} {unit}"


def each(amount: Duration, language: str) -> str:
    """Return how often something comes again, to follow "every": ``day``, ``2 weeks``."""
    length = duration(amount, language)
    return length.partition(" ")[2] if amount.amount == 1 else length


def day(when: date, language: str) -> str:
    """Return a day: ``1 January 2027``, ``ថ្ងៃទី១ ខែមករា ឆ្នាំ២០២៧``."""
    month = _MONTHS[language][when.month - 1]
    if language == "km":
        return f"ថ្ងៃទី{digits(when.day, language)} ខែ{month} ឆ្នាំ{digits(when.year, language)}"
    return f"{when.day} {month} {when.year}"
