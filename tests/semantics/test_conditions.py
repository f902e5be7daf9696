"""The golden vectors of conditions and forbidden rules."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.core.conditions import (
    And,
    Blocking,
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
from engine.core.conditions import (
    Test as Asks,
)
from engine.core.duration import Duration, Unit
from engine.core.judging.blocking import blocking
from engine.core.judging.forbidden import judge
from engine.core.judging.truth import evaluate
from engine.core.model import Forbidden
from engine.core.values import Approximate, Value
from tests.condition_worlds import SmallWorld

pytestmark = pytest.mark.semantics
Json = dict[str, Any]

TESTS = {
    "is": Asks.IS,
    "is_not": Asks.IS_NOT,
    "is_one_of": Asks.IS_ONE_OF,
    "known": Asks.IS_KNOWN,
    "at_least": Asks.AT_LEAST,
    "at_most": Asks.AT_MOST,
    "more_than": Asks.MORE_THAN,
    "less_than": Asks.LESS_THAN,
    "before": Asks.BEFORE,
    "after": Asks.AFTER,
    "passed": Asks.PASSED,
}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.*")


def test_every_condition_vector_comes_out_as_written(semantics_folder: Path) -> None:
    """Values, passing, alarms and blocking sets of all vectors about conditions are equal, in their order."""
    vectors = [vector for path in sorted(semantics_folder.glob("*.json")) for vector in conditions_in(path)]
    wrong = {vector["id"]: (vector["then"], got) for vector in vectors if (got := answer(vector)) != vector["then"]}
    if not vectors and "SPEAN_SEMANTICS" in os.environ:
        pytest.skip("the folder named by SPEAN_SEMANTICS holds no vector about a condition")
    assert vectors
    assert not wrong


def conditions_in(path: Path) -> list[Json]:
    return [vector for vector in json.loads(path.read_text(encoding="utf-8")) if vector["about"] == "condition"]


def answer(vector: Json) -> Json:
    """Return what the engine says, under the keys the vector asks for."""
    given = vector["given"]
    found = judged(given) if "forbidden" in given else read(given)
    return {key: value for key, value in found.items() if key in vector["then"]}


def read(given: Json) -> Json:
    world, condition = world_of(given), tree(given["condition"])
    value = evaluate(condition, world)
    return {
        "value": word(value),
        "passes": value is True,
        "blocking": written(blocking(condition, world), given["condition"]),
    }


def judged(given: Json) -> Json:
    before, change = world_of(given), given["change"]
    rule = Forbidden("rule", tree(given["forbidden"]["never"]), tuple(given["forbidden"].get("blocks", ())))
    recording = change["kind"] == "recording"
    verdict = judge(rule, before, changed(before, change), recording=recording, name=change.get("name", ""))
    return {
        "before": word(verdict.before),
        "after": word(verdict.after),
        "passes": verdict.passes,
        "alarm": verdict.alarm,
        "blocking": written(verdict.blocking, given["forbidden"]["never"]),
    }


def world_of(given: Json) -> SmallWorld:
    zone = ZoneInfo(given.get("calendar", {}).get("zone", "Asia/Phnom_Penh"))
    empty = SmallWorld(now=datetime.fromisoformat(given["now"]).astimezone(UTC), zone=zone)
    return changed(empty, given["world"])


def changed(world: SmallWorld, parts: Json) -> SmallWorld:
    """Return the world with the parts that a change, or the vector, sets."""
    facts = {**world.facts, **{name: value_of(value) for name, value in parts.get("facts", {}).items()}}
    world = replace(world, facts={name: value for name, value in facts.items() if value is not None})
    world = replace(world, consents=consents(world.consents, parts.get("consents", world.consents)))
    for track, state in parts.get("tracks", {}).items():
        world = with_track(world, track, state)
    for task, state in parts.get("tasks", {}).items():
        world = with_task(world, task, state)
    return world


def consents(present: frozenset[str], given: Any) -> frozenset[str]:
    """Return the live consents: a list names all of them, a mapping says of each whether it lives."""
    if not isinstance(given, Mapping):
        return frozenset(given)
    live = {name for name, state in given.items() if is_so(state)}
    return (present | live) - (set(given) - live)


def is_so(state: Any) -> bool:
    if isinstance(state, Mapping):
        return is_so(state.get("given", state.get("live", False))) and not state.get("revoked")
    return state in (True, "true", "given", "yes", "live", "done")


def with_track(world: SmallWorld, track: str, state: Json) -> SmallWorld:
    step, ended = state.get("at"), state.get("ended_as", state.get("as", state.get("outcome", state.get("ended"))))
    been = set(world.reached(track)) | set(state.get("reached", ())) | ({step} if step else set())
    at = {**world.at, track: step} if step else world.at
    outcomes = {**world.outcomes, track: ended if isinstance(ended, str) else ""} if ended else world.outcomes
    return replace(world, at=at, been={**world.been, track: frozenset(been)}, outcomes=outcomes)


def with_task(world: SmallWorld, task: str, given: Any) -> SmallWorld:
    state: Json = given if isinstance(given, dict) else {"done": is_so(given)}
    done = world.done | {task} if state.get("done", task in world.done) else world.done - {task}
    missed: int = state.get("missed_in_a_row") or state.get("missed") or 0
    return replace(world, done=done, missed={**world.missed, task: missed})


def value_of(given: Any) -> Value | None:
    if isinstance(given, dict):
        return Approximate(when(given["earliest"]), when(given["latest"]))
    if isinstance(given, list):
        return tuple(given)
    if isinstance(given, float):
        return Decimal(str(given))
    if isinstance(given, str) and (DATE.fullmatch(given) or MOMENT.fullmatch(given)):
        return when(given)
    return given  # type: ignore[no-any-return] # text, a whole number, or null for a fact taken away


def when(text: str) -> date | datetime:
    return date.fromisoformat(text) if DATE.fullmatch(text) else datetime.fromisoformat(text).astimezone(UTC)


def tree(given: Json) -> Condition:
    if "and" in given:
        return And(tuple(map(tree, given["and"])))
    if "or" in given:
        return Or(tuple(map(tree, given["or"])))
    return Not(tree(given["not"])) if "not" in given else leaf(given)


def leaf(given: Json) -> Leaf:
    if "fact" in given:
        return fact(given)
    if "consent" in given:
        return ConsentGiven(given["consent"])
    if "track" in given:
        return track_leaf(given)
    return TaskIs(given["task"], given.get("missed_in_a_row", 0)) if "task" in given else IsChild()


def fact(given: Json) -> FactTest:
    key = next(key for key in given if key in TESTS)
    asked = given[key]
    if key == "known":
        return FactTest(given["fact"], Asks.IS_KNOWN)
    if key == "passed":
        return FactTest(given["fact"], Asks.PASSED, Duration(asked["amount"], Unit(asked["unit"])))
    if key in {"before", "after"}:
        return FactTest(given["fact"], TESTS[key], asked)
    return FactTest(given["fact"], TESTS[key], value_of(asked))


def track_leaf(given: Json) -> TrackIs:
    for key, test in (("at", TrackTest.AT), ("reached", TrackTest.REACHED), ("as", TrackTest.ENDED_AS)):
        if key in given:
            return TrackIs(given["track"], test, given[key])
    return TrackIs(given["track"], TrackTest.ENDED)


def word(truth: Truth) -> str:
    return {True: "true", False: "false", None: "unknown"}[truth]


def written(found: tuple[Blocking, ...], condition: Json) -> list[Json]:
    """Return what blocks in the vector's own words: each leaf as its condition writes it."""
    words = {leaf(given): given for given in reversed(list(leaves_in(condition)))}
    return [{"condition": words[x.leaf], "value": word(x.value), "needed": word(x.needed)} for x in found]


def leaves_in(given: Json) -> Iterator[Json]:
    for key in ("and", "or"):
        for part in given.get(key, ()):
            yield from leaves_in(part)
    if "not" in given:
        yield from leaves_in(given["not"])
    elif not given.keys() & {"and", "or"}:
        yield given
