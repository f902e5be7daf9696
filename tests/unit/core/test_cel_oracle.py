"""Google's CEL runtime as the oracle of conditions: an absent key is an absent fact, an error is unknown (11)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cel_expr_python import cel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.conditions import (
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Leaf,
    Not,
    Or,
    TaskIs,
    TrackIs,
    TrackTest,
    Truth,
)
from engine.core.conditions import Test as Asks
from engine.core.duration import Duration, Unit
from engine.core.judging.truth import evaluate
from engine.core.model import FieldType
from engine.core.values import Approximate, Value
from tests.condition_worlds import DURATIONS, PHNOM_PENH, TYPES, WORLDS, SmallWorld, leaves_with, trees_of

SECONDS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: 86_400, Unit.WEEKS: 604_800}
OPERATORS = {Asks.AT_LEAST: ">=", Asks.AT_MOST: "<=", Asks.MORE_THAN: ">", Asks.LESS_THAN: "<"}
DAY = 86_400
EMPTY = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
ENVIRONMENT = cel.NewEnv(
    variables={
        **dict.fromkeys(("facts", "at", "been", "outcomes", "missed"), EMPTY),
        **dict.fromkeys(("consents", "done"), cel.Type.List(cel.Type.STRING)),
        **dict.fromkeys(("now", "today"), cel.Type.INT),
    }
)
CASES = 5_000
TREES = 5
SEEN: Counter[Truth] = Counter()


@settings(max_examples=CASES // TREES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(WORLDS, st.lists(trees_of(leaves_with(DURATIONS)), min_size=TREES, max_size=TREES))
def agree(world: SmallWorld, conditions: list[Condition]) -> None:
    data = activation(world)
    for condition in conditions:
        expected = ask_cel(to_cel(condition), data)
        SEEN[expected] += 1
        assert evaluate(condition, world) is expected, to_cel(condition)


def test_conditions_agree_with_cel_in_all_three_values() -> None:
    """On 5,000 random conditions over random worlds the engine and CEL say the same: true, false or unknown."""
    SEEN.clear()
    agree()
    assert SEEN.total() >= CASES
    assert min(SEEN[True], SEEN[False], SEEN[None]) > CASES // 20


def ask_cel(expression: str, data: dict[str, Any]) -> Truth:
    result = ENVIRONMENT.compile(expression).eval(data=data)
    return bool(result.value()) if result.type() == cel.Type.BOOL else None


def activation(world: SmallWorld) -> dict[str, Any]:
    """Return the world as CEL reads it: seconds for instants, codes as a list."""
    return {
        "facts": {name: encode(name.removeprefix("last "), value) for name, value in world.facts.items()},
        "at": dict(world.at),
        "been": {track: sorted(steps) for track, steps in world.been.items()},
        "outcomes": dict(world.outcomes),
        "missed": dict(world.missed),
        "consents": sorted(world.consents),
        "done": sorted(world.done),
        "now": int(world.now.timestamp()),
        "today": int(world.now.astimezone(PHNOM_PENH).strftime("%Y%m%d")),
    }


def encode(name: str, value: Value) -> Any:
    if TYPES.get(name) is FieldType.CHOICES:
        return list(value) if isinstance(value, tuple) else [value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Approximate):
        return span(value.earliest, value.latest)
    return span(value, value) if isinstance(value, date) else value


def span(first: date, last: date) -> dict[str, Any]:
    """Return the first and last second at which something dated so can have happened."""
    if isinstance(first, datetime) and isinstance(last, datetime):
        days = {"from": ymd(first.astimezone(PHNOM_PENH)), "to": ymd(last.astimezone(PHNOM_PENH))}
        return {"dated": False, "first": seconds(first), "last": seconds(last), "begins": 0, **days}
    begins = seconds(midnight(last))
    days = {"from": ymd(first), "to": ymd(last), "ymd": ymd(last)}
    return {"dated": True, "first": seconds(midnight(first)), "last": begins + DAY - 1, "begins": begins, **days}


def ymd(day: date) -> int:
    return int(f"{day:%Y%m%d}")


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PHNOM_PENH)


def seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def to_cel(condition: Condition) -> str:
    """Return the condition as an expression in Google's Common Expression Language."""
    if isinstance(condition, Not):
        return f"!({to_cel(condition.part)})"
    if isinstance(condition, And | Or):
        sign = " && " if isinstance(condition, And) else " || "
        return sign.join(f"({to_cel(part)})" for part in condition.parts)
    return leaf_to_cel(condition)


