"""Backups: whole, of one instant, without keys, and never over anything."""

from __future__ import annotations

import os
import zipfile
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from engine.core.values import Erased
from engine.run.keeping.backup import DATABASE, MANIFEST
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import open_office
from engine.store.sql.verify import verify
from tests.support.office import FOUNDED
from tests.support.typed import CASES, Typed, files, names, refused
from tests.support.victim import Day


def test_a_backup_holds_no_key_and_no_private_word(backup: Path, folder: Path) -> None:
    """Database, settings, protocols and checkpoints are in it; neither a key, nor a private answer in clear."""
    with zipfile.ZipFile(backup) as packed:
        inside = set(packed.namelist())
        content = b"".join(packed.read(name) for name in inside)
    assert {DATABASE, MANIFEST, "spean.toml", "checkpoints.txt", "protocols/visit.yaml"} <= inside
    assert not [name for name in inside if "key" in name.lower()]
    assert (folder / "keys" / "master.key").read_bytes().strip() not in content
    assert b"Person 0" not in content
    assert b"by the river" not in content
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_while_others_write_is_whole(folder: Path, tmp_path: Path, typed: Typed) -> None:
    """A thread opens cases all the while: each backup is of one instant, verifies, and nobody waits or fails."""
    over, opened, errors = Event(), [0], list[BaseException]()

    def write() -> None:
        number = CASES
        try:
            with closing(open_office(str(folder), time=FixedTime(FOUNDED))) as office:
                while not over.is_set():
                    Day(folder, 0, FOUNDED).open(office, number)
                    number, opened[0] = number + 1, opened[0] + 1
        except BaseException as error:  # noqa: BLE001, RUF100 - told by the test
            errors.append(error)

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = opened[0]
            target = tmp_path / f"{number}.zip"
            assert typed("backup", target, "--keys", tmp_path / f"{number}.db", "--office", folder)[0] == 0
            restored = tmp_path / f"restored{number}"
            keys = ("--keys", tmp_path / f"{number}.db", "--master-key", folder / "keys" / "master.key")
            assert typed("restore", target, restored, *keys)[0] == 0
            with closing(open_office(str(restored), time=FixedTime(FOUNDED))) as office:
                assert verify(office.database, office.vault, library=office.registry.library()).findings == []
                assert len(office.cases.cases()) >= CASES + before
                last = office.cases.case(office.cases.cases()[-1])
                assert not isinstance(last.facts["who"].value, Erased)  # its key is in the copy of the keys, too
    finally:
        over.set()
        writer.join()
    assert errors == []
    assert opened[0] > 3


def test_a_backup_writes_over_nothing(backup: Path, folder: Path, tmp_path: Path, typed: Typed) -> None:
    """A file that is there, a folder that is not, one name for both: refused before anything is written."""
    before, there = files(tmp_path), names(tmp_path)
    refused(typed("backup", backup, "--office", folder), str(backup), "choose another name")
    refused(typed("backup", tmp_path / "no" / "b.zip", "--office", folder), "there is no such folder")
    new = tmp_path / "new.zip"
    refused(typed("backup", new, "--keys", backup, "--office", folder), str(backup), "choose another name")
    refused(typed("backup", new, "--keys", new, "--office", folder), "two files")
    assert (files(tmp_path), names(tmp_path)) == (before, there)


def test_a_backup_on_a_full_disk_leaves_nothing(folder: Path, tmp_path: Path, typed: Typed) -> None:
    """One sentence; no half backup under any name."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this machine has no device that is always full")
    room = tmp_path / "room"
    room.mkdir()
    target = room / "b.zip"
    (room / f".{target.name}.{os.getpid()}").symlink_to(full)
    code, _, errors = typed("backup", target, "--office", folder)
    assert code == 1
    assert "no space left" in errors
    assert names(room) == []
