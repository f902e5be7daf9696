"""Protocol files on disk: the only place that reads them. From paths to sources, from a protocol to a library."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from engine.core.deciding.library import Library, library_of
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.protocol.compile import Compiled, compile  # noqa: A004 - the word of the architecture
from engine.protocol.outline import Outline, outline
from engine.protocol.problems import Problem, Severity

#: A file may hold so much (28); one byte more is read, so that a larger one is seen to be larger.
LARGEST_FILE = 256 * 1024
#: So many neighbours of a protocol are looked at for "did you mean".
MOST_NEIGHBOURS = 500
_SUFFIXES = (".yaml", ".yml")


class FileError(SpeanError):
    """The file cannot be opened; check its name."""

    def __init__(self, name: str, reason: str) -> None:
        """Say which file and why."""
        self.reason = reason
        super().__init__(f"{name}: the file cannot be opened ({reason}); check its name.")


class ProtocolError(SpeanError):
    """The protocol has errors; `spean check` lists them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Name the first error and how many there are."""
        errors = [one for one in problems if one.severity is Severity.ERROR]
        place = errors[0].place
        more = f" ({len(errors) - 1} more errors)" if len(errors) > 1 else ""
        super().__init__(
            f"{place.file}, line {place.line}, column {place.column}: {errors[0].message} {errors[0].hint}{more}"
        )


class Neighbours(Mapping[str, bytes]):
    """The files beside a protocol by their names, each read when it is asked for, and only once.

    Iterating names what lies in the protocol's folder and the folders in it, for suggestions.
    """

    def __init__(self, root: str) -> None:
        """Look from the protocol file ``root``."""
        self._root = root
        self._folder = posixpath.dirname(root)
        self._read: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._read:
            if not self._lies_inside(name) or not is_readable(name):
                raise KeyError(name)
            self._read[name] = read_bytes(name)
        return self._read[name]

    def opened(self) -> dict[str, bytes]:
        """Return the files that were read, by name."""
        return dict(self._read)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._read or (self._lies_inside(name) and is_readable(name)))

    def _lies_inside(self, name: str) -> bool:
        """Return whether no link leads out of the folder: who sends files must not choose what else is read."""
        try:
            folder = os.path.realpath(self._folder or ".")
            return name == self._root or os.path.commonpath([folder, os.path.realpath(name)]) == folder
        except ValueError:
            return False  # no file can have this name

    def __iter__(self) -> Iterator[str]:
        own = sorted(yaml_files(self._folder or "."))
        inner = (file for folder in sorted(_folders(self._folder or ".")) for file in sorted(yaml_files(folder)))
        for _, file in zip(range(MOST_NEIGHBOURS), (*own, *inner), strict=False):
            yield posixpath.normpath(file)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def is_readable(name: str) -> bool:
    """Return whether there is a plain file of this name that may be opened."""
    try:
        with _opened(name):
            return True
    except FileError:
        return False


def read_bytes(name: str, most: int = LARGEST_FILE) -> bytes:
    """Return the bytes of a file, of one larger than ``most`` no more than shows that it is too large."""
    try:
        with _opened(name) as file:
            return file.read(most + 1)
    except OSError as error:
        raise FileError(name, (error.strerror or "it cannot be read").lower()) from error


def _opened(name: str) -> BinaryIO:
    """Open a plain file, and nothing that could make us wait or never end: no pipe, no device."""
    try:
        number = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no file can have this name"
        raise FileError(name, reason.lower()) from error
    kind = os.fstat(number).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(number, "rb")
    os.close(number)
    raise FileError(name, "it is a folder" if stat.S_ISDIR(kind) else "it is no plain file")


def yaml_files(folder: str) -> Iterator[str]:
    """Yield the YAML files of a folder, not those of folders in it."""
    for entry in _entries(folder):
        if entry.suffix in _SUFFIXES and entry.is_file():
            yield entry.as_posix()


def _folders(folder: str) -> Iterator[str]:
    return (entry.as_posix() for entry in _entries(folder) if entry.is_dir() and not entry.name.startswith("."))


def _entries(folder: str) -> list[Path]:
    try:
        return list(Path(folder).iterdir())
    except OSError:
        return []  # suggestions are made from what can be seen


def compile_file(name: str, *, warn: bool = True) -> Compiled:
    """Compile a protocol from disk with what it includes. Bad files are problems; only a missing one raises."""
    root = posixpath.normpath(name)
    sources = Neighbours(root)
    if root not in sources:
        read_bytes(root)  # says why
    return compile(sources, root, warn=warn)


def outline_file(name: str) -> Outline:
    """Return what the files of a protocol without errors say beside its meaning."""
    root = posixpath.normpath(name)
    return outline(Neighbours(root), root)


def load(name: str) -> tuple[Protocol, Library]:
    """Return a protocol, draft or not, ready to decide with. Raises ProtocolError where it has errors."""
    compiled = compile_file(name, warn=False)
    if compiled.protocol is None:
        raise ProtocolError(compiled.problems)
    return compiled.protocol, library_of([compiled.protocol], compiled.calendars.values())
