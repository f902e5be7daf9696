"""What a drawing shows, in words, for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.model import Action, Step, Track
from engine.protocol.drawing.svg.wording import any_step, limits, opening, owners, way, word
from engine.protocol.prose.names import Names
from engine.protocol.prose.numerals import digits


def describe_drawing(tracks: Iterable[Track], names: Names) -> str:
    """Return the drawing as text: lane by lane, step by step, one to a line."""
    shown = list(tracks)
    counts = (digits(len(shown), names.language), digits(sum(len(one.steps) for one in shown), names.language))
    head = word("alternative", names).format(names.quoted(names.title()), *counts)
    return "\n".join((head, *(line for track in shown for line in _lane(track, names))))


def _lane(track: Track, names: Names) -> Iterator[str]:
    yield f"{names.track(track.id)}. {' '.join(opening(track, names))}"
    if track.at_any_step:
        ways = "; ".join(_way(track, None, one, names) for one in track.at_any_step.values())
        yield f"{any_step(track, names)} {ways}."
    for step in track.steps.values():
        yield ". ".join(_step(track, step, names)) + "."


def _step(track: Track, step: Step, names: Names) -> Iterator[str]:
    yield f"{names.number(f'{track.id}.{step.id}')}: {names.step_title(step)}"
    if step.final is not None:
        yield word("ends", names).format(names.quoted(step.final.replace("_", " ")))
        yield word("success" if step.success else "no success", names)
        return
    yield from owners(step, names)
    for group in limits(step, names):
        yield "; ".join(f"{said} ({nature})" for said, nature in group.limits)
        yield group.told
    if step.actions:
        yield "; ".join(_way(track, step, one, names) for one in step.actions.values())


def _way(track: Track, step: Step | None, action: Action, names: Names) -> str:
    said = way(track, step, action, names)
    return f"{said.title}: {said.leads}" + (f" ({said.notes})" if said.notes else "")
