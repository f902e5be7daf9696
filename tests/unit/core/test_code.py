"""Case codes: what people type wrong is noticed before it can be another person's file."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.core.case.code import BYTES, SIGNS, code_of, read_code

_codes = st.binary(min_size=BYTES, max_size=BYTES).map(code_of)


@given(_codes)
def test_a_code_is_read_as_it_was_written(code: str) -> None:
    """Also in small letters, without hyphens, with spaces, and with I, L and O for 1 and 0."""
    assert read_code(code) == code
    assert read_code(code.lower().replace("-", "")) == code
    assert read_code(code.replace("-", " ")) == code
    assert read_code(code.replace("1", "l").replace("0", "O")) == code


@given(_codes, st.integers(0, 8), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_noticed(code: str, place: int, sign: str) -> None:
    """No single mistyped sign leads to another code."""
    plain = code.replace("-", "")
    assume(plain[place] != sign)
    assert read_code(plain[:place] + sign + plain[place + 1 :]) is None


@given(_codes, st.integers(0, 6))
def test_two_neighbours_that_changed_places_are_noticed(code: str, place: int) -> None:
    """The usual slip of the fingers leads to no other code."""
    plain = code.replace("-", "")
    assume(plain[place] != plain[place + 1])
    assert read_code(plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]) is None


@pytest.mark.parametrize("text", ["", "K7Q2", "K7Q2-9M4X", "Z" * 9, "ករណី", "'; drop table", "\0" * 9])
def test_what_is_no_code_is_none(text: str) -> None:
    """Anything else is refused without a word about what exists."""
    assert read_code(text) is None
