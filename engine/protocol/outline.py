"""What the files of a protocol say beside its meaning: where things stand, who must adopt which file, texts.

Reading aids need it: an article names its line, a front page the authorities, a sentence the words of an answer.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.core.model import Text
from engine.protocol.building.places import Places
from engine.protocol.problems import Place
from engine.protocol.schema.forms import Desk, Form
from engine.protocol.schema.sheets import Sheet, Sources, open_includes, open_root

#: What a writer puts behind Khmer words he is not sure of.
_DOUBT = re.compile(r"#\s*km:\s*for review")
_KHMER = re.compile(r"""\bkm:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^,}#"'][^,}#]*))""")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a protocol, as seen from its folder; ``authority``: who must adopt it, if that is said."""

    file: str
    title: Text = field(default_factory=dict)
    authority: Text = field(default_factory=dict)
    status: str = "draft"
    adopted_by: str = ""
    adopted_on: date | None = None


@dataclass(frozen=True)
class Outline:
    """The files of a protocol: places by path of keys, parts as included, texts of answers, doubtful texts."""

    folder: str
    places: Places
    parts: tuple[Part, ...]
    answers: Mapping[tuple[str, str], Text]
    doubtful: frozenset[str]

    def place(self, path: str) -> str:
        """Return where a path of keys stands: ``lanes/medical.yaml, line 118``."""
        place = self.find(path)
        return f"{place.file}:{place.line}"

    def find(self, path: str) -> Place:
        """Return the place of a path of keys, its file as seen from the protocol's folder."""
        place = self.places.key(path)
        return Place(posixpath.relpath(place.file, self.folder), place.line, place.column)


def outline(sources: Sources, root: str) -> Outline:
    """Return the outline of the protocol in the file ``root``, which compiles without errors."""
    sheet = open_root(sources, root)
    sheets = (sheet, *open_includes(sheet, sources, Desk(sources)))
    folder = posixpath.dirname(root) or "."
    forms = [one.form for one in sheets if one.form is not None]
    return Outline(
        folder,
        Places(*(form.node for form in forms)),
        tuple(_part(one, folder) for one in sheets),
        dict(_answers(forms)),
        frozenset(text for one in sheets for text in doubtful(_decoded(sources[one.name]))),
    )


def doubtful(text: str) -> Iterator[str]:
    """Yield the Khmer texts of the lines that their writer has marked for review."""
    for line in text.splitlines():
        found = _DOUBT.search(line)
        if found is not None:
            for double, single, plain in _KHMER.findall(line[: found.start()]):
                yield double or single.replace("''", "'") or plain.strip()


def _part(sheet: Sheet, folder: str) -> Part:
    form, file = sheet.form, posixpath.relpath(sheet.name, folder)
    if form is None:
        return Part(file)
    return Part(
        file,
        form.get("title", {}),
        form.get("authority", {}),
        form.get("status", "draft"),
        form.get("adopted_by", ""),
        form.get("adopted_on"),
    )


def _answers(forms: list[Form]) -> Iterator[tuple[tuple[str, str], Text]]:
    """Yield the words of each answer, by field and code."""
    lists: dict[str, dict[str, Text]] = {}
    for form in forms:
        given: Form | None = form.get("code_lists")
        for id_, one in given.values.items() if given is not None else ():
            lists[id_] = _texts(one.get("codes") if isinstance(one, Form) and one.gives("codes") else one)
    for form in forms:
        fields: Form | None = form.get("fields")
        for id_, one in fields.forms() if fields is not None else ():
            named = one.get("code_list")
            texts = lists.get(named.text, {}) if named is not None else _texts(one.get("codes"))
            yield from (((id_, code), text) for code, text in texts.items())


def _texts(codes: object) -> dict[str, Text]:
    """Return the words of codes that are written as a table."""
    return dict(codes.values) if isinstance(codes, Form) else {}


def _decoded(text: str | bytes) -> str:
    return text.decode("utf-8-sig", "replace") if isinstance(text, bytes) else text
