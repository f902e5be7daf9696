"""What must change so that a condition holds, and what a forbidden rule says of a change."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import assume, given, settings

from engine.core.conditions import (
    And,
    Blocking,
    Condition,
    ConsentGiven,
    FactTest,
    Leaf,
    Not,
    Or,
    TrackIs,
    TrackTest,
    Truth,
    leaves,
)
from engine.core.conditions import Test as Asks
from engine.core.judging.blocking import blocking, truth_by
from engine.core.judging.forbidden import judge
from engine.core.judging.truth import evaluate
from engine.core.model import Forbidden
from tests.condition_worlds import CONDITIONS, WORLDS, SmallWorld

A, B, C = (FactTest(name, Asks.IS, "yes") for name in ("a", "b", "c"))
#: True where A is false: the fact is no.
NO_A = FactTest("a", Asks.IS, "no")
IN_TRANSIT = TrackIs("journey", TrackTest.AT, "in_transit")
ASSESSED = FactTest("risk_assessed", Asks.IS, "yes")
RULE = Forbidden("leaves_unassessed", And((IN_TRANSIT, Not(ASSESSED))), blocks=("hand_over",))


def names(found: tuple[Blocking, ...]) -> list[str]:
    return [item.leaf.field for item in found if isinstance(item.leaf, FactTest)]


def settled(condition: Condition, world: SmallWorld, changes: tuple[Blocking, ...]) -> Truth:
    values: dict[Leaf, Truth] = {leaf: evaluate(leaf, world) for leaf in leaves(condition)}
    return truth_by(condition, {**values, **{item.leaf: item.needed for item in changes}})


@settings(max_examples=400, deadline=None)
@given(WORLDS, CONDITIONS)
def test_settling_what_blocks_lets_it_pass_and_nothing_less_does(world: SmallWorld, condition: Condition) -> None:
    """With every blocking leaf at its needed value the condition is true; no part of the set suffices."""
    found = blocking(condition, world)
    if evaluate(condition, world) is True:
        assert found == ()
        return
    assume(is_possible(condition, world))
    assert settled(condition, world, found) is True
    assert all(item.value is evaluate(item.leaf, world) and item.value is not item.needed for item in found)
    for size in range(len(found)):
        assert not any(settled(condition, world, part) is True for part in combinations(found, size))


@settings(max_examples=400, deadline=None)
@given(WORLDS, CONDITIONS)
def test_blocking_leaves_come_in_the_order_of_the_text(world: SmallWorld, condition: Condition) -> None:
    """The reader finds them from left to right."""
    written = list(leaves(condition))
    if len(set(written)) == len(written):
        places = [written.index(item.leaf) for item in blocking(condition, world)]
        assert places == sorted(places)


def is_possible(condition: Condition, world: SmallWorld) -> bool:
    """Return whether some values of the leaves make the condition true."""
    distinct = list(dict.fromkeys(leaves(condition)))
    return any(
        truth_by(condition, {leaf: bool(bits >> i & 1) for i, leaf in enumerate(distinct)}) is True
        for bits in range(2 ** len(distinct))
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (And((Or((A, B)), And((B, C)))), ["b", "c"]),
        (And((Or((B, A)), Or((C, A)))), ["a"]),
        (Or((And((A, Not(A))), B)), ["b"]),
        (And((A, A)), ["a"]),
        (And((Not(NO_A), Or((B, NO_A)))), ["a", "b"]),
        (Or((A, B)), ["a"]),
    ],
)
def test_a_leaf_written_twice_is_counted_once(condition: Condition, expected: list[str]) -> None:
    """The set is the smallest also where one question stands in several places, ties going to the text."""
    world = SmallWorld({"a": "no", "b": "no", "c": "no"})
    assert names(blocking(condition, world)) == expected


def test_what_can_never_hold_still_names_something() -> None:
    """A contradiction is answered with its parts instead of with nothing."""
    assert names(blocking(And((A, Not(A))), SmallWorld())) == ["a", "a"]


def test_many_repeated_leaves_take_bounded_time() -> None:
    """A condition built to have many ways is still answered, if not with the smallest set."""
    many = [FactTest(f"f{i}", Asks.IS, "yes") for i in range(14)]
    condition = And(tuple(Or((many[i], And((many[i - 1], many[i - 2])))) for i in range(14)))
    found = blocking(condition, SmallWorld())
    assert settled(condition, SmallWorld(), found) is True


@pytest.mark.parametrize(
    ("name", "passes"),
    [("see_doctor", True), ("hand_over", False), ("journey.in_transit.hand_over", False)],
)
def test_a_rule_already_true_refuses_only_what_it_lists(name: str, passes: bool) -> None:
    """A listed move is refused wherever it leads, by its short or its full name, and the missing fact is named."""
    before = SmallWorld({"risk_assessed": "no"}, at={"journey": "in_transit"})
    after = SmallWorld({"risk_assessed": "no"}, at={"journey": "arrived"})
    verdict = judge(RULE, before, after, recording=False, name=name)
    assert (verdict.before, verdict.after, verdict.passes) == (True, False, passes)
    assert names(verdict.blocking) == ([] if passes else ["risk_assessed"])


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        (None, None, True),
        (None, True, False),
        (None, False, True),
        (False, None, False),
        (False, True, False),
        (False, False, True),
        (True, None, True),
        (True, True, True),
    ],
)
def test_a_move_may_not_make_a_rule_worse(before: Truth, after: Truth, passes: bool) -> None:
    """Refused are false to true, false to unknown and unknown to true."""
    rule = Forbidden("never_a", A)
    verdict = judge(rule, holding(before), holding(after), recording=False, name="move")
    assert verdict.passes is passes
    assert not verdict.alarm
    assert bool(verdict.blocking) is not passes


def holding(truth: Truth) -> SmallWorld:
    return SmallWorld({} if truth is None else {"a": "yes" if truth else "no"})


@pytest.mark.parametrize(
    ("before", "after", "alarm"),
    [(False, True, True), (None, True, True), (True, True, False), (False, None, False), (True, False, False)],
)
def test_a_recording_always_passes_and_alarms_when_the_rule_turns_true(
    before: Truth, after: Truth, alarm: bool
) -> None:
    """The world is not refused; the alarm is raised once."""
    verdict = judge(Forbidden("never_a", A), holding(before), holding(after), recording=True, name="")
    assert (verdict.passes, verdict.alarm, verdict.blocking) == (True, alarm, ())


def test_undoing_the_refused_move_is_named_only_if_nothing_else_helps() -> None:
    """Not moving is no advice, even where it would be the shorter way."""
    never = And((IN_TRANSIT, Not(And((ASSESSED, ConsentGiven("voluntary_return"))))))
    before, after = SmallWorld(at={"journey": "ready"}), SmallWorld(at={"journey": "in_transit"})
    verdict = judge(Forbidden("rule", never), before, after, recording=False, name="depart")
    assert [item.leaf for item in verdict.blocking] == [ASSESSED, ConsentGiven("voluntary_return")]
    alone = judge(Forbidden("rule", IN_TRANSIT), before, after, recording=False, name="depart")
    assert [item.leaf for item in alone.blocking] == [IN_TRANSIT]
