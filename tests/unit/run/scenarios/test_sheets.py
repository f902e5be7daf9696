"""Sheets: written by what the protocols do, they hold; and whatever is changed in a protocol shows in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shutil import copytree

import pytest

from engine.run.scenarios.mutating import SURVIVED, judged
from engine.run.scenarios.running import run
from engine.run.scenarios.sheets.folder import differing, sheets, write

STORIES = Path(__file__).parents[3] / "fixtures" / "stories"


@cache
def made() -> dict[str, str]:
    """Return the sheets of the small protocol."""
    return sheets(str(STORIES))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small protocol, its sheets written."""
    copytree(STORIES, tmp_path / "stories")
    write(str(tmp_path / "stories"), made())
    return tmp_path / "stories"


def test_each_lane_has_a_sheet() -> None:
    """There is a sheet for each lane, for the rules, and for who is told when."""
    assert sorted(made()) == ["visit_advice.yaml", "visit_ladders.yaml", "visit_rules.yaml", "visit_visit.yaml"]


def test_sheets_hold(folder: Path) -> None:
    """What is written down is what happens."""
    report = run([str(folder)])
    assert report.failed == ()
    assert len(report.told) == 6


@pytest.mark.parametrize(
    ("sheet", "line"),
    [
        ("visit_visit.yaml", "visit.asked.agree: 2027-03-03 08:00"),
        ("visit_visit.yaml", "visit.day_agreed: [consent to visits, reached_at]"),
        ("visit_visit.yaml", "visit.visited: [approval of supervisor, how_it_went, how_it_went is well]"),
        ("visit_advice.yaml", "advice: [adviser, supervisor]"),
        ("visit_advice.yaml", "notes: [adviser]"),
        ("visit_advice.yaml", "met: [advice.talk.advice]"),
        ("visit_visit.yaml", "visit.moves_away: [rule visited_against_her_word]"),
        ("visit_ladders.yaml", "visit.asked.agree.outside: 2027-03-05 08:00"),
        ("visit_ladders.yaml", "no_news.supervisor: [supervisor]"),
    ],
)
def test_sheet_says(sheet: str, line: str) -> None:
    """A sheet says what a step asks, what ends a limit, who reads what, what a rule stops, who is told when."""
    assert line in [one.strip() for one in made()[sheet].splitlines()]


def test_with_sheets_hardly_any_change_goes_unnoticed(folder: Path) -> None:
    """Of all changes to the small protocol not one is left that neither a story nor a sheet notices."""
    assert [one.mutant.name for one in judged(str(folder)) if one.how == SURVIVED] == []


def test_sheets_that_are_no_longer_true_are_named(folder: Path) -> None:
    """After a change of the protocol the sheets that it changes are named, and written anew only when asked."""
    protocol = folder / "visit.yaml"
    protocol.write_text(
        protocol.read_text("utf-8").replace("agree: {limit: 2 days", "agree: {limit: 3 days"), "utf-8"
    )
    now = sheets(str(folder))
    assert differing(str(folder), now) == ["visit_ladders.yaml", "visit_visit.yaml"]
    write(str(folder), now)
    assert differing(str(folder), now) == []
