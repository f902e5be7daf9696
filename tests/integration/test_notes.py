"""Who reads a note, as it is typed at the command line of an office with the shipped protocols."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.case.apply import fold
from engine.core.case.effects import Decision
from engine.core.case.events import ClockSet
from engine.core.case.state import Case
from engine.run.cli import run
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.store.ports import Written
from tests.support.office import FOUNDED, make_office

MANAGER, CHIEF, POLICE, CLINICIAN = "chhim_rotha", "ouk_malis", "suon_piseth", "var_sokunthy"
WORDS = "she prefers Tuesdays"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the folder of an office with the people of the examples."""
    made = make_office(tmp_path / "office")
    made.close()
    return made.settings.folder


def typed(office: Path, user: str, *words: str) -> None:
    """Type a command that is carried out."""
    assert run([*words, "--office", str(office), "--as", user]) == 0


@pytest.fixture
def code(office: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the code of a case."""
    typed(office, MANAGER, "case", "open", "rescue", "--set", "report_channel=hotline", "--format", "json")
    found: str = json.loads(capsys.readouterr().out)["case"]
    _ask_clinician_and_police(office, found)
    return found


def _ask_clinician_and_police(office: Path, code: str) -> None:
    """Let both have to do with the case: they were told of a limit that still runs."""
    with closing(open_office(str(office), {}, FixedTime(FOUNDED))) as opened:

        def told(case: Case) -> Written:
            run = case.enrolments["rescue"]
            key, item = next((key, one) for key, one in run.clocks.items() if one.clock.is_open)
            heard = {"medical_officer": FOUNDED, "police_ahtjp": FOUNDED}
            clock = replace(item, clock=replace(item.clock, told=heard))
            event = ClockSet(at=FOUNDED, by="system", enrolment="rescue", what="told", clock=clock)
            assert key == clock.key
            decision = Decision((event,), ())
            return Written(decision, fold(case, [event]), FOUNDED)

        opened.cases.transact(code, told)


def readers(office: Path, code: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Return who reads the words of the note, of all who may look at the case and see that there is one."""
    found = set()
    for user in (MANAGER, CHIEF, POLICE, CLINICIAN):
        capsys.readouterr()
        typed(office, user, "case", "show", code, "--journal", "--format", "json")
        lines = [one["text"] for one in json.loads(capsys.readouterr().out)["timeline"]]
        noted = [line for line in lines if line.startswith("a note")]
        assert len(noted) == 1
        if noted == [f"a note: {WORDS}"]:
            found.add(user)
        else:
            assert noted in (["a note"], ["a note: erased"])
    return found


def test_a_note_of_a_manager_is_read_by_managers_and_the_supervisor(
    office: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever takes the case over finds what was written; police and clinicians only see that there is a note."""
    typed(office, MANAGER, "case", "note", code, WORDS)
    assert readers(office, code, capsys) == {MANAGER, CHIEF}


def test_a_note_of_a_clinician_is_the_clinicians(office: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is written under professional secrecy neither the case manager nor the supervisor reads."""
    typed(office, CLINICIAN, "case", "note", code, WORDS)
    assert readers(office, code, capsys) == {CLINICIAN}


def test_an_erased_note_cannot_be_read(office: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """After the erasure the journal says that there was a note, and nothing of what stood in it."""
    typed(office, MANAGER, "case", "note", code, WORDS)
    typed(office, "kong_vibol", "erase", code, "--reason", "she asked for it", "--yes")
    assert readers(office, code, capsys) == set()


def test_a_time_before_the_opening_is_told(office: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--as-of a time at which nobody knew the case answers in a sentence, not with an empty case."""
    words = ["case", "show", code, "--as-of", "2020-01-01", "--office", str(office), "--as", MANAGER]
    assert run(words) == 1
    assert "Nothing was known of this case at that time" in capsys.readouterr().err


def test_no_note_is_written_about_an_erased_person(
    office: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would not be kept, so whoever writes it is told; who has no role in the case hears not even that."""
    typed(office, "kong_vibol", "erase", code, "--reason", "she asked for it", "--yes")
    for user, said in ((MANAGER, "not kept any more"), ("kim_bunna", "no case")):
        capsys.readouterr()
        assert run(["case", "note", code, WORDS, "--office", str(office), "--as", user]) == 1
        assert said in capsys.readouterr().err
