"""The flat list of limits: one row for each limit of every file, with where it is used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from engine.core.model import Deadline, Protocol
from engine.protocol.editing.edits import plain
from engine.protocol.editing.quoting import Content
from engine.protocol.problems import Place
from engine.protocol.schema.forms import Form
from engine.run.protocols.limits.cells import KEYS, show
from engine.run.protocols.limits.folder import Folder

FILE, ID, USED_BY, AS_EXPORTED = "file", "id", "used_by", "as_exported"
#: The columns of the table, in order. Those of no key are only shown; ``file`` and ``id`` name the limit.
COLUMNS = (FILE, ID, *KEYS, USED_BY, AS_EXPORTED)
READ_ONLY = (FILE, USED_BY, AS_EXPORTED)
_STATUS = {"status": "proposed"}


@dataclass(frozen=True, slots=True)
class Row:
    """One limit: its file as seen from the folder, its place, what is written behind its keys, and its deadlines.

    ``used_by`` holds ``protocol.track.step.deadline`` or, for a task, ``protocol.track.step.task.deadline``.
    """

    file: str
    id: str
    place: Place
    contents: Mapping[str, Content]
    used_by: tuple[str, ...]

    def cells(self) -> dict[str, str]:
        """Return the cells of the row by column."""
        said = {**_STATUS, **self.contents}
        cells = {FILE: self.file, ID: self.id, **{key: show(said.get(key)) for key in KEYS}}
        cells[USED_BY] = "; ".join(self.used_by)
        return {**cells, AS_EXPORTED: _fingerprint(cells)}


def _fingerprint(cells: Mapping[str, str]) -> str:
    """Return a short mark of what a row said. Its letter keeps spreadsheets from taking it for a number."""
    return f"v{sha256(json.dumps(cells).encode()).hexdigest()[:12]}"


def list_rows(folder: Folder) -> list[Row]:
    """Return the limits of all protocols and of what they include, in the order of the files."""
    forms: dict[tuple[str, str], Form] = {}
    used: dict[tuple[str, str], list[str]] = {}
    for root, compiled in folder.compiled.items():
        homes = dict(_limits(folder, root))
        forms |= {(form.place.file, id_): form for id_, form in homes.items()}
        if compiled.protocol is not None:
            for id_, way in _uses(compiled.protocol):
                used.setdefault((homes[id_].place.file, id_), []).append(way)
    return [
        Row(folder.short(file), id_, form.place, _contents(form), tuple(used.get((file, id_), ())))
        for (file, id_), form in forms.items()
    ]


def _limits(folder: Folder, root: str) -> Iterator[tuple[str, Form]]:
    for sheet in folder.sheets(root):
        limits: Form | None = sheet.form.get("limits") if sheet.form is not None else None
        if limits is not None:
            yield from limits.forms()


def _contents(form: Form) -> dict[str, Content]:
    said = ((key, plain(entry.value)) for key, entry in form.node.entries.items())
    # One word of a list may stand without brackets; in the table it is a list of one.
    return {key: _as_written(key, content) for key, content in said if content is not None}


def _as_written(key: str, content: Content) -> Content:
    return (content,) if key == "ref" and isinstance(content, str) else content


def _uses(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """Yield the limits of the list that deadlines name, with the way to each deadline."""
    listed = {id(limit): id_ for id_, limit in protocol.limits.items()}
    for way, deadline in _deadlines(protocol):
        if id(deadline.limit) in listed:
            yield listed[id(deadline.limit)], f"{protocol.id}.{way}"


def _deadlines(protocol: Protocol) -> Iterator[tuple[str, Deadline]]:
    for track in protocol.tracks.values():
        for step in track.steps.values():
            here = f"{track.id}.{step.id}"
            yield from ((f"{here}.{id_}", one) for id_, one in step.deadlines.items())
            for task in step.tasks.values():
                yield from ((f"{here}.{task.id}.{id_}", one) for id_, one in task.deadlines.items())
