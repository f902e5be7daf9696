"""Backups: one file with the database of one instant, the settings and the protocols; the keys apart from it.

A backup without the keys tells nobody anything private, and a person whose key is gone stays erased, whatever is
restored. Both are written beside their place and renamed: a backup is whole or it is not there.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from engine.core.errors import SpeanError
from engine.run.setup.office import Office
from engine.run.setup.settings import FILE
from engine.store.points import passed
from engine.store.ports import CorruptError
from engine.store.sql import schema
from engine.store.sql.database import Database

MANIFEST, DATABASE = "manifest.json", "spean.db"
_FORM = "spean backup 1"
#: No backup holds more beside the database; one that says so is none of ours.
_LARGEST_FILE = 50 * 1024 * 1024


class BackupError(SpeanError):
    """The backup cannot be made or used; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: when it was made (UTC), the schema of its database, the line of the checkpoint made with it.

    ``office``: the mark of the office it is of; empty in backups of the first versions.
    """

    made: datetime
    schema: str
    checkpoint: str
    office: str = ""


def back_up(office: Office, target: Path, *, checkpoint: str) -> Backup:
    """Write a backup of the office as it is now, while others work on. Raises BackupError."""
    folder, settings = office.settings.folder, office.settings.office
    made = Backup(office.time.now(), schema.version_of(office.database), checkpoint, office.mark)
    secret = {office.settings.path(settings.keys), office.settings.master_key_file}
    with _beside(target) as waiting, tempfile.TemporaryDirectory(dir=target.absolute().parent) as room:
        copy = Path(room) / DATABASE
        copy_database(_file_of(office.database), copy)
        passed("backup: database copied")
        files = {DATABASE: copy, FILE: folder / FILE}
        for name in (settings.protocols, settings.templates):
            found = (one for one in _files_in(folder / name, folder) if one not in secret)
            files |= {one.relative_to(folder).as_posix(): one for one in found}
        if (folder / settings.checkpoints).is_file():
            files[settings.checkpoints] = folder / settings.checkpoints
        _pack(waiting, files, made)
        waiting.chmod(0o600)
        passed("backup: written, not renamed")
    return made


def back_up_keys(office: Office, target: Path) -> None:
    """Write a copy of the file of keys, each wrapped by the master key. Keep only the newest. Raises BackupError."""
    source = office.settings.path(office.settings.office.keys)
    with _beside(target) as waiting:
        copy_database(source, waiting)
        waiting.chmod(0o600)


def unpack(source: Path, folder: Path) -> Backup:
    """Unpack a backup into a folder, after every file of it was found whole. Raises BackupError."""
    try:
        with zipfile.ZipFile(source) as packed:
            backup, sums = _manifest(source, packed)
            if set(packed.namelist()) != {*sums, MANIFEST}:
                raise BackupError(f"{source}: the backup holds other files than it says; use another backup.")
            for name, wanted in sums.items():
                if _unpack_file(packed, name, folder) != wanted:
                    raise BackupError(f"{source}: {name} is damaged; use another backup.")
    except OSError as error:
        raise BackupError(
            f"{source}: it cannot be read ({(error.strerror or 'no reason is known').lower()})."
        ) from error
    # NotImplementedError: packed in a way that zipfile cannot read; RuntimeError: packed under a password.
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BackupError(f"{source}: this is no whole backup ({type(error).__name__}); use another one.") from error
    if backup.schema > schema.HEAD:
        raise BackupError(f"{source}: a newer Spean made this backup (schema {backup.schema}); use that version.")
    _check_database(source, folder / DATABASE)
    return backup


def _manifest(source: Path, packed: zipfile.ZipFile) -> tuple[Backup, dict[str, str]]:
    try:
        if packed.getinfo(MANIFEST).file_size > _LARGEST_FILE:
            raise ValueError("a manifest that is too large")
        found = json.loads(packed.read(MANIFEST))
        sums = {_safe(name): str(digest) for name, digest in found["files"].items()}
        if found["form"] != _FORM or DATABASE not in sums:
            raise BackupError(f"{source}: this is no backup of Spean; name the file that `spean backup` wrote.")
        made, about = datetime.fromisoformat(found["made"]), (str(found["schema"]), str(found["checkpoint"]))
        return Backup(made, *about, str(found.get("office", ""))), sums
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BackupError(
            f"{source}: this is no backup of Spean; name the file that `spean backup` wrote."
        ) from error


def _safe(name: str) -> str:
    """Refuse a name that leads out of the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise ValueError("a name that leads elsewhere")
    return name


def _unpack_file(packed: zipfile.ZipFile, name: str, folder: Path) -> str:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if name != DATABASE and packed.getinfo(name).file_size > _LARGEST_FILE:
        raise ValueError("a file that is too large")
    digest = sha256()
    with packed.open(name) as file, target.open("wb") as out:
        while part := file.read(1 << 20):
            digest.update(part)
            out.write(part)
    return digest.hexdigest()


def _check_database(source: Path, path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    try:
        with database.read() as connection:
            is_whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        if not is_whole or not schema.version_of(database):
            raise BackupError(f"{source}: its database is damaged; use another backup.")
    except CorruptError as error:
        raise BackupError(f"{source}: its database is damaged; use another backup.") from error
    finally:
        database.close()


def _pack(target: Path, files: dict[str, Path], made: Backup) -> None:
    sums = {name: _digest(path) for name, path in files.items()}
    manifest = {
        "form": _FORM,
        "made": made.made.astimezone(UTC).isoformat(),
        "schema": made.schema,
        "checkpoint": made.checkpoint,
        "office": made.office,
        "files": sums,
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, path in files.items():
            packed.write(path, name)
        packed.writestr(MANIFEST, json.dumps(manifest, indent=2))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _files_in(folder: Path, office: Path) -> Iterator[Path]:
    """Yield the files of a folder of the office; nothing of a folder that lies elsewhere."""
    if folder.is_dir() and folder.is_relative_to(office):
        yield from sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database as it is at one instant; without what was deleted, which a plain copy would hold."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise BackupError(f"{source}: it cannot be copied to {target} ({error}).") from error


def _file_of(database: Database) -> Path:
    if database.path is None:
        raise BackupError("A database that is no file is backed up with its own tools.")
    return database.path


def check_new(target: Path) -> None:
    """Refuse a file that is there already, or a place in no folder. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target}: there is a file already; choose another name.")
    if not target.absolute().parent.is_dir():
        raise BackupError(f"{target}: there is no such folder; make it first.")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a name beside the target; rename the file when it is whole and on the disk. Never over another."""
    check_new(target)
    waiting = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield waiting
        with waiting.open("rb") as file:
            os.fsync(file.fileno())
        waiting.replace(target)
    finally:
        waiting.unlink(missing_ok=True)
