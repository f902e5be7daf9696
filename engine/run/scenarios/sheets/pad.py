"""What every sheet of one protocol is written with, and how a scene begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.core.clocks.calendar import Calendar
from engine.core.conditions import And, Condition
from engine.core.deciding.library import Library
from engine.core.model import Protocol, Track
from engine.run.scenarios.faults import StoryError
from engine.run.scenarios.sheets.answers import CannotError, Needed, needed_for
from engine.run.scenarios.sheets.scene import Line, Scene

#: Writes one scene, or raises CannotError or StoryError where a sheet cannot tell it.
Writer = Callable[[], Scene]


@dataclass(frozen=True, slots=True)
class Pad:
    """One protocol, with the calendar by which the times of its scenes are read."""

    library: Library
    calendar: Calendar
    protocol: Protocol

    def scene(self, say: str) -> Scene:
        """Begin a scene: a case is opened with the protocol."""
        return Scene(self.library, self.calendar, self.protocol.id, say)

    def standing(self, track: Track, step: str, say: str) -> Scene:
        """Begin a scene in which the track stands at a step."""
        scene = self.scene(say)
        state = scene.run.tracks.get(track.id)
        if state is None or state.step != step:
            scene.do(stand=f"{track.id}.{step}")
        return scene

    def all_but(self, condition: Condition, number: int) -> Needed:
        """Return what makes one part of an ``and`` certainly false, and all others true. Raises CannotError."""
        every = parts(condition)
        needed = needed_for(every[number], self.protocol, truth=False)
        for place, part in enumerate(every):
            if place != number:
                needed_for(part, self.protocol, needed=needed)
        return needed


def parts(condition: Condition | None) -> tuple[Condition, ...]:
    """Return the parts of an ``and``; anything else is its own only part."""
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, And) else (condition,)


def keep_apart(needed: Needed, track: Track) -> None:
    """Refuse to stand at another step of the same lane meanwhile. Raises CannotError."""
    if any(step.partition(".")[0] == track.id for step in needed.steps):
        raise CannotError


def written_by(writers: Iterable[Writer]) -> Iterator[list[Line]]:
    """Yield the lines of each scene that could be written; the others are left to people."""
    for write in writers:
        try:
            yield write().lines
        except (CannotError, StoryError):
            continue
