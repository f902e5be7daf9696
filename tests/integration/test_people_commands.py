"""The commands about people, through the command line, on a real office in a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.run.cli import run
from engine.run.founding import found_office

ROOT = Path(__file__).resolve().parent.parent.parent
LISTS = ROOT / "examples" / "office"
ADMIN = "meas_kolap"


class Desk:
    """Types commands into one office and reads the answers."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def type(self, *words: str, by: str = "", code: int = 0) -> tuple[str, str]:
        """Run a command as somebody; return what it answered and what stands on standard error."""
        who = ("--as", by) if by else ()
        done = run([*words, "--office", str(self.folder), *who])
        answer, errors = self._capsys.readouterr()
        assert done == code, (words, answer, errors)
        assert "Traceback" not in answer + errors
        return answer, errors

    def text(self, *words: str, by: str = ADMIN) -> str:
        """Return the answer for people."""
        answer, errors = self.type(*words, by=by)
        assert errors == ""
        return answer.strip()

    def document(self, *words: str, by: str = ADMIN, code: int = 0) -> Any:
        """Return the JSON document."""
        return json.loads(self.type(*words, "--format", "json", by=by, code=code)[0])

    def refused(self, *words: str, by: str = ADMIN) -> str:
        """Return the one sentence with which a command is refused; JSON says the same."""
        answer, errors = self.type(*words, by=by, code=1)
        assert answer == ""
        assert errors.startswith("spean: ")
        assert errors.count("\n") == 1
        assert self.document(*words, by=by, code=1) == {"error": errors.removeprefix("spean: ").rstrip("\n")}
        return errors.removeprefix("spean: ").strip()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office without people, to be copied."""
    folder = tmp_path_factory.mktemp("founded") / "office"
    found_office(folder, None, duty_address="duty@example.org").close()
    return folder


@pytest.fixture(scope="module")
def staffed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the office with the people of the example, to be copied; no address is verified."""
    folder = tmp_path_factory.mktemp("staffed") / "office"
    shutil.copytree(founded, folder)
    for noun, name in (("agency", "agencies.csv"), ("user", "people.csv")):
        assert run([noun, "import", str(LISTS / name), "--office", str(folder)]) == 0
    return folder


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's environment says reaches no test."""
    for name in ("SPEAN_USER", "SPEAN_HOME", "SPEAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def empty(founded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a desk in an office without people."""
    return Desk(Path(shutil.copytree(founded, tmp_path / "office")), capsys)


@pytest.fixture
def desk(staffed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a desk in the office of the example."""
    capsys.readouterr()
    return Desk(Path(shutil.copytree(staffed, tmp_path / "office")), capsys)
