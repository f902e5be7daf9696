"""A real office in a folder for each test of the commands about people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.run.cli import run
from engine.run.setup.founding import found_office
from tests.builders.desk import LISTS, Desk


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
