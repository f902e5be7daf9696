"""Circles that nobody could stop, and those that somebody or some time stops (6)."""

from __future__ import annotations

import pytest

from engine.protocol.compile import compile as compile_protocol

HEAD = """\
spean: 1
protocol: p
version: 1
roles: {worker: {ministry: one}, chief: {outside_state: yes}}
fields: {ready: {type: yes/no/unknown}, due_on: {type: date}}
escalations: {usual: [{at: the limit, to: [worker, chief]}]}
defaults: {escalation: usual}
tracks:
  one:
    first_step: a
    steps:
"""
GOES = "automatic: yes, only_if: ready is yes"
LIMIT = "kind: default, source: s, then: on"


def circles(*steps: str) -> list[tuple[int, str]]:
    """Return line and path of the circles in a protocol with these steps of its first track."""
    text = HEAD + "".join(f"      {step}\n" for step in steps)
    problems = compile_protocol({"p.yaml": text}, "p.yaml").problems
    return [(one.place.line, one.path) for one in problems if one.code == "SP514"]


def step(name: str, actions: str, deadline: str = "limit: 1 day, kind: default, source: s") -> str:
    """Return a step with a deadline and actions."""
    return f"{name}: {{done_by: worker, deadlines: {{due: {{{deadline}}}}}, actions: {{{actions}}}}}"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step("a", f"on: {{goes_to: a, {GOES}}}")], ["one.steps.a.actions.on"]),
        (
            [step("a", f"on: {{goes_to: b, {GOES}}}"), step("b", f"on: {{goes_to: a, {GOES}}}")],
            ["one.steps.a.actions.on"],
        ),
        ([step("a", f"on: {{goes_to: b, {GOES}}}"), step("b", "on: {goes_to: a}")], []),
        (
            [step("a", f"on: {{goes_to: b, {GOES}}}"), step("b", f"on: {{goes_to: previous, {GOES}}}")],
            ["one.steps.a.actions.on"],
        ),
        ([step("a", "on: {goes_to: a}", f"limit: 1 day, {LIMIT}")], []),
        ([step("a", "on: {goes_to: a}", f"limit: 1 day, counts_from: due_on, {LIMIT}")], ["one.steps.a.actions.on"]),
        ([step("a", "on: {goes_to: a}", f"limit: 1 day before due_on, {LIMIT}")], ["one.steps.a.actions.on"]),
        (
            [
                step("a", f"on: {{goes_to: b, {GOES}}}"),
                step("b", f"on: {{goes_to: c, {GOES}}}"),
                step("c", f"on: {{goes_to: c, {GOES}}}"),
            ],
            ["one.steps.c.actions.on"],
        ),
    ],
)
def test_circles_are_those_without_a_person_or_time(steps: list[str], expected: list[str]) -> None:
    """Only a circle of automatic actions, or of limits that may be past already, is refused, once."""
    assert [path for _, path in circles(*steps)] == [f"tracks.{one}" for one in expected]


def test_circle_across_tracks_is_found() -> None:
    """Two tracks that move each other by themselves make a circle, too."""
    moves = step("x", f"on: {{goes_to: one.a, {GOES}}}")
    other = f"  two:\n    opens_when: one has reached a\n    first_step: x\n    steps:\n      {moves}"
    found = circles(step("a", f"on: {{goes_to: two.x, {GOES}}}") + f"\n{other}")
    assert found == [(12, "tracks.one.steps.a.actions.on")]


def test_an_automatic_action_that_stays_makes_no_circle() -> None:
    """It is taken at most once per visit and leaves no step, so nothing turns round (6)."""
    stays = "note: {stays: here, automatic: yes, only_if: ready is yes}"
    assert circles(step("a", f"{stays}, on: {{goes_to: a}}")) == []
