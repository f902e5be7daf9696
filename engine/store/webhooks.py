"""Webhooks: programs outside that are told that something happened, and come and ask by the API what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.store.ports import Posted


class NewsKind(StrEnum):
    """Of what a program can be told. A word never gets another meaning."""

    CASE_OPENED = "case.opened"
    CASE_REOPENED = "case.reopened"
    CASE_CLOSED = "case.closed"
    STEP_ENTERED = "step.entered"
    ACTION_WITHDRAWN = "action.withdrawn"  # a wrong click was taken back: the case stands where it stood before
    DEADLINE_MISSED = "deadline.missed"
    DEADLINE_ESCALATED = "deadline.escalated"
    TRANSFER_ASKED = "transfer.asked"
    TRANSFER_ANSWERED = "transfer.answered"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A program outside. ``owner``: the member of staff whose eyes it has. Secrets are sealed; instants are UTC."""

    id: str
    url: str
    owner: str
    kinds: tuple[NewsKind, ...]
    made_by: str
    made_at: datetime
    secret: bytes
    former: bytes | None = None
    former_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One piece of news for one webhook: the entry ``seq`` of a case's journal. ``words``: why it is not sent yet."""

    number: int
    webhook: str
    case: str
    seq: int
    kind: NewsKind
    due: datetime
    status: Posted = Posted.WAITING
    attempts: int = 0
    words: str = ""
