"""All sheets of a folder of protocols: one for each lane, one for the rules of each protocol, one for the ladders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from engine.core.model import Protocol
from engine.run.scenarios.coverage import Atlas
from engine.run.scenarios.running import SCENARIOS, Scenarios, load
from engine.run.scenarios.sheets.scene import Line
from engine.run.scenarios.sheets.sheet import Sheet, written

#: What the names of all sheets begin with.
PREFIX = "sheet_"

Progress = Callable[[int, int], None]


def sheets(folder: str, progress: Progress = lambda done, all_: None) -> dict[str, str]:
    """Return the sheets of a folder by their file names. Raises what cannot be read."""
    group = Scenarios(f"{folder}/{SCENARIOS}", load(folder))
    protocols = list(group.atlas.protocols.values())
    writers = {one.id: Sheet(group.library, group.calendar, one) for one in protocols}
    found: dict[str, list[list[Line]]] = {}
    told: set[str] = set()
    for number, protocol in enumerate(protocols):
        progress(number, len(protocols))
        found |= dict(_of_protocol(protocol, writers[protocol.id], group.atlas, told))
    progress(len(protocols), len(protocols))
    return {
        f"{PREFIX}{name}.yaml": written(f"{PREFIX}{name}", _title(name), scenes)
        for name, scenes in found.items()
        if scenes
    }


def _of_protocol(
    protocol: Protocol, writer: Sheet, atlas: Atlas, told: set[str]
) -> Iterator[tuple[str, list[list[Line]]]]:
    for track in protocol.tracks.values():
        name = atlas.track(protocol.id, track.id)
        if name not in told:
            told.add(name)
            yield name.replace(".", "_"), writer.of_track(track)
    fresh = [id_ for id_ in protocol.forbidden if atlas.rule(protocol.id, id_) not in told]
    told.update(atlas.rule(protocol.id, id_) for id_ in fresh)
    yield f"{protocol.id}_rules", writer.of_rules(fresh)
    lists = [name for name in protocol.escalations if f"list {name}" not in told]
    scenes = {name: writer.of_ladder(name) for name in lists}
    told.update(f"list {name}" for name, scene in scenes.items() if scene)
    yield f"{protocol.id}_ladders", [scene for scene in scenes.values() if scene]


def _title(name: str) -> str:
    words = name.replace("_", " ")
    return f"What is asked, stopped and told: {words}"


def differing(folder: str, made: Mapping[str, str]) -> list[str]:
    """Return the names of sheets that are on disk otherwise than they are made now, or on only one side."""
    there = {path.name: path.read_text("utf-8") for path in Path(folder, SCENARIOS).glob(f"{PREFIX}*.yaml")}
    return [name for name in sorted({*there, *made}) if there.get(name) != made.get(name)]


def write(folder: str, made: Mapping[str, str]) -> None:
    """Write all sheets, and remove those of lanes that are no more."""
    place = Path(folder, SCENARIOS)
    place.mkdir(exist_ok=True)
    for path in place.glob(f"{PREFIX}*.yaml"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        Path(place, name).write_text(text, encoding="utf-8")
