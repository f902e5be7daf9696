"""Broken cases and messages: they stop no other, are seen, and go on when they are mended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.support.office import FOUNDED
from tests.support.shift import (
    CASES,
    LATE,
    MORNING,
    change,
    fired,
    listed,
    mails,
    tick,
    told,
)
from tests.support.victim import Day

DAMAGES = {
    "state is no JSON": ("UPDATE cases SET body = '{' WHERE code = ?", "UnreadableError"),
    "state of another form": ("UPDATE cases SET body = '{\"id\": 7}' WHERE code = ?", "UnreadableError"),
    "clock is no JSON": ("UPDATE clocks SET body = '{' WHERE code = ?", "UnreadableError"),
    "journal runs ahead": ("UPDATE cases SET seq = seq - 1 WHERE code = ?", "StoreError"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_case_stops_no_other(
    damage: str, folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are served and their mails leave; the broken one is an incident, tried again after a rest, told."""
    statement, error = DAMAGES[damage]
    broken, others = day.code(0), [day.code(number) for number in range(1, CASES)]
    change(folder, statement, broken)
    report = tick(folder, LATE)
    assert (report.errors, report.passes.failed) == ([], 1)
    assert fired(folder, broken) == 0 < min(fired(folder, one) for one in others)
    assert listed(folder, capsys) == [("case", broken, 1)]
    assert report.incidents_told == 1
    assert told(folder) == ["keeper@example.org"]
    assert [one for one in mails(folder) if error in one]
    assert tick(folder, LATE + timedelta(minutes=4)).passes.failed == 0  # it rests
    assert listed(folder, capsys) == [("case", broken, 1)]
    assert tick(folder, LATE + timedelta(minutes=6)).passes.failed == 1
    assert listed(folder, capsys) == [("case", broken, 2)]
    assert tick(folder, MORNING).mails.sent > 0


def test_a_case_that_is_mended_goes_on_and_its_incident_ends(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """As soon as it can be read again the next try serves it: its rungs go out, and nobody has to end anything."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        (body,) = database.execute("SELECT body FROM cases WHERE code = ?", (day.code(0),)).fetchone()
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    tick(folder, LATE)
    change(folder, "UPDATE cases SET body = ? WHERE code = ?", body, day.code(0))
    tick(folder, LATE + timedelta(minutes=6))
    assert fired(folder, day.code(0)) == fired(folder, day.code(1)) > 0
    assert listed(folder, capsys) == []


def test_a_message_of_a_damaged_case_holds_back_no_other(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged between pass and mail, a case keeps its own messages only; an incident says so; then they leave."""
    tick(folder, LATE)
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        (body,) = database.execute("SELECT body FROM cases WHERE code = ?", (day.code(0),)).fetchone()
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    report = tick(folder, MORNING)
    assert report.errors == []
    assert report.mails.sent > 0
    assert ("mail", day.code(0)) in [one[:2] for one in listed(folder, capsys)]
    left = len(mails(folder))
    change(folder, "UPDATE cases SET body = ? WHERE code = ?", body, day.code(0))
    tick(folder, MORNING + timedelta(days=2))
    assert len(mails(folder)) > left
    assert waiting(folder) == []


def waiting(folder: Path) -> list[str]:
    """Return the cases of which a message waits that is due."""
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        due = int((MORNING + timedelta(days=2)).timestamp() * 1_000_000)
        rows = database.execute("SELECT code FROM outbox WHERE status = 'waiting' AND due_at <= ?", (due,))
        return [row[0] for row in rows]


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET body = '{' WHERE stream = ?", "DELETE FROM journal WHERE stream = ?"]
)
def test_a_message_that_is_damaged_itself_holds_back_no_other(
    statement: str, folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a message says stands in the journal; where that is damaged or gone the others leave, and it is told."""
    tick(folder, LATE)
    change(folder, statement, f"case:{day.code(0)}")
    report = tick(folder, MORNING)
    assert report.errors == []
    assert report.mails.sent > 0
    assert ("mail", day.code(0)) in [one[:2] for one in listed(folder, capsys)]
    assert run(["outbox", "list", "--office", str(folder)]) == 0
    assert run(["verify", "--office", str(folder)]) == 1
    assert day.code(0) in capsys.readouterr().out


def test_an_operation_that_is_damaged_stops_nothing(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it asked for waits, an incident says so, and is tried again after a rest; all else in the tick is done."""
    with closing(open_office(str(folder), time=FixedTime(FOUNDED + timedelta(hours=1)))) as office:
        day.found(office)
    with closing(sqlite3.connect(folder / "data" / "spean.db")) as database:
        (body,) = database.execute("SELECT body FROM cases WHERE code = ?", (day.code(50),)).fetchone()
    change(folder, "UPDATE cases SET body = replace(body, 'raid', 'dair') WHERE code = ?", day.code(50))
    report = tick(folder, LATE)
    assert (report.errors, report.linked) == ([], 0)
    assert min(fired(folder, day.code(number)) for number in range(CASES)) > 0
    assert ("link", day.code(50), 1) in listed(folder, capsys)
    change(folder, "UPDATE cases SET body = ? WHERE code = ?", body, day.code(50))
    assert tick(folder, LATE + timedelta(minutes=4)).linked == 0
    assert tick(folder, LATE + timedelta(minutes=6)).linked == 3
    assert "link" not in [one[0] for one in listed(folder, capsys)]


def test_people_still_see_their_other_cases(folder: Path, day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    """One damaged case takes nobody's worklist away; who opens it hears a sentence, without a traceback."""
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    asked = ["--office", str(folder), "--as", "sok_phalla"]
    assert run(["case", "list", *asked]) == 0
    shown = capsys.readouterr().out
    assert day.code(0) not in shown
    assert day.code(1) in shown
    assert run(["case", "show", day.code(0), *asked]) == 1
    assert "`spean verify` names what is damaged" in capsys.readouterr().err
