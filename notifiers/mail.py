"""What a notifier gets, and what it answers. Nothing in a mail says whom a case is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One finished mail to one person. ``message_id`` without brackets, the same at every try; ``at``: aware UTC."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    at: datetime


class Result(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    TEMPORARY = "temporary"  # try again later
    PERMANENT = "permanent"  # this address or this mail is never taken
    AMBIGUOUS = "ambiguous"  # it may have arrived: try again with the same Message-ID


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one mail. ``code``: the server's reply code, 0 without one.

    ``words`` says what happened in our words: no address, no text of a server, which may echo anything. ``alarm``:
    the administrator has to see to it, trying again does not help by itself. ``tried`` False: the trouble is with the
    way out and not with this mail, so that it is no failed try of it, however often it happens.
    """

    result: Result
    code: int = 0
    words: str = ""
    alarm: bool = False
    tried: bool = True


class Notifier(Protocol):
    """Hands mails over."""

    def send(self, mails: Iterable[Mail]) -> Iterator[Outcome]:
        """Yield one outcome for each mail, in order, as soon as it is known. Never raises for what a server does.

        The next mail is not looked at before the outcome of the former was taken.
        """

    def close(self) -> None:
        """Let go of connections. May be called again; sending after it opens a new one."""
