"""Databases on bad days: each says one sentence, writes nothing by halves, and works again when the day is over."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.core.deciding.library import Library
from engine.run.keeping.backup import back_up
from engine.store.ports import (
    BusyError,
    CorruptError,
    MissingError,
    ReadOnlyError,
    SchemaError,
    StoreError,
    UrlError,
)
from engine.store.sql import schema
from engine.store.sql.database import Database
from tests.conformance.world import opening
from tests.integration.conftest import Shelf, shelf_at
from tests.support.office import make_office


def test_the_safe_settings_hold_on_every_connection(shelf: Shelf) -> None:
    """Write-ahead log, synchronous FULL, overwritten deletions, no temporary files: for writing and reading alike."""
    with shelf.database.write() as writing, shelf.database.read() as reading:
        for connection in (writing, reading):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "secure_delete", "temp_store", "foreign_keys")
            }
            assert found == {
                "journal_mode": "wal",
                "synchronous": 2,
                "secure_delete": 1,
                "temp_store": 2,
                "foreign_keys": 1,
            }


def test_every_table_is_strict(shelf: Shelf) -> None:
    """A text never gets into a column of numbers."""
    with shelf.database.read() as connection:
        tables = connection.exec_driver_sql("PRAGMA table_list").all()
    ours = [row for row in tables if not row[1].startswith(("sqlite_", "alembic_"))]
    loose = [row[1] for row in ours if not row[5]]
    assert loose == []


def test_a_missing_database_is_never_made_by_accident(tmp_path: Path) -> None:
    """A wrong path says so; no empty database appears that looks like an office without cases."""
    with pytest.raises(MissingError, match="there is no database; `spean init` makes one"):
        schema.check(Database(f"sqlite:///{tmp_path / 'nothing.db'}"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["", "nothing", "sqlite://", "sqlite:///:memory:", "oracle:///x", "://", "sqlite:////"]
)
def test_what_names_no_database_is_refused(url: str) -> None:
    """A mistyped URL is told in a sentence."""
    with pytest.raises(StoreError):
        schema.check(Database(url))


def test_an_unknown_kind_of_database_is_named(tmp_path: Path) -> None:
    """The sentence says what to write instead."""
    with pytest.raises(UrlError, match="write sqlite:///FILE"):
        Database("mysql://localhost/x")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    """An empty, foreign or damaged file raises a sentence and is left as it is."""
    path = tmp_path / "spean.db"
    path.write_bytes(content)
    with pytest.raises((CorruptError, SchemaError)) as told:
        schema.check(Database(f"sqlite:///{path}"))
    assert str(path) in str(told.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize(("version", "word"), [("0000", "older"), ("9999", "newer")])
def test_a_database_of_another_version_is_refused(shelf: Shelf, version: str, word: str) -> None:
    """An older one asks for the upgrade, a newer one for the newer program; nothing is changed."""
    with shelf.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (version,))
    with pytest.raises(SchemaError, match=word):
        schema.check(shelf.database)


def test_a_locked_database_is_told_after_some_patience(shelf: Shelf, library: Library) -> None:
    """Who waits longer than the patience hears that another process keeps the database; later it works."""
    other = sqlite3.connect(shelf.path, isolation_level=None)
    hasty = shelf_at(shelf.path, create=False, patience=0.2)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError, match="another process keeps the database locked"):
        hasty.cases.open("c1", opening(library))
    assert list(hasty.cases.cases()) == []  # reading goes on meanwhile
    other.execute("ROLLBACK")
    other.close()
    assert hasty.cases.open("c1", opening(library)).is_open
    hasty.database.close()


def test_an_opening_that_could_not_be_written_leaves_no_key(shelf: Shelf, library: Library) -> None:
    """The key made for a case that never came to be is destroyed again."""
    other = sqlite3.connect(shelf.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    hasty = shelf_at(shelf.path, create=False, patience=0.1)
    with pytest.raises(BusyError):
        hasty.cases.open("c1", opening(library))
    other.close()
    assert hasty.vault.keyring.keys() == []
    hasty.database.close()


def test_a_database_that_may_not_be_written_is_told(shelf: Shelf, library: Library, tmp_path: Path) -> None:
    """Reading a folder without rights, or a read-only file, raises one sentence."""
    shelf.cases.open("c1", opening(library))
    shelf.database.close()
    copy = tmp_path / "readonly"
    copy.mkdir()
    shutil.copy(shelf.path, copy / "spean.db")
    # Root may write everything, so another program is asked to open it read only.
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        sqlite3.connect(f"file:{copy / 'spean.db'}?mode=ro", uri=True).execute("DELETE FROM cases")
    with pytest.raises((ReadOnlyError, MissingError)):
        schema.check(Database(f"sqlite:///{copy / 'nowhere' / 'spean.db'}", create=True))


def test_work_that_raises_leaves_the_connection_usable(shelf: Shelf, library: Library) -> None:
    """A failed transaction is rolled back at once; the next one begins clean."""

    def broken(_: object) -> object:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            shelf.cases.open("c1", broken)  # type: ignore[arg-type]
    assert shelf.cases.open("c1", opening(library)).is_open


def test_two_processes_may_use_one_file(shelf: Shelf, library: Library) -> None:
    """What one process commits the other sees, without any of them closing the file."""
    shelf.cases.open("c1", opening(library))
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "print(c.execute('SELECT count(*) FROM cases').fetchone()[0]);"
        "c.execute(\"UPDATE meta SET value = 'x'\"); c.commit()"
    )
    command = [sys.executable, "-c", script, str(shelf.path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "1"
    assert shelf.cases.open("c2", opening(library)).is_open


def test_a_new_office_is_closed_to_others(tmp_path: Path) -> None:
    """Whoever else works on the machine can open neither database, keys nor mails, nor a backup of them."""
    office = make_office(tmp_path / "office")
    back_up(office, tmp_path / "backup.zip", checkpoint="")
    office.close()
    closed = [tmp_path / "office" / name for name in ("data", "keys", "mail")]
    assert {stat.S_IMODE(one.stat().st_mode) for one in closed} == {0o700}
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600
