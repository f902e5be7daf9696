"""Reading a condition: true, false or unknown (9 to 13; readings 13 and 16 of the semantics).

An absent fact makes every question about it unknown, ``is known`` too: only consent, track and task words are
two-valued, and in CEL a missing key is an error. So ``until: F is known`` is not satisfied before somebody answers,
and ``not (F is known)`` is true only after somebody chose the answer unknown. Of a field that holds several codes,
``is V`` asks whether V is among them, ``is one of`` whether one of those named is.

Nothing here raises: a value of another type than the question's is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.clocks.calendar import end_of_day, local_date, start_of_day
from engine.core.conditions import (
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Not,
    Or,
    TaskIs,
    Test,
    TrackIs,
    TrackTest,
    Truth,
    World,
)
from engine.core.judging.turning import is_adult, passes_at
from engine.core.values import UNKNOWN, Approximate, Value, is_moment

_TICK = timedelta(microseconds=1)


def evaluate(condition: Condition, world: World) -> Truth:
    """Return whether the condition holds in this world; None where it cannot be told."""
    return _READERS[type(condition)](condition, world)


def _and(condition: And, world: World) -> Truth:
    result: Truth = True
    for part in condition.parts:
        truth = _READERS[type(part)](part, world)
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def _or(condition: Or, world: World) -> Truth:
    result: Truth = False
    for part in condition.parts:
        truth = _READERS[type(part)](part, world)
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def _not(condition: Not, world: World) -> Truth:
    truth = _READERS[type(condition.part)](condition.part, world)
    return None if truth is None else not truth


def _consent(leaf: ConsentGiven, world: World) -> Truth:
    return world.consent(leaf.consent)


def _child(leaf: IsChild, world: World) -> Truth:
    return not is_adult(world)


def _task(leaf: TaskIs, world: World) -> Truth:
    if leaf.missed_times:
        return world.task_missed(leaf.task) >= leaf.missed_times
    return world.task_done(leaf.task)


def _track(leaf: TrackIs, world: World) -> Truth:
    if leaf.test is TrackTest.AT:
        return world.step(leaf.track) == leaf.word
    if leaf.test is TrackTest.REACHED:
        return leaf.word in world.reached(leaf.track)
    outcome = world.outcome(leaf.track)
    return outcome is not None if leaf.test is TrackTest.ENDED else outcome == leaf.word


def _fact(leaf: FactTest, world: World) -> Truth:
    value = world.fact(leaf.field)
    return None if value is None else _TESTS[leaf.test](value, leaf.value, world)


def _is(value: Value, asked: Any, world: World) -> Truth:
    if type(value) is tuple:
        return asked in value
    if type(value) is Approximate:
        return _may_be(value, asked)
    return bool(value == asked)


def _may_be(value: Approximate, asked: Any) -> Truth:
    """Return whether an approximate date is the one asked for; whatever is no date, it certainly is not."""
    if type(asked) is not type(value.earliest) or not value.earliest <= asked <= value.latest:
        return False
    return True if value.earliest == value.latest else None


def _is_not(value: Value, asked: Any, world: World) -> Truth:
    truth = _is(value, asked, world)
    return None if truth is None else not truth


def _is_one_of(value: Value, asked: Any, world: World) -> Truth:
    if type(value) is tuple:
        return any(code in asked for code in value)
    return value in asked


def _is_known(value: Value, asked: Any, world: World) -> Truth:
    return value != UNKNOWN


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[Value, Any, World], Truth]:
    def test(value: Value, asked: Any, world: World) -> Truth:
        numbers = isinstance(value, int | Decimal) and isinstance(asked, int | Decimal)
        return holds(value, asked) if numbers else None

    return test


def _is_before(value: Value, other: Any, world: World) -> Truth:
    return _precedes(value, world.fact(other), world)


def _is_after(value: Value, other: Any, world: World) -> Truth:
    return _precedes(world.fact(other), value, world)


def _is_same(value: Value, other: Any, world: World) -> Truth:
    """Return whether two numbers are equal, or two dates; where only the day of one is known, days are compared."""
    second = world.fact(other)
    if isinstance(value, int | Decimal) and isinstance(second, int | Decimal):
        return value == second
    one, two = _bounds(value), _bounds(second)
    if one is None or two is None:
        return None
    if is_moment(one[0]) != is_moment(two[0]):
        one, two = _days(one, world), _days(two, world)
    if one[1] < two[0] or two[1] < one[0]:
        return False
    return True if one[0] == one[1] == two[0] == two[1] else None


def _days(bounds: tuple[date, date], world: World) -> tuple[date, date]:
    first, last = (local_date(one, world.zone) if isinstance(one, datetime) else one for one in bounds)
    return first, last


def _precedes(first: Value | None, second: Value | None, world: World) -> Truth:
    """Return whether the first lies before the second, whatever the true dates are."""
    one, two = _bounds(first), _bounds(second)
    if one is None or two is None:
        return None
    if is_moment(one[0]) != is_moment(two[0]):
        one, two = _instants(one, world), _instants(two, world)
    if one[1] < two[0]:
        return True
    return False if one[0] >= two[1] else None


def _bounds(value: Value | None) -> tuple[date, date] | None:
    if isinstance(value, Approximate):
        return value.earliest, value.latest
    return (value, value) if isinstance(value, date) else None


def _instants(bounds: tuple[date, date], world: World) -> tuple[datetime, datetime]:
    """Return the first and the last instant within the bounds: a date lasts the whole day."""
    first, last = bounds
    if isinstance(first, datetime) and isinstance(last, datetime):
        return first, last
    return start_of_day(first, world.zone), end_of_day(last, world.zone) - _TICK


def _have_passed(value: Value, duration: Any, world: World) -> Truth:
    bounds = _bounds(value)
    if bounds is None:
        return None
    first, last = (world.now >= passes_at(bound, duration, world.zone) for bound in bounds)
    return first if first == last else None


_TESTS: Mapping[Test, Callable[[Value, Any, World], Truth]] = {
    Test.IS: _is,
    Test.IS_NOT: _is_not,
    Test.IS_ONE_OF: _is_one_of,
    Test.IS_KNOWN: _is_known,
    Test.AT_LEAST: _compare(lambda value, asked: bool(value >= asked)),
    Test.AT_MOST: _compare(lambda value, asked: bool(value <= asked)),
    Test.MORE_THAN: _compare(lambda value, asked: bool(value > asked)),
    Test.LESS_THAN: _compare(lambda value, asked: bool(value < asked)),
    Test.BEFORE: _is_before,
    Test.AFTER: _is_after,
    Test.SAME: _is_same,
    Test.PASSED: _have_passed,
}

_READERS: Mapping[type, Callable[[Any, World], Truth]] = {
    And: _and,
    Or: _or,
    Not: _not,
    FactTest: _fact,
    ConsentGiven: _consent,
    IsChild: _child,
    TrackIs: _track,
    TaskIs: _task,
}
