"""All sheets of a folder of protocols: one for each lane, and for the rules and ladders of each protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from engine.core.model import Protocol, Track
from engine.run.scenarios.coverage import Atlas
from engine.run.scenarios.running import SCENARIOS, SHEETS, Scenarios, load
from engine.run.scenarios.sheets import ladders, limits, rules, steps
from engine.run.scenarios.sheets.pad import Pad, Writer, written_by
from engine.run.scenarios.sheets.scene import Line
from engine.run.scenarios.sheets.writing import written

Progress = Callable[[int, int], None]


def sheets(folder: str, progress: Progress = lambda done, all_: None) -> dict[str, str]:
    """Return the sheets of a folder by their file names. Raises what cannot be read."""
    group = Scenarios(f"{folder}/{SCENARIOS}", load(folder))
    found: dict[str, list[list[Line]]] = {}
    told: set[str] = set()
    protocols = list(group.atlas.protocols.values())
    for number, protocol in enumerate(protocols):
        progress(number, len(protocols))
        found |= dict(_of_protocol(Pad(group.library, group.calendar, protocol), group.atlas, told))
    progress(len(protocols), len(protocols))
    made = {name: scenes for name, scenes in found.items() if scenes}
    return {f"{name}.yaml": written(name, _title(name), scenes) for name, scenes in made.items()}


def _of_protocol(pad: Pad, atlas: Atlas, told: set[str]) -> Iterator[tuple[str, list[list[Line]]]]:
    protocol = pad.protocol
    for track in protocol.tracks.values():
        name = atlas.track(protocol.id, track.id)
        if name not in told:
            told.add(name)
            yield name.replace(".", "_"), list(written_by(_of_track(pad, track)))
    yield f"{protocol.id}_rules", list(written_by(_of_rules(pad, atlas, told)))
    yield f"{protocol.id}_ladders", list(_of_ladders(pad, told))


def _of_track(pad: Pad, track: Track) -> Iterator[Writer]:
    yield from steps.of_track(pad, track)
    yield from steps.of_anywhere(pad, track)
    for step in track.steps.values():
        if step.final is None:
            yield from steps.of_step(pad, track, step)
            for deadline in step.deadlines.values():
                yield from limits.of_deadline(pad, track, step, deadline)
                yield from ladders.of_own(pad, track, step, deadline)


def _of_rules(pad: Pad, atlas: Atlas, told: set[str]) -> Iterator[Writer]:
    for rule in pad.protocol.forbidden.values():
        name = f"rule {atlas.rule(pad.protocol.id, rule.id)}"
        if name not in told:
            told.add(name)
            yield from rules.of_rule(pad, rule)


def _of_ladders(pad: Pad, told: set[str]) -> Iterator[list[Line]]:
    """Yield the scenes of lists that no other protocol has told, and of silence if its rungs are new."""
    for name in pad.protocol.escalations:
        if f"list {name}" not in told:
            for scene in written_by([ladders.of_list(pad, name)]):
                told.add(f"list {name}")
                yield scene
    silence = f"silence {_silence(pad.protocol)}"
    if silence not in told:
        told.add(silence)
        yield from written_by([ladders.of_silence(pad)])


def _silence(protocol: Protocol) -> str:
    return repr(protocol.no_news.rungs)


def _title(name: str) -> str:
    return f"What is asked, stopped and told: {name.replace('_', ' ')}"


def differing(folder: str, made: Mapping[str, str]) -> list[str]:
    """Return the names of sheets that are on disk otherwise than they are made now, or on only one side."""
    there = {path.name: path.read_text("utf-8") for path in _place(folder).glob("*.yaml")}
    return [name for name in sorted({*there, *made}) if there.get(name) != made.get(name)]


def write(folder: str, made: Mapping[str, str]) -> None:
    """Write all sheets, and remove those of lanes that are no more."""
    place = _place(folder)
    place.mkdir(parents=True, exist_ok=True)
    for path in place.glob("*.yaml"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        Path(place, name).write_text(text, encoding="utf-8")


def _place(folder: str) -> Path:
    return Path(folder, SCENARIOS, SHEETS)
