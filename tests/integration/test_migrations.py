"""Migrations: the schema they lead to is the one the code is written against, and each is whole or not at all."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from engine.store import points
from engine.store.sql import schema
from engine.store.sql.database import Database
from engine.store.sql.tables import metadata

VERSIONS = Path("engine/store/migrations/versions")


def shape(path: Path) -> dict[str, str]:
    """Return every table and index of a database with the words that made it, spaces aside."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'").fetchall()
    ours = ((name, sql) for name, sql in rows if not name.startswith("sqlite_autoindex_alembic"))
    return {name: re.sub(r"\s+", " ", sql or "") for name, sql in ours}


def test_migrated_and_fresh_schema_are_the_same(tmp_path: Path) -> None:
    """All migrations, one after the other, lead to exactly the tables and indexes that the code declares."""
    migrated = Database(f"sqlite:///{tmp_path / 'migrated.db'}", create=True)
    schema.upgrade(migrated)
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}", create=True)
    with fresh.write() as connection:
        metadata.create_all(connection)
    migrated.close()
    fresh.close()
    assert shape(tmp_path / "migrated.db") == shape(tmp_path / "fresh.db")


def test_the_code_knows_the_newest_migration(tmp_path: Path) -> None:
    """HEAD is the last file of the folder, and a migrated database stands at it; every migration names its former."""
    files = sorted(path.stem for path in VERSIONS.glob("m*.py"))
    numbers = [name[1:5] for name in files]
    assert numbers[-1] == schema.HEAD
    for former, file in zip(["None", *numbers], files, strict=False):
        text = (VERSIONS / f"{file}.py").read_text()
        assert f"down_revision = {former if former == 'None' else repr(former).replace(chr(39), chr(34))}" in text
    database = Database(f"sqlite:///{tmp_path / 'spean.db'}", create=True)
    schema.upgrade(database)
    assert schema.version_of(database) == schema.HEAD
    schema.check(database)
    database.close()


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    """A database that is up to date stays as it is."""
    database = Database(f"sqlite:///{tmp_path / 'spean.db'}", create=True)
    schema.upgrade(database)
    before = shape(tmp_path / "spean.db")
    schema.upgrade(database)
    assert shape(tmp_path / "spean.db") == before
    database.close()


def test_a_migration_that_breaks_off_leaves_the_former_schema(tmp_path: Path) -> None:
    """An error between two steps undoes all of it; the next try does the whole."""
    database = Database(f"sqlite:///{tmp_path / 'spean.db'}", create=True)

    def break_off(point: str) -> None:
        if point == "migrate: between two steps":
            raise OSError("the disk went away")

    points.hook(break_off)
    try:
        with pytest.raises(OSError, match="went away"):
            schema.upgrade(database)
    finally:
        points.hook(None)
    assert shape(tmp_path / "spean.db") == {}
    schema.upgrade(database)
    assert schema.version_of(database) == schema.HEAD
    database.close()
