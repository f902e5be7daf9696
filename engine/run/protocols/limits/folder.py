"""A folder of protocols with what they include, compiled as it lies on the disk, or as it would be after a change."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.protocol.compile import Compiled
from engine.protocol.compile import compile as compile_protocol
from engine.protocol.problems import Problem, Severity
from engine.protocol.schema.forms import Desk
from engine.protocol.schema.sheets import (
    CALENDAR_FILE,
    INCLUDED_FILE,
    Sheet,
    kind_of_file,
    open_includes,
    open_root,
)
from engine.run.protocols.files import Neighbours, ProtocolError, yaml_files


class FolderError(SpeanError):
    """There is no protocol in this folder; name the right one with --protocols."""

    def __init__(self, path: str) -> None:
        """Say which folder."""
        super().__init__(f"{path}: there is no protocol in this folder; name the right one with --protocols.")


class Texts(Mapping[str, bytes]):
    """The files of a folder by their names, some of them with another text."""

    def __init__(self, files: Mapping[str, bytes], changed: Mapping[str, bytes]) -> None:
        self._files = files
        self._changed = changed

    def __getitem__(self, name: str) -> bytes:
        return self._changed[name] if name in self._changed else self._files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True, slots=True)
class Folder:
    """The protocols of a folder. ``files`` are the texts by name, ``compiled`` what each protocol file means."""

    path: str
    files: Mapping[str, bytes]
    compiled: Mapping[str, Compiled]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every file once, by file and line."""
        found = dict.fromkeys(one for each in self.compiled.values() for one in each.problems)
        return tuple(sorted(found, key=lambda one: (one.place, one.code)))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep a file from being used."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """The protocols without errors, in the order of their files."""
        return tuple(one.protocol for one in self.compiled.values() if one.protocol is not None)

    def sheets(self, root: str) -> tuple[Sheet, ...]:
        """Return a protocol file and what it includes."""
        sheet = open_root(self.files, root)
        return (sheet, *open_includes(sheet, self.files, Desk()))

    def short(self, name: str) -> str:
        """Return the name of a file as seen from the folder."""
        return posixpath.relpath(name, self.path)

    def changed(self, texts: Mapping[str, bytes]) -> Folder:
        """Return the folder as it would be with other texts; nothing is written."""
        return _compiled(self.path, Texts(self.files, texts), self.compiled)


def open_folder(path: str) -> Folder:
    """Return the protocols of a folder. Raises FolderError without any, ProtocolError where one has errors."""
    here = posixpath.normpath(path)
    files = Neighbours(posixpath.join(here, "protocol.yaml"))
    named = [posixpath.normpath(name) for name in sorted(yaml_files(here))]
    parts = (CALENDAR_FILE, INCLUDED_FILE)
    roots = [name for name in named if name in files and kind_of_file(name, files[name]) not in parts]
    if not roots:
        raise FolderError(path)
    folder = _compiled(here, files, roots)
    if folder.errors:
        raise ProtocolError(folder.errors)
    return folder


def _compiled(path: str, files: Mapping[str, bytes], roots: Mapping[str, Compiled] | list[str]) -> Folder:
    return Folder(path, files, {root: compile_protocol(files, root) for root in roots})
