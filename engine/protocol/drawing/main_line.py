"""The way through a track that a drawing shows as a straight line."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.model import Action, TargetKind, Track

#: How good a way is: whether it leads to a success, to an end at all, how few detours it makes, how long it is.
_Worth = tuple[bool, bool, int, int]


def main_line(track: Track) -> dict[str, str]:
    """Return the steps of the main line in order, each with the action that leads on; the last step has "".

    It is the longest way from the first step that only goes down the file, to a success if there is one, and not
    through steps that are reached from any step, if that can be: those are detours. Of equal ways the first counts.
    """
    detours = {action.target.step for action in track.at_any_step.values()}
    worth: dict[str, _Worth] = {}
    on: dict[str, tuple[str, str]] = {}
    for step in reversed(list(track.steps.values())):
        best: _Worth = (step.success, step.final is not None, 0, 0)
        for action in step.actions.values():
            target = action.target.step
            if _stays_in(track, action) and target in worth:
                success, end, straight, length = worth[target]
                way = (success, end, straight - (target in detours), length + 1)
                if way > best or step.id not in on:
                    best, on[step.id] = way, (action.id, target)
        worth[step.id] = best
    return dict(_follow(track.first_step, on))


def _stays_in(track: Track, action: Action) -> bool:
    """Whether an action leads to a step of its own track."""
    return action.target.kind is TargetKind.STEP and action.target.track in {None, track.id}


def _follow(step: str, on: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    while step in on:
        action, target = on[step]
        yield step, action
        step = target
    yield step, ""
