"""Private values under a key per person: sealed on the way into any table, opened on the way out.

A sealed value is ``{k: key id, n: nonce, c: ciphertext}`` (AES-256-GCM; the case is authenticated with it, so that a
value moved into another case does not open). Destroying the key destroys the value wherever it was written; it then
reads as erased, and nothing raises.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidTag

from engine.core.values import ERASED
from engine.store.codec.plain import Plain
from engine.store.keyring import Keyring

NONCE_BYTES = 12

#: Returns so many bytes that were never returned before.
Nonces = Callable[[int], bytes]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens with the keys of a keyring. ``private``: returns the fields whose answers are sealed."""

    keyring: Keyring
    private: Callable[[], Collection[str]] = frozenset
    nonces: Nonces = secrets.token_bytes

    def of_case(self, case: str, key: str) -> CaseSeals:
        """Return the seals of one case, whose new values go under this key."""
        return CaseSeals(self, case.encode(), key)

    def seal_document(self, case: str, key: str, content: bytes) -> bytes:
        """Return a document, sealed under the key of its person. Raises KeyError where that was destroyed."""
        cipher = self.keyring.cipher(key)
        if cipher is None:
            raise KeyError(key)
        nonce = self.nonces(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, content, f"document {case}".encode())

    def open_document(self, case: str, key: str, sealed: bytes) -> bytes | None:
        """Return the document; None where the key of its person was destroyed, or it was changed."""
        cipher = self.keyring.cipher(key)
        if cipher is None:
            return None
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"document {case}".encode())
        except InvalidTag:
            return None

    def token(self, kind: str, text: str) -> str:
        """Return the blind index of a text (a number of a paper, a telephone) under which it is looked up."""
        secret = self.keyring.secret("lookup")
        return hmac.new(secret, f"{kind}\0{text}".encode(), sha256).hexdigest()


@dataclass(slots=True)
class CaseSeals:
    """The seals of one case while it is read, decided on and written (``codec.plain.Seals``)."""

    vault: Vault
    case: bytes
    key: str
    _known: dict[tuple[int, str], tuple[object, Plain]] = field(default_factory=dict)

    def is_private(self, field: str) -> bool:
        """Return whether answers to this field are private."""
        return field in self.vault.private()

    def knows(self, owner: object, name: str) -> bool:
        """Return whether a sealed form of this value is known."""
        return (id(owner), name) in self._known

    def seal(self, owner: object, name: str, value: Plain) -> Plain:
        """Return the sealed form of the value, the same as long as the owner lives."""
        known = self._known.get((id(owner), name))
        if known is not None:
            return known[1]
        sealed = self._sealed(value)
        self.remember(owner, name, sealed)
        return sealed

    def open(self, sealed: Plain) -> Plain:
        """Return the plain value; where the key was destroyed or the value does not belong here, what is erased."""
        cipher = self.vault.keyring.cipher(sealed["k"])
        if cipher is None:
            return ERASED
        try:
            return _decode(cipher.decrypt(b64decode(sealed["n"]), b64decode(sealed["c"]), self.case))
        except InvalidTag:
            return ERASED

    def remember(self, owner: object, name: str, sealed: Plain) -> None:
        """Note the sealed form a value was read from; the owner is kept, so that its id stays its own."""
        self._known[id(owner), name] = (owner, sealed)

    def _sealed(self, value: Plain) -> Plain:
        cipher = self.vault.keyring.cipher(self.key)
        if cipher is None:
            return {"k": self.key, "n": "", "c": ""}  # what is said of an erased person is not kept either
        nonce = self.vault.nonces(NONCE_BYTES)
        return {
            "k": self.key,
            "n": b64encode(nonce).decode(),
            "c": b64encode(cipher.encrypt(nonce, _encode(value), self.case)).decode(),
        }
