"""Deliveries by other ways than mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("deliveries", sa.Column("via", sa.String(10), nullable=False, server_default="mail"))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("deliveries", "via")
