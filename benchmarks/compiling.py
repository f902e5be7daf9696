"""Reading, checking and compiling a protocol, beside the C loader of the YAML library; conditions and lint apart."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from benchmarks.harness import Figure, compare
from engine.protocol.compile import compile  # noqa: A004 - the word of the architecture

HEAD = """spean: 1
protocol: long
version: "1"
zone: Asia/Phnom_Penh
roles:
  worker: {title: Worker}
  boss: {title: Boss, always_reached: yes, outside_state: yes}
fields:
  note: {label: Note, type: text}
  ready: {label: Ready, type: yes/no/unknown}
escalations:
  usual:
    - {id: half, at: 50 % of the limit, to: [worker]}
    - {id: due, at: the limit, to: [boss]}
defaults: {escalation: usual}
tracks:
  main:
    first_step: step_0
    steps:
"""
STEP = """      step_{n}:
        title: The work of part {n}
        outside_label: A piece of work
        done_by: worker
        collect: [note, ready]
        deadlines:
          done:
            limit: {days} days
            kind: practice
            source: made up for measuring
        actions:
          go_on:
            goes_to: step_{next}
            who_may: [worker]
            required: [note]
"""
CONDITION = "            only_if: ready is yes and not (note is known)\n"
END = "      step_{n}:\n        final: done\n"


def protocol(lines: int, *, with_conditions: bool = False) -> str:
    """Return a protocol of about so many lines."""
    step = STEP + CONDITION if with_conditions else STEP
    count = max(1, (lines - HEAD.count("\n")) // STEP.count("\n"))
    body = "".join(step.format(n=n, next=n + 1, days=n + 1) for n in range(count))
    return HEAD + body + END.format(n=count)


def figures() -> Iterator[Figure]:
    """Yield the figures of compiling."""
    plain, conditional = protocol(500), protocol(500, with_conditions=True)
    for text in (plain, conditional):
        problems = [one for one in compile({"long.yaml": text}, "long.yaml").problems if one.severity == "error"]
        if problems:
            raise AssertionError(problems[0].message)

    def load() -> object:
        return yaml.load(plain, yaml.CSafeLoader)

    def compiled(text: str, *, warn: bool) -> object:
        return compile({"long.yaml": text}, "long.yaml", warn=warn)

    lines, conditions = plain.count("\n"), conditional.count("only_if")
    loader = "yaml.load with CSafeLoader"
    yield compare(
        f"read + check + compile, {lines} lines without conditions",
        lambda: compiled(plain, warn=False),
        load,
        floor_name=loader,
        aim="at most 3",
    )
    yield compare(
        f"the same with {conditions} conditions more",
        lambda: compiled(conditional, warn=False),
        lambda: compiled(plain, warn=False),
        floor_name="without them",
        aim="for context",
    )
    yield compare(
        "the same with lint",
        lambda: compiled(plain, warn=True),
        lambda: compiled(plain, warn=False),
        floor_name="without lint",
        aim="for context",
    )
