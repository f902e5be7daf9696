"""Marks: equal ones are equal however they are typed, and one that fits half the country is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.run.cases.marks import KINDS, NAME, PAPER, TELEPHONE, normal


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (PAPER, "N 012-345 678", "n012345678"),
        (PAPER, "០១២៣៤៥៦៧៨", "012345678"),
        (TELEPHONE, "+855 12 345 678", "012 345 678"),
        (TELEPHONE, "០១២ ៣៤៥ ៦៧៨", "012345678"),
        (NAME, "Sok Phalla, 1999", "phalla sok 1999"),
        (NAME, "សុខ\u200bផល្លា ១៩៩៩", "សុខផល្លា 1999"),
        (NAME, "Ｓok Phalla 1999", "SOK PHALLA 1999"),
    ],
)
def test_the_same_mark_is_the_same_however_it_is_typed(kind: str, one: str, other: str) -> None:
    """Spaces, hyphens, case, order of names, digits of both scripts, signs nobody sees."""
    assert normal(kind, one) == normal(kind, other) != ""


@pytest.mark.parametrize(
    ("kind", "text"),
    [(NAME, "Sok Phalla"), (NAME, "1999"), (PAPER, "12"), (TELEPHONE, "999"), (PAPER, " \u200b "), (NAME, "")],
)
def test_what_would_fit_many_people_is_no_mark(kind: str, text: str) -> None:
    """A name without a year, a number of three digits, nothing at all."""
    assert normal(kind, text) == ""


@given(st.sampled_from(KINDS), st.text(max_size=60))
def test_any_text_is_a_mark_or_none(kind: str, text: str) -> None:
    """Nothing breaks it; a mark made anew of a mark is the same."""
    made = normal(kind, text)
    assert normal(kind, made) == made
