"""The explanations of the sentence codes: their examples do what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from engine.core.model import Field, FieldType
from engine.protocol.codes.explanation import Explanation
from engine.protocol.codes.sentences import SENTENCES
from engine.protocol.sentences.conditions import parse_condition
from engine.protocol.sentences.names import Names, TrackNames
from engine.protocol.sentences.timings import (
    parse_counts_from,
    parse_grid,
    parse_limit,
    parse_requirement,
    parse_rhythm,
    parse_rung,
)
from engine.protocol.sentences.words import SentenceProblem

YES_NO = ("safe", "willing", "funded", "plan_agreed", "possible_exposure")
NAMES = Names(
    fields={
        **{name: Field(name, FieldType.YES_NO_UNKNOWN) for name in YES_NO},
        **{name: Field(name, FieldType.TEXT) for name in ("city", "name")},
        "children": Field("children", FieldType.NUMBER),
        "moved_on": Field("moved_on", FieldType.DATE),
        "risk_level": Field("risk_level", FieldType.CHOICE, codes=("low", "high")),
        "visit": Field("visit", FieldType.CHOICE, codes=("done", "open")),
    },
    tracks={"response": TrackNames(("triage", "safe_space"))},
    tasks=("visit",),
)
PARSERS: Mapping[str, Callable[[str], object]] = {
    "only_if": lambda text: parse_condition(text, NAMES),
    "limit": parse_limit,
    "at": parse_rung,
    "on": parse_grid,
    "every": parse_rhythm,
    "counts_from": parse_counts_from,
    "required": parse_requirement,
}
SPOKEN = {
    "<a sentence of 600 characters>": "safe is yes" + " and safe is yes" * 37,
    "<21 opening brackets>": "(" * 21,
}


def read(example: str) -> object:
    """Read the sentence of an example, which is one line of YAML."""
    for words, meant in SPOKEN.items():
        example = example.replace(words, meant)
    key, _, text = example.partition(": ")
    text = text.strip("[]") if key == "required" else text
    return PARSERS[key]("" if text == '""' else text)


@pytest.mark.parametrize("explanation", SENTENCES, ids=lambda explanation: explanation.code)
def test_the_wrong_example_gives_the_code_and_the_right_one_none(explanation: Explanation) -> None:
    """What `spean explain` shows as wrong is answered with this code, what it shows as right is read."""
    with pytest.raises(SentenceProblem) as caught:
        read(explanation.wrong)
    assert caught.value.code == explanation.code
    assert read(explanation.right) is not None


def test_every_code_is_listed_once() -> None:
    """A code has one meaning."""
    codes = [explanation.code for explanation in SENTENCES]
    assert len(codes) == len(set(codes))
