"""What must change so that a condition holds: the smallest set of its leaves (14; reading 14 of the semantics).

Of an ``and`` all parts that do not hold; of an ``or`` the alternative with the fewest, ties the first in the text;
under ``not`` the other way round. Where one leaf is written more than once, that can name too many (or name a change
that does not help); then the smallest set is looked for among all of them, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

from engine.core.conditions import And, Blocking, Condition, Leaf, Not, Or, Truth, World, leaves
from engine.core.judging.truth import evaluate

#: How many sets are tried at most where a leaf is written more than once.
SETS_TRIED = 2000

_Found = tuple[Blocking, ...]
_NOBODY: frozenset[Leaf] = frozenset()


def blocking(
    condition: Condition, world: World, needed: bool = True, *, last: frozenset[Leaf] = _NOBODY
) -> tuple[Blocking, ...]:
    """Return the leaves that must change for the condition to become ``needed``, in the order of the text.

    Empty if it is so already. ``last``: leaves to be named only where nothing else helps (a refused change itself).
    """
    written = tuple(leaves(condition))
    values = {leaf: evaluate(leaf, world) for leaf in written}
    if truth_by(condition, values) is needed:
        return ()
    found = _need(condition, values, needed, last)
    if len(values) == len(written):
        return found
    return _smallest(condition, values, needed, last) or found


def truth_by(condition: Condition, values: Mapping[Leaf, Truth]) -> Truth:
    """Return what the condition is if its leaves have these values."""
    if isinstance(condition, Not):
        truth = truth_by(condition.part, values)
        return None if truth is None else not truth
    if not isinstance(condition, And | Or):
        return values[condition]
    parts = [truth_by(part, values) for part in condition.parts]
    decisive = isinstance(condition, Or)
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _need(condition: Condition, values: Mapping[Leaf, Truth], needed: bool, last: frozenset[Leaf]) -> _Found:
    """Return the set by the rule itself, which is exact where every leaf is written once."""
    if truth_by(condition, values) is needed:
        return ()
    if isinstance(condition, Not):
        return _need(condition.part, values, not needed, last)
    if not isinstance(condition, And | Or):
        return (Blocking(condition, values[condition], needed),)
    ways = [_need(part, values, needed, last) for part in condition.parts]
    if isinstance(condition, And) is needed:
        return tuple(dict.fromkeys(leaf for way in ways for leaf in way))
    return min(ways, key=_rank(last))


def _rank(last: frozenset[Leaf]) -> Callable[[_Found], tuple[bool, int]]:
    return lambda way: (any(item.leaf in last for item in way), len(way))


def _smallest(condition: Condition, values: Mapping[Leaf, Truth], needed: bool, last: frozenset[Leaf]) -> _Found:
    """Return the first of the smallest sets that help, without the leaves to be named last if possible."""
    wanted = tuple(dict.fromkeys(_wanted(condition, values, needed)))
    early = tuple(item for item in wanted if item.leaf not in last)
    tried = 0
    for choice in (early, wanted):
        for size in range(1, len(choice) + 1):
            for picked in combinations(choice, size):
                tried += 1
                if tried > SETS_TRIED:
                    return ()
                if truth_by(condition, {**values, **{item.leaf: item.needed for item in picked}}) is needed:
                    return picked
    return ()


def _wanted(condition: Condition, values: Mapping[Leaf, Truth], needed: bool) -> list[Blocking]:
    """Return every change that could help, in the order of the text."""
    if isinstance(condition, Not):
        return _wanted(condition.part, values, not needed)
    if isinstance(condition, And | Or):
        return [item for part in condition.parts for item in _wanted(part, values, needed)]
    return [] if values[condition] is needed else [Blocking(condition, values[condition], needed)]
