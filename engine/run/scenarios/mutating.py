"""Whether anybody would notice: each mutant is held against the scenarios that pass its place, then against check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from engine.core.deciding.library import Library
from engine.core.deciding.rulebook import Rulebook
from engine.core.errors import SpeanError
from engine.core.model import Protocol
from engine.protocol.building.places import Places as Nowhere
from engine.protocol.checking.lint import lint
from engine.protocol.problems import Place
from engine.protocol.reading.nodes import Table
from engine.run.scenarios.coverage import Places
from engine.run.scenarios.mutants import Mutant, mutants
from engine.run.scenarios.running import SHEETS, Scenarios, Told, load, scenario_files

BY_SCENARIO, BY_CHECK, SURVIVED = "scenario", "check", "survived"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: noticed by the scenario, or the check, named in ``by``; or by nobody."""

    mutant: Mutant
    how: str
    by: str = ""


class Trial:
    """The scenarios of a folder, ready to be held against mutants."""

    def __init__(self, folder: str) -> None:
        """``folder``: that of the protocols. Raises what cannot be read."""
        self._library = load(folder)
        self._protocols = {rules.protocol.id: rules.protocol for rules in self._library.rulebooks.values()}
        self._files = sorted(scenario_files(folder), key=lambda file: SHEETS not in file.split("/"))  # the quickest
        self._folder = f"{folder}/scenarios"
        whole = Scenarios(self._folder, self._library)
        self.told: Mapping[str, Told] = {file: whole.tell(file) for file in self._files}
        self._passed = {(file, number): _passed(scene) for file, one in self.told.items()
                        for number, scene in enumerate(one.reached)}  # fmt: skip
        self._scripts = whole.scripts
        self._warned = {id_: _warnings(one, self._library) for id_, one in self._protocols.items()}

    def mutants(self) -> list[Mutant]:
        """Return every mutant of the protocols."""
        return list(mutants(self._protocols.values()))

    def judge(self, mutant: Mutant) -> Verdict:
        """Return whether somebody notices this mutant."""
        changed = {id_: mutant.change(self._protocols[id_]) for id_ in mutant.protocols}
        library = self._with(changed)
        group = Scenarios(self._folder, library, self._scripts)
        for file, scenes in self._near(mutant).items():
            if not group.tell(file, only=scenes, stop_at_first=True).holds:
                return Verdict(mutant, BY_SCENARIO, self.told[file].name)
        for id_, one in changed.items():
            new = _warnings(one, library) - self._warned[id_]
            if new:
                return Verdict(mutant, BY_CHECK, sorted(new)[0])
        return Verdict(mutant, SURVIVED)

    def _with(self, changed: Mapping[str, Protocol]) -> Library:
        rulebooks = {
            meaning: Rulebook(changed[rules.protocol.id]) if rules.protocol.id in changed else rules
            for meaning, rules in self._library.rulebooks.items()
        }
        return replace(self._library, rulebooks=rulebooks)

    def _near(self, mutant: Mutant) -> dict[str, list[int]]:
        """Return the scenes that may notice, by file: those that pass the place, the most telling first."""
        near = set(mutant.near)
        if mutant.kind == "seen_by":
            return _by_file(
                (file, number)
                for file in self._files
                for number, scene in enumerate(self._scripts[file].scenes)
                if near & scene.readers
            )
        first = [scene for scene, places in self._passed.items() if near & places]
        if mutant.kind != "forbidden":
            return _by_file(first)
        runs = tuple(f"{id_}." for id_ in mutant.protocols)
        others = (scene for scene, places in self._passed.items() if any(p.startswith(runs) for p in places))
        return _by_file(dict.fromkeys((*first, *others)))


def _by_file(scenes: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for file, number in scenes:
        found.setdefault(file, []).append(number)
    return found


def _passed(reached: Mapping[str, Places]) -> frozenset[str]:
    """Return every place a scene has been through, also the lanes and lists that hold them."""
    found = {place for places in reached.values() for place in places}
    found |= {place.rpartition(".")[0] for place in found}
    return frozenset(found | {place.rpartition(".")[0] for place in found})


def _warnings(protocol: Protocol, library: Library) -> frozenset[str]:
    """Return what check would say of a protocol, by code and path; a step without a clock is an error of its own."""
    told = {f"{one.code} {one.path}" for one in lint(protocol, library.calendars, Nowhere(_NOWHERE))}
    for track in protocol.tracks.values():
        for step in track.steps.values():
            clocks = step.deadlines or any(task.deadlines for task in step.tasks.values())
            if not clocks and step.final is None and not step.no_limit:
                told.add(f"no clock {track.id}.{step.id}")
    return frozenset(told)


_NOWHERE = Table({}, Place(""))


def judged(
    folder: str, progress: Progress = lambda done, all_: None, *, every: int = 1, jobs: int = 1
) -> Iterator[Verdict]:
    """Yield the verdict on each mutant; with ``every`` only on each so many-th. Raises what cannot be read."""
    trial = Trial(folder)
    for one in trial.told.values():
        if not one.holds:
            raise NotYetError(one.name)
    picked = trial.mutants()[::every]
    with ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(folder, every)) as pool:
        for number, (how, by) in enumerate(pool.map(_judge, range(len(picked)), chunksize=8)):
            progress(number + 1, len(picked))
            yield Verdict(picked[number], how, by)


class NotYetError(SpeanError):
    """A scenario does not hold on the protocols as they are, so nothing can be said of mutants."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The scenario {name} does not hold on the protocols as they are; see `spean scenario run`.")


_worker: list[tuple[Trial, list[Mutant]]] = []


def _prepare(folder: str, every: int) -> None:
    trial = Trial(folder)
    _worker.append((trial, trial.mutants()[::every]))


def _judge(number: int) -> tuple[str, str]:
    trial, picked = _worker[0]
    verdict = trial.judge(picked[number])
    return verdict.how, verdict.by
