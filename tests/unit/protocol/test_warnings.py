"""What is warned of beside the planted dangers, and what is no danger although it looks like one."""

from __future__ import annotations

import pytest

from engine.protocol.compile import compile as compile_protocol

HEAD = """\
spean: 1
protocol: p
version: 1
about: operation
roles: {worker: {ministry: one}, chief: {ministry: one}, visitor: {ministry: one, outside_state: yes}}
fields: {ready: {type: yes/no/unknown}, count: {type: number}}
defaults: {done_by: worker}
"""


def warned(text: str, head: str = HEAD) -> list[tuple[str, int, int, str]]:
    """Return code, line, column and suggestion of the warnings about steps and rungs of a protocol without errors."""
    found = compile_protocol({"p.yaml": head + text}, "p.yaml")
    assert found.protocol is not None, found.problems
    return [
        (one.code, one.place.line, one.place.column, one.hint)
        for one in found.problems
        if one.code not in ("SP614", "SP615")
    ]


def rungs(*given: str) -> str:
    """Return a protocol with one deadline of 30 days that has these rungs."""
    deadline = f"{{limit: 30 days, kind: practice, source: s, escalation: [{', '.join(given)}]}}"
    return (
        "tracks:\n  main:\n    first_step: a\n    steps:\n      a:\n        deadlines:\n"
        f"          due: {deadline}\n        actions: {{on: {{goes_to: z}}}}\n      z: {{final: closed}}\n"
    )


CHIEF = "{at: 50 % of the limit, to: chief}"
VISITOR = "{at: the limit, to: visitor}"
EARLY = "{at: 29 days before the limit, to: visitor}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([CHIEF, VISITOR], [("SP604", 14, 60, "Let them go to two different ministries.")]),
        (
            [CHIEF, "{at: the limit, to: worker}"],
            [("SP604", 14, 60, "Let the last rung go to a role with `outside_state: yes`.")],
        ),
        (
            ["{at: 50 % of the limit, to: owner}", "{at: the limit, to: owner}"],
            [("SP604", 14, 60, "Let a rung go to somebody who can step in, the last one outside the state.")],
        ),
        ([VISITOR], []),
        (["{at: 50 % of the limit, to: visitor}", VISITOR], []),
    ],
)
def test_last_rungs_leave_the_ministry(given: list[str], expected: list[tuple[str, int, int, str]]) -> None:
    """The last two rungs go to two ministries, one of them outside the state; a rung outside alone is enough (24)."""
    assert warned(rungs(*given)) == expected


def test_rung_before_the_limit_is_compared_with_those_before_it() -> None:
    """A rung 29 days before a limit of 30 days is due before one at half of it, which stands earlier in the list."""
    (found,) = [one for one in warned(rungs(CHIEF, EARLY)) if one[0] == "SP611"]
    assert found[:3] == ("SP611", 14, 11)
    assert not [one for one in warned(rungs(EARLY, CHIEF)) if one[0] == "SP611"]


STEPS = """\
tracks:
  main:
    first_step: z
    steps:
      a: {no_limit: none, actions: {on: {goes_to: z}}}
      z: {final: closed}
    at_any_step: {begins: {goes_to: a}}
"""


def test_a_case_that_any_event_opens_may_begin_at_any_step() -> None:
    """With `opening: any` a step to which an action at any step leads is reached, even if the first is final."""
    assert [one[:3] for one in warned(STEPS)] == [("SP601", 12, 7)]
    assert warned(f"opening: any\n{STEPS}") == []


@pytest.mark.parametrize(("answers", "expected"), [("count is", []), ("ready is", ["SP607"])])
def test_only_questions_with_few_answers_have_gaps(answers: str, expected: list[str]) -> None:
    """Actions that go by a number need not take every number; those that go by yes or no take both."""
    value, other = ("1", "2") if answers.startswith("count") else ("yes", "yes")
    actions = f"one: {{goes_to: z, only_if: {answers} {value}}}, two: {{goes_to: z, only_if: {answers} {other}}}"
    text = STEPS.replace("first_step: z", "first_step: a").replace("on: {goes_to: z}", actions)
    assert [one[0] for one in warned(text) if one[0] != "SP608"] == expected


DATED = """\
limits: {validity: {limit: 90 days, kind: practice, source: s}}
fields: {ready: {type: yes/no/unknown}, looked_on: {type: date}, seen_on: {type: date}}
tracks:
  main:
    first_step: a
    steps:
      a:
        collect: [looked_on, seen_on]
        deadlines: {valid: {limit: validity, counts_from: looked_on, escalation: [{at: the limit, to: visitor}]}}
        actions: {on: {goes_to: z, only_if: "CONDITION"}}
      z: {final: closed}
"""


def dated(condition: str) -> str:
    """Return a protocol whose deadline counts 90 days from a date, and whose action has this condition."""
    return HEAD.replace(FIELDS, "") + DATED.replace("CONDITION", condition)


FIELDS = "fields: {ready: {type: yes/no/unknown}, count: {type: number}}\n"


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("at least 90 days have passed since looked_on", ["SP622"]),
        ("not (at least 90 days have passed since looked_on)", ["SP622"]),
        ("at least validity has passed since looked_on", []),
        ("at least validity has passed since looked_on or at least 90 days have passed since seen_on", []),
        ("at least validity has passed since seen_on or at least 90  days have passed since looked_on", ["SP622"]),
        ("at least 91 days have passed since looked_on", []),
    ],
)
def test_a_number_that_a_limit_has_is_not_said_again(condition: str, codes: list[str]) -> None:
    """Only the same length since the same date is warned of; a limit named by its id is never."""
    found = compile_protocol({"p.yaml": dated(condition)}, "p.yaml")
    assert [one.code for one in found.problems if one.code == "SP622"] == codes


def test_a_limit_in_a_condition_changes_with_its_number() -> None:
    """Said by its name a length means what its number means, and is the new one when the limit changes."""
    named, said = (dated(f"at least {one} passed since looked_on") for one in ("validity has", "90 days have"))
    shorter = named.replace("90 days", "60 days")
    meanings = [compile_protocol({"p.yaml": text}, "p.yaml").protocol for text in (named, said, shorter)]
    assert all(meanings)
    conditions = [one.tracks["main"].steps["a"].actions["on"].only_if for one in meanings if one is not None]
    assert conditions[0] == conditions[1] != conditions[2]


@pytest.mark.parametrize(
    ("condition", "kind", "expected"),
    [
        ("the person is a child", "practice", []),
        ("ready is yes", "safety", []),
        ("ready is yes", "practice", ["SP617"]),
    ],
)
def test_a_clock_for_either_case_is_a_clock_for_all(condition: str, kind: str, expected: list[str]) -> None:
    """Two opposite conditions leave no gap, unless "not known" is an answer and would arm neither of the clocks."""
    clock = f"limit: 2 days, kind: {kind}, source: s, escalation: [{CHIEF}, {VISITOR}]"
    text = (
        "tracks:\n  main:\n    first_step: a\n    steps:\n      a:\n        collect: [ready]\n        deadlines:\n"
        f'          one: {{applies_when: "{condition}", {clock}}}\n'
        f'          other: {{applies_when: "not ({condition})", {clock}}}\n'
        "        actions: {on: {goes_to: z}}\n      z: {final: closed}\n"
    )
    head = HEAD.replace("about: operation", "about: person")
    assert [one[0] for one in warned(text, head) if one[0] == "SP617"] == expected
