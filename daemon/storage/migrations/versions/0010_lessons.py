"""Lessons: what cases taught."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "lessons",
        sa.Column("id", RowId, nullable=False),
        sa.Column("case_id", RowId),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reason", sa.String(40)),
        sa.Column("marketplace", sa.String(2)),
        sa.Column("asins", sa.Text, nullable=False, server_default=""),
        sa.Column("carrier", sa.String(80), nullable=False, server_default=""),
        sa.Column("decided", sa.Text, nullable=False, server_default=""),
        sa.Column("missing", sa.Text, nullable=False, server_default=""),
        sa.Column("misread", sa.Text, nullable=False, server_default=""),
        sa.Column("other", sa.Text, nullable=False, server_default=""),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lessons"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_lessons_case_id_cases"),
        sa.UniqueConstraint("digest", name="uq_lessons_digest"),
    )
    op.create_index("ix_lessons_case_id", "lessons", ["case_id"])
    op.create_index("ix_lessons_at", "lessons", ["at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("lessons")
