"""Conditions back in the words of the language: what the parser reads as the same tree again (11)."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.core.conditions import (
    OF_TWO,
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Leaf,
    Not,
    Or,
    TaskIs,
    Test,
    TrackIs,
    TrackTest,
)
from engine.core.duration import Duration
from engine.core.values import Value

#: Words that mean something else behind ``is``: as a value of a fact they stand in quotes.
RESERVED = frozenset(
    ("after", "and", "at", "before", "done", "given", "known", "less", "more", "not", "one", "or"),
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def describe(condition: Condition) -> str:
    """Return the condition as one sentence. Parts joined by another word stand in brackets."""
    if isinstance(condition, Not):
        return f"not ({describe(condition.part)})"
    if isinstance(condition, And | Or):
        word = " and " if isinstance(condition, And) else " or "
        return word.join(_part(part) for part in condition.parts)
    return describe_leaf(condition)


def describe_leaf(leaf: Leaf) -> str:
    """Return one question as the language writes it."""
    if isinstance(leaf, ConsentGiven):
        return f"consent to {leaf.consent} is given"
    if isinstance(leaf, IsChild):
        return "the person is a child"
    if isinstance(leaf, TaskIs):
        return _task(leaf)
    return _fact(leaf) if isinstance(leaf, FactTest) else _track(leaf)


def _part(part: Condition) -> str:
    return f"({describe(part)})" if isinstance(part, And | Or) else describe(part)


def _task(leaf: TaskIs) -> str:
    if not leaf.missed_times:
        return f"{leaf.task} is done"
    times = "time" if leaf.missed_times == 1 else "times"
    return f"{leaf.task} was missed {leaf.missed_times} {times} in a row"


def _track(leaf: TrackIs) -> str:
    return (
        f"{leaf.track} {leaf.test.value} {leaf.word}"
        if leaf.test is not TrackTest.ENDED
        else f"{leaf.track} has ended"
    )


def _fact(leaf: FactTest) -> str:
    if leaf.test is Test.IS_KNOWN:
        return f"{leaf.field} is known"
    if leaf.test is Test.PASSED and isinstance(leaf.value, Duration):
        have = "has" if leaf.value.amount == 1 else "have"
        return f"at least {leaf.value} {have} passed since {leaf.field}"
    if leaf.test in OF_TWO:
        return f"{leaf.field} {leaf.test.value} {leaf.value}"
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return f"{leaf.field} {leaf.test.value} {', '.join(map(_value, values))}"


def _value(value: Value | Duration | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    if isinstance(value, int) or (_PLAIN.fullmatch(text) and text not in RESERVED):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'
