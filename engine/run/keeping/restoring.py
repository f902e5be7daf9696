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
from time import monotonic

from engine.run.keeping.backup import DATABASE, Backup, BackupError, copy_database, unpack
from engine.run.setup.office import MARK, Office, mark_of
from engine.run.setup.settings import Settings, load_settings
from engine.store.checkpoints import CheckpointError, read_line
from engine.store.keyring import FileKeyring, derive, read_master
from engine.store.points import passed
from engine.store.sql.database import PATIENCE_SECONDS, Database


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of keys that are put into a restored office."""

    persons: Path | None = None
    master: Path | None = None


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
        for given, wanted in (
            (new / DATABASE, _file_of(settings.database_url)),
            (keys.persons, settings.path(settings.office.keys)),
            (keys.master, settings.path(settings.office.master_key)),
        ):
            _put(given, wanted, new)
        if keys.persons is not None and keys.master is not None:
            _check_keys(backup, source, settings)
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
        if backup.office not in ("", office.mark):
            raise BackupError(f"{source}: this is the backup of another office; its persons' keys are not here.")
        published = office.settings.path(office.settings.office.checkpoints)
        earlier, later = _parted(published, backup)  # a line that cannot be read is told before anything is replaced
        office.close()
        if _can_be_read(current):
            copy_database(current, kept)
            _copy_into(Path(room) / DATABASE, current, kept)
        else:
            _put_aside(current, kept)
            (Path(room) / DATABASE).replace(current)
    lines = _put_lines_aside(published, earlier, later, now) if later else None
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
    """Replace what a database holds, in one transaction, if no other process keeps it locked."""
    until = monotonic() + PATIENCE_SECONDS

    def give_up(status: int, _left: int, _all: int) -> None:
        """Ask again while another process keeps the database, but not for ever."""
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and monotonic() > until:
            raise sqlite3.OperationalError("another process keeps it locked")

    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(current, timeout=1)) as now:
            old.backup(now, progress=give_up)
    except sqlite3.Error as error:
        kept.unlink()
        raise BackupError(f"{current}: the database cannot be replaced now ({error}).") from error


def _put_aside(current: Path, kept: Path) -> None:
    """Give a damaged database another name, and its log with it: beside a new database the log would be read."""
    for ending in ("-wal", "-shm", ""):
        part = current.with_name(current.name + ending)
        if part.exists():
            part.replace(kept.with_name(kept.name + ending))


def _parted(path: Path, backup: Backup) -> tuple[list[str], list[str]]:
    """Return the published lines that the backup knows, and the later ones. Raises BackupError."""
    if not path.is_file() or not backup.checkpoint:
        return [], []
    last = read_line(backup.checkpoint).number
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        later = [line for line in lines if read_line(line).number > last]
    except CheckpointError as error:
        raise BackupError(
            f"{path}: a line of it is no published checkpoint; nothing was replaced. Move the file away, or take"
            " out what was added to it by hand."
        ) from error
    return [line for line in lines if line not in later], later


def _put_lines_aside(path: Path, earlier: list[str], later: list[str], now: datetime) -> Path:
    """Move the later lines into a file of their own; return it."""
    aside = _unused(path, now)
    aside.write_text("".join(f"{line}\n" for line in later), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=path.parent) as room:
        kept = Path(room) / path.name
        kept.write_text("".join(f"{line}\n" for line in earlier), encoding="utf-8")
        kept.replace(path)
    return aside


def _put(given: Path | None, wanted: Path, new: Path) -> None:
    """Put a file where the settings want it. What lies outside the new office is another's: never over that."""
    if not wanted.is_relative_to(new) and wanted.exists():
        raise BackupError(
            f"{wanted}: spean.toml of the backup names this place, and there is something already;"
            " nothing was changed. Move it away first, if it is of no use any more."
        )
    wanted.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if given is not None and given.parent == new:
        shutil.move(given, wanted)
        wanted.chmod(0o600)
    elif given is not None:
        _take_file(given, wanted)


def _check_keys(backup: Backup, source: Path, settings: Settings) -> None:
    """Refuse a master key of another office, and persons' keys of another master key."""
    master = read_master(settings.path(settings.office.master_key))
    if backup.office and backup.office != mark_of(derive(master, MARK)):
        raise BackupError(f"{source}: this master key is that of another office; name the right one.")
    FileKeyring(settings.path(settings.office.keys), master).close()


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
