"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "calendars",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("installed_at", _number(), nullable=False),
        sa.Column("compiled", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cases",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("seq", _number(), nullable=False),
        sa.Column("version", _number(), nullable=False),
        sa.Column("recorded_at", _number(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("opened_at", _number(), nullable=True),
        sa.Column("closed_at", _number(), nullable=True),
        sa.Column("wake_at", _number(), nullable=True),
        sa.Column("urgent_wake_at", _number(), nullable=True),
        sa.Column("frozen", _number(), server_default="0", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("cases_agency", "cases", ["agency", "closed_at"], unique=False)
    op.create_index(
        "cases_urgent_wake",
        "cases",
        ["urgent_wake_at", "code"],
        unique=False,
        sqlite_where=sa.text("urgent_wake_at IS NOT NULL"),
        postgresql_where=sa.text("urgent_wake_at IS NOT NULL"),
    )
    op.create_index(
        "cases_wake",
        "cases",
        ["wake_at", "code"],
        unique=False,
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", _number(), nullable=False),
        sa.Column("made_at", _number(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("streams", _number(), nullable=False),
        sa.Column("entries", _number(), nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "clocks",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("enrolment", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("position", _number(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("limit_at", _number(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "enrolment", "clock"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "clocks_limit",
        "clocks",
        ["limit_at", "code"],
        unique=False,
        sqlite_where=sa.text("outcome = 'open'"),
        postgresql_where=sa.text("outcome = 'open'"),
    )
    op.create_table(
        "commands",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("seq", _number(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("outbox", _number(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", _number(), nullable=False),
        sa.Column("next_at", _number(), nullable=True),
        sa.Column("ended_at", _number(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("outbox", "user"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("deliveries_message", "deliveries", ["message_id"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_at", _number(), nullable=False),
        sa.Column("done_at", _number(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "erasures_waiting",
        "erasures",
        ["code"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "firings",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("enrolment", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("generation", _number(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("occurrence", _number(), nullable=False),
        sa.Column("scheduled_at", _number(), nullable=False),
        sa.Column("fired_at", _number(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "enrolment", "clock", "generation", "rung", "occurrence"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "heads",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", _number(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "holders",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "role"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("holders_user", "holders", ["user"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("number", _number(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_at", _number(), nullable=False),
        sa.Column("ended_at", _number(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.Column("attempts", _number(), nullable=False),
        sa.Column("retry_at", _number(), nullable=True),
        sa.Column("told_at", _number(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "incidents_number",
        "incidents",
        ["number"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "incidents_open",
        "incidents",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "journal",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", _number(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lookups",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "token", "code"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("lookups_case", "lookups", ["code"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("number", _number(), autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("seq", _number(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("urgent", _number(), nullable=False),
        sa.Column("due_at", _number(), nullable=False),
        sa.Column("lease_until", _number(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("code", "seq", name="outbox_entry"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "outbox_queue",
        "outbox",
        ["code", "recipient", "number"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["due_at", "number"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "protocols",
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("installed_at", _number(), nullable=False),
        sa.Column("current", _number(), nullable=False),
        sa.Column("compiled", sa.Text(), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("meaning"),
        sa.UniqueConstraint("protocol", "version", name="protocols_label"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "waiting",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_at", _number(), nullable=False),
        sa.PrimaryKeyConstraint("code", "id", "asked"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("waiting_asked", "waiting", ["asked"], unique=False)
    op.create_index("waiting_kind", "waiting", ["kind", "code"], unique=False)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
