"""Upgrade, and databases of other versions: one sentence, in bounded time, nothing changed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.run.keeping.backup import DATABASE
from engine.store.sql.database import Database
from engine.store.sql.schema import HEAD
from tests.support.typed import Typed, change, dump, refused


def test_an_office_that_is_up_to_date_stays_as_it_is(folder: Path, typed: Typed) -> None:
    """Nothing is changed, and that is said; again and again."""
    before = dump(folder)
    for _ in range(2):
        code, out, _ = typed("upgrade", "--office", folder)
        assert code == 0
        assert "up to date" in out
    assert json.loads(typed("upgrade", "--office", folder, "--format", "json")[1]) == {
        "before": HEAD,
        "now": HEAD,
    }
    assert dump(folder) == before


def foreign(folder: Path) -> None:
    """Put a database of another program in place."""
    path = folder / "data" / DATABASE
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE theirs (x)")


def version(label: str) -> Callable[[Path], None]:
    """Return what makes the database one of another version."""
    return lambda folder: change(folder, "UPDATE alembic_version SET version_num = ?", label)


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "older than any": (version("0000"), "knows no way from schema '0000'"),
    "newer": (version("9999"), "a newer Spean"),
    "foreign": (foreign, "no database of Spean"),
    "damaged": (lambda folder: (folder / "data" / DATABASE).write_bytes(b"damaged" * 1000), "no whole database"),
    "empty": (lambda folder: (folder / "data" / DATABASE).write_bytes(b""), "the file is empty"),
    "missing": (lambda folder: (folder / "data" / DATABASE).unlink(), "there is no database"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_database_that_cannot_be_upgraded_is_told(kind: str, folder: Path, typed: Typed) -> None:
    """One sentence that names the file; upgrade changes nothing, and no other command works with it either."""
    make, words = STRANGE[kind]
    make(folder)
    before = dump(folder) if kind in {"older than any", "newer", "foreign"} else None
    refused(typed("upgrade", "--office", folder), DATABASE, words)
    refused(typed("health", "--office", folder), DATABASE)
    refused(typed("tick", "--office", folder), DATABASE)
    assert before is None or dump(folder) == before


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every database wait for a lock only a moment."""
    made = Database.__init__

    def hasty_one(self: Database, url: str, *, create: bool = False, patience: float = 0.2) -> None:
        made(self, url, create=create, patience=patience)

    monkeypatch.setattr(Database, "__init__", hasty_one)


@pytest.mark.usefixtures("hasty")
def test_a_locked_database_is_told_in_bounded_time(folder: Path, typed: Typed) -> None:
    """While another process keeps it, what writes says so; what reads goes on; afterwards everything works."""
    with closing(sqlite3.connect(folder / "data" / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for command in (("upgrade",), ("checkpoint",), ("resume",)):
            refused(typed(*command, "--office", folder), DATABASE, "another process keeps the database locked")
        code, _, errors = typed("tick", "--office", folder)
        assert code == 1
        assert "another process keeps the database locked" in errors
        assert typed("verify", "--office", folder)[0] == 0
    assert typed("tick", "--office", folder)[0] == 0


def test_upgrade_as_a_process(folder: Path) -> None:
    """The real command, on a database of a newer version: exit code 1, one line, no traceback."""
    version("9999")(folder)
    command = [sys.executable, "-m", "engine.run.cli", "upgrade", "--office", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
