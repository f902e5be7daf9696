"""Mails for tests, and what a mail program makes of their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from notifiers.mail import Mail

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
MAIL = Mail(
    "0f3a.1@office.example.org",
    "spean@office.example.org",
    "dara@office.example.org",
    "Reminder: Routine task - RH-26-014",
    "Case RH-26-014: Routine task\n",
    "<!doctype html>\n<p>Case RH-26-014</p>\n",
    AT,
)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type"]


def mail(**changes: Any) -> Mail:
    """Return a mail with these changes."""
    return replace(MAIL, **changes)


def parsed(data: bytes) -> EmailMessage:
    """Return what Python's mail program reads, which must have found nothing wrong anywhere."""
    message: EmailMessage = message_from_bytes(data, policy=default)
    assert list(defects(message)) == []
    return message


def defects(message: Message) -> Iterator[object]:
    """Yield all that is wrong with a message, its headers and its parts."""
    for part in message.walk():
        yield from part.defects
        for value in part.values():
            yield from getattr(value, "defects", ())


def bodies(message: EmailMessage) -> tuple[str, str]:
    """Return the text and the HTML of a message; every line end in them must be CRLF."""
    text, html = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert html.get_content_type() == "text/html"
    return _lines(text.get_content()), _lines(html.get_content())


def _lines(content: str) -> str:
    plain = content.replace("\r\n", "")
    assert "\r" not in plain
    assert "\n" not in plain
    return content.replace("\r\n", "\n")
