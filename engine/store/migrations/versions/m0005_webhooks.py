"""Webhooks: programs outside, of what each is told, and the calls to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", _number(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", _number(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "webhook_kinds",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "webhook"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calls",
        sa.Column("number", _number(), autoincrement=True, nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("seq", _number(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_at", _number(), nullable=False),
        sa.Column("attempts", _number(), nullable=False),
        sa.Column("lease_until", _number(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("ended_at", _number(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("webhook", "code", "seq", name="calls_entry"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    _index("calls_waiting", ["webhook", "due_at", "number"], "status = 'waiting'")
    op.create_index("calls_status", "calls", ["webhook", "status"], unique=False)
    _index("calls_ended", ["ended_at"], "ended_at IS NOT NULL")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "calls", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
