"""What a notifier gets: who is to be told, in which words. Nothing in it says whom a case is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one role. ``subject`` may stand on a locked screen: an outside label and a case code at most."""

    role: str
    subject: str
    lines: tuple[str, ...] = ()
