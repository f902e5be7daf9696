"""The moves a protocol declares, as one flat state machine per track. The only place that knows ``transitions``.

The library looks up which transition belongs to a step and an action, and asks the guard. Everything it is known to
get wrong stays switched off: no automatic transitions, no model, no strings as callbacks, no queue; a throw-away
cursor is triggered and read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from transitions import EventData, Machine

from engine.core.model import Action, Protocol, Target, TargetKind, Track

Guard = Callable[[Action], bool]


@dataclass(slots=True)
class _Cursor:
    """What the machine moves: a step, and nothing of the case."""

    state: str


def _ask(event: EventData) -> bool:
    guard, action = event.args
    return bool(guard(action))


@dataclass(frozen=True, slots=True)
class Moves:
    """The machine of one track, with the action that each step understands under each name."""

    machine: Machine
    actions: Mapping[str, Mapping[str, Action]]

    def at(self, step: str) -> Mapping[str, Action]:
        """Return the actions of a step, its own first; its own wins over ``at_any_step`` (4)."""
        return self.actions[step]

    def move(self, step: str, action: str, guard: Guard) -> str | None:
        """Return the step after the action; the same one if it stays or leads to another track.

        None: the step has no such action, or the guard refused it. The caller has the reasons from the guard.
        """
        declared = self.actions[step].get(action)
        if declared is None:
            return None
        cursor = _Cursor(step)
        taken = self.machine.events[action].trigger(cursor, guard, declared)
        return cursor.state if taken else None


def moves_of(protocol: Protocol) -> Mapping[str, Moves]:
    """Return the machine of every track."""
    return {track.id: _moves(track) for track in protocol.tracks.values()}


def _moves(track: Track) -> Moves:
    machine = Machine(
        model=None,
        states=list(track.steps),
        initial=track.first_step,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
    )
    actions = {step.id: _understood(track, step.id) for step in track.steps.values()}
    for step, known in actions.items():
        for action in known.values():
            machine.add_transition(action.id, step, _destination(track, action.target), conditions=[_ask])
    return Moves(machine, actions)


def _understood(track: Track, step: str) -> Mapping[str, Action]:
    declared = track.steps[step]
    if declared.final is not None:
        return {}
    return {
        **declared.actions,
        **{name: act for name, act in track.at_any_step.items() if name not in declared.actions},
    }


def _destination(track: Track, target: Target) -> str | None:
    """Return the step for the machine; None (an internal transition) where the track's own step is not named."""
    leads_here = target.kind is TargetKind.STEP and target.track in {None, track.id}
    return target.step if leads_here else None
