"""Files with more mistakes than anybody reads: 200 are told, and no time is lost on suggestions for the rest."""

from __future__ import annotations

from itertools import product

import pytest

from engine.protocol.compile import compile as compile_protocol
from tests.support.pace import within

HEAD = "spean: 1\nprotocol: p\nversion: 1\n"
TRACKS = "tracks: {main: {first_step: a, steps: {a: {final: closed}}}}\n"
_CAPITALS = ["".join(letters) for letters in product(*(letter + letter.upper() for letter in "abcdefghij"))]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("SP306", f"fields: {{a: {{type: text, seen_by: [{', '.join(f'r{number}' for number in range(900))}]}}}}\n"),
        ("SP207", f"roles: {{{', '.join(f'{one}: {{}}' for one in _CAPITALS)}}}\n"),
        (
            "SP313",
            f"fields: {{a: {{type: choice, codes: [x], rises: [{', '.join(f'c{n}' for n in range(900))}]}}}}\n",
        ),
    ],
)
def test_a_flood_of_one_mistake_is_cut(code: str, text: str) -> None:
    """A thousand unknown names or equal ids give 199 problems of their kind and one that says there are more."""
    with within(40):
        found = compile_protocol({"p.yaml": HEAD + text + TRACKS}, "p.yaml").problems
    assert [one.code for one in found] == [code] * 199 + ["SP111"]
