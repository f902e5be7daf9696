"""Times and lengths of time in the words people read, in English and Khmer. Pure; every instant is given a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "km": ("ថ្ងៃចន្ទ", "ថ្ងៃអង្គារ", "ថ្ងៃពុធ", "ថ្ងៃព្រហស្បតិ៍", "ថ្ងៃសុក្រ", "ថ្ងៃសៅរ៍", "ថ្ងៃអាទិត្យ"),
}
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "km": ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"),
}  # fmt: skip
_UNITS = {
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes")),
    "km": (("ថ្ងៃ", "ថ្ងៃ"), ("ម៉ោង", "ម៉ោង"), ("នាទី", "នាទី")),
}
_OVER = {"en": ("{} over", "{} left"), "km": ("ហួស {}", "នៅសល់ {}")}
_NOW = {"en": "just now", "km": "ទើបតែដល់ពេល"}  # km: for review
_NONE = {"en": "less than a minute", "km": "តិចជាងមួយនាទី"}


def span_in_words(span: timedelta, language: str) -> str:
    """Return a length of time in its largest unit and the next: ``3 days 4 hours``; what is less is left out.

    ``language`` is ``en`` or ``km``, here and below.
    """
    minutes = int(abs(span).total_seconds()) // 60
    numbers = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    first = next((place for place, number in enumerate(numbers) if number), None)
    if first is None:
        return _NONE[language]
    shown = [(number, _UNITS[language][place]) for place, number in enumerate(numbers) if first <= place <= first + 1]
    return " ".join(f"{number} {unit[number != 1]}" for number, unit in shown if number)


def over_in_words(limit: datetime, now: datetime, language: str) -> str:
    """Return how much time is left until a limit, or how far it is over (both aware); the first minute is ``now``."""
    over, left = _OVER[language]
    if timedelta() <= now - limit < timedelta(minutes=1):
        return _NOW[language]
    return (over if now >= limit else left).format(span_in_words(now - limit, language))


def instant_in_words(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """Return an instant in local time with its day: ``Thu 4 March 2027, 10:00``. The zone's own offset applies."""
    local = instant.astimezone(UTC).astimezone(zone)
    day, month = _DAYS[language][local.weekday()], _MONTHS[language][local.month - 1]
    if language == "km":
        return f"{day} ទី{local.day} ខែ{month} ឆ្នាំ{local.year} ម៉ោង {local:%H:%M}"
    return f"{day} {local.day} {month} {local.year}, {local:%H:%M}"
