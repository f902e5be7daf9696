"""The ways out of a step for people: what leads on, what can be done at any time, what ends; from the protocol."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from engine.core.model import Action, Protocol, TargetKind, Track
from engine.protocol.drawing.main_line import main_line


class Way(StrEnum):
    """Where an action leads, as a page sorts it."""

    ON = "on"  # an action of the step itself
    ASIDE = "aside"  # of every step of the track, and no ending
    ENDING = "ending"  # ends the track beside its straight way, or closes others


def straight(track: Track, here: str) -> dict[str, str]:
    """Return the straight way of a track from a step on: its steps, each with the action that leads on."""
    return main_line(replace(track, first_step=here)) if here in track.steps else {}


def ends(protocol: Protocol, track: str, action: Action) -> bool:
    """Return whether an action of a track ends it or another one, or closes some."""
    other = protocol.tracks[action.target.track or track]
    return bool(action.closes) or (
        action.target.kind is TargetKind.STEP and other.steps[action.target.step].final is not None
    )


def way_of(protocol: Protocol, track: str, here: str, action: Action) -> Way:
    """Return how an action that can be taken at a step is shown."""
    known = protocol.tracks[track]
    own = action.id in known.steps[here].actions
    if ends(protocol, track, action):
        if not own:
            return Way.ENDING
        is_straight = action.target.track in {None, track} and action.target.step in straight(known, here)
        success = is_straight or (action.target.step in known.steps and known.steps[action.target.step].success)
        return Way.ON if success else Way.ENDING
    return Way.ON if own else Way.ASIDE


def wants_a_check(protocol: Protocol, track: str, here: str, action: Action) -> bool:
    """Return whether an action is shown once more before it is taken: it closes something, or ends the whole."""
    if way_of(protocol, track, here, action) is Way.ENDING or action.closes:
        return True
    return track == protocol.main.id and ends(protocol, track, action)
