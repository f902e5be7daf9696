"""The other short sentences about time: limits, rungs, grids and rhythms of tasks, starts of clocks (8, 17, 22)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.core.duration import Duration, Unit
from engine.core.model import CountsFrom, Entering, FromDeadline, FromField, Needs, RungAt
from engine.protocol.sentences.durations import read_duration, refuse_rest
from engine.protocol.sentences.words import SentenceProblem, Word, Words, is_id

_RUNG_EXAMPLES = (
    "Write `50 % of the limit`, `50 % of the time left`, `30 days after the start`, `2 hours before the limit`, "
    "`the limit` or `2 working days after the limit`."
)


@dataclass(frozen=True, slots=True)
class RungTime:
    """When a rung is due (22). ``share`` is in percent, 1 to 100; ``by`` the time before or after."""

    at: RungAt
    share: int = 0
    by: Duration | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`every: 2 weeks until CONDITION`: the condition as text, and at which character of the value it begins."""

    every: Duration
    until: str | None = None
    offset: int = 0


def parse_limit(text: str) -> tuple[Duration, str | None]:
    """Return the duration of a limit and, for `14 days before hearing_date`, the field it is counted back from."""
    words = Words(text)
    duration = read_duration(words)
    before = None
    if words.starts("before"):
        word = words.take()
        if duration.unit is Unit.SAME_DAY:
            raise word.problem("SP425", "`same day` cannot lie before a date.", "Write `1 day before FIELD`.")
        before = read_id(words, "a field with a date", "14 days before hearing_date").text
    words.end(refuse_rest)
    return duration, before


def parse_rung(text: str) -> RungTime:
    """Return when a rung is due."""
    words = Words(text)
    rung = _read_rung(words)
    words.end(refuse_rest)
    return rung


def parse_grid(text: str) -> tuple[tuple[Duration, ...], str]:
    """Return the offsets of a repeating task and the field they count from: `1 week, 1 month after moved_on`.

    The value is one text; the offsets may stand in square brackets.
    """
    words = Words(text)
    bracketed = words.skip("[")
    offsets = [_offset(words)]
    while words.skip(","):
        offsets.append(_offset(words))
    example = "1 week, 1 month, 3 months after moved_on"
    if bracketed:
        words.expect("]", example=f"[{example.replace(' after', '] after')}")
    words.expect("after", example=example)
    field = read_id(words, "a field with a date", example).text
    words.end(lambda _: None)
    return tuple(offsets), field


def parse_rhythm(text: str) -> Rhythm:
    """Return how often a task repeats, and the text of the condition that ends it."""
    split = re.search(r"\buntil\b", text)
    head = text[: split.start()] if split else text
    if not head.strip():
        raise SentenceProblem("SP422", "How often is missing.", "Write `2 weeks until CONDITION`.")
    words = Words(head)
    every = read_duration(words)
    words.end(refuse_rest)
    if every.unit is Unit.SAME_DAY:
        raise SentenceProblem("SP422", "`same day` is no rhythm.", "Write `1 day`.", 0, len(head.strip()))
    if split is None:
        return Rhythm(every)
    tail = text[split.end() :]
    if not tail.strip():
        raise SentenceProblem(
            "SP422", "After `until` a condition is missing.", "Name it, or leave `until` out.", split.start(), 5
        )
    return Rhythm(every, tail.strip(), split.end() + len(tail) - len(tail.lstrip()))


def parse_counts_from(text: str) -> CountsFrom:
    """Return the start of a clock: `entering`, a field, `DEADLINE met` or `DEADLINE limit`. Ids are not looked up."""
    words = Words(text)
    example = "entering`, `last_exposure_at`, `hiv_pep met` or `hiv_pep limit"
    name = read_id(words, "`entering`, a field or a deadline", example)
    which = words.take()
    if not which.length:
        return Entering() if name.text == "entering" else FromField(name.text)
    if name.text == "entering" or which.text not in {"met", "limit"} or which.quoted:
        raise which.problem("SP423", f"{which} does not say where the clock starts.", f"Write `{example}`.")
    words.end(lambda _: None)
    return FromDeadline(name.text, which.text)


def parse_requirement(text: str) -> tuple[Needs | None, str]:
    """Return what an entry of `required` names: a consent, or (None) an id that is a field's or a task's."""
    words = Words(text)
    consent = words.skip("consent", "to")
    name = read_id(words, "a field, a task or a consent", "consent to medical_exam")
    if words.starts("is", "given"):
        raise words.peek().problem("SP424", "`required` names things, without `is given`.", "Write `consent to ID`.")
    words.end(lambda _: None)
    return (Needs.CONSENT if consent else None), name.text


def read_id(words: Words, what: str, example: str) -> Word:
    """Take a word that can be an id."""
    word = words.take()
    if not is_id(word):
        code = "SP411" if word.length else "SP410"
        raise word.problem(code, f"The id of {what} is needed here, not {word}.", f"Write it like: `{example}`.")
    return word


def _offset(words: Words) -> Duration:
    if words.peek(1).text in {",", "]"} and words.peek().text.isdigit():
        raise words.peek().problem(
            "SP421", "An offset without a unit.", "Write the unit with each: `1 month, 3 months`."
        )
    first = words.peek()
    duration = read_duration(words)
    if duration.unit is Unit.SAME_DAY:
        raise first.problem("SP421", "`same day` is no offset.", "Write `1 day`.")
    return duration


def _read_rung(words: Words) -> RungTime:
    if words.skip("the", "limit"):
        return RungTime(RungAt.AT_LIMIT)
    if words.peek().text.endswith("%") or words.peek(1).text == "%":
        return _read_share(words)
    first = words.peek()
    if not first.text[:1].isdigit():
        raise first.problem("SP420", f"A rung cannot be at {first}.", _RUNG_EXAMPLES)
    by = read_duration(words)
    for at, phrase in _PHRASES.items():
        if words.skip(*phrase.split()):
            return RungTime(at, by=by)
    raise words.peek().problem("SP420", f"Before or after what? {words.peek()} does not say it.", _RUNG_EXAMPLES)


_PHRASES = {
    RungAt.AFTER_START: "after the start",
    RungAt.BEFORE_LIMIT: "before the limit",
    RungAt.AFTER_LIMIT: "after the limit",
}


def _read_share(words: Words) -> RungTime:
    number = words.take()
    words.skip("%")
    share = number.text.removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,3}", share) or not 1 <= int(share) <= 100:
        raise number.problem("SP427", f"{number} is not a share.", "Write a whole number from 1 to 100, as `50 %`.")
    if words.skip("of", "the", "limit"):
        return RungTime(RungAt.SHARE, int(share))
    if words.skip("of", "the", "time", "left"):
        return RungTime(RungAt.SHARE_LEFT, int(share))
    raise words.peek().problem("SP420", f"A share of what? {words.peek()} does not say it.", _RUNG_EXAMPLES)
