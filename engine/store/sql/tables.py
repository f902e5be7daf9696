"""The tables. Instants are whole microseconds since 1970-01-01 UTC; bodies are JSON text; hashes are 32 bytes.

Journal entries are never changed and never deleted. The other tables about cases (``cases``, ``clocks``, ``holders``,
``waiting``, ``firings``, ``outbox``) are projections of it, written in the same transaction; ``spean verify`` makes
them anew and compares. What people need to log in, and what
programs outside are told (``accounts`` and all below it), belongs to no journal.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970-01-01 UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """Return the UTC instant so many microseconds after 1970-01-01."""
    return _EPOCH + timedelta(microseconds=number)


def _number(name: str, **options: Any) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), **options)


Part = Column[int] | Column[str] | Column[bytes] | Index | PrimaryKeyConstraint | UniqueConstraint


def _table(name: str, *parts: Part, clustered: bool = True) -> Table:
    """Return a strict table; a clustered one is kept in the order of its key."""
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=not clustered)


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _at(name: str, *, optional: bool = False) -> Column[int]:
    return _number(name, nullable=optional)


def _count(name: str) -> Column[int]:
    return _number(name, nullable=False)


def _bytes(name: str, *, optional: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=optional)


#: What concerns the database as a whole: its id, whether it is a simulation, when the last pass was.
meta = _table("meta", Column("key", Text, primary_key=True), _text("value"))

#: Every stream: ``case:CODE``, ``directory``, ``registry``, ``access:2027-03-31``.
journal = _table(
    "journal",
    _text("stream"),
    _count("seq"),
    _text("body"),
    _bytes("hash"),
    PrimaryKeyConstraint("stream", "seq"),
)

#: The newest entry of every stream that is not a case's (those stand in ``cases``).
heads = _table("heads", Column("stream", Text, primary_key=True), _count("seq"), _bytes("hash"))

#: One row a case: the state but for its clocks. ``head`` is the hash of its newest entry.
cases = _table(
    "cases",
    Column("code", Text, primary_key=True),
    _count("seq"),
    _count("version"),
    _at("recorded_at", optional=True),
    _bytes("head"),
    _text("key"),
    _text("about"),
    _text("agency", optional=True),
    _at("opened_at", optional=True),
    _at("closed_at", optional=True),
    _at("wake_at", optional=True),
    _at("urgent_wake_at", optional=True),
    _number("frozen", nullable=False, server_default="0"),
    _text("body"),
    clustered=False,
)
Index("cases_wake", cases.c.wake_at, cases.c.code, sqlite_where=cases.c.wake_at.is_not(None),
      postgresql_where=cases.c.wake_at.is_not(None))  # fmt: skip
Index("cases_urgent_wake", cases.c.urgent_wake_at, cases.c.code, sqlite_where=cases.c.urgent_wake_at.is_not(None),
      postgresql_where=cases.c.urgent_wake_at.is_not(None))  # fmt: skip
Index("cases_agency", cases.c.agency, cases.c.closed_at)

#: One row a clock, in the order (``position``) in which an enrolment opened them.
clocks = _table(
    "clocks",
    _text("code"),
    _text("enrolment"),
    _text("clock"),
    _count("position"),
    _text("deadline"),
    _text("outcome"),
    _at("limit_at", optional=True),
    _text("body"),
    PrimaryKeyConstraint("code", "enrolment", "clock"),
)
Index("clocks_limit", clocks.c.limit_at, clocks.c.code, sqlite_where=clocks.c.outcome == "open",
      postgresql_where=clocks.c.outcome == "open")  # fmt: skip

#: The key of every rung that was due, unique for ever (25).
firings = _table(
    "firings",
    _text("code"),
    _text("enrolment"),
    _text("clock"),
    _count("generation"),
    _text("rung"),
    _count("occurrence"),
    _at("scheduled_at"),
    _at("fired_at"),
    _text("kind"),
    PrimaryKeyConstraint("code", "enrolment", "clock", "generation", "rung", "occurrence"),
)

#: Who holds which role in which case, now.
holders = _table(
    "holders",
    _text("code"),
    _text("role"),
    _text("user"),
    PrimaryKeyConstraint("code", "role"),
    Index("holders_user", "user"),
)

#: What somebody must answer, now (approvals, reviews, requests, transfers), one row for each that is asked.
waiting = _table(
    "waiting",
    _text("code"),
    _text("id"),
    _text("asked"),
    _text("kind"),
    _at("asked_at"),
    PrimaryKeyConstraint("code", "id", "asked"),
    Index("waiting_asked", "asked"),
    Index("waiting_kind", "kind", "code"),
)

#: Messages to roles that wait or were dealt with. What one says stands in the journal entry ``seq`` of its case.
outbox = _table(
    "outbox",
    _number("number", primary_key=True, autoincrement=True),
    _text("code"),
    _count("seq"),
    _text("recipient"),
    _text("status"),
    _count("urgent"),
    _at("due_at"),
    _at("lease_until", optional=True),
    _text("leased_by", optional=True),
    _text("why", optional=True),
    UniqueConstraint("code", "seq", name="outbox_entry"),
    clustered=False,
)
Index("outbox_waiting", outbox.c.due_at, outbox.c.number, sqlite_where=outbox.c.status == "waiting",
      postgresql_where=outbox.c.status == "waiting")  # fmt: skip
Index("outbox_queue", outbox.c.code, outbox.c.recipient, outbox.c.number, sqlite_where=outbox.c.status == "waiting",
      postgresql_where=outbox.c.status == "waiting")  # fmt: skip

#: One row a mail to one person: what became of it, try by try.
deliveries = _table(
    "deliveries",
    _count("outbox"),
    _text("user"),
    _text("message_id"),
    _text("status"),
    _count("attempts"),
    _at("next_at", optional=True),
    _at("ended_at", optional=True),
    _text("words", optional=True),
    PrimaryKeyConstraint("outbox", "user"),
    Index("deliveries_message", "message_id"),
)

#: Requests that were answered: the same key with the same content is answered again, never carried out again.
commands = _table(
    "commands",
    _text("actor"),
    _text("key"),
    _text("fingerprint"),
    _text("code"),
    _count("seq"),
    PrimaryKeyConstraint("actor", "key"),
)

#: Blind index: what a private text was made into (HMAC) and the case it stands in. Deleted with the key.
lookups = _table(
    "lookups",
    _text("kind"),
    _text("token"),
    _text("code"),
    _at("noted_at", optional=True),
    PrimaryKeyConstraint("kind", "token", "code"),
    Index("lookups_case", "code"),
)

#: What a reviewer decided about two cases that are found by the same mark; codes alone.
likenesses = _table(
    "likenesses",
    Column("first", Text, primary_key=True),
    Column("second", Text, primary_key=True),
    _text("verdict"),
    _text("by"),
    _at("decided_at"),
)

#: Persons that shall be or were erased: the key is destroyed between the two instants.
erasures = _table(
    "erasures",
    Column("code", Text, primary_key=True),
    _text("key"),
    _at("asked_at"),
    _at("done_at", optional=True),
)

Index("erasures_waiting", erasures.c.code, sqlite_where=erasures.c.done_at.is_(None),
      postgresql_where=erasures.c.done_at.is_(None))  # fmt: skip

#: Protocol versions in use: their text, their compiled form, the meaning an enrolment pins.
protocols = _table(
    "protocols",
    Column("meaning", Text, primary_key=True),
    _text("protocol"),
    _text("version"),
    _at("installed_at"),
    _count("current"),
    _text("compiled"),
    _bytes("bundle"),
    UniqueConstraint("protocol", "version", name="protocols_label"),
)

#: Calendars in use, live for all cases.
calendars = _table(
    "calendars", Column("id", Text, primary_key=True), _at("installed_at"), _text("compiled")
)  # fmt: skip

#: Roots over all streams, and (for the newest ones) the heads they were made of, compressed.
checkpoints = _table(
    "checkpoints",
    _number("number", primary_key=True),
    _at("made_at"),
    _bytes("root"),
    _count("streams"),
    _count("entries"),
    _bytes("heads", optional=True),
    clustered=False,
)

#: What went wrong and waits for somebody: a case that cannot be served, a mail that cannot be delivered.
incidents = _table(
    "incidents",
    _number("number", primary_key=True),
    _text("kind"),
    _text("subject"),
    _text("words"),
    _at("opened_at"),
    _at("ended_at", optional=True),
    _text("ended_by", optional=True),
    _text("ended_as", optional=True),
    _count("attempts"),
    _at("retry_at", optional=True),
    _at("told_at", optional=True),
    clustered=False,
)
Index("incidents_number", incidents.c.number, sqlite_where=incidents.c.ended_at.is_(None),
      postgresql_where=incidents.c.ended_at.is_(None))  # fmt: skip
Index("incidents_open", incidents.c.kind, incidents.c.subject, unique=True,
      sqlite_where=incidents.c.ended_at.is_(None), postgresql_where=incidents.c.ended_at.is_(None))  # fmt: skip

#: How somebody logs in: the hash of a password, a sealed second factor, the last of its time steps that was used.
accounts = _table(
    "accounts",
    Column("user", Text, primary_key=True),
    _text("password"),
    _bytes("factor", optional=True),
    _number("factor_step", nullable=False, server_default="0"),
    _at("changed_at"),
)

#: One row a recovery code: its hash, and when it was used.
recovery_codes = _table(
    "recovery_codes",
    _text("user"),
    _text("token"),
    _at("used_at", optional=True),
    PrimaryKeyConstraint("user", "token"),
)

#: Single-use links (an invitation, "I will handle it" in a mail) by the hash of their token; who used one, and when.
single_uses = _table(
    "single_uses",
    Column("token", Text, primary_key=True),
    _text("purpose"),
    _text("user"),
    _text("by"),
    _at("until"),
    _at("used_at", optional=True),
)

#: Who is logged in where, by the hash of the token in the cookie. ``whole``: the second factor was given, too.
sessions = _table(
    "sessions",
    Column("token", Text, primary_key=True),
    _text("user"),
    _count("whole"),
    _at("begun_at"),
    _at("seen_at"),
    _at("ended_at", optional=True),
    _at("confirmed_at", optional=True),
    Index("sessions_user", "user"),
)

#: Keys of programs that work in somebody's name, by hash: what for, until when.
tokens = _table(
    "tokens",
    Column("token", Text, primary_key=True),
    _text("user"),
    _text("name"),
    _text("scope"),
    _at("made_at"),
    _at("until"),
    _at("ended_at", optional=True),
    Index("tokens_user", "user"),
)

#: Documents of cases, each sealed under the key of the person. What an answer holds is their id.
documents = _table(
    "documents",
    Column("id", Text, primary_key=True),
    _text("code"),
    _text("key"),
    _text("kind"),
    _at("kept_at"),
    _bytes("body"),
    Index("documents_case", "code"),
    clustered=False,
)

#: Failed attempts in a row by what was tried (an account, an address), and until when it rests.
attempts = _table(
    "attempts",
    Column("subject", Text, primary_key=True),
    _count("failed"),
    _at("last_at"),
    _at("until"),
)

#: Forms that were begun and not sent, sealed; kept for whoever began them.
drafts = _table(
    "drafts",
    _text("user"),
    _text("form"),
    _bytes("body"),
    _at("saved_at"),
    PrimaryKeyConstraint("user", "form"),
)

#: Programs outside that are told what happens, each as far as its owner may see the case. Secrets are sealed; the
#: former one signs, too, until an instant.
webhooks = _table(
    "webhooks",
    Column("id", Text, primary_key=True),
    _text("url"),
    _text("owner"),
    _text("made_by"),
    _at("made_at"),
    _bytes("secret"),
    _bytes("former", optional=True),
    _at("former_until", optional=True),
)

#: Of which kinds of news a webhook is told.
webhook_kinds = _table(
    "webhook_kinds", _text("kind"), _text("webhook"), PrimaryKeyConstraint("kind", "webhook")
)  # fmt: skip

#: One row a call: which entry of which case, to which webhook. Neither truth nor projection: whom to tell was decided
#: when it happened. Whether it may be told, and what it says, is decided when it leaves.
calls = _table(
    "calls",
    _number("number", primary_key=True, autoincrement=True),
    _text("webhook"),
    _text("code"),
    _count("seq"),
    _text("kind"),
    _text("status"),
    _at("due_at"),
    _count("attempts"),
    _at("lease_until", optional=True),
    _text("leased_by", optional=True),
    _at("ended_at", optional=True),
    _text("words", optional=True),
    UniqueConstraint("webhook", "code", "seq", name="calls_entry"),
    clustered=False,
)
Index("calls_waiting", calls.c.webhook, calls.c.due_at, calls.c.number, sqlite_where=calls.c.status == "waiting",
      postgresql_where=calls.c.status == "waiting")  # fmt: skip
Index("calls_status", calls.c.webhook, calls.c.status)
Index("calls_ended", calls.c.ended_at, sqlite_where=calls.c.ended_at.is_not(None),
      postgresql_where=calls.c.ended_at.is_not(None))  # fmt: skip