def leaf_to_cel(leaf: Leaf) -> str:
    if isinstance(leaf, ConsentGiven):
        return f'"{leaf.consent}" in consents'
    if isinstance(leaf, IsChild):
        return (
            '!((has(facts.adulthood) && facts.adulthood == "established") || (has(facts.date_of_birth) && '
            'facts.date_of_birth != "unknown" && today - facts.date_of_birth.ymd >= 180000))'
        )
    if isinstance(leaf, TaskIs):
        missed = f"has(missed.{leaf.task}) && missed.{leaf.task} >= {leaf.missed_times}"
        return missed if leaf.missed_times else f'"{leaf.task}" in done'
    return fact_to_cel(leaf) if isinstance(leaf, FactTest) else track_to_cel(leaf)


def track_to_cel(leaf: TrackIs) -> str:
    known, word = f"has({{}}.{leaf.track})", json.dumps(leaf.word)
    if leaf.test is TrackTest.AT:
        return f"{known.format('at')} && at.{leaf.track} == {word}"
    if leaf.test is TrackTest.REACHED:
        return f"{known.format('been')} && {word} in been.{leaf.track}"
    ended = known.format("outcomes")
    return ended if leaf.test is TrackTest.ENDED else f"{ended} && outcomes.{leaf.track} == {word}"


def fact_to_cel(leaf: FactTest) -> str:
    fact = f'facts["{leaf.field}"]'
    if leaf.test in OPERATORS:
        return f"{fact} {OPERATORS[leaf.test]} {literal(leaf.value)}"
    if leaf.test is Asks.PASSED and isinstance(leaf.value, Duration):
        return passed(fact, leaf.value)
    if leaf.test is Asks.BEFORE:
        return before(fact, f'facts["{leaf.value}"]')
    if leaf.test is Asks.AFTER:
        return before(f'facts["{leaf.value}"]', fact)
    if leaf.test is Asks.SAME:
        number = TYPES[leaf.field.removeprefix("last ")] is FieldType.NUMBER
        return (same_number if number else same_date)(fact, f'facts["{leaf.value}"]')
    return answer_to_cel(fact, leaf, several=TYPES[leaf.field.removeprefix("last ")] is FieldType.CHOICES)


def answer_to_cel(fact: str, leaf: FactTest, *, several: bool) -> str:
    asked = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if leaf.test is Asks.IS_KNOWN:
        asked = ("unknown",)
    ways = (f"{literal(one)} in {fact}" if several else f"{fact} == {literal(one)}" for one in asked)
    holds = " || ".join(ways)
    return f"!({holds})" if leaf.test in {Asks.IS_NOT, Asks.IS_KNOWN} else holds


def before(one: str, two: str) -> str:
    """Two dates are compared as dates; else a date is every instant of its day."""
    whole = f"({one}.dated && {two}.dated)"
    never = f"{one}.first >= ({whole} ? {two}.begins : {two}.last)"
    return f"{one}.last < {two}.first || ({never} ? false : facts.nobody_can_tell)"


def same_number(one: str, two: str) -> str:
    """CEL finds that a word and a number differ; to us the word "unknown" tells nothing."""
    return f'{one} == "unknown" || {two} == "unknown" ? facts.nobody_can_tell : {one} == {two}'


def same_date(one: str, two: str) -> str:
    """Two moments are compared as moments; else the days on which both lie."""
    days = f"({one}.dated || {two}.dated)"
    bounds = [f"({days} ? {each}.{day} : {each}.{second})"
              for each in (one, two) for day, second in (("from", "first"), ("to", "last"))]  # fmt: skip
    first, last, other, other_last = bounds
    sure = " && ".join(f"{first} == {bound}" for bound in bounds[1:])
    return f"{last} < {other} || {other_last} < {first} ? false : ({sure} ? true : facts.nobody_can_tell)"


def passed(fact: str, duration: Duration) -> str:
    amount = duration.amount * SECONDS[duration.unit]
    day = f"({fact}.dated ? {DAY} : 0)" if duration.unit in {Unit.DAYS, Unit.WEEKS} else "0"
    latest = f"({fact}.dated ? {fact}.begins : {fact}.last)"
    return (
        f"now >= {latest} + {amount} + {day} || "
        f"(now < {fact}.first + {amount} + {day} ? false : facts.nobody_can_tell)"
    )


def literal(value: Value | Duration | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
