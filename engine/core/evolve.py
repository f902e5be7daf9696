"""Changing one field of a frozen value, quickly: the state of a case is copied at every event.

The classes copied most (the case, its enrolments, tracks and clocks) have no slots, so that all fields are copied at
once; that is four times as fast as slot by slot.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")
_set = object.__setattr__
_known: dict[type[Any], tuple[str, ...]] = {}


def evolve(value: T, **changes: object) -> T:
    """Return a copy of a frozen dataclass with some fields changed.

    The same as ``dataclasses.replace`` for values without ``__post_init__``, at a fraction of its cost (it checks
    and collects every field by name and calls ``__init__``). Raises TypeError for a field that does not exist.
    """
    kind: type[Any] = type(value)
    copy: T = object.__new__(kind)
    kept: dict[str, object] | None = getattr(value, "__dict__", None)
    if kept is None:
        return _slot_by_slot(kind, value, copy, changes)
    filled = copy.__dict__
    filled.update(kept)
    filled.update(changes)
    if len(filled) > len(kept):
        raise TypeError(f"{kind.__name__} has no field {', '.join(changes.keys() - kept.keys())}")
    return copy


def _slot_by_slot(kind: type[Any], value: T, copy: T, changes: dict[str, object]) -> T:
    names = _known.get(kind)
    if names is None:
        names = _known[kind] = tuple(field.name for field in fields(kind))
    for name in names:
        _set(copy, name, changes.pop(name) if name in changes else getattr(value, name))
    if changes:
        raise TypeError(f"{kind.__name__} has no field {', '.join(changes)}")
    return copy
