"""What people need to log in: accounts, sessions, links, keys of programs, drafts; and documents of cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _make(
        "accounts",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("factor", sa.LargeBinary(), nullable=True),
        sa.Column("factor_step", _number(), server_default="0", nullable=False),
        sa.Column("changed_at", _number(), nullable=False),
        sa.PrimaryKeyConstraint("user"),
    )
    _make(
        "recovery_codes",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("used_at", _number(), nullable=True),
        sa.PrimaryKeyConstraint("user", "token"),
    )
    _make(
        "single_uses",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("until", _number(), nullable=False),
        sa.Column("used_at", _number(), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    _make(
        "sessions",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("whole", _number(), nullable=False),
        sa.Column("begun_at", _number(), nullable=False),
        sa.Column("seen_at", _number(), nullable=False),
        sa.Column("ended_at", _number(), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("sessions_user", "sessions", ["user"], unique=False)
    _make(
        "tokens",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("made_at", _number(), nullable=False),
        sa.Column("until", _number(), nullable=False),
        sa.Column("ended_at", _number(), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("tokens_user", "tokens", ["user"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kept_at", _number(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("documents_case", "documents", ["code"], unique=False)
    _make(
        "attempts",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failed", _number(), nullable=False),
        sa.Column("last_at", _number(), nullable=False),
        sa.Column("until", _number(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    _make(
        "drafts",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", _number(), nullable=False),
        sa.PrimaryKeyConstraint("user", "form"),
    )


def _make(name: str, *parts: sa.Column[object] | sa.PrimaryKeyConstraint) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
