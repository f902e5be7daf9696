"""What is said where a part that is only needed for printing is not installed."""

from __future__ import annotations

from engine.core.errors import SpeanError


class LackingError(SpeanError):
    """A part is not installed; `pip install "spean[handbook]"` brings it."""


def lacking(form: str) -> LackingError:
    """Return the error for a form that cannot be written here."""
    return LackingError(
        f'{form} cannot be written here yet: run `pip install "spean[handbook]"`, or choose --form html.'
    )
