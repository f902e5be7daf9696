"""The access log: who read, searched, exported or was refused what, and when. No value of a case stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.store.codec.entries import EventForms

#: With this begins the detail of a refusal to who has no role in the case, or where there is none.
NO_ROLE = "no role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessed:
    """One access. ``what``: its kind (``show``, ``list``, ``refused`` ...); ``case``: the code, if there is one."""

    at: datetime
    by: str
    what: str
    case: str = ""
    detail: str = ""


ACCESS_EVENTS = EventForms((Accessed,))


def stream_of_day(at: datetime) -> str:
    """Return the stream of an access: one for each UTC date."""
    return f"access:{at.astimezone(UTC).date().isoformat()}"
