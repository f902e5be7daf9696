"""Whether two conditions can certainly never be true at once: a sound, simple proof for rule 6.

What cannot be proved counts as possible; the file is then refused and says how to write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.core.conditions import And, Condition, FactTest, Leaf, Not, Or, Test, TrackIs, TrackTest
from engine.core.model import Field, FieldType
from engine.core.values import UNKNOWN

_INFINITE = Decimal("Infinity")

#: The only answers that make a test true (None: any), and answers that certainly do not.
Answers = tuple[frozenset[str] | None, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Literal:
    """A question, asked as it stands or denied."""

    leaf: Leaf
    holds: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts that all hold, or of which one holds."""

    every: bool
    parts: tuple[Joined | Literal, ...]


def never_both(one: Condition, other: Condition, fields: Mapping[str, Field]) -> bool:
    """Return whether it is proved that the two are never true at the same time."""
    return _exclude(_push(one, holds=True), _push(other, holds=True), fields)


def _push(condition: Condition, *, holds: bool) -> Joined | Literal:
    """Move every ``not`` down to the questions."""
    if isinstance(condition, Not):
        return _push(condition.part, holds=not holds)
    if isinstance(condition, And | Or):
        parts = tuple(_push(part, holds=holds) for part in condition.parts)
        return Joined(isinstance(condition, And) is holds, parts)
    return Literal(condition, holds)


def _exclude(one: Joined | Literal, other: Joined | Literal, fields: Mapping[str, Field]) -> bool:
    for this, that in ((one, other), (other, one)):
        if isinstance(this, Joined) and not this.every:
            return all(_exclude(part, that, fields) for part in this.parts)
    for this, that in ((one, other), (other, one)):
        if isinstance(this, Joined):
            return any(_exclude(part, that, fields) for part in this.parts)
    return isinstance(one, Literal) and isinstance(other, Literal) and _contradict(one, other, fields)


def _contradict(one: Literal, other: Literal, fields: Mapping[str, Field]) -> bool:
    if one.leaf == other.leaf:
        return one.holds is not other.holds
    if isinstance(one.leaf, TrackIs) and isinstance(other.leaf, TrackIs):
        return one.holds and other.holds and _elsewhere(one.leaf, other.leaf)
    if isinstance(one.leaf, FactTest) and isinstance(other.leaf, FactTest) and one.leaf.field == other.leaf.field:
        field = fields.get(one.leaf.field.removeprefix("last "))
        if field is None or field.type is FieldType.CHOICES:
            return False
        if field.type is FieldType.NUMBER:
            return _apart(_range(one.leaf, one.holds), _range(other.leaf, other.holds))
        return _no_common_answer(_answers(one.leaf, one.holds), _answers(other.leaf, other.holds))
    return False


def _elsewhere(one: TrackIs, other: TrackIs) -> bool:
    """A track stands at one step, and ends as one outcome."""
    same = one.track == other.track and one.test is other.test
    return same and one.test in (TrackTest.AT, TrackTest.ENDED_AS) and one.word != other.word


def _answers(leaf: FactTest, holds: bool) -> Answers:
    """Return the only answers that make a test hold or not hold (None: any), and answers that certainly do not."""
    named = frozenset(leaf.value if isinstance(leaf.value, tuple) else (str(leaf.value),))
    if leaf.test is Test.IS_KNOWN:
        named = frozenset({UNKNOWN})
        return (None, named) if holds else (named, frozenset())
    if leaf.test in (Test.IS, Test.IS_ONE_OF):
        return (named, frozenset()) if holds else (None, named)
    if leaf.test is Test.IS_NOT:
        return (None, named) if holds else (named, frozenset())
    return None, frozenset()


def _no_common_answer(one: Answers, other: Answers) -> bool:
    (only, without), (only_other, without_other) = one, other
    if only is not None and only_other is not None:
        return not only & only_other
    if only is not None:
        return only <= without_other
    return only_other is not None and only_other <= without


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two bounds; a bound itself may belong to it or not."""

    low: Decimal
    high: Decimal
    low_in: bool = True
    high_in: bool = True


def _range(leaf: FactTest, holds: bool) -> Range | None:
    if not isinstance(leaf.value, int | Decimal):
        return None
    number = Decimal(leaf.value)
    if leaf.test is Test.IS and holds:
        return Range(number, number)
    if leaf.test in (Test.AT_LEAST, Test.LESS_THAN):
        above = (leaf.test is Test.AT_LEAST) is holds
        return Range(number, _INFINITE) if above else Range(-_INFINITE, number, high_in=False)
    if leaf.test in (Test.MORE_THAN, Test.AT_MOST):
        above = (leaf.test is Test.MORE_THAN) is holds
        return Range(number, _INFINITE, low_in=False) if above else Range(-_INFINITE, number)
    return None


def _apart(one: Range | None, other: Range | None) -> bool:
    if one is None or other is None:
        return False
    for below, above in ((one, other), (other, one)):
        if below.high < above.low or (below.high == above.low and not (below.high_in and above.low_in)):
            return True
    return False
