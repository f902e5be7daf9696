"""Incidents as they are typed, and how they climb."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.core.people.commands import DisableUser
from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.support.shift import (
    LATE,
    MORNING,
    change,
    listed,
    mails,
    tick,
    told,
)
from tests.support.victim import Day


@pytest.fixture
def broken(folder: Path, day: Day) -> tuple[Path, str]:
    """Return an office with one broken case that a tick has met, and the case."""
    change(folder, "UPDATE cases SET body = '{' WHERE code = ?", day.code(0))
    tick(folder, LATE)
    return folder, day.code(0)


def incident(folder: Path, *words: str) -> int:
    """Type an incident command; return its exit code."""
    return run(["incident", *words, "--office", str(folder)])


def open_one(folder: Path) -> tuple[int, datetime]:
    """Return the number of the first open incident, and when it is tried again."""
    with closing(open_office(str(folder))) as office:
        found = office.incidents.all(open_only=True)[0]
        assert found.retry_at is not None
        return found.number, found.retry_at


def test_an_incident_is_tried_again_at_once_when_somebody_says_so(
    broken: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`spean incident retry` ends its rest; the next tick tries, and counts the attempt."""
    folder, case = broken
    change(folder, "UPDATE incidents SET retry_at = ?", int((LATE + timedelta(days=300)).timestamp() * 1e6))
    assert tick(folder, LATE + timedelta(minutes=6)).passes.failed == 0
    assert incident(folder, "retry", "1") == 0
    assert "tried again at the next tick" in capsys.readouterr().out
    assert tick(folder, datetime.now(UTC) + timedelta(minutes=1)).passes.failed == 1
    assert listed(folder, capsys) == [("case", case, 2)]


def test_a_skipped_case_is_left_alone_for_a_day(broken: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    """`spean incident skip` lets the passes leave it; its incident stays open and is told again."""
    folder, case = broken
    before = datetime.now(UTC)
    assert incident(folder, "skip", "1") == 0
    assert "leave the case alone for a day" in capsys.readouterr().out
    _, again = open_one(folder)
    assert timedelta(hours=23) < again - before < timedelta(hours=25)
    assert listed(folder, capsys) == [("case", case, 1)]


def test_an_incident_that_is_ended_by_hand_opens_anew_while_the_case_is_broken(
    broken: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Ending it hides nothing: the next pass that fails opens another one."""
    folder, case = broken
    assert incident(folder, "end", "1", "--reason", "seen", "--by", "somebody") == 0
    assert listed(folder, capsys) == []
    assert tick(folder, LATE + timedelta(minutes=6)).passes.failed == 1
    assert listed(folder, capsys) == [("case", case, 1)]
    assert incident(folder, "end", "1", "--reason", "again") == 1
    assert "Incident 1 is ended already." in capsys.readouterr().err


def test_an_incident_climbs_to_the_duty_address(broken: tuple[Path, str]) -> None:
    """Told once a day, to whoever keeps the office; after a day without an end the duty address is told, too."""
    folder, _ = broken
    assert told(folder) == ["keeper@example.org"]
    tick(folder, LATE + timedelta(hours=23))
    assert told(folder) == ["keeper@example.org"]
    tick(folder, LATE + timedelta(hours=25))
    assert told(folder) == ["duty@example.org", "keeper@example.org", "keeper@example.org"]


@pytest.mark.parametrize("command", [("retry", "7"), ("skip", "7"), ("end", "7", "--reason", "x")])
def test_an_incident_that_is_not_there_is_told(
    command: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, which says where the list is."""
    assert incident(folder, *command) == 1
    assert capsys.readouterr().err == "spean: There is no incident 7; `spean incident list` shows them.\n"


def test_a_frozen_case_is_not_made_silent(folder: Path, day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    """The incident of a frozen case cannot be ended while it is frozen: nothing else would remind anybody of it."""
    change(
        folder, "UPDATE cases SET body = replace(body, 'social_north', 'social_south') WHERE code = ?", day.code(0)
    )
    assert run(["verify", "--freeze", "--office", str(folder)]) == 1
    assert listed(folder, capsys) == [("differs", day.code(0), 1)]
    number, _ = open_one(folder)
    assert incident(folder, "end", str(number), "--reason", "seen") == 1
    assert "is frozen" in capsys.readouterr().err
    assert incident(folder, "retry", str(number)) == 1
    assert "still differs" in capsys.readouterr().err
    change(
        folder, "UPDATE cases SET body = replace(body, 'social_south', 'social_north') WHERE code = ?", day.code(0)
    )
    assert incident(folder, "retry", str(number)) == 0
    assert "the case goes on" in capsys.readouterr().out
    assert listed(folder, capsys) == []


def test_a_message_that_reaches_only_the_duty_address_is_an_incident(
    folder: Path, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where everybody who should hear of a case has left, whoever keeps the office is told; nobody is named."""
    with closing(open_office(str(folder), time=FixedTime(LATE))) as office:
        staff = sorted(set(office.people.now().users) - {"meas_kolap"})
        office.people.change([DisableUser(by="meas_kolap", user=one) for one in staff], LATE)
    tick(folder, LATE)
    tick(folder, MORNING)
    assert ("unreached", day.code(0)) in [one[:2] for one in listed(folder, capsys)]
    duty = [one for one in mails(folder) if one.startswith("To: duty.social.north@")]
    assert any(day.code(0) in one for one in duty)
    assert not any(name in one for one in mails(folder) for name in staff)
