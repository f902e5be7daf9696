"""Lengths of time, limits, rungs, grids, rhythms and starts as sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.duration import Duration, Unit
from engine.core.model import CountsFrom, Entering, FromDeadline, FromField, Needs, RungAt
from engine.protocol.codes.sentences import SENTENCES
from engine.protocol.sentences.durations import LARGEST, parse_duration
from engine.protocol.sentences.timings import (
    Rhythm,
    RungTime,
    parse_counts_from,
    parse_grid,
    parse_limit,
    parse_requirement,
    parse_rhythm,
    parse_rung,
)
from engine.protocol.sentences.words import SentenceProblem

DAY, WEEK, MONTH = Duration(1, Unit.DAYS), Duration(1, Unit.WEEKS), Duration(1, Unit.MONTHS)
PARSERS: tuple[Callable[[str], object], ...] = (
    parse_duration,
    parse_limit,
    parse_rung,
    parse_grid,
    parse_rhythm,
    parse_counts_from,
    parse_requirement,
)


@settings(deadline=None)
@given(
    st.sampled_from(list(LARGEST)).flatmap(
        lambda unit: st.builds(Duration, st.integers(1, LARGEST[unit]), st.just(unit))
    )
)
def test_a_duration_reads_as_it_is_written(duration: Duration) -> None:
    """Every unit in singular and plural, up to 100 years."""
    assert parse_duration(str(duration)) == duration
    assert parse_limit(f"{duration} before hearing_date") == (duration, "hearing_date")


def test_same_day_is_a_limit() -> None:
    """`same day` stands alone, without an amount."""
    assert parse_limit("same day") == (Duration(0, Unit.SAME_DAY), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 % of the limit", RungTime(RungAt.SHARE, 50)),
        ("100% of the limit", RungTime(RungAt.SHARE, 100)),
        ("1 % of the time left", RungTime(RungAt.SHARE_LEFT, 1)),
        ("1 month after the start", RungTime(RungAt.AFTER_START, by=MONTH)),
        ("2 hours before the limit", RungTime(RungAt.BEFORE_LIMIT, by=Duration(2, Unit.HOURS))),
        ("the limit", RungTime(RungAt.AT_LIMIT)),
        ("2 working days after the limit", RungTime(RungAt.AFTER_LIMIT, by=Duration(2, Unit.WORKING_DAYS))),
    ],
)
def test_a_rung_says_when_it_is_due(text: str, expected: RungTime) -> None:
    """All six ways of the language are read."""
    assert parse_rung(text) == expected


@pytest.mark.parametrize("text", ["1 day, 1 week, 1 month after moved_on", "[1 day, 1 week, 1 month] after moved_on"])
def test_a_grid_lists_offsets_after_a_date(text: str) -> None:
    """With and without square brackets."""
    assert parse_grid(text) == ((DAY, WEEK, MONTH), "moved_on")


def test_a_rhythm_keeps_the_place_of_its_condition() -> None:
    """The condition is handed on as text, with the character at which it begins."""
    text = "1 week until  moved_on is known "
    rhythm = parse_rhythm(text)
    assert rhythm == Rhythm(WEEK, "moved_on is known", 14)
    assert text[rhythm.offset :].startswith("moved_on is known")
    assert parse_rhythm("1 day") == Rhythm(DAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entering", Entering()),
        ("last_exposure_at", FromField("last_exposure_at")),
        ("hiv_pep met", FromDeadline("hiv_pep", "met")),
        ("hiv_pep limit", FromDeadline("hiv_pep", "limit")),
    ],
)
def test_a_clock_says_where_it_counts_from(text: str, expected: CountsFrom) -> None:
    """The visit, a date, or the end of another deadline."""
    assert parse_counts_from(text) == expected


def test_a_requirement_is_a_consent_or_an_id() -> None:
    """What an id names is for the compiler to find out."""
    assert parse_requirement("consent to medical_exam") == (Needs.CONSENT, "medical_exam")
    assert parse_requirement("exam_outcome") == (None, "exam_outcome")


PROBLEMS: list[tuple[Callable[[str], object], str, str, str, str]] = [
    (parse_duration, "3 days and 2 hours", "SP417", "and", "Add them up"),
    (parse_duration, "1.5 hours", "SP417", "1.5", "smaller unit"),
    (parse_duration, "-1 day", "SP417", "-1", "before FIELD"),
    (parse_duration, "72h", "SP417", "72h", "`72 hours`"),
    (parse_duration, "72 hrs", "SP417", "hrs", "`hours`"),
    (parse_duration, "3 business days", "SP417", "business", "`working days`"),
    (parse_duration, "3 working weeks", "SP417", "weeks", "working days"),
    (parse_duration, "2 mnths", "SP417", "mnths", "`months`"),
    (parse_duration, "two days", "SP417", "two", "72 hours"),
    (parse_duration, "3", "SP417", "", "unit"),
    (parse_duration, "៧២ hours", "SP403", "៧", "0 to 9"),
    (parse_duration, "0 hours", "SP419", "0", "same day"),
    (parse_duration, "101 years", "SP419", "101", "Check"),
    (parse_duration, "99999999999999999999 days", "SP419", "99999999999999999999", "Check"),
    (parse_duration, "3 days later", "SP411", "later", "Remove"),
    (parse_duration, "", "SP402", "", "leave the key out"),
    (parse_limit, "same day before hearing_date", "SP425", "before", "1 day before"),
    (parse_limit, "3 days before 2027-01-01", "SP411", "2027-01-01", "hearing_date"),
    (parse_rung, "0 % of the limit", "SP427", "0", "1 to 100"),
    (parse_rung, "101% of the limit", "SP427", "101%", "1 to 100"),
    (parse_rung, "2.5 % of the limit", "SP427", "2.5", "1 to 100"),
    (parse_rung, "50 %", "SP420", "", "of the limit"),
    (parse_rung, "halfway", "SP420", "halfway", "50 %"),
    (parse_rung, "3 days", "SP420", "", "after the start"),
    (parse_rung, "3 days before the start", "SP420", "before", "after the start"),
    (parse_rung, "the limit and more", "SP417", "and", "Add them up"),
    (parse_grid, "1, 3, 6 months after moved_on", "SP421", "1", "with each"),
    (parse_grid, "same day after moved_on", "SP421", "same", "1 day"),
    (parse_grid, "1 week", "SP410", "", "after moved_on"),
    (parse_grid, "[1 week after moved_on", "SP411", "after", "]"),
    (parse_rhythm, " until safe is yes", "SP422", "", "2 weeks"),
    (parse_rhythm, "2 weeks until", "SP422", "until", "leave"),
    (parse_rhythm, "same day", "SP422", "same day", "1 day"),
    (parse_counts_from, "hiv_pep missed", "SP423", "missed", "hiv_pep limit"),
    (parse_counts_from, "entering met", "SP423", "met", "entering"),
    (parse_counts_from, "72 hours", "SP411", "72", "entering"),
    (parse_requirement, "consent to medical_exam is given", "SP424", "is", "consent to ID"),
]


@pytest.mark.parametrize(("parse", "text", "code", "marked", "hint"), PROBLEMS)
def test_a_slip_is_named_with_its_place_and_what_to_write(
    parse: Callable[[str], object], text: str, code: str, marked: str, hint: str
) -> None:
    """The problem has a listed code, marks the very characters, and its hint helps."""
    with pytest.raises(SentenceProblem) as caught:
        parse(text)
    problem = caught.value
    assert (problem.code, hint in problem.hint) == (code, True)
    if marked:
        assert text[problem.offset : problem.offset + problem.length] == marked
    assert problem.code in {explanation.code for explanation in SENTENCES}


@pytest.mark.parametrize("parse", PARSERS)
def test_no_naughty_string_is_a_time_or_a_crash(parse: Callable[[str], object], shared_data: Path) -> None:
    """Each of the strings that break software is answered with a problem, unless it is a plain id."""
    for text in json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8")):
        if not re.fullmatch("[A-Za-z0-9_]{1,64}", text) or text.isdigit():
            with pytest.raises(SentenceProblem):
                parse(text)


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(PARSERS))
def test_any_text_is_read_or_a_problem(text: str, parse: Callable[[str], object]) -> None:
    """No other exception leaves the parsers, and a problem lies within the text."""
    found: object = None
    try:
        parse(text)
    except SentenceProblem as problem:
        found = problem
    assert not isinstance(found, SentenceProblem) or 0 <= found.offset <= len(text)
