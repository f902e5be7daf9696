"""Bringing protocol files into use: compiled, checked, and written into the registry with their texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.protocol.compile import Compiled, compile  # noqa: A004 - the word of the architecture
from engine.protocol.problems import Severity
from engine.run.files import Neighbours, ProtocolError, yaml_files
from engine.run.office import Office


class NoProtocolError(SpeanError):
    """There is no protocol file in this folder."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A protocol that was looked at, and whether it or its texts are new."""

    protocol: Protocol
    is_new: bool


def install_folder(office: Office, folder: Path, *, by: str) -> list[Installation]:
    """Install every protocol of a folder; if one has errors, none.

    Raises ProtocolError, VersionError, NoProtocolError.
    """
    files = sorted(yaml_files(str(folder)))
    if not files:
        raise NoProtocolError(f"{folder}: there is no protocol file here.")
    compiled = [_compiled(Path(file)) for file in files]
    return [install(office, *one, by=by) for one in compiled]


def install_file(office: Office, file: Path, *, by: str) -> Installation:
    """Install one protocol. Raises ProtocolError, VersionError."""
    return install(office, *_compiled(file), by=by)


def install(office: Office, compiled: Compiled, sources: dict[str, bytes], *, by: str) -> Installation:
    """Install a compiled protocol with the files it was compiled from."""
    if compiled.protocol is None:
        raise AssertionError("a protocol with errors is refused before")
    now = office.time.now()
    is_new = office.registry.install(compiled.protocol, sources, compiled.calendars, now=now, by=by)
    return Installation(compiled.protocol, is_new)


def _compiled(file: Path) -> tuple[Compiled, dict[str, bytes]]:
    neighbours = Neighbours(file.as_posix())
    compiled = compile(neighbours, file.as_posix(), warn=False)
    if compiled.protocol is None:
        raise ProtocolError(tuple(one for one in compiled.problems if one.severity is Severity.ERROR))
    folder = file.parent.as_posix()
    return compiled, {name.removeprefix(f"{folder}/"): text for name, text in neighbours.opened().items()}
