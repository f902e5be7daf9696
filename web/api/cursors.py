"""Where a list of what is due goes on, sealed: it may name a limit of a case that is none of the caller's."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from engine.store.safe import Safe, SealError
from engine.store.sql.worklist import DueClock

_PURPOSE = "cursor"


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads them."""

    safe: Safe

    def written(self, user: str, after: DueClock | None) -> str:
        """Return it as text; empty at the end of the list."""
        if after is None:
            return ""
        parts = [after.limit.isoformat(), after.case, after.enrolment, after.clock, after.deadline]
        return urlsafe_b64encode(self.safe.seal(_PURPOSE, user, json.dumps(parts).encode())).decode()

    def read(self, user: str, text: str) -> DueClock | None:
        """Return behind which clock to go on; None, at the beginning, for what is not ours."""
        try:
            limit, *names = json.loads(self.safe.open(_PURPOSE, user, urlsafe_b64decode(text.encode())))
        except (ValueError, SealError):
            return None
        return DueClock(datetime.fromisoformat(limit), *names)
