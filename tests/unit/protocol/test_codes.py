"""The registry of problem codes, and the examples of the reader's own."""

from __future__ import annotations

import re
import unicodedata

import pytest

from engine.protocol.codes.explanation import Explanation
from engine.protocol.codes.reading import READING
from engine.protocol.codes.registry import CODES, index_codes, problem
from engine.protocol.problems import Place
from engine.protocol.reading.source import read

SHOWN = {"TAB": "\t", "BYTE ORDER MARK": "\ufeff"}
MADE: dict[str, str | bytes] = {
    "SP101": b"a: 1\n" * 60_000,
    "SP102": "spean: 1".encode("utf-16"),
    "SP105": "- a\n" * 30_000,
    "SP107": "a: " + "t" * 12_000,
    "SP108": "k" * 300 + ": 1",
    "SP111": "- x\u00a0y\n" * 500,
}


def spell_out(example: str) -> str:
    """Put the real characters in place of their names in angle brackets."""
    return re.sub("<([A-Z -]+)>", lambda m: SHOWN.get(m[1]) or unicodedata.lookup(m[1]), example)


def wrong_text(explanation: Explanation) -> str | bytes:
    """Return the wrong example, made on the spot where it is too long for a page."""
    made = MADE.get(explanation.code)
    return spell_out(explanation.wrong) if made is None else made


@pytest.mark.parametrize("explanation", READING, ids=lambda e: e.code)
def test_wrong_example_gives_its_code(explanation: Explanation) -> None:
    """The wrong example of each reading code is answered with this code, once, with a place and a hint."""
    problems = [one for one in read("p.yaml", wrong_text(explanation)).problems if one.code == explanation.code]
    assert len(problems) == 1
    assert problems[0].severity is explanation.severity
    assert problems[0].hint


@pytest.mark.parametrize("explanation", [e for e in READING if e.code not in MADE], ids=lambda e: e.code)
def test_wrong_example_gives_nothing_else(explanation: Explanation) -> None:
    """A single mistake is told once, without errors that only follow from it."""
    assert [one.code for one in read("p.yaml", wrong_text(explanation)).problems] == [explanation.code]


@pytest.mark.parametrize("explanation", [e for e in READING if not e.right.startswith("<")], ids=lambda e: e.code)
def test_right_example_is_right(explanation: Explanation) -> None:
    """The right example of each reading code has no problem."""
    assert read("p.yaml", explanation.right).problems == ()


def test_every_code_is_complete() -> None:
    """Every listed code has a title, prose and two examples, and stands under its own name."""
    for code, explanation in CODES.items():
        assert code == explanation.code
        assert re.fullmatch(r"SP\d{3}", code)
        assert all((explanation.title, explanation.what, explanation.wrong, explanation.right))


def test_code_is_listed_once() -> None:
    """A code with two meanings is a mistake that is noticed at once."""
    with pytest.raises(ValueError, match="SP101 is listed twice"):
        index_codes((READING, READING[:1]))


def test_problem_needs_a_listed_code() -> None:
    """No problem can be made with a code nobody can look up."""
    with pytest.raises(KeyError):
        problem("SP000", Place("p.yaml"), "wrong", "do")
