"""Which names are time zones."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def is_zone(name: str) -> bool:
    """Return whether there is a time zone of this name. Never raises, whatever the name holds."""
    if len(name) > 64 or not name.isascii() or not name[:1].isalpha() or name.isspace():
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
