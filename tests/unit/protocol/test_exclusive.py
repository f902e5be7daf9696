"""The proof that two conditions are never true at once (6)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.conditions import Condition, FactTest
from engine.core.conditions import Test as Asks
from engine.core.judging.truth import evaluate
from engine.protocol.checking.exclusive import never_both
from engine.protocol.sentences.conditions import parse_condition
from tests.condition_worlds import CODE, NAMES, NUMBERS, WORLDS, YES_NO, SmallWorld, trees_of

_EQUAL = st.sampled_from((Asks.IS, Asks.IS_NOT))
_BOUNDS = st.sampled_from((Asks.AT_LEAST, Asks.AT_MOST, Asks.MORE_THAN, Asks.LESS_THAN, Asks.IS))
_CLOSE = trees_of(
    st.one_of(
        st.builds(FactTest, st.just("safe"), _EQUAL, YES_NO),
        st.builds(FactTest, st.sampled_from(("risk", "needs")), _EQUAL, CODE),
        st.builds(
            FactTest, st.just("risk"), st.just(Asks.IS_ONE_OF), st.lists(CODE, min_size=1, max_size=3).map(tuple)
        ),
        st.builds(FactTest, st.just("safe"), st.just(Asks.IS_KNOWN)),
        st.builds(FactTest, st.just("children"), _BOUNDS, NUMBERS),
    ),
    3,
)


@settings(max_examples=1_500, deadline=None)
@given(_CLOSE, _CLOSE, WORLDS)
def test_what_is_proved_exclusive_is_never_true_together(one: Condition, other: Condition, world: SmallWorld) -> None:
    """No world makes two conditions true that were proved to exclude each other."""
    if never_both(one, other, NAMES.fields):
        assert not (evaluate(one, world) is True and evaluate(other, world) is True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("risk is low", "risk is high"),
        ("risk is one of low, done", "risk is one of high, known"),
        ("risk is low", "risk is not low"),
        ("risk is low", "not (risk is low)"),
        ("safe is known", "safe is unknown"),
        ("safe is known", "not (safe is known)"),
        ("risk is low and safe is yes", "willing is yes and not (safe is yes)"),
        ("risk is low or risk is high", "risk is done"),
        ("not (risk is low or safe is yes)", "safe is yes"),
        ("children is less than 2", "children is at least 2"),
        ("children is 2", "children is more than 2"),
        ("not (children is at least 2)", "children is more than 1.9 and children is at least 3"),
        ("response is at triage", "response is at shelter"),
        ("medical ended as recovered", "medical ended as lost"),
        ("consent to assistance is given", "not (consent to assistance is given)"),
    ],
)
def test_ordinary_opposites_are_proved(one: str, other: str) -> None:
    """The ways in which people write two opposite conditions are recognised, in both orders."""
    first, second = parse_condition(one, NAMES), parse_condition(other, NAMES)
    assert never_both(first, second, NAMES.fields)
    assert never_both(second, first, NAMES.fields)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("risk is low", "safe is yes"),
        ("needs is low", "needs is high"),
        ("children is at most 2", "children is at least 2"),
        ("risk is not low", "risk is not high"),
        ("response has reached triage", "response has reached shelter"),
        ("risk is low", "last risk is high"),
    ],
)
def test_what_may_be_true_together_is_not_excluded(one: str, other: str) -> None:
    """Conditions that some case can make true together are not taken for opposites."""
    assert not never_both(parse_condition(one, NAMES), parse_condition(other, NAMES), NAMES.fields)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at least 3 days have passed since exam", "at least 4 days have passed since exam"),
        ("children is known", "children is 2"),
        ("children is not 2", "children is 3"),
    ],
)
def test_what_can_be_true_together_is_not_proved_to_exclude(one: str, other: str) -> None:
    """Times that have passed, known numbers and numbers that are not something leave both possible."""
    assert not never_both(parse_condition(one, NAMES), parse_condition(other, NAMES), NAMES.fields)
