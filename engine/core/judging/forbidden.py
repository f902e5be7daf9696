"""Rules that must never come true (13; readings 14 and 15 of the semantics)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.conditions import Blocking, Leaf, Truth, World, leaves
from engine.core.judging.blocking import blocking
from engine.core.judging.truth import evaluate
from engine.core.judging.turning import reads_time
from engine.core.model import Forbidden

__all__ = ["Verdict", "judge", "reads_time"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one change. ``blocking``: what must change so that it would pass; empty if it passes."""

    before: Truth
    after: Truth
    passes: bool
    alarm: bool
    blocking: tuple[Blocking, ...] = ()


def judge(rule: Forbidden, before: World, after: World, *, recording: bool, name: str) -> Verdict:
    """Return whether the rule lets a change pass that leads from one world to another.

    A move is refused that makes the rule true or, from false, unknown; and, while it is true or unknown already,
    every move that ``blocks`` lists, wherever it leads. A recording always passes and raises the alarm when
    the rule turns true by it. ``name``: the action, as ``action`` or ``track.step.action``; any for a recording.
    """
    was, becomes = evaluate(rule.never, before), evaluate(rule.never, after)
    if recording:
        return Verdict(was, becomes, passes=True, alarm=becomes is True and was is not True)
    if not _is_refused(rule, was, becomes, name):
        return Verdict(was, becomes, passes=True, alarm=False)
    return Verdict(was, becomes, passes=False, alarm=False, blocking=_missing(rule, before, after, becomes))


def _is_refused(rule: Forbidden, was: Truth, becomes: Truth, name: str) -> bool:
    if was is False:
        return becomes is not False
    turns_true = was is None and becomes is True
    return turns_true or name in rule.blocks or name.rpartition(".")[2] in rule.blocks


def _missing(rule: Forbidden, before: World, after: World, becomes: Truth) -> tuple[Blocking, ...]:
    """Return what must change; undoing the refused change comes last.

    A listed move that would itself make the rule false is refused because of how things stand before it.
    """
    refused_in = before if becomes is False else after
    return blocking(rule.never, refused_in, needed=False, last=_changed(rule, before, after))


def _changed(rule: Forbidden, before: World, after: World) -> frozenset[Leaf]:
    distinct = frozenset(leaves(rule.never))
    return frozenset(leaf for leaf in distinct if evaluate(leaf, before) is not evaluate(leaf, after))
