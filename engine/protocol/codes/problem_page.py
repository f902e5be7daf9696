"""The page of all problem codes, made from the registry: ``make docs`` writes it, a test keeps it fresh."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import groupby

from engine.protocol.codes.explanation import Explanation
from engine.protocol.codes.registry import CODES

#: What the codes with each first digit are about.
FAMILIES: Mapping[str, str] = {
    "1": "Reading the file",
    "2": "Keys and values",
    "3": "Names that belong together",
    "4": "Sentences: conditions, limits, rungs",
    "5": "What the protocol would do",
    "6": "Valid, but dangerous",
}

_HEAD = """\
# Problem codes

<!-- Made from engine/protocol/codes/registry.py by `make docs`. Do not edit by hand. -->

`spean check` answers every mistake with a code, its place (file, line, column), what is wrong and what to do.
Here each code is explained at length; `spean explain CODE` prints the same. An *error* keeps the file from being
used; a *warning* is valid but dangerous. A code never gets another meaning and is never used again.

Characters that nobody could see on a page are written here by their name in angle brackets: `<TAB>`.
"""


def render(explanations: Iterable[Explanation]) -> str:
    """Return the page in Markdown. A first digit without a family is a KeyError: name the family first."""
    listed = sorted(explanations, key=lambda one: one.code)
    parts = [_HEAD, _contents(listed)]
    for digit, family in groupby(listed, key=lambda one: one.code[2]):
        parts += [f"\n## {FAMILIES[digit]}\n", *map(_entry, family)]
    return "".join(parts)


def _contents(listed: list[Explanation]) -> str:
    rows = (f"| [{one.code}](#{one.code.lower()}) | {one.severity.value} | {_cell(one.title)} |\n" for one in listed)
    return "\n| code | | title |\n|---|---|---|\n" + "".join(rows)


def _entry(one: Explanation) -> str:
    return (
        f"\n### {one.code}\n\n**{one.title}** ({one.severity.value})\n\n{one.what}\n\n"
        f"Wrong:\n\n{_block(one.wrong)}\nRight:\n\n{_block(one.right)}"
    )


def _block(example: str) -> str:
    """Return a fenced block whose fence is longer than any the example itself has."""
    fence = "```"
    while fence in example:
        fence += "`"
    return f"{fence}yaml\n{example.rstrip()}\n{fence}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(render(CODES.values()))


if __name__ == "__main__":
    main()
