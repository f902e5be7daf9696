"""One warning before its place in the files is looked up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Warned:
    """What is dangerous, where in the model, and what to do. ``at_value``: the place is the key's value."""

    code: str
    path: str
    message: str
    hint: str
    at_value: bool = False


def warn(code: str, path: str, message: str, hint: str, *, at_value: bool = False) -> Warned:
    """Return a warning about the part of the model with this path."""
    return Warned(code, path, message, hint, at_value)
