"""Files as checked forms: the protocol, what it includes, its calendars. Nothing is looked up between files here."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.protocol.problems import Place, Problem
from engine.protocol.reading.nodes import Node, Scalar, Table
from engine.protocol.reading.source import read
from engine.protocol.schema.forms import Desk, Form, Trail, suggest
from engine.protocol.schema.keys import CALENDAR, INCLUDED, OF_PROTOCOLS, PROTOCOL, SHARED
from engine.protocol.schema.tables import Record
from engine.protocol.sentences.words import show

Sources = Mapping[str, str | bytes]

PROTOCOL_FILE, CALENDAR_FILE, INCLUDED_FILE = "protocol", "calendar", "included"
_RECORDS: Mapping[str, Record] = {PROTOCOL_FILE: PROTOCOL, CALENDAR_FILE: CALENDAR, INCLUDED_FILE: INCLUDED}
_CALLED = {
    PROTOCOL_FILE: "a protocol",
    CALENDAR_FILE: "a calendar",
    INCLUDED_FILE: "a file to be included",
}
_USE = {
    PROTOCOL_FILE: "Name shared files here; a protocol includes no other protocol.",
    CALENDAR_FILE: "Name it under `calendar` of a protocol.",
    INCLUDED_FILE: "Check the protocol that includes it.",
}
_LANES = ("tracks", "forbidden")
#: Larger texts are refused by the reader and not worth keeping.
_KEPT = 262_144


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file read and checked by itself. ``form`` is None where it could not be used at all."""

    name: str
    form: Form | None
    problems: tuple[Problem, ...]


def kind_of(root: Node | None) -> str | None:
    """Return which of the files of a protocol this is: protocol, calendar or included; None for anything else."""
    if not isinstance(root, Table):
        return None
    keys = root.entries
    if "protocol" in keys or ("tracks" in keys and not OF_PROTOCOLS.isdisjoint(keys)):
        return PROTOCOL_FILE
    if "hours" in keys or "years" in keys or ("calendar" in keys and "zone" in keys):
        return CALENDAR_FILE
    return INCLUDED_FILE if any(key in SHARED or key in _LANES for key in keys) else None


def kind_of_file(name: str, text: str | bytes) -> str | None:
    """Return which of the files of a protocol a text is: protocol, calendar or included; None for anything else."""
    return kind_of(read(name, text).root)


def open_root(sources: Sources, name: str) -> Sheet:
    """Read the protocol file itself."""
    text = sources.get(name)
    if text is None:
        desk, there = Desk(), Place(name)
        hint = suggest(name, sources, "Check the name of the file.")
        desk.report("SP222", there, None, f"There is no file {show(name)}.", hint)
        return Sheet(name, None, tuple(desk.problems))
    return _read_sheet(name, text, PROTOCOL_FILE)


def open_part(name: str, text: str | bytes, kind: str) -> Sheet:
    """Read an included file or a calendar; read once for all protocols, while its text stays the same."""
    return _remembered(name, text, kind) if len(text) <= _KEPT else _read_sheet(name, text, kind)


@lru_cache(maxsize=64)
def _remembered(name: str, text: str | bytes, kind: str) -> Sheet:
    return _read_sheet(name, text, kind)


def _read_sheet(name: str, text: str | bytes, kind: str) -> Sheet:
    reading = read(name, text)
    desk, form = Desk(), None
    if reading.root is not None and not isinstance(reading.root, Scalar):
        trail: Trail = (None, "", reading.root.place)
        found = kind_of(reading.root)
        if found == kind or _passes_for(kind, reading.root, found):
            form = _RECORDS[kind].read(reading.root, trail, desk)
            _check_first(reading.root, trail, kind, desk)
        else:
            _refuse_kind(reading.root, trail, found, kind, desk)
    return Sheet(name, form, (*reading.problems, *desk.problems))


def _passes_for(kind: str, root: Node, found: str | None) -> bool:
    """Whether a file that looks like another kind is taken for what it is used as, so that its keys are judged."""
    keys = root.entries if isinstance(root, Table) else {}
    if kind == PROTOCOL_FILE:
        return found is None and "spean" in keys
    return kind == INCLUDED_FILE and found == PROTOCOL_FILE and "protocol" not in keys


def _refuse_kind(root: Node, trail: Trail, found: str | None, kind: str, desk: Desk) -> None:
    said = f"This is {_CALLED[found]}, not {_CALLED[kind]}." if found else f"This is not {_CALLED[kind]}."
    if kind == PROTOCOL_FILE and isinstance(root, Table) and "tracks" in root.entries:
        hint = "Check the protocol that includes it; if it is a protocol itself, add `protocol:` and `version:`."
        desk.report("SP217", trail[2], trail, said, hint)
    elif kind == PROTOCOL_FILE:
        hint = _USE.get(found or "", "A protocol begins with `spean: 1` and has `protocol`, `version` and `tracks`.")
        desk.report("SP217", trail[2], trail, said, hint)
    else:
        hint = _USE.get(found or "", "Check the name of the file.")
        desk.report("SP223", trail[2], trail, said, hint)


def _check_first(root: Node, trail: Trail, kind: str, desk: Desk) -> None:
    """``spean`` is the first key wherever it stands."""
    keys = root.entries if isinstance(root, Table) else {}
    if "spean" in keys and next(iter(keys)) != "spean":
        place = keys["spean"].key.place
        message = "`spean` must be the first key, so that everybody sees which language this is."
        desk.report("SP216", place, (trail, "spean", place), message, "Move the line `spean: 1` to the top.")


def beside(root: str, path: str) -> str | None:
    """Return the name of a file given from the folder of the root file; None if it would lie outside."""
    folder = posixpath.dirname(root)
    if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
        return None
    return posixpath.normpath(posixpath.join(folder, path))


def open_includes(root: Sheet, sources: Sources, desk: Desk) -> tuple[Sheet, ...]:
    """Return the files the protocol includes; what is missing or outside its folder is reported at the include."""
    form = root.form
    if form is None:
        return ()
    sheets: dict[str, Sheet] = {}
    for scalar in form.get("include", ()):
        name = beside(root.name, scalar.text)
        if name is None:
            message = f"{show(scalar.text)} does not lie in the folder of the protocol."
            hint = "Write a path from this file's folder, without `..`: `shared/limits.yaml`."
            desk.report("SP221", scalar.place, form.way("include"), message, hint)
        elif name not in sources:
            _report_absent(scalar, name, sources, form.way("include"), desk)
        elif name not in sheets and name != root.name:
            sheets[name] = open_part(name, sources[name], INCLUDED_FILE)
        else:
            message = f"{show(scalar.text)} is included already."
            desk.report("SP214", scalar.place, form.way("include"), message, "Delete one of the two.")
    return tuple(sheets.values())


def _report_absent(scalar: Scalar, name: str, sources: Sources, trail: Trail, desk: Desk) -> None:
    if desk.is_full(scalar.place.file):
        return
    folder = name.removesuffix(scalar.text)
    known = [one.removeprefix(folder) for one in sources if one.startswith(folder)]
    hint = suggest(scalar.text, known, "Check the path; it counts from the folder of this file.")
    desk.report("SP222", scalar.place, trail, f"There is no file {show(scalar.text)}.", hint)
