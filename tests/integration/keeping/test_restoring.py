"""Restoring: a whole office or none, never over another, and never with wrong keys."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.core.case.commands import Actor, Erase
from engine.core.values import Erased
from engine.run.keeping.backup import DATABASE, MANIFEST
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from tests.support.office import FOUNDED
from tests.support.typed import CASES, Typed, code_of, dump, files, names, refused, rewritten
from tests.support.victim import OFFICER, Day


def test_a_restored_office_is_the_office(backup: Path, folder: Path, tmp_path: Path, typed: Typed) -> None:
    """In an empty folder, with the keys: it verifies against the published line, and private answers are there."""
    place = tmp_path / "moved"
    place.mkdir()
    keys = ("--keys", tmp_path / "keys.db", "--master-key", folder / "keys" / "master.key")
    code, out, _ = typed("restore", backup, place, *keys)
    assert code == 0
    assert "restored as of" in out
    assert typed("verify", "--office", place, "--against", folder / "checkpoints.txt")[0] == 0
    assert "Person 0" in typed("case", "show", code_of(0), "--office", place, "--as", "sok_phalla")[1]
    assert (place / "keys" / "persons.db").stat().st_mode & 0o077 == 0


def test_a_restored_office_without_its_keys_does_not_start(backup: Path, tmp_path: Path, typed: Typed) -> None:
    """Neither the master key nor the persons' keys are made anew by accident: everything private would be lost."""
    place = tmp_path / "moved"
    code, out, _ = typed("restore", backup, place)
    assert code == 0
    assert "Put the keys where spean.toml says" in out
    refused(typed("worker", "--office", place), "master.key", "the master key cannot be read")
    shutil.copyfile(tmp_path / "office" / "keys" / "master.key", place / "keys" / "master.key")
    refused(typed("worker", "--office", place), "persons.db", "newest copy")
    assert names(place / "keys") == ["master.key"]
    shutil.copyfile(tmp_path / "keys.db", place / "keys" / "persons.db")
    assert "Person 0" in typed("case", "show", code_of(0), "--office", place, "--as", "sok_phalla")[1]


def test_who_was_erased_since_stays_erased(backup: Path, folder: Path, typed: Typed) -> None:
    """Restoring an older database with the newest keys brings nobody back; health says what is missing."""
    with closing(open_office(str(folder), time=FixedTime(FOUNDED))) as office:
        Day(folder, 0, FOUNDED).erase(office)
    assert typed("restore", backup, folder, "--replace")[0] == 0
    with closing(open_office(str(folder), time=FixedTime(FOUNDED))) as office:
        assert isinstance(office.cases.case(code_of(2)).facts["who"].value, Erased)
        assert office.cases.case(code_of(1)).facts["who"].value == "Person 1"
    assert "1 persons' keys are missing" in typed("health", "--office", folder)[1]


def test_a_database_is_replaced_and_the_former_one_kept(backup: Path, folder: Path, typed: Typed) -> None:
    """What was done since is gone from the office, and lies beside it as it was."""
    as_backed_up = dump(folder)
    with closing(open_office(str(folder), time=FixedTime(FOUNDED))) as office:
        Day(folder, 0, FOUNDED).open(office, CASES)
    former = dump(folder)
    code, out, _ = typed("restore", backup, folder, "--replace", "--format", "json")
    assert code == 0
    assert dump(folder) == as_backed_up
    with closing(sqlite3.connect(json.loads(out)["kept"])) as kept:
        assert list(kept.iterdump()) == former


