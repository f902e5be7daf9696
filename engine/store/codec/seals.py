"""How private values are sealed on their way into a table and opened on their way out (``vault`` has the keys)."""

from __future__ import annotations

from typing import Any, Protocol


class Seals(Protocol):
    """Seals and opens private values.

    A value belongs to its owner (the object that holds it) under a name. Sealed once, it stays sealed in the same
    bytes as long as the owner lives, so that every place that holds the owner writes the same.
    """

    def is_private(self, field: str) -> bool:
        """Return whether answers to this field of a protocol are private."""

    def knows(self, owner: object, name: str) -> bool:
        """Return whether a sealed form of this value is known."""

    def seal(self, owner: object, name: str, value: Any) -> Any:
        """Return the sealed form of the plain value."""

    def open(self, sealed: Any) -> Any:
        """Return the plain value; where its key was destroyed, what an erased value reads as."""

    def remember(self, owner: object, name: str, sealed: Any) -> None:
        """Note the sealed form a value was read from."""


class Open:
    """Seals nothing: for what holds no private data."""

    def is_private(self, field: str) -> bool:
        """Nothing is."""
        return False

    def knows(self, owner: object, name: str) -> bool:
        """Nothing is."""
        return False

    def seal(self, owner: object, name: str, value: Any) -> Any:
        """Return the value as it is."""
        return value

    def open(self, sealed: Any) -> Any:
        """Return the value as it is."""
        return sealed

    def remember(self, owner: object, name: str, sealed: Any) -> None:
        """Forget it."""


OPEN = Open()


def is_sealed(plain: Any) -> bool:
    """Return whether plain data is a sealed value: key id, nonce and ciphertext."""
    return type(plain) is dict and "c" in plain
