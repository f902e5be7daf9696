"""How a call is signed, after the Standard Webhooks specification (HMAC-SHA256, ``v1``).

The receiver counts the same sum over id, instant and body. While a secret is changed both the new one and the former
one sign, so that nobody has to change it at the same moment on both sides.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

#: Begins every secret, so that one that was left in a text is found.
PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a new secret (256 bits), as both sides keep it."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(id_: str, at: datetime, body: bytes, keys: Sequence[str]) -> Mapping[str, str]:
    """Return the three headers of a call that leaves at an instant (UTC), signed with each of these secrets."""
    seconds = str(int(at.timestamp()))
    content = b".".join((id_.encode(), seconds.encode(), body))
    sums = (hmac.new(b64decode(key.removeprefix(PREFIX)), content, sha256).digest() for key in keys)
    return {
        "webhook-id": id_,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{b64encode(one).decode()}" for one in sums),
    }
