"""What a reviewer decided about two cases that may be of one person; and since when a case is found by a mark."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column, make a table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("lookups", sa.Column("noted_at", number, nullable=True))
    op.create_table(
        "likenesses",
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("decided_at", number, nullable=False),
        sa.PrimaryKeyConstraint("first", "second"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
