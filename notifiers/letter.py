"""The one place where a mail becomes bytes. Cheap, and closed: nothing that is given can add a header or a recipient.

Every header is written here from checked parts. Bodies are base64, so no line of theirs can end a mail or be split
into commands. Addresses are a strict part of RFC 5321, as in the directory: no lists, quotes, comments, routes or
names; a domain beyond ASCII has to be given in its ASCII form (``xn--...``).
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from binascii import b2a_base64
from datetime import UTC, datetime
from hashlib import sha256
from itertools import accumulate, takewhile
from urllib.parse import quote

from notifiers.mail import Mail

LONGEST_ADDRESS = 254
LONGEST_SUBJECT = 200
#: Text and HTML may have so many characters each.
LONGEST_BODY = 1_000_000
#: Bytes of text in one encoded word: its line has 76 characters at most, ``Subject: `` counted (RFC 2047).
_WORD_BYTES = 39
_LINE_BYTES = 57
_LOCAL = re.compile(r"[A-Za-z0-9_+'-]+(\.[A-Za-z0-9_+'-]+)*")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*@[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_LONGEST_ID = 240
_PLAIN = re.compile(r"[ -~]*")
#: Invisible signs that part or join words, in Khmer above all. A subject loses nothing without them.
_ZERO_WIDTH = re.compile("[\u00ad\u034f\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064]")
#: Categories of signs that no subject holds: controls, direction marks and other unseen ones, halves, line ends.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: Controls in a body, which could speak to a terminal. Tabs and line ends are none of them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class LetterError(ValueError):
    """A part of a mail cannot be sent as it is; the sentence says which and why."""


def build(mail: Mail) -> bytes:
    """Return the mail as bytes for SMTP: ASCII, CRLF only, no line over 76 but those of addresses and of the id.

    Raises LetterError.
    """
    if len(mail.message_id) > _LONGEST_ID or not _MESSAGE_ID.fullmatch(mail.message_id):
        raise LetterError("The message id may hold letters, digits, single dots, _ and hyphens, and one @.")
    mark = "=_" + sha256(mail.message_id.encode()).hexdigest()[:32]
    lines = (
        f"From: {check_address(mail.sender)}",
        f"To: {check_address(mail.to)}",
        f"Subject: {_encoded(check_subject(mail.subject))}",
        f"Date: {_date(mail.at)}",
        f"Message-ID: <{mail.message_id}>",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
        "Content-Type: multipart/alternative;",
        f' boundary="{mark}"',
        "",
        f"--{mark}",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
        "",
        f"{_body(mail.text)}--{mark}",
        'Content-Type: text/html; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
        "",
        f"{_body(mail.html)}--{mark}--",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def check_address(text: str) -> str:
    """Return an e-mail address that mail may go to. Raises LetterError, which does not repeat it."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST_ADDRESS or len(local) > 64:
        raise LetterError("This is no e-mail address; write one, like name@example.org.")
    if not text.isascii():
        raise LetterError("An e-mail address is written in plain Latin letters; give the ASCII form of its domain.")
    if not _LOCAL.fullmatch(local) or not (_DOMAIN.fullmatch(domain) or domain == "localhost"):
        raise LetterError(
            "This is not one plain e-mail address, like name@example.org; names and lists are not taken."
        )
    return text


def check_subject(text: str) -> str:
    """Return a subject as it may be sent: one line of visible signs, in single spaces. Raises LetterError."""
    seen = _ZERO_WIDTH.sub("", text)
    if any(unicodedata.category(sign) in _HARMFUL for sign in seen):
        raise LetterError("A subject is one line of visible signs.")
    if "=?" in seen:
        raise LetterError("A subject holds no encoded words; write the text itself.")
    subject = " ".join(seen.split())
    if not subject:
        raise LetterError("A mail needs a subject.")
    if len(subject) > LONGEST_SUBJECT:
        raise LetterError(f"A subject has at most {LONGEST_SUBJECT} characters.")
    return subject


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut behind a whole letter; three dots stand for the rest."""
    if len(text) <= most:
        return text
    ends = accumulate(map(len, _letters(text[:most])))
    end = max(takewhile(lambda place: place <= most - 3, ends), default=0)
    return f"{text[:end].rstrip()}..."


def _encoded(subject: str) -> str:
    """Return the text of a header line, as encoded words where it is not plain and short."""
    if _PLAIN.fullmatch(subject) and len(subject) <= 60:
        return subject
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in _words(subject))


def _words(text: str) -> list[bytes]:
    """Return the text in pieces that fit, never cut between a letter and the marks that belong to it."""
    pieces: list[bytes] = [b""]
    for sign in _letters(text):
        encoded = sign.encode()
        if pieces[-1] and len(pieces[-1]) + len(encoded) > _WORD_BYTES:
            pieces.append(b"")
        pieces[-1] += encoded
    return pieces


def _letters(text: str) -> list[str]:
    """Return the letters of a text, each with its marks and with the subscript that follows a Khmer coeng."""
    letters: list[str] = []
    for sign in text:
        joins = unicodedata.category(sign).startswith("M") or (letters and letters[-1].endswith("\u17d2"))
        if letters and joins and len(letters[-1].encode()) + len(sign.encode()) <= _WORD_BYTES:
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def _body(text: str) -> str:
    """Return a body in base64 lines, each ended; line ends inside are CRLF, as mail has them."""
    if len(text) > LONGEST_BODY:
        raise LetterError(f"A mail has at most {LONGEST_BODY} characters.")
    plain = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        content = plain.replace("\n", "\r\n").encode()
    except UnicodeEncodeError as error:
        raise LetterError("A body holds half a character; write whole ones.") from error
    lines = (b2a_base64(content[at : at + _LINE_BYTES], newline=False) for at in range(0, len(content), _LINE_BYTES))
    return "".join(f"{line.decode()}\r\n" for line in lines)


def _date(at: datetime) -> str:
    """Return an instant as mail has it (RFC 5322), in UTC and never in the words of a locale."""
    if at.tzinfo is None:
        raise LetterError("The instant of a mail needs a zone.")
    utc = at.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]}, {utc.day:02} {_MONTHS[utc.month - 1]} {utc.year:04} {utc:%H:%M:%S} +0000"


def is_link(text: str) -> bool:
    """Return whether links in mails may begin with this: ``https://HOST``, perhaps with a port and a path."""
    return _LINK.fullmatch(text) is not None


def link_to(base: str, *parts: str) -> str:
    """Return a link below a base address, its parts quoted; the empty text without a base."""
    return "/".join((base.rstrip("/"), *(quote(part, safe="") for part in parts))) if base else ""
