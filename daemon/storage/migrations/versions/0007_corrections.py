"""What people say that a mail is, when it was judged otherwise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "corrections",
        sa.Column("id", RowId, nullable=False),
        sa.Column("message_id", RowId, nullable=False),
        sa.Column("account", sa.String(200), nullable=False),
        sa.Column("matter_id", RowId, nullable=True),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("was_kind", sa.String(20), nullable=False),
        sa.Column("was_event", sa.String(20), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("event", sa.String(20), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_corrections_message_id_messages"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_corrections_matter_id_matters"),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_message_id", "corrections", ["message_id"])
    op.create_index("ix_corrections_matter_id", "corrections", ["matter_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("corrections")
