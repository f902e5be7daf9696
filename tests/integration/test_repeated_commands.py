"""A key of one's own (``--key``): a request that is typed again after a broken line is carried out once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.run.cli import run
from tests.support.office import make_office

LEADS = "chhim_rotha"


class Clerk:
    """Somebody who types commands, and does not know whether the last one arrived."""

    def __init__(self, office: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.asked = ["--office", str(office), "--as", LEADS, "--format", "json"]
        self.capsys = capsys

    def types(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Run ``spean case`` and return its document."""
        self.capsys.readouterr()
        assert run(["case", *words, *self.asked]) == code
        return dict(json.loads(self.capsys.readouterr().out))

    def seq(self, case: str) -> int:
        """Return how many entries the journal of the case has."""
        return int(self.types("show", case)["seq"])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office."""
    folder = tmp_path_factory.mktemp("again") / "office"
    make_office(folder).close()
    return folder


@pytest.fixture
def clerk(office: Path, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """Return somebody at the command line of the office."""
    return Clerk(office, capsys)


def test_an_action_that_is_typed_again_is_taken_once(clerk: Clerk) -> None:
    """The second time the step was left already, and the answer is the same as the first time."""
    case = clerk.types("open", "rescue", "--set", "report_channel=hotline")["case"]
    act = ("act", case, "walk_in", "--set", "agreed_to_leave=yes", "--key", "form-1")
    first, seq = clerk.types(*act), clerk.seq(case)
    assert clerk.types(*act) == first
    assert clerk.seq(case) == seq


def test_a_record_that_is_typed_again_is_kept_once(clerk: Clerk) -> None:
    """The case went on by the first one, and the second is still known as the same request."""
    case = clerk.types("open", "rescue")["case"]
    record = ("record", case, "--contact", "--set", "risk_level=low", "--key", "form-2")
    first, seq = clerk.types(*record), clerk.seq(case)
    assert clerk.types(*record) == first
    assert clerk.seq(case) == seq


def test_a_key_that_comes_with_something_else_is_refused(clerk: Clerk) -> None:
    """Another answer, another reason or another action under a used key is another request, and is not taken."""
    case = clerk.types("open", "rescue")["case"]
    clerk.types("act", case, "walk_in", "--set", "agreed_to_leave=yes", "--key", "form-3")
    for other in (
        ("walk_in", "--set", "agreed_to_leave=no"),
        ("walk_in", "--set", "agreed_to_leave=yes", "--reason", "x"),
        ("died", "--set", "agreed_to_leave=yes"),
    ):
        assert (
            "The same key came with another request"
            in clerk.types("act", case, *other, "--key", "form-3", code=1)["error"]
        )


def test_an_unknown_action_under_a_key_is_told_as_ever(clerk: Clerk) -> None:
    """A key that was never used changes nothing about a mistyped action, which can be typed again rightly."""
    case = clerk.types("open", "rescue")["case"]
    assert "knows the action walkin" in clerk.types("act", case, "walkin", "--key", "form-4", code=1)["error"]
    clerk.types("act", case, "walk_in", "--set", "agreed_to_leave=yes", "--key", "form-4")
