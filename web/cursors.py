"""Where a list goes on, sealed: it may name a case, or a limit of one, that is none of the reader's."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
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
        return self._sealed(user, [after.limit.isoformat(), after.case, after.enrolment, after.clock, after.deadline])

    def read(self, user: str, text: str) -> DueClock | None:
        """Return behind which clock to go on; None, at the beginning, for what is not ours."""
        found = self._opened(user, text)
        return DueClock(datetime.fromisoformat(found[0]), *found[1:]) if len(found) > 1 else None

    def written_code(self, user: str, code: str) -> str:
        """Return the code of a case as text; empty at the end of the list."""
        return self._sealed(user, [code]) if code else ""

    def read_code(self, user: str, text: str) -> str:
        """Return behind which code to go on; empty, at the beginning, for what is not ours."""
        found = self._opened(user, text)
        return found[0] if len(found) == 1 else ""

    def _sealed(self, user: str, parts: Sequence[str]) -> str:
        return urlsafe_b64encode(self.safe.seal(_PURPOSE, user, json.dumps(parts).encode())).decode()

    def _opened(self, user: str, text: str) -> list[str]:
        try:
            found: list[str] = json.loads(self.safe.open(_PURPOSE, user, urlsafe_b64decode(text.encode())))
        except (ValueError, SealError):
            return []
        return found
