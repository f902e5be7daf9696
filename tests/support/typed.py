"""Commands as they are typed, what they answered, and what they left on the disk."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from engine.run.keeping.backup import DATABASE, MANIFEST
from tests.support.office import FOUNDED
from tests.support.victim import Day

#: So many cases the office has that commands are typed for.
CASES = 3
#: Types a command; returns the exit code, and what was said on standard output and on standard error.
Typed = Callable[..., tuple[int, str, str]]


def refused(answer: tuple[int, str, str], *words: str) -> None:
    """Check that a command was refused in one line, with these words in it."""
    code, out, errors = answer
    assert (code, out) == (1, "")
    assert errors.startswith("spean: ")
    assert errors.count("\n") == 1
    assert [word for word in words if word not in errors] == []


def change(folder: Path, statement: str, *values: object) -> None:
    """Change rows of the database beside the program."""
    with closing(sqlite3.connect(folder / "data" / DATABASE)) as database:
        assert database.execute(statement, values).rowcount > 0
        database.commit()


def dump(folder: Path) -> list[str]:
    """Return everything that stands in the database."""
    with closing(sqlite3.connect(folder / "data" / DATABASE)) as database:
        return list(database.iterdump())


def files(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder but those that an open database has beside it."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def names(folder: Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def rewritten(source: Path, target: Path, **changes: object) -> Path:
    """Copy a backup with another manifest."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            manifest = json.loads(old.read(MANIFEST)) | changes
            new.writestr(name, json.dumps(manifest) if name == MANIFEST else old.read(name))
    return target


def code_of(number: int) -> str:
    """Return the code of a case of these offices."""
    return Day(Path(), 0, FOUNDED).code(number)
