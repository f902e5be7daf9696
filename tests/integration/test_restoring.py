"""A backup brought back: into a new office, or in place of a database that is whole, damaged, empty or gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.run.cli import run
from tests.support.office import make_office

MANAGER = "chhim_rotha"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the folder of an office with one case, of which a backup was made; a second case came later."""
    made = make_office(tmp_path / "office")
    folder = made.settings.folder
    made.close()
    opened(folder)
    assert run(["backup", str(tmp_path / "b.zip"), "--keys", str(tmp_path / "k.db"), "--office", str(folder)]) == 0
    opened(folder)
    assert run(["checkpoint", "--office", str(folder)]) == 0
    return folder


def opened(folder: Path) -> None:
    """Open a case by hand of a manager."""
    words = ["case", "open", "rescue", "--set", "report_channel=hotline", "--office", str(folder), "--as", MANAGER]
    assert run(words) == 0


def cases(folder: Path, capsys: pytest.CaptureFixture[str]) -> int:
    """Return how many cases the manager has."""
    capsys.readouterr()
    assert run(["case", "list", "--office", str(folder), "--as", MANAGER, "--format", "json"]) == 0
    return len(json.loads(capsys.readouterr().out)["cases"])


def cut(path: Path) -> None:
    """Damage pages in the middle of the file."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(b"\xff" * 20000)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "whole": lambda path: None,
    "damaged": cut,
    "no database at all": lambda path: path.write_bytes(b"a letter" * 500),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_database_is_replaced(office: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever state the database is in, the backup comes in its place; what was there is kept; verify is clean."""
    database = office / "data" / "spean.db"
    DAMAGES[damage](database)
    was = database.read_bytes() if database.exists() else None
    capsys.readouterr()
    assert run(["restore", str(office.parent / "b.zip"), str(office), "--replace"]) == 0
    said = capsys.readouterr().out
    assert "restored as of" in said
    assert "Checkpoints that the backup does not know" in said
    kept = list(office.glob("data/spean.db.before-*-1"))
    assert len(kept) == (was is not None)
    if damage in {"damaged", "no database at all", "empty"}:
        assert kept[0].read_bytes() == was
    assert cases(office, capsys) == 1
    assert run(["verify", "--office", str(office)]) == 0
    assert run(["checkpoint", "--office", str(office)]) == 0
    assert run(["verify", "--office", str(office)]) == 0


def test_a_backup_that_is_damaged_replaces_nothing(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, and the database is what it was."""
    cut(office.parent / "b.zip")
    capsys.readouterr()
    assert run(["restore", str(office.parent / "b.zip"), str(office), "--replace"]) == 1
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0
    assert "b.zip" in said
    assert cases(office, capsys) == 2


def test_keys_are_either_the_offices_own_or_named(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --replace no keys are taken: who was erased stays erased."""
    words = ["restore", str(office.parent / "b.zip"), str(office), "--replace", "--keys", str(office.parent / "k.db")]
    assert run(words) == 2
    said = capsys.readouterr().err.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ")
    assert "leave the options of keys out" in " ".join(said.split())


def restored(office: Path, *keys: str) -> Path:
    """Restore into a new folder, with the master key of the old one."""
    new = office.parent / "new"
    words = ["restore", str(office.parent / "b.zip"), str(new), "--master-key", str(office / "keys" / "master.key")]
    assert run([*words, *keys]) == 0
    return new


def test_a_new_office_reads_what_was_private(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With both files of keys the restored office is whole."""
    new = restored(office, "--keys", str(office.parent / "k.db"))
    assert cases(new, capsys) == 1
    assert run(["verify", "--office", str(new)]) == 0


def test_an_office_without_its_keys_does_not_start(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file of keys is never made anew by accident: everything private would read as erased."""
    new = restored(office)
    capsys.readouterr()
    for words in (["case", "list", "--as", MANAGER], ["tick"], ["worker", "--ticks", "1"], ["health"]):
        assert run([*words, "--office", str(new)]) == 1
        said = capsys.readouterr().err
        assert "persons.db: the file of the persons' keys is missing; put its newest copy back." in said
    assert not (new / "keys" / "persons.db").exists()


def test_an_office_whose_keys_are_lost_goes_on(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever says that no keys are left gets an office; health says for how many persons."""
    new = restored(office, "--keys-lost")
    assert cases(new, capsys) == 1
    run(["health", "--office", str(new)])
    assert "1 more are missing" in capsys.readouterr().out


def test_keys_older_than_the_database_are_told(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a copy of the keys that lacks a person, health is not well."""
    (office / "keys" / "persons.db").write_bytes((office.parent / "k.db").read_bytes())
    capsys.readouterr()
    assert run(["health", "--office", str(office)]) == 1
    assert "1 persons' keys, 1 more are missing" in capsys.readouterr().out


def test_a_frozen_case_is_told_whatever_became_of_its_incident(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case that differs is frozen; while it is, health says so, and its incident cannot be ended away."""
    with closing(sqlite3.connect(office / "data" / "spean.db")) as database:
        database.execute("UPDATE cases SET agency = 'other' WHERE code = (SELECT min(code) FROM cases)")
        database.commit()
    assert run(["verify", "--freeze", "--office", str(office)]) == 1
    assert run(["incident", "end", "1", "--reason", "seen", "--office", str(office)]) == 1
    assert "is frozen; without its incident" in capsys.readouterr().err
    run(["health", "--office", str(office)])
    assert "`spean verify` says why" in capsys.readouterr().out
