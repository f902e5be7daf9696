"""An office for everything that whoever keeps one types: made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.run.cli import run
from tests.support.office import FOUNDED, make_office, small_protocols
from tests.support.typed import CASES, Typed
from tests.support.victim import Day


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office with some cases."""
    room = tmp_path_factory.mktemp("template")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    for number in range(CASES):
        Day(office.settings.folder, 0, FOUNDED).open(office, number)
    office.close()
    return office.settings.folder


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return another office, with a case of its own."""
    room = tmp_path_factory.mktemp("stranger")
    office = make_office(room / "office", small_protocols(room / "protocols"))
    Day(office.settings.folder, 0, FOUNDED).open(office, CASES)
    office.close()
    return office.settings.folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Return a copy of the office."""
    return shutil.copytree(template, tmp_path / "office")


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Return what types a command. No answer ever holds a traceback or calls bad input a mistake in Spean."""

    def type_(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "mistake in Spean" not in said.err
        return code, said.out, said.err

    return type_


@pytest.fixture
def backup(folder: Path, tmp_path: Path, typed: Typed) -> Path:
    """Return a backup of the office, with its keys beside it."""
    target = tmp_path / "backup.zip"
    assert typed("backup", target, "--keys", tmp_path / "keys.db", "--office", folder)[0] == 0
    return target
