"""Conditions in three values, dates that are not known exactly, and what time alone changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.conditions import (
    OF_TWO,
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Not,
    Or,
    Truth,
    fields_of,
    leaves,
)
from engine.core.conditions import Test as Asks
from engine.core.duration import Duration, Unit
from engine.core.judging.truth import evaluate
from engine.core.judging.turning import instants_of_change, passes_at, reads_time
from engine.core.values import UNKNOWN, Approximate, Value
from tests.condition_worlds import CONDITIONS, NOW, PHNOM_PENH, WORLDS, SmallWorld
from tests.support.pace import within

TIRANA = ZoneInfo("Europe/Tirane")
NINETY_DAYS = FactTest("arrived", Asks.PASSED, Duration(90, Unit.DAYS))


def local(text: str, zone: ZoneInfo = PHNOM_PENH) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@settings(max_examples=200, deadline=None)
@given(WORLDS, CONDITIONS, CONDITIONS, CONDITIONS)
def test_the_laws_of_three_values_hold(world: SmallWorld, a: Condition, b: Condition, c: Condition) -> None:
    """De Morgan, double negation, commutation, association and absorption hold for true, false and unknown."""

    def same(one: Condition, two: Condition) -> bool:
        return evaluate(one, world) is evaluate(two, world)

    assert same(Not(And((a, b))), Or((Not(a), Not(b))))
    assert same(Not(Or((a, b))), And((Not(a), Not(b))))
    assert same(Not(Not(a)), a)
    assert same(And((a, b)), And((b, a)))
    assert same(Or((a, And((a, b)))), a)
    assert same(And((a, And((b, c)))), And((a, b, c)))


@settings(max_examples=200, deadline=None)
@given(WORLDS, CONDITIONS)
def test_adding_a_fact_never_turns_true_into_false(world: SmallWorld, condition: Condition) -> None:
    """What is true or false without the absent facts stays so whatever they turn out to be (but for childhood)."""
    less = SmallWorld(at=world.at, been=world.been, outcomes=world.outcomes, missed=world.missed)
    more = SmallWorld(world.facts, at=world.at, been=world.been, outcomes=world.outcomes, missed=world.missed)
    before = evaluate(condition, less)
    if before is not None and IsChild() not in leaves(condition):
        assert evaluate(condition, more) is before


@pytest.mark.parametrize("asks", [test for test in Asks if test not in {*OF_TWO, Asks.PASSED}])
def test_an_absent_fact_makes_every_question_unknown(asks: Asks) -> None:
    """Nobody having said anything is unknown, also for `is known`: it satisfies no `until`, and denies nothing."""
    assert evaluate(FactTest("outcome", asks, "yes"), SmallWorld()) is None
    assert evaluate(Not(FactTest("outcome", asks, "yes")), SmallWorld()) is None


@pytest.mark.parametrize(
    ("value", "asks", "asked", "expected"),
    [
        (("food", "care"), Asks.IS, "care", True),
        (("food", "care"), Asks.IS_NOT, "care", False),
        (("food",), Asks.IS_ONE_OF, ("care", "rest"), False),
        (UNKNOWN, Asks.IS_ONE_OF, ("care", UNKNOWN), True),
        (Decimal("2.5"), Asks.MORE_THAN, 2, True),
        (2, Asks.AT_MOST, Decimal("2.0"), True),
        ("two", Asks.LESS_THAN, 3, None),
        (date(2026, 3, 1), Asks.IS_KNOWN, None, True),
        (Approximate(date(2026, 3, 1), date(2026, 3, 5)), Asks.IS, UNKNOWN, False),
        (Approximate(date(2026, 3, 1), date(2026, 3, 5)), Asks.IS, date(2026, 3, 2), None),
        (Approximate(date(2026, 3, 1), date(2026, 3, 5)), Asks.IS_NOT, date(2026, 3, 9), True),
    ],
)
def test_a_question_is_answered_by_the_value(value: Value, asks: Asks, asked: Value | None, expected: Truth) -> None:
    """Several codes are searched, numbers are compared as numbers, and what cannot be told is unknown."""
    assert evaluate(FactTest("fact", asks, asked), SmallWorld({"fact": value})) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (date(2026, 3, 4), local("2026-03-05T00:00"), True),
        (date(2026, 3, 5), local("2026-03-05T12:00"), None),
        (date(2026, 3, 5), local("2026-03-05T00:00"), False),
        (local("2026-03-05T23:59"), date(2026, 3, 6), True),
        (local("2026-03-06T00:00"), date(2026, 3, 6), None),
        (Approximate(date(2026, 3, 1), date(2026, 3, 6)), date(2026, 3, 6), None),
        (Approximate(date(2026, 3, 6), date(2026, 3, 9)), date(2026, 3, 6), False),
        (UNKNOWN, date(2026, 3, 6), None),
    ],
)
def test_dates_are_compared_for_every_instant_they_may_mean(first: Value, second: Value, expected: Truth) -> None:
    """`is before` is true or false only if it is so for every instant in both; `is after` is its mirror."""
    world = SmallWorld({"a": first, "b": second})
    assert evaluate(FactTest("a", Asks.BEFORE, "b"), world) is expected
    assert evaluate(FactTest("b", Asks.AFTER, "a"), world) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (12, Decimal("12.0"), True),
        (12, 11, False),
        (12, UNKNOWN, None),
        (12, None, None),
        (UNKNOWN, UNKNOWN, None),
        ("12", 12, None),
        (12, date(2026, 3, 5), None),
        (date(2026, 3, 5), date(2026, 3, 5), True),
        (date(2026, 3, 5), date(2026, 3, 6), False),
        (local("2026-03-05T12:00"), local("2026-03-05T12:00"), True),
        (local("2026-03-05T12:00"), local("2026-03-05T12:01"), False),
        (date(2026, 3, 5), local("2026-03-05T00:00"), True),
        (date(2026, 3, 5), local("2026-03-05T23:59"), True),
        (date(2026, 3, 5), local("2026-03-06T00:00"), False),
        (Approximate(date(2026, 3, 1), date(2026, 3, 6)), date(2026, 3, 6), None),
        (Approximate(date(2026, 3, 1), date(2026, 3, 6)), date(2026, 3, 7), False),
        (Approximate(date(2026, 3, 1), date(2026, 3, 6)), Approximate(date(2026, 3, 1), date(2026, 3, 6)), None),
        (Approximate(date(2026, 3, 6), date(2026, 3, 6)), date(2026, 3, 6), True),
        (Approximate(local("2026-03-05T01:00"), local("2026-03-05T09:00")), date(2026, 3, 5), True),
        (Approximate(local("2026-03-05T01:00"), local("2026-03-06T09:00")), date(2026, 3, 5), None),
    ],
)
def test_two_answers_are_the_same_or_not_or_nobody_can_tell(
    first: Value | None, second: Value | None, expected: Truth
) -> None:
    """Numbers by their size, moments by their instant, days by the calendar, whichever stands first."""
    facts = {name: one for name, one in (("a", first), ("b", second)) if one is not None}
    assert evaluate(FactTest("a", Asks.SAME, "b"), SmallWorld(facts)) is expected
    assert evaluate(FactTest("b", Asks.SAME, "a"), SmallWorld(facts)) is expected


@pytest.mark.parametrize(
    ("start", "duration", "zone", "expected"),
    [
        (date(2026, 3, 3), Duration(90, Unit.DAYS), PHNOM_PENH, local("2026-06-02T00:00")),
        (date(2026, 1, 31), Duration(1, Unit.MONTHS), PHNOM_PENH, local("2026-03-01T00:00")),
        (date(2026, 3, 3), Duration(72, Unit.HOURS), PHNOM_PENH, local("2026-03-06T00:00")),
        (local("2026-03-28T02:30", TIRANA), Duration(1, Unit.DAYS), TIRANA, local("2026-03-29T03:00", TIRANA)),
        (
            local("2026-10-24T02:30", TIRANA),
            Duration(1, Unit.DAYS),
            TIRANA,
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        (
            local("2026-10-24T02:30", TIRANA),
            Duration(24, Unit.HOURS),
            TIRANA,
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        (
            local("2026-10-24T02:30", TIRANA),
            Duration(2, Unit.WEEKS),
            TIRANA,
            datetime(2026, 11, 7, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_time_has_passed_by_the_clock_or_by_the_calendar(
    start: date, duration: Duration, zone: ZoneInfo, expected: datetime
) -> None:
    """A date ends with its last day, hours run; a local time in a gap moves behind it, a double one is the first."""
    assert passes_at(start, duration, zone) == expected


def test_a_time_beyond_all_calendars_never_passes() -> None:
    """A century after the last year Spean knows has not passed, and raises nothing."""
    world = SmallWorld({"arrived": date(2199, 1, 1)})
    century = FactTest("arrived", Asks.PASSED, Duration(100, Unit.YEARS))
    assert evaluate(century, world) is False
    assert instants_of_change(century, world) is None


@pytest.mark.parametrize(
    ("facts", "is_child"),
    [
        ({"date_of_birth": date(2008, 6, 2)}, True),
        ({"date_of_birth": Approximate(date(2007, 1, 1), date(2008, 6, 2))}, True),
        ({"date_of_birth": Approximate(date(2007, 1, 1), date(2008, 6, 1))}, False),
        ({"date_of_birth": date(2020, 1, 1), "adulthood": "established"}, False),
        ({"adulthood": UNKNOWN}, True),
        ({"date_of_birth": "in the year of the tiger"}, True),
    ],
)
def test_a_person_is_a_child_until_adulthood_is_established(facts: dict[str, Value], is_child: bool) -> None:
    """The latest possible date of birth decides, or that adulthood was established; it is never unknown."""
    assert evaluate(IsChild(), SmallWorld(facts)) is is_child


def test_the_next_instant_is_when_time_alone_changes_the_condition() -> None:
    """Of an approximate date both instants count; the condition differs just before and at each of them."""
    world = SmallWorld({"arrived": Approximate(date(2026, 3, 10), date(2026, 3, 12))})
    first = instants_of_change(Not(NINETY_DAYS), world)
    assert first == local("2026-06-09T00:00")
    later = SmallWorld(world.facts, now=first)
    second = instants_of_change(NINETY_DAYS, later)
    assert second == local("2026-06-11T00:00")
    assert [evaluate(NINETY_DAYS, SmallWorld(world.facts, now=at)) for at in (NOW, first, second)] == [
        False,
        None,
        True,
    ]


def test_the_birthday_is_an_instant_of_change() -> None:
    """A child becomes adult at 00:00 local time; once adulthood is established nothing changes any more."""
    born: dict[str, Value] = {"date_of_birth": date(2008, 6, 20)}
    assert instants_of_change(IsChild(), SmallWorld(born)) == local("2026-06-20T00:00")
    assert instants_of_change(IsChild(), SmallWorld({**born, "adulthood": "established"})) is None
    assert instants_of_change(IsChild(), SmallWorld()) is None


@settings(max_examples=200, deadline=None)
@given(WORLDS, CONDITIONS, st.timedeltas(timedelta(), timedelta(days=400)))
def test_nothing_changes_before_the_next_instant(world: SmallWorld, condition: Condition, waited: timedelta) -> None:
    """As long as nothing is recorded, the value stays what it is up to the instant told."""
    coming = instants_of_change(condition, world)
    then = world.now + waited
    if coming is None or then < coming:
        later = SmallWorld(**{**vars(world), "now": then})
        assert evaluate(condition, later) is evaluate(condition, world)
    if coming is not None:
        assert reads_time(condition)


def test_a_condition_names_the_fields_it_reads() -> None:
    """Both sides of a comparison count, childhood reads two facts, `last F` reads F."""
    condition = And((FactTest("last exam", Asks.BEFORE, "hearing"), Or((IsChild(), ConsentGiven("assistance")))))
    assert fields_of(condition) == {"exam", "hearing", "date_of_birth", "adulthood"}


def test_ten_thousand_leaves_are_read_quickly() -> None:
    """Conditions stand in the way of every action: a generous bound catches a slip by a factor of ten."""
    world = SmallWorld({"safe": "yes", "willing": "no"})
    condition = And(tuple(FactTest("safe", Asks.IS, "yes") for _ in range(20)))
    with within(1.5):
        for _ in range(500):
            evaluate(condition, world)
