"""Answers under which a condition is true, or certainly false: what a sheet lets happen. Always the same ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.core.conditions import (
    ADULTHOOD,
    ESTABLISHED,
    LAST,
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
from engine.core.model import Field, FieldType, Protocol
from engine.core.values import UNKNOWN


class CannotError(Exception):
    """A sheet has no answers for this; somebody has to tell it as a story."""


@dataclass(slots=True)
class Needed:
    """What has to happen: answers as they are written, consents, steps to stand at, tasks to be done."""

    facts: dict[str, str] = field(default_factory=dict)
    consents: dict[str, bool] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)

    def answer(self, name: str, text: str) -> None:
        """Note an answer. Raises CannotError where another one is needed already."""
        if self.facts.setdefault(name, text) != text:
            raise CannotError

    def is_empty(self) -> bool:
        """Return whether nothing has to happen."""
        return not (self.facts or self.consents or self.steps or self.tasks)


def needed_for(condition: Condition, protocol: Protocol, truth: bool = True, needed: Needed | None = None) -> Needed:
    """Return what makes a condition true, or certainly false. Raises CannotError where a sheet cannot."""
    found = Needed() if needed is None else needed
    if isinstance(condition, Not):
        return needed_for(condition.part, protocol, not truth, found)
    if isinstance(condition, And | Or):
        every = isinstance(condition, And) is truth
        for part in condition.parts if every else condition.parts[:1]:
            needed_for(part, protocol, truth, found)
        return found
    _settle(condition, protocol, truth, found)
    return found


def _settle(leaf: Leaf, protocol: Protocol, truth: bool, found: Needed) -> None:
    if isinstance(leaf, ConsentGiven):
        if found.consents.setdefault(leaf.consent, truth) is not truth:
            raise CannotError
    elif isinstance(leaf, IsChild):
        found.answer(ADULTHOOD, "not_established" if truth else ESTABLISHED)
    elif isinstance(leaf, TrackIs):
        _stand(leaf, truth, found)
    elif isinstance(leaf, TaskIs):
        if not truth or leaf.missed_times:
            raise CannotError
        found.tasks.append(leaf.task)
    elif isinstance(leaf, FactTest):
        known = protocol.fields.get(leaf.field.removeprefix(LAST))
        if known is None:
            raise CannotError
        found.answer(known.id, _answer(leaf, known, truth))


def _stand(leaf: TrackIs, truth: bool, found: Needed) -> None:
    if leaf.test in {TrackTest.AT, TrackTest.REACHED}:
        if truth:
            found.steps.append(f"{leaf.track}.{leaf.word}")
    else:
        raise CannotError


def _answer(leaf: FactTest, known: Field, truth: bool) -> str:
    asked = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    words = [str(one) for one in asked]
    match leaf.test:
        case Test.IS | Test.IS_ONE_OF:
            return words[0] if truth else _other(known, words)
        case Test.IS_NOT:
            return _other(known, words) if truth else words[0]
        case Test.IS_KNOWN:
            return plausible(known) if truth else UNKNOWN
        case Test.AT_LEAST | Test.AT_MOST | Test.MORE_THAN | Test.LESS_THAN:
            return _number(leaf, truth)
        case Test.PASSED:
            if not truth:
                return "today" if known.type is FieldType.DATE else "now"
            return f"{leaf.value} ago" if known.type is FieldType.MOMENT else f"{_one_more(str(leaf.value))} ago"
    raise CannotError


def _one_more(duration: str) -> str:
    amount, _, unit = duration.partition(" ")
    return f"{int(amount) + 1} {unit if unit.endswith('s') else f'{unit}s'}"


def _number(leaf: FactTest, truth: bool) -> str:
    asked = Decimal(str(leaf.value))
    high = leaf.test in {Test.AT_LEAST, Test.MORE_THAN}
    return str(asked + (1 if high is truth else -1))


def _other(known: Field, words: list[str]) -> str:
    answers = ("yes", "no") if known.type is FieldType.YES_NO_UNKNOWN else known.codes
    found = next((code for code in answers if code not in words), None)
    if found is None:
        raise CannotError
    return found


def plausible(known: Field) -> str:
    """Return an answer that a question of this type can have."""
    match known.type:
        case FieldType.YES_NO_UNKNOWN:
            return "yes"
        case FieldType.CHOICE | FieldType.CHOICES:
            return known.codes[0]
        case FieldType.NUMBER:
            return str(known.lowest if known.lowest is not None else 1)
        case FieldType.DATE:
            return "today"
        case FieldType.MOMENT:
            return "now"
        case _:
            return "invented"
