"""Conditions as sentences: what they mean, and how every slip is answered."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.conditions import (
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Not,
    Or,
    TaskIs,
    TrackIs,
    TrackTest,
)
from engine.core.conditions import Test as Asks
from engine.core.duration import Duration, Unit
from engine.core.judging.wording import describe
from engine.core.model import Field, FieldType
from engine.protocol.codes.sentences import SENTENCES
from engine.protocol.sentences.conditions import MAX_LEVELS, SentenceProblem, parse_condition
from engine.protocol.sentences.names import Names, TrackNames
from tests.condition_worlds import CONDITIONS, NAMES
from tests.support.pace import within

SAFE, WILLING = (FactTest(name, Asks.IS, "yes") for name in ("safe", "willing"))
FEW = FactTest("children", Asks.AT_MOST, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("safe is yes", SAFE),
        ("  safe   is\tyes ", SAFE),
        ("safe is not unknown", FactTest("safe", Asks.IS_NOT, "unknown")),
        ("safe is one of yes, unknown", FactTest("safe", Asks.IS_ONE_OF, ("yes", "unknown"))),
        ("safe is known", FactTest("safe", Asks.IS_KNOWN)),
        ("last exam is known", FactTest("last exam", Asks.IS_KNOWN)),
        ("children is at least 2", FactTest("children", Asks.AT_LEAST, 2)),
        ("children is at most 2", FEW),
        ("children is more than 2.5", FactTest("children", Asks.MORE_THAN, Decimal("2.5"))),
        ("children is less than -1", FactTest("children", Asks.LESS_THAN, -1)),
        ("children is 3", FactTest("children", Asks.IS, 3)),
        ("exam is before hearing", FactTest("exam", Asks.BEFORE, "hearing")),
        ("arrived_at is after last exam", FactTest("arrived_at", Asks.AFTER, "last exam")),
        ("children is the same as adults", FactTest("children", Asks.SAME, "adults")),
        ("exam is the same as last arrived_at", FactTest("exam", Asks.SAME, "last arrived_at")),
        ("last children is the same as children", FactTest("last children", Asks.SAME, "children")),
        ("not (children is the same as adults)", Not(FactTest("children", Asks.SAME, "adults"))),
        ("at least 90 days have passed since exam", FactTest("exam", Asks.PASSED, Duration(90, Unit.DAYS))),
        ("at least validity has passed since exam", FactTest("exam", Asks.PASSED, Duration(90, Unit.DAYS))),
        ("at least 1 hour has passed since last exam", FactTest("last exam", Asks.PASSED, Duration(1, Unit.HOURS))),
        ("consent to medical_exam is given", ConsentGiven("medical_exam")),
        ("the person is a child", IsChild()),
        ("response is at triage", TrackIs("response", TrackTest.AT, "triage")),
        ("response has reached triage", TrackIs("response", TrackTest.REACHED, "triage")),
        ("response has ended", TrackIs("response", TrackTest.ENDED)),
        ("medical ended as lost", TrackIs("medical", TrackTest.ENDED_AS, "lost")),
        ("visit is done", TaskIs("visit")),
        ("visit was missed 2 times in a row", TaskIs("visit", 2)),
        ("visit was missed 1 time in a row", TaskIs("visit", 1)),
        ('city is "Phnom Penh"', FactTest("city", Asks.IS, "Phnom Penh")),
        ("city is 'ភ្នំពេញ'", FactTest("city", Asks.IS, "ភ្នំពេញ")),
        ('risk is "known"', FactTest("risk", Asks.IS, "known")),
        ("risk is done", FactTest("risk", Asks.IS, "done")),
        ("needs is one of low, high", FactTest("needs", Asks.IS_ONE_OF, ("low", "high"))),
        ("not (safe is yes)", Not(SAFE)),
        ("safe is yes and willing is yes and children is at most 2", And((SAFE, WILLING, FEW))),
        ("safe is yes and (willing is yes or children is at most 2)", And((SAFE, Or((WILLING, FEW))))),
        ("(not (safe is yes)) or willing is yes", Or((Not(SAFE), WILLING))),
        ("((safe is yes))", SAFE),
        (
            "risk is one of low, high and safe is yes",
            And((FactTest("risk", Asks.IS_ONE_OF, ("low", "high")), SAFE)),
        ),
        (
            "response is at shelter and not (the person is a child) and not (consent to assistance is given)",
            And((TrackIs("response", TrackTest.AT, "shelter"), Not(IsChild()), Not(ConsentGiven("assistance")))),
        ),
    ],
)
def test_a_sentence_means_one_tree(text: str, expected: Condition) -> None:
    """Every form of question and every way to join them is read as written."""
    assert parse_condition(text, NAMES) == expected


@settings(max_examples=400, deadline=None)
@given(CONDITIONS)
def test_a_described_condition_reads_as_the_same_tree(condition: Condition) -> None:
    """Putting a condition into words and reading them again changes nothing (the length limit aside)."""
    text = describe(condition)
    if len(text) <= 500:
        assert parse_condition(text, NAMES) == condition


PROBLEMS = [
    ("safe is yes " + "and safe is yes " * 40, "SP401", "", "500 at most"),
    (" ", "SP402", "", "condition"),
    ("safe is “yes”", "SP403", "“", "straight"),
    ("children is at least ៧", "SP403", "៧", "0 to 9"),
    ("safe is\u00a0yes", "SP403", "\u00a0", "ordinary space"),
    ("safe\u200b is yes", "SP403", "\u200b", "ordinary space"),
    ('city is "a\x07b"', "SP403", "\x07", "Delete"),
    ("children ≥ 2", "SP403", "≥", "is at least"),
    ('city is "Phnom Penh', "SP404", '"', "Close it"),
    ("safe == yes", "SP405", "==", "`is`"),
    ("safe != yes", "SP405", "!=", "is not"),
    ("safe is yes && willing is yes", "SP405", "&&", "`and`"),
    ("safe is yes || willing is yes", "SP405", "||", "`or`"),
    ("children > 2", "SP405", ">", "is more than"),
    ("children < 2", "SP405", "<", "is less than"),
    ("safe = yes", "SP405", "=", "`is`"),
    ("children + 1 is 2", "SP405", "+", "words"),
    ("(safe is yes", "SP406", "(", "Add `)`"),
    ("safe is yes)", "SP406", ")", "Remove it"),
    ("(" * 21 + "safe is yes" + ")" * 21, "SP407", "(", "simpler"),
    ("safe is yes and willing is yes or children is 1", "SP408", "or", "brackets"),
    ("not safe is yes", "SP409", "not", "not ("),
    ("safe is not known", "SP409", "not", "not (safe is known)"),
    ("children is not at least 2", "SP409", "not", "not (children is at least ...)"),
    ("children is not the same as adults", "SP409", "not", "not (children is the same ...)"),
    ("children is the same", "SP410", "", "the same as FIELD"),
    ("children is the same as", "SP410", "", ""),
    ("children is the same as 3", "SP414", "3", "`children is 3`"),
    ("children is the same as exam", "SP414", "exam", "a number with a number"),
    ("exam is the same as children", "SP414", "children", "a date with a date"),
    ("safe is the same as willing", "SP414", "the", "is one of"),
    ("children is the same as children", "SP414", "children", "another field"),
    ("children is the same as adult", "SP412", "adult", "adults"),
    ("consent to medical_exam is not given", "SP409", "not", "not (consent to medical_exam is given)"),
    ("the person is an adult", "SP409", "an", "not (the person is a child)"),
    ("()", "SP410", ")", "Add it"),
    ("and safe is yes", "SP410", "and", "Add it"),
    ("safe is yes and", "SP410", "", "question"),
    ("safe", "SP410", "", "F is V"),
    ("safe is", "SP410", "", "value of `safe`"),
    ("response has reached", "SP410", "", "step"),
    ("at least 90 days have passed", "SP410", "", "since FIELD"),
    ("safe Is yes", "SP411", "Is", "`is`"),
    ("safe equals yes", "SP411", "equals", "`is`"),
    ("risk contains low", "SP411", "contains", "is one of"),
    ("safe is yes AND willing is yes", "SP411", "AND", "`and`"),
    ("safe is yes, no", "SP411", ",", "and"),
    ("safe is one of yes or unknown", "SP411", "or", "is one of A, B"),
    ("safe is one of yes, and unknown", "SP411", "and", "is one of A, B"),
    ("more than 90 days have passed since exam", "SP411", "more", "at least 90 days"),
    ("response has ended as lost", "SP411", "has", "ended as"),
    ("city is Phnom Penh", "SP411", "Penh", "quotes"),
    ("safe is [yes]", "SP415", "[", "yes"),
    ("__import__(os)", "SP412", "__import__", "F is V"),
    ("saef is yes", "SP412", "saef", "`safe`"),
    ("at least validty has passed since exam", "SP412", "validty", "`validity`"),
    ("validity is known", "SP413", "validity", "Known"),
    ("at least 90 days have passed since validity", "SP413", "validity", "Known"),
    ("at least exam has passed since exam", "SP413", "exam", "validity"),
    ("at least many days have passed since exam", "SP417", "many", "30 days"),
    ("Safe is yes", "SP412", "Safe", "`safe`"),
    ("consent to assistence is given", "SP412", "assistence", "`assistance`"),
    ("response is at trage", "SP412", "trage", "`triage`"),
    ("medicall has ended", "SP412", "medicall", "`medical`"),
    ("vist is done", "SP412", "vist", "`visit`"),
    ("medical ended as recoverd", "SP412", "recoverd", "`recovered`"),
    ("exam is before hering", "SP412", "hering", "`hearing`"),
    ("shelter has reached triage", "SP413", "shelter", "`response`"),
    ("response is at care", "SP413", "care", "shelter, triage"),
    ("medical_exam is yes", "SP413", "medical_exam", "Known"),
    ("city is at least 2", "SP414", "at", "is one of"),
    ("safe is before exam", "SP414", "before", "is less than"),
    ("exam is before safe", "SP414", "safe", "date"),
    ("exam is before exam", "SP414", "exam", "another field"),
    ("exam is before 2027-01-01", "SP414", "2027-01-01", "field"),
    ("exam is 2027-01-01", "SP414", "2027-01-01", "is before"),
    ("passport is yes", "SP414", "yes", "is known"),
    ("medical_exam is given", "SP414", "given", "consent to medical_exam is given"),
    ("safe is true", "SP415", "true", "`yes`"),
    ("risk is hihg", "SP415", "hihg", "`high`"),
    ("risk is purple", "SP415", "purple", "low, high"),
    ("children is at least two", "SP416", "two", "digits"),
    ("visit was missed often in a row", "SP416", "often", "2 times in a row"),
    ("visit was missed 0 times in a row", "SP416", "0", "2 times in a row"),
    ("at least 3 business days have passed since exam", "SP417", "business", "working days"),
    ("at least 5 working days have passed since exam", "SP418", "5", "days"),
    ("at least 0 days have passed since exam", "SP419", "0", "1 or more"),
]


@pytest.mark.parametrize(("text", "code", "marked", "hint"), PROBLEMS)
def test_a_slip_is_named_with_its_place_and_what_to_write(text: str, code: str, marked: str, hint: str) -> None:
    """The problem has a listed code, marks the very characters, and its hint helps."""
    with pytest.raises(SentenceProblem) as caught:
        parse_condition(text, NAMES)
    problem = caught.value
    assert problem.code == code
    assert hint in problem.hint
    if marked:
        assert text[problem.offset : problem.offset + problem.length] == marked
    assert 0 <= problem.offset <= len(text)
    assert problem.code in {explanation.code for explanation in SENTENCES}


def test_a_name_of_a_field_and_a_task_is_never_guessed() -> None:
    """Where `X is done` could be an answer or a task, the sentence is refused; in quotes it is the answer."""
    field = Field("visit", FieldType.CHOICE, codes=("done", "open"))
    names = Names(fields={"visit": field}, tasks=("visit",))
    with pytest.raises(SentenceProblem) as caught:
        parse_condition("visit is done", names)
    assert caught.value.code == "SP426"
    assert parse_condition('visit is "done"', names) == FactTest("visit", Asks.IS, "done")


def test_a_code_may_look_like_the_words_of_the_next_question() -> None:
    """After a list, `and safe is yes` goes on with a question although `safe` is also a code of the list."""
    place = Field("place", FieldType.CHOICE, codes=("safe", "unsafe", "not"))
    names = Names(fields={"place": place, "safe": NAMES.fields["safe"]}, tracks={"t": TrackNames(("safe",))})
    not_safe = parse_condition("place is one of unsafe, safe and not (safe is yes)", names)
    assert not_safe == And((FactTest("place", Asks.IS_ONE_OF, ("unsafe", "safe")), Not(SAFE)))
    condition = parse_condition("place is one of unsafe, safe and safe is yes", names)
    assert condition == And((FactTest("place", Asks.IS_ONE_OF, ("unsafe", "safe")), SAFE))


def test_twenty_levels_of_brackets_are_allowed() -> None:
    """The limit itself still reads."""
    assert parse_condition("(" * MAX_LEVELS + "safe is yes" + ")" * MAX_LEVELS, NAMES) == SAFE


def test_no_naughty_string_is_a_condition_or_a_crash(shared_data: Path) -> None:
    """Each of the strings that break software is answered with a problem, alone and as a value or a name."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    for text in strings:
        for sentence in (
            text,
            f"safe is {text} and",
            f"{text} is yes",
            f"consent to {text} is given",
            f"not ({text}",
        ):
            with pytest.raises(SentenceProblem) as caught:
                parse_condition(sentence, NAMES)
            assert 0 <= caught.value.offset <= len(sentence)


def read(text: str) -> Condition | SentenceProblem:
    try:
        return parse_condition(text, NAMES)
    except SentenceProblem as problem:
        return problem


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_condition_or_a_problem(text: str) -> None:
    """No other exception leaves the parser, and messages hold no control characters."""
    found = read(text)
    assert not isinstance(found, SentenceProblem) or (found.message.isprintable() and found.hint.isprintable())


WORDS = re.split(" ", "safe is not ( ) and or one of yes , at least 2 days have passed since exam last known to")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_order_of_the_words_is_a_condition_or_a_problem(text: str) -> None:
    """Shuffled words of the language never crash, and what is read can be described again."""
    found = read(text)
    if isinstance(found, SentenceProblem):
        assert 0 <= found.offset <= len(text)
    else:
        assert parse_condition(describe(found), NAMES) == found


@pytest.mark.parametrize("text", ["(" * 10**6, "x" * 10**6, "a " * 249, "not (" * 100, '"' + "x" * 498, "-" * 500])
def test_a_sentence_takes_bounded_time(text: str) -> None:
    """The longest sentences, and far longer ones, are answered at once."""
    with within(4), pytest.raises(SentenceProblem):
        parse_condition(text, NAMES)
