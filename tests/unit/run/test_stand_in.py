"""Whoever stands in for a team does only what the protocol lets him do, and equal seeds do equal things."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from engine.core.case.commands import OpenCase
from engine.core.case.state import Case
from engine.core.deciding.library import library_of
from engine.core.model import Protocol
from engine.protocol.compile import compile as compile_protocol
from engine.run.story.stand_in import StandIn, all_roles
from engine.run.story.virtual import Simulation

START = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
HEAD = """\
spean: 1
protocol: p
version: 1
zone: Asia/Phnom_Penh
roles: {worker: {ministry: one}, chief: {ministry: two}, visitor: {outside_state: yes}}
consents: {help: {title: To be helped}}
fields:
  date_of_birth: {type: date}
  ready: {type: yes/no/unknown}
  way: {type: choice, codes: [left, right]}
  signs: {type: choices, codes: [a, b]}
  count: {type: number}
  seen_on: {type: date}
  met_at: {type: moment}
  remark: {type: text}
defaults: {done_by: worker}
"""
EVERY_TYPE = "collect: [date_of_birth, ready, way, signs, count, seen_on, met_at, remark], "


def read(steps: str) -> Protocol:
    """Return a protocol of one track with these steps, which begins at `a` and may end at `z`."""
    text = f"{HEAD}tracks:\n  main:\n    first_step: a\n    steps:\n{steps}      z: {{final: closed}}\n"
    found = compile_protocol({"p.yaml": text}, "p.yaml", warn=False)
    assert found.protocol is not None, found.problems
    return found.protocol


def lived(
    protocol: Protocol, seed: str, days: int = 3_000, stops: datetime | None = None
) -> tuple[Case, list[datetime]]:
    """Return a case after somebody worked on it for some days, and when he sat down to it."""
    simulation = Simulation(library_of([protocol]), START)
    simulation.do("A", OpenCase(actor=all_roles(protocol), enrolment="p", meaning=protocol.meaning))
    sat: list[datetime] = []
    worker = StandIn(simulation, "A", seed, stops=stops, after=lambda: sat.append(simulation.time.now()))
    simulation.plan(START, worker.work)
    simulation.run(START + timedelta(days=days))
    return simulation.store.case("A"), sat


def step(action: str, rest: str = "") -> str:
    """Return the step `a` with one action."""
    return f"      a: {{no_limit: none, {rest}actions: {{on: {{goes_to: z, {action}}}}}}}\n"


@pytest.mark.parametrize(
    "steps",
    [
        step("who_may: worker"),
        step("approval: chief"),
        step("required: [count, remark]"),
        step("required: [consent to help]"),
        step("required: [explain]", "tasks: {explain: {}}, "),
        step("only_if: way is left"),
        step("only_if: 'way is one of right, left'"),
        step("only_if: consent to help is given"),
        step("only_if: explain is done", "tasks: {explain: {required: no}}, "),
        step("only_if: count is at least 3"),
    ],
)
def test_what_a_refusal_names_is_supplied_until_the_case_is_closed(steps: str) -> None:
    """Facts, consents, tasks, approvals and answers that an action needs are given in the end, whatever the seed."""
    assert not any(lived(read(steps), str(seed))[0].is_open for seed in range(5))


def test_what_no_one_may_do_is_not_done() -> None:
    """An action that no answer can open is never taken, however long somebody tries."""
    case, sat = lived(read(step("only_if: count is at least 100")), "one", days=1_000)
    assert case.is_open
    assert case.enrolments["p"].tracks["main"].step == "a"
    assert len(sat) > 20


def test_answers_have_the_type_of_their_field() -> None:
    """Everything a step collects is answered in time, and the engine accepts each answer as one of its field."""
    case, _ = lived(read(step("only_if: count is at least 100", EVERY_TYPE)), "one", days=1_000)
    facts = {**case.facts, **case.enrolments["p"].facts}
    assert set(facts) == {"date_of_birth", "ready", "way", "signs", "count", "seen_on", "met_at", "remark"}


def test_equal_seeds_do_equal_things_and_others_do_not() -> None:
    """The chance of a story comes from its seed alone."""
    protocol = read(step("only_if: count is at least 100", EVERY_TYPE))
    assert lived(protocol, "one") == lived(protocol, "one")
    assert lived(protocol, "one")[1] != lived(protocol, "two")[1]


def test_nobody_works_on_a_closed_or_forgotten_case() -> None:
    """He sits down no more once the case is closed, nor from the instant at which he forgets it."""
    closed, sat = lived(read(step("who_may: worker")), "one")
    assert not closed.is_open
    assert len(sat) < 300
    stops = START + timedelta(days=60)
    forgotten, sat = lived(read(step("only_if: count is at least 100")), "one", stops=stops)
    assert forgotten.is_open
    assert sat
    assert max(sat) < stops


def test_ways_on_are_taken_more_often_than_ways_back_and_ends() -> None:
    """Of an action that leads on, one that stays and one that leads back, the case mostly takes the first."""
    steps = (
        "      a: {no_limit: none, actions: {on: {goes_to: b}, note: {stays: here}}}\n"
        "      b: {no_limit: none, actions: {on: {goes_to: c}, back: {goes_to: a}, end: {goes_to: z}}}\n"
        "      c: {no_limit: none, actions: {note: {stays: here}, end: {goes_to: z}}}\n"
    )
    protocol = read(steps)
    reached = Counter(
        name for seed in range(30) for name in lived(protocol, str(seed))[0].enrolments["p"].tracks["main"].reached
    )
    assert reached["b"] == 30
    assert reached["c"] > 15


def test_somebody_with_all_roles_has_every_role_of_the_protocol() -> None:
    """Who may do everything is named by the roles of the protocol, and by nothing else."""
    assert all_roles(read(step("who_may: worker"))).roles == {"worker", "chief", "visitor"}
