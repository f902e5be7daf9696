"""Runs scenarios: what each of them expects is compared with what the protocols do."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from engine.core.clocks.calendar import Calendar
from engine.core.deciding.library import Library, always_open, library_of
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.protocol.problems import Problem
from engine.protocol.schema.sheets import PROTOCOL_FILE, kind_of_file
from engine.run.protocols.files import FileError, ProtocolError, compile_file, read_bytes, yaml_files
from engine.run.scenarios import times
from engine.run.scenarios.checks import look
from engine.run.scenarios.coverage import Atlas, Coverage, Places, reached_by, whole
from engine.run.scenarios.deeds import Deeds
from engine.run.scenarios.faults import Fault, ScenarioError, StoryError
from engine.run.scenarios.script import Item, Scene, Script, missing, open_script
from engine.run.scenarios.stage import Stage

#: The folder of the scenarios, in that of the protocols.
SCENARIOS = "scenarios"
#: The folder of the sheets, in that of the scenarios.
SHEETS = "sheets"
#: So many scenarios may go on from each other.
DEEPEST = 20

#: No story begins `3 days ago`; what its beginning is counted from does not matter.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one scenario: the faults found, or none; and the problems of a file that could not be read.

    ``reached``: what each of its scenes has been through.
    """

    file: str
    name: str
    title: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    problems: tuple[Problem, ...] = ()
    reached: tuple[Mapping[str, Places], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything it expects is so."""
        return not self.faults and not self.problems


@dataclass(frozen=True, slots=True)
class Report:
    """All scenarios of a run, and what they cover of the protocols."""

    told: tuple[Told, ...]
    coverage: Coverage

    @property
    def failed(self) -> tuple[Told, ...]:
        """Those in which something is not as expected."""
        return tuple(one for one in self.told if not one.holds)


class Scenarios:
    """The scenarios of one folder with its protocols; what others go on from is lived through once."""

    def __init__(self, folder: str, library: Library, scripts: dict[str, Script] | None = None) -> None:
        """``folder``: the one in which the scenario files lie. ``scripts``: those that were read already, by file."""
        self.folder = folder
        self.library = library
        self.scripts: dict[str, Script] = {} if scripts is None else scripts
        self.atlas = Atlas(library)
        self._past: dict[tuple[str, str], Stage] = {}

    def tell(self, file: str, *, only: Collection[int] | None = None, stop_at_first: bool = False) -> Told:
        """Run one scenario. Never raises for what is wrong with it.

        ``only``: the scenes that are wanted, by number from 0; ``stop_at_first``: one fault is enough.
        """
        name = posixpath.splitext(posixpath.basename(file))[0]
        try:
            script = self._open(file)
        except ScenarioError as error:
            return Told(file, name, {}, problems=error.problems)
        faults: list[Fault] = []
        reached: list[Mapping[str, Places]] = []
        for number, scene in enumerate(script.scenes):
            if only is not None and number not in only:
                continue
            try:
                stage = self._stage(script, scene)
            except ScenarioError as error:
                return Told(file, name, script.title, problems=error.problems)
            except StoryError as error:
                line = scene.line if scene.begins else script.begins_line
                return Told(file, name, script.title, faults=(*faults, Fault(line, error.message)))
            found = _live(Deeds(stage, self.calendar), scene.items)
            faults += islice(found, 1) if stop_at_first else found
            if stop_at_first and faults:
                break
            reached.append(self._reached(stage))
        return Told(file, script.name, script.title, tuple(faults), reached=tuple(reached))

    def _stage(self, script: Script, scene: Scene) -> Stage:
        if not scene.begins:
            return self._begin(script)
        return Stage(self.library, times.read_instant(scene.begins, _LONG_AGO, self.calendar))

    @property
    def calendar(self) -> Calendar:
        """The calendar by which the times of stories are read: that of the first protocol."""
        protocols = [rules.protocol for rules in self.library.rulebooks.values()]
        named = next((one.calendar for one in protocols if one.calendar), None)
        return self.library.calendars[named] if named else always_open(protocols[0].zone or "UTC")

    def _reached(self, stage: Stage) -> dict[str, Places]:
        found: dict[str, Places] = {}
        for life in stage.lives.values():
            for kind, places in reached_by(life, self.atlas).items():
                found[kind] = {**found.get(kind, {}), **places}
        return found

    def _open(self, file: str) -> Script:
        if file not in self.scripts:
            self.scripts[file] = open_script(file)
        return self.scripts[file]

    def _begin(self, script: Script, depth: int = 0) -> Stage:
        """Return the stage on which a story begins."""
        if script.continues is None:
            return Stage(self.library, times.read_instant(script.begins, _LONG_AGO, self.calendar))
        name, mark = script.continues
        if depth >= DEEPEST:
            raise StoryError("These scenarios go on from each other without end.")
        key = (name, mark)
        if key not in self._past:
            self._past[key] = self._live_through(script, name, mark, depth)
        stage = self._past[key].copy()
        for case in stage.lives:
            stage.seen(case)
        return stage

    def _live_through(self, script: Script, name: str, mark: str, depth: int) -> Stage:
        try:
            before = self._open(posixpath.join(self.folder, f"{name}.yaml"))
        except FileError as error:
            raise missing(script.file, name, script.begins_line) from error
        items = _until(before, mark)
        stage = self._begin(before, depth + 1)
        deeds = Deeds(stage, self.calendar)
        for item in items:
            if item.deed and item.deed != "try":
                try:
                    deeds.do(item)
                except StoryError as error:
                    raise StoryError(f"In {name}, line {item.line}: {error.message}") from error
        return stage


def _until(script: Script, mark: str) -> tuple[Item, ...]:
    if not mark:
        return script.first
    for number, item in enumerate(script.first):
        if item.deed == "mark" and item.word("mark") == mark:
            return script.first[:number]
    raise StoryError(f"{script.name} has no mark `{mark}`.")


def _live(deeds: Deeds, items: Iterable[Item]) -> Iterable[Fault]:
    """Yield what is not as the story says; a deed that cannot be done ends it."""
    for item in items:
        try:
            if item.deed == "try":
                yield from _tried(deeds, item)
            elif item.deed:
                deeds.do(item)
            yield from look(deeds, item)
        except StoryError as error:
            yield Fault(error.line or item.line, error.message)
            return


def _tried(deeds: Deeds, item: Item) -> Iterable[Fault]:
    expected, so = set(item.words("because")), set(deeds.attempt(item))
    name = item.word("try")
    if not so:
        yield Fault(item.line, f"`{name}` was allowed; it should be refused.")
    elif so != expected:
        said, wanted = ", ".join(sorted(so)), ", ".join(sorted(expected)) or "nothing"
        yield Fault(item.line_of("because"), f"`{name}` was refused because of {said}; expected was {wanted}.")


def load(folder: str) -> Library:
    """Return all protocols of a folder. Raises ProtocolError with the problems of the first that has errors."""
    protocols: list[Protocol] = []
    calendars: dict[str, Calendar] = {}
    for name in sorted(yaml_files(folder)):
        if kind_of_file(name, read_bytes(name)) != PROTOCOL_FILE:
            continue
        compiled = compile_file(name, warn=False)
        if compiled.protocol is None:
            raise ProtocolError(compiled.problems)
        protocols.append(compiled.protocol)
        calendars |= compiled.calendars
    return library_of(protocols, calendars.values())


def run(paths: Iterable[str], progress: Progress = lambda done, all_: None) -> Report:
    """Run scenario files, or all of a folder. The protocols lie in the folder above. Raises what cannot be read."""
    files = [file for path in paths for file in scenario_files(path)]
    if not files:
        raise NoScenarioError
    groups: dict[str, Scenarios] = {}
    told = []
    for number, file in enumerate(files):
        progress(number, len(files))
        folder = posixpath.dirname(file) or "."
        if folder not in groups:
            groups[folder] = _group(folder, groups)
        told.append(groups[folder].tell(file))
    progress(len(files), len(files))
    coverage = Coverage()
    for group in groups.values():
        for kind, places in whole(group.atlas).there.items():
            coverage.there[kind] |= places
    for scene in (scene for one in told for scene in one.reached):
        coverage.add(scene)
    return Report(tuple(told), coverage)


def _group(folder: str, groups: Mapping[str, Scenarios]) -> Scenarios:
    """Return the scenarios of a folder; sheets share the protocols with the stories above them."""
    above = posixpath.normpath(posixpath.join(folder, ".."))
    if posixpath.basename(folder) != SHEETS:
        return Scenarios(folder, load(above))
    stories = groups.get(above) or Scenarios(above, load(posixpath.normpath(posixpath.join(above, ".."))))
    return Scenarios(folder, stories.library)


class NoScenarioError(SpeanError):
    """There is no scenario; give a scenario file, or a folder with such files or with a folder `scenarios`."""


def scenario_files(path: str) -> list[str]:
    """Return the scenario files a path stands for: itself, or those of the folder, its sheets last."""
    if not Path(path).is_dir():
        return [posixpath.normpath(path)]
    inner = posixpath.join(path, SCENARIOS)
    folder = inner if Path(inner).is_dir() else path
    return [*sorted(yaml_files(folder)), *sorted(yaml_files(posixpath.join(folder, SHEETS)))]
