"""Replies to our letters and what became of them; which digests were decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "replies",
        sa.Column("id", RowId, nullable=False),
        sa.Column("raw_id", RowId, nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(500), nullable=True),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("case_id", RowId, nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["raw_id"], ["raws.id"], name="fk_replies_raw_id_raws"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_replies_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.UniqueConstraint("identity", name="uq_replies_identity"),
    )
    op.create_index("ix_replies_raw_id", "replies", ["raw_id"])
    op.create_index("ix_replies_case_id", "replies", ["case_id"])
    op.create_index("ix_replies_sender_at", "replies", ["sender", "at"])
    op.create_index("ix_replies_message_id", "replies", ["message_id"])
    op.create_table(
        "digests",
        sa.Column("id", RowId, nullable=False),
        sa.Column("reader", sa.String(320), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("letter_key", sa.String(300), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("reader", "day", name="uq_digests_reader_day"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("digests")
    op.drop_table("replies")
