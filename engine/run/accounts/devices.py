"""Devices from which somebody has got in before: who guesses at her account elsewhere does not keep her out there.

A cookie that holds nothing but a sealed date (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). It
opens nothing; attempts with it are counted by themselves, as strictly as others.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from engine.store.safe import Safe, SealError

#: So long a device is remembered after somebody got in with it.
REMEMBERED_FOR = timedelta(days=30)
_PURPOSE = "device"


@dataclass(frozen=True, slots=True)
class Devices:
    """Makes and reads what a device keeps."""

    safe: Safe

    def remember(self, user: str, now: datetime) -> str:
        """Return what the device of somebody keeps from now (UTC) on."""
        return urlsafe_b64encode(self.safe.seal(_PURPOSE, user, now.isoformat().encode())).decode()

    def subject(self, kept: str, user: str, now: datetime) -> str:
        """Return by what attempts from this device are counted; empty where it is none of hers, or not any more."""
        try:
            sealed = urlsafe_b64decode(kept.encode())
            since = datetime.fromisoformat(self.safe.open(_PURPOSE, user, sealed).decode())
        except (ValueError, SealError):
            return ""
        lives = since <= now.astimezone(UTC) < since + REMEMBERED_FOR
        return f"device {sha256(sealed).hexdigest()[:32]}" if lives else ""
