"""Erasing a person: asked for in the case, done by destroying her key, confirmed. A crash in between is made good."""

from __future__ import annotations

from datetime import datetime

from engine.store.keyring import Keyring
from engine.store.points import passed
from engine.store.sql.erasures import SqlErasures


def finish_erasures(erasures: SqlErasures, keyring: Keyring, now: datetime) -> int:
    """Destroy the keys of every person whose erasure was asked for and is not done; return how many."""
    waiting = erasures.waiting()
    for one in waiting:
        keyring.destroy(one.key)
        passed("erase: key destroyed")
        erasures.done(one.case, now)
        passed("erase: done")
    return len(waiting)
