"""The kinds of values the table of keys is made of: words with what each means, sentences with examples.

Every example is read by the tests as a file would be read; conditions with the names of the example of the reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.core.model import Ends, FieldType, IfClosed, Kind, Lasts, MessageKind, Per
from engine.protocol.schema.shapes import Choice, Day, Figure, Line, Sentence, Several, Wording, YesNo


def _words(words: Iterable[str], *meanings: str) -> Choice:
    """Return fixed words, each with what it means."""
    return Choice(*(str(word) for word in words), meanings=meanings)


LINE, WORDING, YES_NO, DAY, FIGURE = Line(), Wording(), YesNo(), Day(), Figure()
#: Names of things that stand elsewhere, one or several.
NAME, NAMES = Sentence(), Several()

DURATION = Sentence("72 hours", "5 working days", "2 weeks", "1 month")
TIME_LIMIT = Sentence("72 hours", "5 working days", "same day", "14 days before hearing_date")
CONDITION = Sentence(
    "risk_level is high",
    "risk_level is one of medium, high and wants_lawyer is yes",
    "hearing_date is known",
    "children is the same as children_seen",
    "at least 90 days have passed since moved_on",
    "consent to home_visits is given",
    "legal has ended or not (the person is a child)",
)
RUNG_TIME = Sentence(
    "50 % of the limit",
    "50 % of the time left",
    "3 days after the start",
    "2 hours before the limit",
    "the limit",
    "2 working days after the limit",
)
GRID = Sentence("1 week, 1 month, 3 months after moved_on", "[1 week, 1 month] after hearing_date")
RHYTHM = Sentence("2 weeks", "1 month until care has ended")
START = Sentence("entering", "hearing_date", "plan met", "plan limit")

KIND = _words(
    Kind,
    "Fixed by a law or a regulation.",
    "Somebody may come to harm if it is missed. Runs through a hold.",
    "A medical window. Runs through a hold.",
    "Evidence is lost afterwards.",
    "Recommended by an authority or a standard.",
    "How offices do it.",
    "A starting value that no source fixes.",
)
STATUS = _words(
    ("proposed", "adopted"),
    "Nobody has decided yet. Never shown as law.",
    "Its authority has decided; `adopted_by` and `adopted_on` say which and when.",
)
PROTOCOL_STATUS = _words(
    ("draft", "adopted"),
    "Runs on invented people only.",
    "Its authority has decided; `adopted_by` and `adopted_on` say which and when.",
)
ENDS = _words(
    Ends,
    "At the hour at which it began.",
    "When the last day ends.",
    "When the office closes on the last day.",
)
IF_CLOSED = _words(
    IfClosed,
    "The limit stays on the closed day.",
    "It moves to the next working day.",
    "It moves to the working day before.",
)
SENDS = _words(
    MessageKind,
    "To whoever should act.",
    "To somebody above, because it has stalled.",
    "A letter to sign and send, to those without an account.",
)
LASTS = _words(Lasts, "Void when the step is left.", "Void when the track ends.", "Void when the case is closed.")
ON_HOLD = _words(
    ("runs", "stops"),
    "A hold changes nothing. The default for law, clinical and safety.",
    "The time of a hold does not count. The default for all others.",
)
FIELD_TYPE = _words(
    FieldType,
    "Words.",
    "A whole number or one with decimals.",
    "A day; it may be approximate.",
    "A day and an hour.",
    "One of these three.",
    "One of the `codes`.",
    "Several of the `codes`.",
    "A document that is kept elsewhere; its reference.",
    "Somebody.",
)
PER = _words(
    Per,
    "One answer, whatever protocol asks.",
    "One answer for each run of a protocol.",
    "Asked anew at every stay at a step.",
    "Asked anew each time a task is done.",
)
ABOUT = _words(("person", "operation"), "One person.", "An operation that may lead to cases of people.")
APPLIES_TO = _words(
    ("new cases", "all cases"),
    "Open cases go on under the version they began with.",
    "Open cases change to it; not carried out yet, so it is refused.",
)
YEAR_STATUS = _words(
    ("official", "projected"),
    "The authority has fixed the holidays.",
    "They are foreseen; a limit that runs through such a year says so.",
)
