"""Text that is no text, files that are not there, numbers that nothing has: one sentence, and nothing is changed."""

from __future__ import annotations

import io
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.setup.office import open_office
from tests.support.office import make_office
from tests.support.typed import refused

LEADS = "chhim_rotha"
#: Bytes that are no UTF-8, as a program hands them over in its arguments.
BROKEN = b"\xff\xfe=x".decode("utf-8", "surrogateescape")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with one case."""
    folder = tmp_path_factory.mktemp("odd") / "office"
    make_office(folder).close()
    assert run(["case", "open", "rescue", "--office", str(folder), "--as", LEADS]) == 0
    return folder


@pytest.fixture
def code(office: Path) -> str:
    """Return the code of the case."""
    with closing(open_office(str(office))) as opened:
        return opened.cases.cases()[0]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Type a command; return its exit code and what it said."""
    capsys.readouterr()
    found = run(list(words))
    shown = capsys.readouterr()
    return found, shown.out, shown.err


@pytest.mark.parametrize(
    "words", [("note", "-"), ("record", "--set-from", "-"), ("hold", "--until", "2026-03-04", "--reason", "-")]
)
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_standard_input_that_is_no_utf8_is_told(
    office: Path,
    code: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    errors: str,
) -> None:
    """Whatever the machine makes of bytes that are no UTF-8, they are refused in one line and kept nowhere."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe=x"), encoding="utf-8", errors=errors))
    name, *rest = words
    refused(said(capsys, "case", name, code, *rest, "--office", str(office), "--as", LEADS), "UTF-8")


@pytest.mark.parametrize(
    "words", [("note", BROKEN), ("record", "--set", BROKEN), ("record", "--contact", "--key", BROKEN)]
)
def test_an_argument_that_is_no_utf8_is_told(
    office: Path, code: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """Bytes that are no UTF-8 in an argument are refused in one line."""
    name, *rest = words
    refused(said(capsys, "case", name, code, *rest, "--office", str(office), "--as", LEADS), "UTF-8")


def test_a_file_of_answers_that_cannot_be_read_is_named(
    office: Path, code: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file of answers that is not there, a folder, or no UTF-8 is named with what to do."""
    (tmp_path / "answers").write_bytes(b"\xff\xfe=x")
    for path, word in (("nowhere", "no such file"), (".", "directory"), ("answers", "UTF-8")):
        asked = ("record", code, "--set-from", str(tmp_path / path), "--office", str(office), "--as", LEADS)
        refused(said(capsys, "case", *asked), str(tmp_path / path), word, "answers")


def test_a_record_of_nothing_is_no_record(office: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever forgets what happened is told what can be recorded, and not that all is well."""
    refused(said(capsys, "case", "record", code, "--office", str(office), "--as", LEADS), "--set", "--contact")


@pytest.mark.parametrize(
    "words",
    [
        ("--consent", "share", "--revoke", "share"),
        ("--consent", "share", "--set", "risk_level=high"),
        ("--revoke", "share", "--contact"),
        ("--task", "look_in", "--contact"),
    ],
)
def test_two_things_of_which_one_would_be_lost_are_refused(
    office: Path, code: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """What one command cannot keep as a whole is refused: a consent that is revoked must not become one given."""
    asked = ("case", "record", code, *words, "--office", str(office), "--as", LEADS)
    refused(said(capsys, *asked), words[0], "do not go together", "nothing was changed")
