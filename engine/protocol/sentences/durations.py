"""Lengths of time as policy staff write them: `72 hours`, `1 month`, `5 working days`, `same day` (16)."""

from __future__ import annotations

import re

from engine.core.duration import Duration, Unit
from engine.protocol.sentences.words import Word, Words, guess

#: No limit is longer than 100 years; the largest amount of each unit.
LARGEST = {
    Unit.SECONDS: 3_155_760_000,
    Unit.MINUTES: 52_596_000,
    Unit.HOURS: 876_600,
    Unit.DAYS: 36_525,
    Unit.WEEKS: 5_217,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
    Unit.WORKING_HOURS: 876_600,
    Unit.WORKING_DAYS: 36_525,
}
_AMOUNT = re.compile(r"[0-9]{1,10}")
_EXAMPLE = "Write an amount and a unit: `72 hours`, `30 days`, `3 months`, `5 working days` or `same day`."
_ORDINARY = {unit.value: unit for unit in LARGEST if " " not in unit.value}
_UNITS = {**_ORDINARY, **{name.removesuffix("s"): unit for name, unit in _ORDINARY.items()}}
_WORKING = {
    "hour": Unit.WORKING_HOURS,
    "hours": Unit.WORKING_HOURS,
    "day": Unit.WORKING_DAYS,
    "days": Unit.WORKING_DAYS,
}
_MEANT = {
    **dict.fromkeys(("h", "hr", "hrs"), "hours"),
    **dict.fromkeys(("d", "calendar"), "days"),
    **dict.fromkeys(("m", "min", "mins"), "minutes"),
    **dict.fromkeys(("s", "sec", "secs"), "seconds"),
    **dict.fromkeys(("w", "wk", "wks"), "weeks"),
    **dict.fromkeys(("y", "yr", "yrs"), "years"),
    **dict.fromkeys(("business", "office", "workdays", "workday", "workingdays", "bank"), "working days"),
}


def parse_duration(text: str) -> Duration:
    """Return the duration the text means; anything else is a SentenceProblem."""
    words = Words(text)
    duration = read_duration(words)
    words.end(refuse_rest)
    return duration


def read_duration(words: Words) -> Duration:
    """Take a duration from the words."""
    if words.skip("same", "day"):
        return Duration(0, Unit.SAME_DAY)
    amount = words.take()
    if amount.quoted or not _AMOUNT.fullmatch(amount.text):
        _refuse_amount(amount)
    unit = _read_unit(words)
    if int(amount.text) == 0:
        raise amount.problem("SP419", "An amount of 0 is no limit.", "Write 1 or more, or `same day`.")
    if int(amount.text) > LARGEST[unit]:
        raise amount.problem("SP419", "That is longer than 100 years.", "Check the number and its unit.")
    return Duration(int(amount.text), unit)


def refuse_rest(word: Word) -> None:
    """Name what may not follow a duration."""
    if word.text in {"and", ",", "plus"}:
        raise word.problem("SP417", "Only one amount and one unit make a limit.", "Add them up: `74 hours`.")


def _read_unit(words: Words) -> Unit:
    word = words.take()
    if word.text == "working" and not word.quoted:
        word = words.take()
        if word.text in _WORKING and not word.quoted:
            return _WORKING[word.text]
        raise word.problem(
            "SP417", f"After `working`, {word} is no unit.", "Write `working days` or `working hours`."
        )
    if word.text in _UNITS and not word.quoted:
        return _UNITS[word.text]
    near = guess(word.text, (*_UNITS, *_MEANT))
    meant = _MEANT.get(near, near) if near else None
    hint = f"Did you mean `{meant}`?" if meant else _EXAMPLE
    raise word.problem("SP417", f"{word} is not a unit of time.", hint)


def _refuse_amount(word: Word) -> None:
    glued = re.fullmatch(r"([0-9]+)([A-Za-z]+)", word.text)
    if glued:
        meant = _MEANT.get(glued[2].lower(), glued[2].lower())
        raise word.problem(
            "SP417", f"{word} needs a space between amount and unit.", f"Did you mean `{glued[1]} {meant}`?"
        )
    if re.fullmatch(r"[0-9]+\.[0-9]+", word.text):
        raise word.problem(
            "SP417", f"{word} is not a whole number.", "Use a smaller unit: `90 minutes`, not `1.5 hours`."
        )
    if re.fullmatch(r"-[0-9]+", word.text):
        raise word.problem(
            "SP417", f"{word} is below zero.", "Write `14 days before FIELD` for a time before a date."
        )
    if re.fullmatch(r"[0-9]+", word.text):
        raise word.problem("SP419", "That is longer than 100 years.", "Check the number and its unit.")
    raise word.problem("SP417", f"A length of time begins with a whole number, not with {word}.", _EXAMPLE)
