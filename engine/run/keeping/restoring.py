"""Bringing a backup back: a new office made from it, or its database in place of an office's own.

A new office is made beside its place and renamed. A database that can be read is replaced in one transaction; one
that cannot is put aside. Nothing that was there is deleted.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from engine.run.keeping.backup import DATABASE, Backup, BackupError, copy_database, unpack
from engine.run.setup.office import Office
from engine.run.setup.settings import load_settings
from engine.store.checkpoints import read_line
from engine.store.keyring import FileKeyring, read_master
from engine.store.points import passed
from engine.store.sql.database import Database


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of keys that are put into a restored office. ``lost``: there are none, nor will there be."""

    persons: Path | None = None
    master: Path | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of what was there.

    ``kept``: where the former database lies; ``lines``: where the published lines lie that were put aside.
    """

    backup: Backup
    kept: Path | None
    lines: Path | None


def restore_office(source: Path, folder: Path, keys: Keys = Keys()) -> Backup:
    """Make an office in a new or empty folder from a backup. Raises BackupError, and what the keys raise."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(
            f"{folder}: there is something already; name a new folder, or say --replace to put the backup's"
            " database in place of this office's."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=".restoring-") as room:
        new = Path(room) / "office"
        new.mkdir()
        backup = unpack(source, new)
        settings = load_settings(new)
        database = _file_of(settings.database_url)
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (new / DATABASE).replace(database)
        _put_keys(keys, new / settings.office.keys, new / settings.office.master_key)
        passed("restore: unpacked, not renamed")
        if folder.exists():
            folder.rmdir()
        new.rename(folder)
    return backup


def replace_database(office: Office, source: Path) -> Replaced:
    """Put a backup's database in place of the office's, whole, damaged or gone; keep the former one beside it.

    The keys stay as they are: who was erased since the backup stays erased. Published lines of checkpoints that the
    backup does not know are put aside, for their numbers come again. Raises BackupError.
    """
    current, now = _file_of(office.settings.database_url), office.time.now()
    kept = _unused(current, now)
    with tempfile.TemporaryDirectory(dir=current.parent) as room:
        backup = unpack(source, Path(room))
        office.close()
        if _can_be_read(current):
            copy_database(current, kept)
            _copy_into(Path(room) / DATABASE, current, kept)
        else:
            _put_aside(current, kept)
            (Path(room) / DATABASE).replace(current)
    lines = _lines_aside(office.settings.path(office.settings.office.checkpoints), backup, now)
    passed("restore: database replaced")
    return Replaced(backup, kept if kept.exists() else None, lines)


def _can_be_read(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as database:
            return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise BackupError(f"{path}: another process keeps the database locked; stop it first.") from error
        return False
    except sqlite3.DatabaseError:
        return False


def _copy_into(source: Path, current: Path, kept: Path) -> None:
    """Replace what a database holds, in one transaction."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(current, timeout=30)) as now:
        try:
            old.backup(now)
        except sqlite3.Error as error:
            kept.unlink()
            raise BackupError(f"{current}: the database cannot be replaced now ({error}).") from error


def _put_aside(current: Path, kept: Path) -> None:
    """Give a damaged database another name, and its log with it: beside a new database the log would be read."""
    for ending in ("-wal", "-shm", ""):
        part = current.with_name(current.name + ending)
        if part.exists():
            part.replace(kept.with_name(kept.name + ending))


def _lines_aside(path: Path, backup: Backup, now: datetime) -> Path | None:
    """Move the published lines that are later than the backup into a file of their own; return it."""
    if not path.is_file() or not backup.checkpoint:
        return None
    last = read_line(backup.checkpoint).number
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    later = [line for line in lines if read_line(line).number > last]
    if not later:
        return None
    aside = _unused(path, now)
    aside.write_text("".join(f"{line}\n" for line in later), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=path.parent) as room:
        earlier = Path(room) / path.name
        earlier.write_text("".join(f"{line}\n" for line in lines if line not in later), encoding="utf-8")
        earlier.replace(path)
    return aside


def _put_keys(given: Keys, persons: Path, master: Path) -> None:
    for file, wanted in ((given.persons, persons), (given.master, master)):
        wanted.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file is not None:
            _take_file(file, wanted)
    if given.lost:
        FileKeyring(persons, read_master(master), create=True).close()


def _take_file(given: Path, wanted: Path) -> None:
    try:
        shutil.copyfile(given, wanted)
        wanted.chmod(0o600)
    except OSError as error:
        raise BackupError(f"{given}: it cannot be read ({(error.strerror or '').lower()}).") from error


def _file_of(url: str) -> Path:
    path = Database(url).path
    if path is None:
        raise BackupError("A database that is no file is restored with its own tools.")
    return path


def _unused(path: Path, now: datetime) -> Path:
    """Return a name beside the file under which nothing lies."""
    names = (path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}-{number}") for number in count(1))
    return next(name for name in names if not name.exists())
