"""Scenario files as they were written: items in order, each with its line. Nothing is looked up here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place
from engine.protocol.reading.nodes import Entry, Scalar
from engine.protocol.reading.source import read
from engine.protocol.schema.forms import Desk, Form
from engine.protocol.schema.scenario import DEEDS, SCENARIO
from engine.run.protocols.files import read_bytes
from engine.run.scenarios.faults import ScenarioError


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happens or is looked at. ``deed``: its key, empty where it only looks or speaks."""

    form: Form
    deed: str

    @property
    def line(self) -> int:
        """The line in which the item begins."""
        return self.form.node.place.line

    def line_of(self, key: str) -> int:
        """Return the line of one of its keys."""
        return self.form.key_at(key).line if key in self.form.node.entries else self.line

    def get(self, key: str, default: Any = None) -> Any:
        """Return what a key holds, as the schema reads it."""
        return self.form.get(key, default)

    def word(self, key: str, default: str = "") -> str:
        """Return the one word behind a key."""
        return _text(self.form.get(key), default)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words behind a key."""
        return tuple(one.text for one in self.form.get(key, ()))

    def answers(self, key: str) -> dict[str, str]:
        """Return a table of answers as they were written; several codes of one answer are joined by commas."""
        return {name: ", ".join(words) for name, words in lists(self.form.get(key)).items()}

    @property
    def then(self) -> Form | None:
        """What must hold after it."""
        found: Form | None = self.form.get("then")
        return found


@dataclass(frozen=True, slots=True)
class Scene:
    """Items that know nothing of those of other scenes. ``begins`` is empty for the first one."""

    begins: str
    line: int
    items: tuple[Item, ...]

    @property
    def readers(self) -> frozenset[str]:
        """The fields and tracks of which it says who may read them."""
        looks = (one.then for one in self.items if one.then is not None)
        return frozenset(name for form in looks for name in lists(form.get("readers")))


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario. ``continues``: the name of another one, and the mark in it at which this one goes on."""

    file: str
    name: str
    title: dict[str, str]
    begins: str
    continues: tuple[str, str] | None
    scenes: tuple[Scene, ...]
    begins_line: int = 1

    @property
    def first(self) -> tuple[Item, ...]:
        """The items of the first scene: what other scenarios can go on from."""
        return self.scenes[0].items if self.scenes else ()


def lists(form: Form | None) -> dict[str, tuple[str, ...]]:
    """Return a table of lists as plain words."""
    return {} if form is None else {key: tuple(one.text for one in value) for key, value in form.values.items()}


def texts(form: Form | None) -> dict[str, str]:
    """Return a table of single words."""
    return {} if form is None else {key: _text(value) for key, value in form.values.items()}


def open_script(file: str) -> Script:
    """Read a scenario file. Raises ScenarioError with every mistake in it, FileError where it cannot be opened."""
    reading = read(file, read_bytes(file))
    desk, form = Desk(), None
    if reading.root is not None:
        form = SCENARIO.read(reading.root, (None, "", reading.root.place), desk)
    if form is not None:
        _check(form, file, desk)
    problems = (*reading.problems, *desk.problems)
    if problems or form is None:
        raise ScenarioError(problems)
    return Script(
        file=file,
        name=_text(form.get("scenario")),
        title=form.get("title"),
        begins=form.get("begins", ""),
        continues=_continues(form.get("continues")),
        scenes=tuple(_scenes([Item(one, _deed(one)) for one in form.get("story", [])])),
        begins_line=form.key_at("begins" if "begins" in form.values else "continues").line,
    )


def _check(form: Form, file: str, desk: Desk) -> None:
    """Check what no single key can know."""
    name, stem = _text(form.get("scenario")), posixpath.splitext(posixpath.basename(file))[0]
    if name and name != stem:
        hint = f"Write `scenario: {stem}`, or rename the file."
        desk.report("SP216", form.at("scenario"), form.way("scenario"), f"The file is called `{stem}`.", hint)
    if ("begins" in form.values) == ("continues" in form.values):
        message = "A scenario either `begins` at a time or `continues` another one."
        desk.report("SP202", form.place, form.trail, message, "Write one of the two: `begins: 2027-03-01 08:00`.")
    for one in form.get("story", []):
        deeds = [key for key in one.values if key in DEEDS]
        if len(deeds) > 1:
            message = f"One item does `{deeds[0]}` and `{deeds[1]}`; each item does one thing."
            desk.report("SP202", one.key_at(deeds[1]), one.way(deeds[1]), message, "Make two items of it.")


def _scenes(items: list[Item]) -> Iterator[Scene]:
    """Yield the scenes of a story: each begins with `anew`, the first with the story."""
    begins, line, found = "", 1, list[Item]()
    for item in items:
        if item.deed == "anew":
            if found:
                yield Scene(begins, line, tuple(found))
            begins, line, found = item.word("anew"), item.line, []
        else:
            found.append(item)
    yield Scene(begins, line, tuple(found))


def _deed(form: Form) -> str:
    return next((key for key in form.values if key in DEEDS), "")


def _continues(value: Form | Scalar | None) -> tuple[str, str] | None:
    if value is None:
        return None
    if isinstance(value, Form):
        return _text(value.get("scenario")), _text(value.get("until"))
    return value.text, ""


def _text(value: object, default: str = "") -> str:
    if isinstance(value, Scalar):
        return value.text
    return str(value) if value is not None else default


def line_of(form: Form, key: str) -> int:
    """Return the line in which a key of a table stands."""
    entry: Entry | None = form.node.entries.get(key)
    return entry.key.place.line if entry is not None else form.place.line


def entries(form: Form, key: str) -> Iterator[tuple[str, Any, int]]:
    """Yield the pairs of a table below a key, each with its line."""
    table: Form | None = form.get(key)
    for name, value in () if table is None else table.values.items():
        yield name, value, line_of(table, name) if table is not None else 0


def missing(file: str, name: str, line: int) -> ScenarioError:
    """Return the error of a scenario that goes on from one that is not there."""
    message = f"There is no scenario `{name}` beside this one."
    return ScenarioError((problem("SP222", Place(file, line), message, "Check the name behind `continues`."),))
