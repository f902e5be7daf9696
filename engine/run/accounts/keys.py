"""Keys of programs that work in somebody's name: shown once, for a scope and a time, ended at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.core.people.directory import User
from engine.store.access import Accessed
from engine.store.ports import Time
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.people import SqlDirectory
from engine.store.sql.tokens import SqlTokens, Token

READ, WRITE = "read", "write"
#: A key works for so long; then a person looks whether it is still needed.
VALID = timedelta(days=90)
#: Begins every key, so that one that was left in a text is found.
_PREFIX = "spean_"


@dataclass(frozen=True, slots=True)
class Keys:
    """Makes, checks and ends keys."""

    tokens: SqlTokens
    people: SqlDirectory
    access: SqlAccessLog
    time: Time

    def make(self, user: str, name: str, scope: str) -> str:
        """Return a new key; it is kept nowhere as it is."""
        key, now = _PREFIX + secrets.token_urlsafe(32), self.time.now()
        self.tokens.add(key, user, name.strip()[:80] or "-", scope if scope == WRITE else READ, now, now + VALID)
        self.access.write([Accessed(at=now, by=user, what="new key", detail=scope)])
        return key

    def who(self, key: str) -> tuple[User, str] | None:
        """Return whose a key is and its scope; None where it ended, ran out, never was, or its owner is disabled."""
        found = self.tokens.find(key[:200]) if key else None
        if found is None or found.ended is not None or found.until <= self.time.now():
            return None
        known = self.people.now().users.get(found.user)
        return None if known is None or known.disabled else (known, found.scope)

    def of(self, user: str) -> Sequence[Token]:
        """Return somebody's keys."""
        return self.tokens.of(user)

    def end(self, user: str, id_: str) -> None:
        """End a key."""
        self.tokens.end(user, id_, self.time.now())
