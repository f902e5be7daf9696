"""``spean case answer``: what it says to whoever answers, and to whom it says nothing of the case."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.run.cli import run
from tests.support.office import ROOT, make_office, small_protocols

LEADS, OFFERED, STRANGER = "chhim_rotha", "kim_bunna", "em_samnang"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office."""
    folder = tmp_path_factory.mktemp("answering")
    protocols = small_protocols(folder / "protocols")
    shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / "refuge.yaml", protocols / "refuge.yaml")
    make_office(folder / "office", protocols).close()
    return folder / "office"


class Person:
    """Somebody at the command line."""

    def __init__(self, office: Path, user: str, capsys: pytest.CaptureFixture[str]) -> None:
        """Sit down as a user."""
        self.asked = ["--office", str(office), "--as", user]
        self.capsys = capsys

    def says(self, *words: str, fails: bool = False) -> str:
        """Run ``spean case`` and return everything it said."""
        assert bool(run(["case", *words, *self.asked])) is fails
        told = self.capsys.readouterr()
        return told.out + told.err

    def opens(self) -> str:
        """Open a case and return its code."""
        found = json.loads(self.says("open", "refuge", "--set", "agreed=yes", "--format", "json"))
        return str(found["case"])


def test_who_refuses_a_case_hears_nothing_of_it(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Her no is confirmed, without steps or people; once it is given, there is no such case for her."""
    lead, offered = Person(office, LEADS, capsys), Person(office, OFFERED, capsys)
    code = lead.opens()
    lead.says("transfer", code, "--to", OFFERED, "--reason", "she moved")
    told = offered.says("answer", code, "w1", "--no", "--reason", "I have 40 cases")
    assert told == f"{code}: w1 is answered\n"
    assert "no case with this code" in offered.says("answer", code, "w1", fails=True)
    lead.says("transfer", code, "--to", OFFERED, "--reason", "she moved")
    found = offered.says("answer", code, "w2", "--no", "--reason", "really", "--format", "json")
    assert json.loads(found) == {"case": code, "answered": "w2"}


def test_who_accepts_a_case_sees_where_it_stands(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With her yes it is hers."""
    lead, offered = Person(office, LEADS, capsys), Person(office, OFFERED, capsys)
    code = lead.opens()
    lead.says("transfer", code, "--to", OFFERED, "--reason", "she moved")
    assert "no case with this code" in Person(office, STRANGER, capsys).says("answer", code, "w1", fails=True)
    assert "refuge.refuge is at met" in offered.says("answer", code, "w1")


def test_a_request_that_was_started_elsewhere_names_its_case(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the code of that case; without one it is refused in a sentence."""
    lead = Person(office, LEADS, capsys)
    code, other = lead.opens(), lead.opens()
    lead.says("act", code, "asks_visit")
    assert "needs the code" in lead.says("answer", code, "w1", fails=True)
    lead.says("answer", code, "w1", "--case", other)
