"""What ``spean check`` does: every problem of every file, and what each protocol holds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.core.model import Protocol
from engine.protocol.building.calendar_files import Calendars
from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem, Severity
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk
from engine.protocol.schema.sheets import CALENDAR_FILE, INCLUDED_FILE, PROTOCOL_FILE, kind_of_file, open_part
from engine.run.protocols.files import FileError, Neighbours, compile_file, read_bytes, yaml_files

#: What a protocol is told because of its calendar, and what is added where others count by the same one.
_OF_CALENDARS = frozenset({"SP610"})
_ALSO = "The same holds for {} more of these files."


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of all files, by file and line, and the protocols that could be compiled."""

    problems: tuple[Problem, ...]
    protocols: tuple[Protocol, ...]

    @property
    def errors(self) -> int:
        """How many problems keep a file from being used."""
        return sum(one.severity is Severity.ERROR for one in self.problems)

    @property
    def warnings(self) -> int:
        """How many are valid but dangerous."""
        return len(self.problems) - self.errors

    def as_json(self) -> dict[str, object]:
        """Return the document of ``spean check --format json``."""
        return {
            "problems": [one.as_json() for one in self.problems],
            "protocols": [count(protocol) for protocol in self.protocols],
        }


def count(protocol: Protocol) -> dict[str, str | int]:
    """Return how much a protocol holds. Actions at any step count once for their track."""
    tracks = tuple(protocol.tracks.values())
    steps = [step for track in tracks for step in track.steps.values()]
    tasks = [task for step in steps for task in step.tasks.values()]
    return {
        "protocol": protocol.id,
        "version": protocol.version,
        "tracks": len(tracks),
        "steps": len(steps),
        "actions": sum(len(step.actions) for step in steps) + sum(len(track.at_any_step) for track in tracks),
        "deadlines": sum(len(one.deadlines) for one in steps) + sum(len(one.deadlines) for one in tasks),
    }


def check(paths: Iterable[str]) -> Checked:
    """Check files and folders. A folder stands for its protocols, with what they include."""
    problems: dict[Problem, None] = {}
    protocols: dict[str, Protocol] = {}
    for path in paths:
        for name, kind in _files(path, problems):
            if kind in {CALENDAR_FILE, INCLUDED_FILE}:
                problems |= dict.fromkeys(_check_part(name, kind))
            elif name not in protocols:
                _check_protocol(name, problems, protocols)
    in_order = sorted(problems, key=lambda one: (one.place, one.code))
    return Checked(tuple(_folded(in_order)), tuple(protocols.values()))


def _folded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what is wrong with a calendar once, at the first protocol that counts by it: ten lines hide another."""
    shared: dict[tuple[str, str], list[Problem]] = {}
    for one in problems:
        shared.setdefault((one.code, one.message if one.code in _OF_CALENDARS else repr(one)), []).append(one)
    for first, *others in shared.values():
        count = len({one.place.file for one in others} - {first.place.file})
        yield replace(first, message=f"{first.message} {_ALSO.format(count)}") if count else first


def _files(path: str, problems: dict[Problem, None]) -> Iterator[tuple[str, str | None]]:
    """Yield what a path stands for, with the kind of each file."""
    if not _is_folder(path):
        yield from _kinds([path], problems)
        return
    # Shared files and calendars are checked through their protocols; what is none of the three says so.
    found = _kinds(sorted(yaml_files(path)), problems)
    named = [(name, kind) for name, kind in found if kind not in {CALENDAR_FILE, INCLUDED_FILE}]
    if not any(kind == PROTOCOL_FILE for _, kind in named):
        problems[_absent(path, "There is no protocol in this folder.")] = None
    yield from named


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _kinds(names: Iterable[str], problems: dict[Problem, None]) -> list[tuple[str, str | None]]:
    found = []
    for name in names:
        try:
            found.append((posixpath.normpath(name), kind_of_file(name, read_bytes(name))))
        except FileError as error:
            problems[_absent(name, f"The file cannot be opened: {error.reason}.")] = None
    return found


def _absent(path: str, message: str) -> Problem:
    return problem("SP222", Place(path), message, "Give the name of a protocol file, or of a folder with such files.")


def _check_protocol(name: str, problems: dict[Problem, None], protocols: dict[str, Protocol]) -> None:
    compiled = compile_file(name)
    problems |= dict.fromkeys(compiled.problems)
    if compiled.protocol is not None:
        protocols[name] = compiled.protocol


def _check_part(name: str, kind: str) -> Iterator[Problem]:
    """Check a file that is no protocol by itself: its keys and values, not what others say of it."""
    yield from open_part(name, read_bytes(name), kind).problems
    folder, file = posixpath.split(name)
    if kind != CALENDAR_FILE or posixpath.basename(folder) != "calendars":
        return
    root = posixpath.join(posixpath.dirname(folder), "protocol.yaml")
    calendars = Calendars(root, Neighbours(root), Desk())
    calendars.name(Scalar(posixpath.splitext(file)[0], Place(name)), (None, "", Place(name)))
    for sheet in calendars.sheets.values():
        yield from sheet.problems
