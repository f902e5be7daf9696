"""What an editor offers to insert: a whole step, action, deadline and the like, with places to fill in.

The text is YAML in which ``${1:words}`` is the first place to fill in, and the words are what stands there at first.
Filled in like this, each snippet compiles beside what it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.protocol.reading.nodes import Node, Scalar, Table
from engine.protocol.reading.source import read

_PLACE = re.compile(r"\$\{[0-9]+:([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One piece to insert: what it is called, what it is for, and its YAML with places to fill in."""

    label: str
    about: str
    text: str

    @property
    def filled(self) -> str:
        """The YAML with the words that stand there at first."""
        return _PLACE.sub(r"\1", self.text)

    @property
    def body(self) -> Any:
        """The YAML as plain data, places and all."""
        root = read("snippet", self.text).root
        return _plain(root) if root is not None else None


def _plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Table):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    return [_plain(item) for item in node.items]


SNIPPETS: Mapping[str, Snippet] = {
    "track": Snippet(
        "new track",
        "A track with a first step and an end.",
        """\
${1:track}:
  title: ${2:What people read}
  opens_when: ${3:risk_level is high}
  first_step: ${4:first}
  steps:
    ${4:first}:
      title: ${5:What people read}
      outside_label: ${6:Routine task}
      done_by: ${7:case_manager}
      no_limit: ${8:why this step has no clock}
      actions:
        ${9:finish}:
          title: ${10:The words on the button}
          goes_to: ${11:ended}
    ${11:ended}:
      title: ${12:What people read}
      outside_label: ${13:Completed}
      final: ${14:completed}
""",
    ),
    "step": Snippet(
        "new step",
        "A step: who acts, by when, and a way on.",
        """\
${1:step}:
  title: ${2:What people read}
  outside_label: ${3:Routine task}
  done_by: ${4:case_manager}
  deadlines:
    ${5:deadline}:
      title: ${6:What must be done}
      limit: ${7:5 working days}
      kind: ${8:practice}
      source: ${9:where the number comes from}
      escalation: ${10:ordinary}
  actions:
    ${11:action}:
      title: ${12:The words on the button}
      goes_to: ${13:next_step}
""",
    ),
    "action": Snippet(
        "new action",
        "An action: where it leads, who may take it, what must be there.",
        """\
${1:action}:
  title: ${2:The words on the button}
  goes_to: ${3:next_step}
  who_may: ${4:owner}
  required:
    - ${5:risk_level}
""",
    ),
    "deadline": Snippet(
        "new deadline",
        "A deadline with a limit of its own: where it comes from, and who is told.",
        """\
${1:deadline}:
  title: ${2:What must be done}
  limit: ${3:5 working days}
  kind: ${4:practice}
  source: ${5:where the number comes from}
  escalation: ${6:ordinary}
""",
    ),
    "task": Snippet(
        "new task",
        "Work to do at this step.",
        """\
${1:task}:
  title: ${2:What must be done}
  done_by: ${3:case_manager}
  required: ${4:yes}
""",
    ),
    "limit": Snippet(
        "new limit",
        "A number with its source, proposed until its authority adopts it.",
        """\
${1:limit}:
  limit: ${2:5 working days}
  kind: ${3:default}
  source: ${4:where the number comes from}
  status: proposed
  review_before: ${5:2027-06-30}
""",
    ),
    "rung": Snippet(
        "new rung",
        "One rung: when, to whom, and what goes out.",
        """\
id: ${1:reminder}
at: ${2:50 % of the limit}
to: ${3:owner}
as: ${4:reminder}
""",
    ),
    "escalation": Snippet(
        "new escalation",
        "An escalation: a reminder, then two offices in different chains.",
        """\
${1:escalation}:
  - id: ${2:reminder}
    at: ${3:50 % of the limit}
    to: owner
  - id: ${4:late}
    at: the limit
    to: ${5:supervisor}
    as: escalation
  - id: ${6:independent}
    at: ${7:5 working days after the limit}
    to: ${8:ombudsman}
    as: escalation
""",
    ),
    "forbidden": Snippet(
        "new forbidden rule",
        "What must never be, and who is told if it happens all the same.",
        """\
${1:rule}:
  never: ${2:risk_level is high and not (consent to home_visits is given)}
  alarm: ${3:supervisor}
  kind: ${4:safety}
  source: ${5:where the rule comes from}
""",
    ),
    "field": Snippet(
        "new field",
        "A question with fixed answers.",
        """\
${1:field}:
  label: ${2:The question people read}
  type: ${3:choice}
  codes:
    ${4:code}: ${5:What people read}
    ${6:other}: ${7:What people read}
""",
    ),
    "consent": Snippet(
        "new consent",
        "A consent that is asked for by itself.",
        """\
${1:consent}:
  title: ${2:What the person is asked}
  recipient: ${3:Who is told, or acts}
  purpose: ${4:What for}
  expires: ${5:12 months}
""",
    ),
    "role": Snippet(
        "new role",
        "A role, seen from the case.",
        """\
${1:role}:
  title: ${2:What people read}
  ministry: ${3:social affairs}
""",
    ),
    "festival": Snippet(
        "new festival",
        "A week in which people move home.",
        """\
name: ${1:Khmer New Year}
from: ${2:2027-04-12}
to: ${3:2027-04-18}
""",
    ),
}
