"""Odd patterns: trying doors and reading far too much are told; a day of work, and mistyping, are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.run.accounts.watch import DOORS, READ, odd
from engine.store.access import NO_ROLE, Accessed

NOW = datetime(2026, 3, 6, 9, tzinfo=UTC)


def tried(number: int, *, detail: str = f"{NO_ROLE}, find", distinct: bool = True) -> list[Accessed]:
    """Return so many refusals."""
    return [
        Accessed(at=NOW, by="suon_piseth", what="refused", case=f"CASE-{one if distinct else 0}", detail=detail)
        for one in range(number)
    ]


def shown(number: int) -> list[Accessed]:
    """Return so many cases that were read, each twice."""
    return [Accessed(at=NOW, by="ouk_malis", what="show", case=f"CASE-{one // 2}") for one in range(2 * number)]


def test_who_tries_many_doors_is_told_of() -> None:
    """From the tenth case on, in one sentence that names the account and no case."""
    assert list(odd(tried(DOORS - 1))) == []
    (one,) = odd(tried(DOORS))
    assert (one.user, one.rule) == ("suon_piseth", "doors")
    assert "suon_piseth" in one.words
    assert "CASE" not in one.words


def test_refusals_in_ones_own_cases_and_one_code_typed_often_are_not_odd() -> None:
    """A form that lacked an answer is no door; nor is the same code over and over."""
    assert list(odd(tried(50, detail="Act"))) == []
    assert list(odd(tried(50, distinct=False))) == []


@pytest.mark.parametrize("what", ["contact", "documents", "print summary", "marks", "find", "likenesses", "act"])
def test_every_way_of_reading_counts(what: str) -> None:
    """Whoever scrapes one sort of page is as odd as who opens each case; what leaves for a program is not hers."""
    rows = [Accessed(at=NOW, by="ouk_malis", what=what, case=f"CASE-{one}") for one in range(READ)]
    assert [one.rule for one in odd(rows)] == ["reading"]
    assert not list(odd(replace(one, what="webhook") for one in rows))


def test_ten_times_as_many_are_told_of_anew() -> None:
    """One mail of three hundred cases does not hide three thousand."""
    few, many = (next(iter(odd(shown(number)))).size for number in (READ, 10 * READ))
    assert few < many


def test_who_reads_far_more_than_her_work_is_told_of() -> None:
    """Different cases count, not how often one is read."""
    assert list(odd(shown(READ - 1))) == []
    (one,) = odd(shown(READ))
    assert (one.user, one.rule) == ("ouk_malis", "reading")
