"""Replacing files so that a reader sees the old one or the new one, never half of one; several files, or none.

Each new text is written beside its file and made to last before the first file is replaced. If a replacement fails,
those already made are taken back. Only a machine that stops in the instant between two files can leave them apart;
each of them is whole even then.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import SpeanError


class ReplaceError(SpeanError):
    """The file cannot be replaced; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """The bytes of a file as they were read, and as they shall be."""

    old: bytes
    new: bytes


def replace_all(files: Mapping[str, Replacement]) -> None:
    """Replace the files of these names. Raises ReplaceError, and then every file is as it was.

    A file that no longer holds what was read has been changed by somebody else and is not replaced.
    """
    targets = {Path(os.path.realpath(name)): one for name, one in files.items()}
    beside: dict[Path, Path] = {}
    try:
        for path, one in targets.items():
            beside[path] = _write_beside(path, one.new)
        for path, one in targets.items():
            if path.read_bytes() != one.old:
                raise ReplaceError(
                    f"{path}: somebody has changed this file meanwhile; nothing is written, try again."
                )
        _rename(beside, targets)
    except OSError as error:
        raise _cannot(Path(error.filename2 or error.filename or "the file"), error) from error
    finally:
        for one_beside in beside.values():
            one_beside.unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    """Write a file in the folder of another, with its rights, and wait until it is on the disk."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    except OSError as error:
        raise _cannot(path, error) from error
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            shutil.copymode(path, name)
            os.fsync(file.fileno())
    except OSError as error:
        Path(name).unlink()
        raise _cannot(path, error) from error
    return Path(name)


def _rename(beside: Mapping[Path, Path], targets: Mapping[Path, Replacement]) -> None:
    done: list[Path] = []
    try:
        for path, new in beside.items():
            new.replace(path)
            done.append(path)
    except BaseException:
        _take_back({path: targets[path].old for path in done})
        raise
    for folder in {path.parent for path in beside}:
        _sync(folder)


def _take_back(old: Mapping[Path, bytes]) -> None:
    left = list(old)
    try:
        for path, content in old.items():
            _write_beside(path, content).replace(path)
            left.remove(path)
    except (OSError, ReplaceError) as error:
        names = ", ".join(str(path) for path in left)
        raise ReplaceError(f"{names}: changed already, and not to be changed back; check these files.") from error


def _sync(folder: Path) -> None:
    """Make the new names last, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _cannot(path: Path, error: OSError) -> ReplaceError:
    reason = (error.strerror or "the system does not say why").lower()
    return ReplaceError(f"{path}: the file cannot be replaced ({reason}); nothing was changed.")
