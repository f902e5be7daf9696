"""The link "I will handle it" in an escalation mail: sealed, so that it says nothing, forged by nobody, and expires.

It stands for one message to one person. Opening it changes nothing; pressing the button on its page promises to act.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.store.safe import Safe, SealError

_PURPOSE = "pledge"
#: A link is of use for so long after its mail.
_VALID = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Pledge:
    """Which clock of which case, in which message (its journal entry), to whom, until when (UTC) it can be used."""

    case: str
    enrolment: str
    clock: str
    seq: int
    user: str
    until: datetime

    @property
    def id(self) -> str:
        """What tells it from every other: each message to each person can be answered once."""
        return f"{self.case} {self.seq} {self.user}"


@dataclass(frozen=True, slots=True)
class Pledges:
    """Makes and reads such links."""

    safe: Safe

    def token(self, case: str, enrolment: str, clock: str, seq: int, user: str, now: datetime) -> str:
        """Return the token of a link."""
        until = int((now + _VALID).timestamp())
        content = json.dumps([case, enrolment, clock, seq, user, until], separators=(",", ":")).encode()
        return urlsafe_b64encode(self.safe.seal(_PURPOSE, "", content)).decode().rstrip("=")

    def read(self, token: str) -> Pledge | None:
        """Return what a token stands for; None for one that is none of ours."""
        try:
            sealed = urlsafe_b64decode(token[:2000] + "=" * (-len(token[:2000]) % 4))
            case, enrolment, clock, seq, user, until = json.loads(self.safe.open(_PURPOSE, "", sealed))
        except (SealError, NotBase64, ValueError):
            return None
        return Pledge(case, enrolment, clock, seq, user, datetime.fromtimestamp(until, UTC))
