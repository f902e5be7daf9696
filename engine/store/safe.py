"""Seals what belongs to one member of staff (her second factor, a form she has begun, where her list goes on) or one
webhook (its secret).

Nothing that is kept of a case: a form she has begun is forgotten within a day, and when the case is erased. The
key is derived from the office's master key; who it belongs to and what it is for is
authenticated with it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.core.errors import SpeanError
from engine.store.keyring import Keyring

_NONCE_BYTES = 12


class SealError(SpeanError):
    """What was sealed belongs to another office or was changed; it has to be made anew."""


@dataclass(frozen=True, slots=True)
class Safe:
    """Seals and opens under the office's master key."""

    keyring: Keyring

    def seal(self, purpose: str, user: str, content: bytes) -> bytes:
        """Return the sealed content."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, content, user.encode())

    def open(self, purpose: str, user: str, sealed: bytes) -> bytes:
        """Return the content. Raises SealError."""
        try:
            return self._cipher(purpose).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], user.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError from error

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(self.keyring.secret(f"safe {purpose}"))
