"""One question of a condition: a fact, a consent, a track or a task, checked against what the protocol knows (11)."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.core.conditions import (
    LAST,
    ConsentGiven,
    FactTest,
    IsChild,
    Leaf,
    TaskIs,
    Test,
    TrackIs,
    TrackTest,
)
from engine.core.duration import WORKING, Unit
from engine.core.model import Field, FieldType
from engine.core.values import UNKNOWN, Value
from engine.protocol.sentences.durations import read_duration
from engine.protocol.sentences.names import Names
from engine.protocol.sentences.words import SentenceProblem, Word, Words, guess, show

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_TIMES = re.compile(r"[0-9]{1,3}")
_DATED = frozenset({FieldType.DATE, FieldType.MOMENT})
_CODED = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO_UNKNOWN})
_DATES = "Write `is before F`, `is after F`, `is the same as F` or"
#: Without a value to compare with, besides `unknown`.
_OPAQUE = {
    FieldType.DATE: f"{_DATES} `at least 30 days have passed since F`.",
    FieldType.MOMENT: f"{_DATES} `at least 2 hours have passed since F`.",
    FieldType.DOCUMENT: "Of a document ask only `is known` or `is unknown`.",
    FieldType.PERSON: "Of a person ask only `is known` or `is unknown`.",
}
_COMPARISONS = {
    ("at", "least"): Test.AT_LEAST,
    ("at", "most"): Test.AT_MOST,
    ("more", "than"): Test.MORE_THAN,
    ("less", "than"): Test.LESS_THAN,
}
_FORMS = (
    "`F is V`, `F is not V`, `F is one of A, B`, `F is known`, `F is at least 2`, `F is before G`, "
    "`F is the same as G`, `at least 90 days have passed since F`, "
    "`at least LIMIT has passed since F`, `consent to C is given`, "
    "`the person is a child`, `T is at S`, `T has reached S`, `T has ended`, `T ended as O`, `TASK is done`"
)
_MEANT = {
    **dict.fromkeys(("equals", "equal", "eq", "are", "was"), "is"),
    **dict.fromkeys(("contains", "includes", "in", "within"), "is one of"),
    **dict.fromkeys(("reached", "have"), "has reached"),
    **dict.fromkeys(("isnt", "ne", "isn"), "is not"),
    **dict.fromkeys(("exists", "filled", "given", "known", "defined"), "is known"),
    "at": "is at",
    "ended": "has ended` or `ended as OUTCOME",
    "finished": "has ended",
    "done": "is done",
    "same": "is the same as",
    "before": "is before",
    "after": "is after",
}
#: Words behind `is` that stand without `not`.
_WITHOUT_NOT = frozenset(("known", "one", "at", "more", "less", "before", "after"))
_AFFIRMED = {"true": "yes", "false": "no", "y": "yes", "n": "no", "null": "unknown", "none": "unknown"}


def read_question(words: Words, names: Names) -> Leaf:
    """Take one question from the words."""
    if words.starts("consent", "to"):
        return _read_consent(words, names)
    if words.starts("the", "person"):
        return _read_child(words)
    if words.starts("at", "least"):
        return _read_passed(words, names)
    return _read_named(words, names)


def _read_consent(words: Words, names: Names) -> Leaf:
    words.skip("consent", "to")
    consent = names.consent(words.take())
    if words.starts("is", "not", "given"):
        raise words.peek(1).problem(
            "SP409", "A consent is asked for without `not`.", f"Write `not (consent to {consent} is given)`."
        )
    words.expect("is", "given", example=f"consent to {consent} is given")
    return ConsentGiven(consent)


def _read_child(words: Words) -> Leaf:
    words.skip("the", "person")
    if words.starts("is", "not") or words.starts("is", "an", "adult"):
        raise words.peek(1).problem(
            "SP409", "Only childhood can be asked for.", "Write `not (the person is a child)`."
        )
    words.expect("is", "a", "child", example="the person is a child")
    return IsChild()


def _read_passed(words: Words, names: Names) -> Leaf:
    words.skip("at", "least")
    first = words.peek()
    duration = names.limit(words.take()) if _is_limit(words) else read_duration(words)
    if duration.unit in WORKING or duration.unit is Unit.SAME_DAY:
        hint = "Use hours, days, weeks, months or years; a limit of a deadline may count working days."
        raise first.problem("SP418", f"`{duration}` cannot be asked for in a condition.", hint)
    if not words.skip("has"):
        words.expect("have", example=f"at least {duration} have passed since FIELD")
    words.expect("passed", "since", example=f"at least {duration} have passed since FIELD")
    return FactTest(_read_dated(words, names, "`have passed since`"), Test.PASSED, duration)


def _is_limit(words: Words) -> bool:
    """Return whether a name stands where a number could stand: `at least first_visit has passed since F`."""
    word = words.peek()
    return not word.quoted and word.text[:1].isalpha() and words.peek(1).text in {"has", "have"}


def _read_dated(words: Words, names: Names, usage: str) -> str:
    """Take a field with a date or moment."""
    last = LAST if words.skip("last") else ""
    word = words.take()
    field = names.field(word, usage)
    if field.type not in _DATED:
        raise word.problem(
            "SP414", f"{word} is a {field.type} field, but {usage} needs a date.", "Name a date field."
        )
    return last + field.id


def _read_named(words: Words, names: Names) -> Leaf:
    last = LAST if words.starts("last") and words.peek(1).text not in {"is", "has", "was", "ended"} else ""
    words.skip(*last.split())
    subject = words.take()
    if not subject.length:
        raise subject.problem("SP410", "The sentence stops too early.", "A question is missing here.")
    verb = words.take()
    if not last and not verb.quoted and verb.text in {"has", "ended"}:
        return _read_track(words, names, subject, verb)
    if not last and verb.text == "was" and words.starts("missed"):
        return _read_missed(words, names, subject)
    if verb.text != "is" or verb.quoted:
        raise _no_verb(subject, verb, names)
    return _read_is(words, names, subject, last)


def _read_is(words: Words, names: Names, subject: Word, last: str) -> Leaf:
    if not last and words.starts("done") and _is_task(words.peek(), names, subject):
        words.take()
        return TaskIs(names.task(subject, "`is done`"))
    if not last and words.starts("at") and words.peek(1).text not in {"least", "most"}:
        words.take()
        track = names.track(subject, "`is at`")
        return TrackIs(track, TrackTest.AT, names.step(track, words.take()))
    if words.starts("given"):
        raise words.peek().problem(
            "SP414", "Only a consent is given.", f"Write `consent to {subject.text} is given`."
        )
    return _read_fact(words, names.field(subject, "this question"), last, names)


def _is_task(done: Word, names: Names, subject: Word) -> bool:
    """Return whether `X is done` asks for a task; X may also be a field with such an answer, but not both."""
    field = names.fields.get(subject.text)
    answers = field is not None and ("done" in field.codes or field.type is FieldType.TEXT)
    if answers and subject.text in names.tasks:
        hint = f'Write `{subject.text} is "done"` for the answer, or give the task another id.'
        raise done.problem("SP426", f"{subject} is a field and a task; both can be done.", hint)
    return not answers


def _read_track(words: Words, names: Names, subject: Word, verb: Word) -> Leaf:
    track = names.track(subject, f"`{verb.text} {words.peek().text}`".replace(" `", "`"))
    if verb.text == "ended":
        words.expect("as", example=f"{track} ended as OUTCOME")
        return TrackIs(track, TrackTest.ENDED_AS, names.outcome(track, words.take()))
    if words.skip("ended"):
        if words.starts("as"):
            raise verb.problem("SP411", "`has` and `as` do not go together.", f"Write `{track} ended as OUTCOME`.")
        return TrackIs(track, TrackTest.ENDED)
    words.expect("reached", example=f"{track} has reached STEP")
    return TrackIs(track, TrackTest.REACHED, names.step(track, words.take()))


def _read_missed(words: Words, names: Names, subject: Word) -> Leaf:
    task = names.task(subject, "`was missed`")
    example = f"{task} was missed 2 times in a row"
    words.skip("missed")
    times = words.take()
    if not _TIMES.fullmatch(times.text) or int(times.text) == 0:
        raise times.problem("SP416", f"How many times? {times} is no number from 1 to 999.", f"Write `{example}`.")
    if not words.skip("time"):
        words.expect("times", example=example)
    words.expect("in", "a", "row", example=example)
    return TaskIs(task, int(times.text))


def _read_fact(words: Words, field: Field, last: str, names: Names) -> FactTest:
    name = last + field.id
    for phrase, test in _COMPARISONS.items():
        if words.starts(*phrase):
            return FactTest(name, test, _read_bound(words, field, phrase))
    if words.starts("before") or words.starts("after") or words.starts("the", "same"):
        read = _read_same if words.starts("the", "same") else _read_order
        return read(words, field, name, names)
    if words.skip("known"):
        return FactTest(name, Test.IS_KNOWN)
    if words.skip("one", "of"):
        return FactTest(name, Test.IS_ONE_OF, _read_list(words, field))
    if words.starts("not"):
        return FactTest(name, Test.IS_NOT, _read_denied(words, field))
    return FactTest(name, Test.IS, _read_value(words, field))


def _read_order(words: Words, field: Field, name: str, names: Names) -> FactTest:
    word = words.take()
    if field.type not in _DATED:
        hint = "Numbers take `is less than` or `is more than`."
        raise word.problem("SP414", f"`{field.id}` is a {field.type} field; `{word.text}` is for dates.", hint)
    other = words.peek()
    if re.fullmatch(r"[0-9].*", other.text):
        raise other.problem(
            "SP414", "A date is compared with another field.", "Record the date in a field of its own."
        )
    second = _read_dated(words, names, f"`is {word.text}`")
    if second == name:
        raise other.problem("SP414", f"{other} is compared with itself.", "Name another field.")
    return FactTest(name, Test.BEFORE if word.text == "before" else Test.AFTER, second)


def _read_same(words: Words, field: Field, name: str, names: Names) -> FactTest:
    word = words.peek()
    words.skip("the", "same")
    words.expect("as", example=f"{name} is the same as FIELD")
    if field.type not in _DATED and field.type is not FieldType.NUMBER:
        hint = _OPAQUE.get(field.type, "Ask `is V`, `is not V` or `is one of A, B`.")
        message = f"`is the same as` compares numbers or dates, but `{field.id}` is a {field.type} field."
        raise word.problem("SP414", message, hint)
    last = LAST if words.skip("last") else ""
    other = words.take()
    if field.type is FieldType.NUMBER and _NUMBER.fullmatch(other.text):
        raise other.problem("SP414", "A number is asked for by itself.", f"Write `{name} is {other.text}`.")
    second = names.field(other, "`is the same as`")
    if second.type is not field.type and not {field.type, second.type} <= _DATED:
        message = f"{other} is a {second.type} field, but `{field.id}` is a {field.type} field."
        raise other.problem("SP414", message, "Compare a number with a number, a date with a date.")
    if last + second.id == name:
        raise other.problem("SP414", f"{other} is compared with itself.", "Name another field.")
    return FactTest(name, Test.SAME, last + second.id)


def _read_denied(words: Words, field: Field) -> Value:
    word = words.take()
    asked = words.peek()
    if not asked.quoted and (asked.text in _WITHOUT_NOT or words.starts("the", "same")):
        rest = "" if asked.text == "known" else f" {words.peek(1).text} ..."
        hint = f"Write `not ({field.id} is {asked.text}{rest})`."
        raise word.problem("SP409", "`not` goes in front, with brackets.", hint)
    return _read_value(words, field)


def _read_bound(words: Words, field: Field, phrase: tuple[str, str]) -> Value:
    start = words.peek()
    words.skip(*phrase)
    text = " ".join(phrase)
    if field.type is not FieldType.NUMBER:
        hint = _OPAQUE.get(field.type, "Ask `is V`, `is not V` or `is one of A, B`.")
        raise start.problem("SP414", f"`is {text}` compares numbers, but `{field.id}` is a {field.type} field.", hint)
    return _read_number(words.take(), field)


def _read_number(word: Word, field: Field) -> Value:
    if word.quoted or not _NUMBER.fullmatch(word.text):
        raise word.problem("SP416", f"`{field.id}` is a number, but {word} is none.", "Write digits: `2` or `2.5`.")
    return Decimal(word.text) if "." in word.text else int(word.text)


def _read_possible(word: Word, field: Field) -> Value:
    """Take a number that is asked for by itself; one that is never an answer is a mistake."""
    value = _read_number(word, field)
    if isinstance(value, int | Decimal) and not field.admits(value):
        hint = f"Its answers are numbers {field.bounds}."
        raise word.problem("SP415", f"{word} is not an answer of `{field.id}`.", hint)
    return value


def _read_list(words: Words, field: Field) -> Value:
    values = [_read_value(words, field)]
    while words.skip(","):
        if words.starts("and") or words.starts("or"):
            raise _no_comma(words.peek())
        values.append(_read_value(words, field))
    joined = words.starts("or") or words.starts("and")
    if joined and words.peek(1).text in _answers(field) and not _asks(words.peek(1), words.peek(2)):
        raise _no_comma(words.peek())
    return tuple(values)  # type: ignore[arg-type] # numbers and codes are not mixed: one field has one type


def _asks(first: Word, second: Word) -> bool:
    """Return whether these two words can begin a question, so that they are no value of a list."""
    return first.text in {"not", "last", "at", "the", "consent"} or second.text in {"is", "has", "was", "ended"}


def _no_comma(word: Word) -> SentenceProblem:
    return word.problem("SP411", "The values of a list are parted by commas only.", "Write `is one of A, B, C`.")


def _answers(field: Field) -> tuple[str, ...]:
    if field.type is FieldType.YES_NO_UNKNOWN:
        return ("yes", "no", UNKNOWN)
    return (*field.codes, UNKNOWN)


def _read_value(words: Words, field: Field) -> Value:
    word = words.take()
    if not word.length:
        raise word.problem("SP410", "The sentence stops too early.", f"A value of `{field.id}` is missing here.")
    if not word.quoted and word.text == UNKNOWN:
        return UNKNOWN
    if field.type in _CODED:
        return _read_code(word, field)
    if field.type is FieldType.NUMBER:
        return _read_possible(word, field)
    if field.type is FieldType.TEXT:
        return _read_text(word)
    raise word.problem("SP414", f"`{field.id}` is a {field.type} field; it cannot be {word}.", _OPAQUE[field.type])


def _read_text(word: Word) -> str:
    if not word.quoted and not (word.text[0].isalnum() or word.text[0] == "_"):
        raise word.problem("SP411", f"A value was expected, not {word}.", "Put text in quotes.")
    return word.text


def _read_code(word: Word, field: Field) -> str:
    known = _answers(field)
    if word.text in known:
        return word.text
    meant = guess(word.text, known) or guess(_AFFIRMED.get(word.text.lower(), ""), known)
    hint = f"Did you mean `{meant}`?" if meant else f"Possible: {', '.join(known[:8])}."
    raise word.problem("SP415", f"{word} is not an answer of `{field.id}`.", hint)


def _no_verb(subject: Word, verb: Word, names: Names) -> SentenceProblem:
    """Return what is wrong with a question whose second word is no verb of the language."""
    if not names.kinds_of(subject.text) or subject.quoted:
        if subject.text[:1].isdigit() or subject.text in {"more", "over", "after"}:
            hint = "For a time write `at least 90 days have passed since F`."
            return subject.problem("SP411", f"{subject} cannot begin a question.", hint)
        meant = guess(subject.text, names.fields) or guess(subject.text, names.tracks)
        hint = f"Did you mean `{meant}`?" if meant else f"Write one of: {_FORMS}."
        return subject.problem("SP412", f"The protocol knows no {subject}.", hint)
    if not verb.length:
        return verb.problem("SP410", f"The sentence stops after {subject}.", f"Write one of: {_FORMS}.")
    meant = _MEANT.get(verb.text.lower()) or guess(verb.text, ("is", "has", "ended", "was"))
    hint = f"Did you mean {show(meant)}?" if meant else f"Write one of: {_FORMS}."
    return verb.problem("SP411", f"After {subject} the word {verb} is not understood.", hint)