def flipped(source: Path, target: Path) -> None:
    """Damage one byte in the middle."""
    data = bytearray(source.read_bytes())
    data[len(data) // 2] ^= 255
    target.write_bytes(data)


def without(name: str, source: Path, target: Path) -> None:
    """Leave one file out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))


def changed_inside(source: Path, target: Path) -> None:
    """Put another settings file in, under the sums of the old one."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            new.writestr(one, b"[office]\n" if one == "spean.toml" else old.read(one))


BAD_BACKUPS: dict[str, Callable[[Path, Path], object]] = {
    "missing": lambda _, target: None,
    "a folder": lambda _, target: target.mkdir(),
    "empty": lambda _, target: target.write_bytes(b""),
    "no zip": lambda _, target: target.write_bytes(b"no backup at all" * 100),
    "another zip": lambda _, target: zipfile.ZipFile(target, "w").close(),
    "cut off": lambda source, target: target.write_bytes(source.read_bytes()[:5000]),
    "one byte": flipped,
    "changed inside": changed_inside,
    "a file less": lambda source, target: without("spean.toml", source, target),
    "no database": lambda source, target: without(DATABASE, source, target),
    "no manifest": lambda source, target: without(MANIFEST, source, target),
    "a newer version": lambda source, target: rewritten(source, target, schema="9999"),
    "a foreign form": lambda source, target: rewritten(source, target, form="other 1"),
    "leads elsewhere": lambda source, target: rewritten(source, target, files={"../spean.db": "0", DATABASE: "0"}),
}


@pytest.mark.parametrize("kind", BAD_BACKUPS)
def test_a_bad_backup_changes_nothing(kind: str, backup: Path, folder: Path, tmp_path: Path, typed: Typed) -> None:
    """One sentence that names the file; no new office, no half of one, and an office that is there stays as it is."""
    bad = tmp_path / "bad.zip"
    BAD_BACKUPS[kind](backup, bad)
    before, there = files(folder), names(tmp_path)
    refused(typed("restore", bad, tmp_path / "new"), str(bad))
    refused(typed("restore", bad, folder, "--replace"), str(bad))
    assert (files(folder), names(tmp_path)) == (before, there)


def test_a_backup_of_another_office_replaces_nothing(
    folder: Path, stranger: Path, tmp_path: Path, typed: Typed
) -> None:
    """Its persons' keys are not here: everybody in it would read as erased."""
    other = tmp_path / "other.zip"
    assert typed("backup", other, "--office", stranger)[0] == 0
    before = files(folder)
    refused(typed("restore", other, folder, "--replace"), "another office")
    assert files(folder) == before


@pytest.mark.parametrize("wrong", ["--keys", "--master-key"])
def test_keys_of_another_office_are_not_taken(
    wrong: str, backup: Path, folder: Path, stranger: Path, tmp_path: Path, typed: Typed
) -> None:
    """Wrong keys are told at the restoration, not when somebody needs an answer; nothing is made."""
    given = {"--keys": tmp_path / "keys.db", "--master-key": folder / "keys" / "master.key"}
    given[wrong] = stranger / "keys" / {"--keys": "persons.db", "--master-key": "master.key"}[wrong]
    words = [word for pair in given.items() for word in pair]
    refused(typed("restore", backup, tmp_path / "new", *words), "another")
    assert not (tmp_path / "new").exists()


def test_a_restoration_never_writes_over_another_office(
    backup: Path, folder: Path, tmp_path: Path, typed: Typed
) -> None:
    """A folder in use is refused; so is a place outside it that the settings name and that is taken."""
    before = files(folder)
    refused(typed("restore", backup, folder), "--replace")
    assert files(folder) == before
    settings = folder / "spean.toml"
    text = settings.read_text(encoding="utf-8")
    for name, place in (("database", f"sqlite:///{folder}/data/spean.db"), ("keys", f"{folder}/keys/persons.db")):
        settings.write_text(text.replace("[office]", f'[office]\n{name} = "{place}"'), encoding="utf-8")
        target = tmp_path / f"{name}.zip"
        assert typed("backup", target, "--office", folder)[0] == 0
        before = files(folder)
        keys = ("--keys", tmp_path / "keys.db", "--master-key", folder / "keys" / "master.key")
        refused(typed("restore", target, tmp_path / "new", *keys), str(folder), "there is something already")
        assert not (tmp_path / "new").exists()
        assert files(folder) == before


@pytest.mark.parametrize("state", ["damaged", "missing", "empty"])
def test_a_new_office_is_made_beside_one_whose_database_cannot_be_opened(
    state: str, backup: Path, folder: Path, tmp_path: Path, typed: Typed
) -> None:
    """The folder is moved aside, and its keys serve the new office."""
    database = folder / "data" / DATABASE
    if state == "missing":
        database.unlink()
    else:
        database.write_bytes(b"" if state == "empty" else b"damaged" * 1000)
    aside = folder.rename(tmp_path / "aside")
    keys = ("--keys", aside / "keys" / "persons.db", "--master-key", aside / "keys" / "master.key")
    assert typed("restore", backup, folder, *keys)[0] == 0
    assert "Person 0" in typed("case", "show", code_of(0), "--office", folder, "--as", "sok_phalla")[1]


def test_a_database_in_use_is_not_replaced_for_ever(
    backup: Path, folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process keeps it locked the command gives up after some patience; the database stays as it is."""
    monkeypatch.setattr("engine.run.keeping.restoring.PATIENCE_SECONDS", 0.3)
    before = files(folder)
    with closing(sqlite3.connect(folder / "data" / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(typed("restore", backup, folder, "--replace"), "cannot be replaced now", "locked")
    assert files(folder) == before


def test_an_older_backup_asks_for_the_upgrade(backup: Path, tmp_path: Path, typed: Typed) -> None:
    """A backup of an older version is taken, and the next thing to do is said."""
    older = rewritten(backup, tmp_path / "older.zip", schema="0000")
    code, out, _ = typed("restore", older, tmp_path / "new")
    assert code == 0
    assert "`spean upgrade`" in out


def test_replace_asks_for_an_office(backup: Path, tmp_path: Path, typed: Typed) -> None:
    """Where there is no office, nothing is replaced."""
    refused(typed("restore", backup, tmp_path / "nowhere", "--replace"), "here is no spean.toml")


def test_erasing_is_final_for_backups_made_before(backup: Path, folder: Path, tmp_path: Path, typed: Typed) -> None:
    """An older backup with the newest copy of the keys does not bring the person back."""
    with closing(open_office(str(folder), time=FixedTime(FOUNDED))) as office:
        day = Day(folder, 0, FOUNDED)
        day.work(office).do(OFFICER, code_of(1), Erase(actor=Actor(), reason="asked for"))
        day.erase(office)
    newest = tmp_path / "newest.db"
    assert typed("backup", tmp_path / "second.zip", "--keys", newest, "--office", folder)[0] == 0
    place = tmp_path / "moved"
    keys = ("--keys", newest, "--master-key", folder / "keys" / "master.key")
    assert typed("restore", backup, place, *keys)[0] == 0
    shown = typed("case", "show", code_of(1), "--office", place, "--as", "sok_phalla")[1]
    assert "erased" in shown
    assert "Person 1" not in shown


def test_published_lines_that_cannot_be_read_are_told_first(backup: Path, folder: Path, typed: Typed) -> None:
    """A line that somebody added by hand is told before the database is replaced, not after it."""
    with (folder / "checkpoints.txt").open("a", encoding="utf-8") as file:
        file.write("copied to the safe on Monday\n")
    before = dump(folder)
    refused(typed("restore", backup, folder, "--replace"), "checkpoints.txt", "nothing was replaced")
    assert dump(folder) == before
    assert [one for one in names(folder / "data") if "before" in one] == []
