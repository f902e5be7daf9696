"""Words for codes: a list's own come first, the glossary fills what it leaves out; no meaning hangs on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.model import FieldType
from engine.protocol.compile import compile as compile_protocol
from engine.run.protocols.files import load

TEXT = """spean: 1
protocol: p
version: 1
roles: {w: {ministry: a}, c: {ministry: b}, o: {outside_state: yes, always_reached: yes}}
escalations: {late: [{at: 50 % of the limit, to: w}, {at: the limit, to: c}, {at: 1 day after the limit, to: o}]}
defaults: {done_by: w, recorded_by: w, escalation: late}
fields:
  own: {type: choice, codes: {go: {en: Let us go}, stay: {en: Stay here}}}
  shared: {type: choice, codes: [go, wait]}
WORDStracks:
  t:
    first_step: a
    steps:
      a: {collect: [own, shared], no_limit: none here, actions: {on: {goes_to: b, only_if: shared is go}}}
      b: {final: done}
"""


def compiled(words: str) -> object:
    """Return the protocol with a glossary, or without."""
    found = compile_protocol({"p.yaml": TEXT.replace("WORDS", words).encode()}, "p.yaml", warn=False)
    assert found.protocol is not None, [str(one) for one in found.problems]
    return found.protocol


def test_a_glossary_fills_what_a_list_leaves_out() -> None:
    """What the field says itself stays; a code in no glossary has no words."""
    fields = compiled("words: {go: {en: Go}}\n").fields  # type: ignore[attr-defined]
    assert fields["own"].answers["go"] == {"en": "Let us go"}
    assert fields["shared"].answers == {"go": {"en": "Go"}}


def test_words_change_no_meaning() -> None:
    """A running case is not touched by better words."""
    assert compiled("words: {go: {en: Go}}\n").meaning == compiled("").meaning  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", sorted(map(str, Path("protocols").glob("*.yaml"))))
def test_every_code_of_the_shipped_protocols_has_words(path: str) -> None:
    """In English and Khmer, on every form and in every handbook; a ladder of risk has those of the language."""
    protocol, _ = load(path)
    coded = (field for field in protocol.fields.values() if field.type in {FieldType.CHOICE, FieldType.CHOICES})
    bare = {
        f"{field.id}: {code}"
        for field in coded
        for code in field.codes
        if code not in {"low", "medium", "high", "unknown"} and not {"en", "km"} <= field.answers.get(code, {}).keys()
    }
    assert bare == set()
