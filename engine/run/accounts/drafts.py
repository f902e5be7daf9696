"""What somebody has typed into a form and not sent: kept sealed on the server for a day, never in the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.store.ports import Time
from engine.store.safe import Safe, SealError
from engine.store.sql.drafts import SqlDrafts

#: A draft is of use for so long.
KEPT_FOR = timedelta(days=1)
_PURPOSE = "draft"
#: Nobody types more into one form.
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, by the name of its box, and when (UTC)."""

    texts: Mapping[str, str]
    saved: datetime


@dataclass(frozen=True, slots=True)
class Drafts:
    """Keeps and gives back drafts."""

    kept: SqlDrafts
    safe: Safe
    time: Time

    def keep(self, user: str, form: str, texts: Mapping[str, str]) -> None:
        """Keep what somebody has typed into the form of an address."""
        body = json.dumps(dict(texts)).encode()
        if len(body) <= _LARGEST:
            self.kept.keep(user, form[:300], self.safe.seal(_PURPOSE, f"{user} {form[:300]}", body), self.time.now())

    def find(self, user: str, form: str) -> Draft | None:
        """Return it; None where there is none, or it is too old."""
        found = self.kept.find(user, form[:300])
        if found is None or self.time.now() - found[1] > KEPT_FOR:
            return None
        try:
            return Draft(json.loads(self.safe.open(_PURPOSE, f"{user} {form[:300]}", found[0])), found[1])
        except SealError:
            return None

    def drop(self, user: str, form: str) -> None:
        """Forget it: it was sent, or thrown away."""
        self.kept.drop(user, form[:300])
        self.kept.clear(self.time.now() - KEPT_FOR)
