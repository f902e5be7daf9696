"""How a limit comes about, line by line, in the words and days of the reader."""

from __future__ import annotations

from datetime import date, datetime

from engine.core.clocks.limit import Line, What
from engine.core.model import Ends, IfClosed
from engine.protocol.prose.numerals import duration
from notifiers.words import instant_in_words
from web.titles import Titles
from web.words.catalog import N_, say

_WORDS = {
    What.COUNTED: N_("Counted from {since}, {by} on: {reached}"),
    What.EXTENDED: N_("Extended by {by}: {reached}"),
    What.HELD: N_("What was on hold from {since} to {until} does not count: {reached}"),
    What.CLOSED: N_("{since} is no working day; the next one counts: {reached}"),
    What.ENDS: N_("It ends with the day: {reached}"),
}
_BACK = N_("Counted back from {since}, {by}: {reached}")
_BEFORE = N_("{since} is no working day; the one before counts: {reached}")
_CLOSING = N_("It ends when the office closes: {reached}")


def in_words(line: Line, titles: Titles) -> str:
    """Return one line in the language of the titles; times are those of the calendar that is kept on the limit."""
    words = _WORDS[line.what]
    if line.what is What.COUNTED and line.before:
        words = _BACK
    elif line.what is What.CLOSED and line.if_closed is IfClosed.PREVIOUS:
        words = _BEFORE
    elif line.what is What.ENDS and line.ends is Ends.CLOSING:
        words = _CLOSING
    return say(titles.language, words).format(
        since=_when(line.since, line, titles),
        until=_when(line.until, line, titles),
        by=duration(line.by, titles.language) if line.by is not None else "",
        reached=_when(line.reached, line, titles),
    )


def _when(when: date | datetime | None, line: Line, titles: Titles) -> str:
    if isinstance(when, datetime):
        return instant_in_words(when, line.zone, titles.language)
    return titles.when(when) if when is not None else ""
