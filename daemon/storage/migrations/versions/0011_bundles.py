"""What letters about several matters list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "bundles",
        sa.Column("id", RowId, nullable=False),
        sa.Column("letter_key", sa.String(300), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bundles"),
        sa.UniqueConstraint("letter_key", name="uq_bundles_letter_key"),
    )
    op.create_table(
        "bundle_items",
        sa.Column("id", RowId, nullable=False),
        sa.Column("bundle_id", RowId, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("case_id", RowId),
        sa.Column("message_id", RowId),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("decided_by", sa.String(200), nullable=False, server_default=""),
        sa.Column("decision", sa.String(40), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_bundle_items"),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name="fk_bundle_items_bundle_id_bundles"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_bundle_items_case_id_cases"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_bundle_items_message_id_messages"),
        sa.UniqueConstraint("bundle_id", "code", name="uq_bundle_items_bundle_id_code"),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("bundle_items")
    op.drop_table("bundles")
