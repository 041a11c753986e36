"""An index by which the letters of the last hour are counted."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_index("ix_deliveries_ended_at", "deliveries", ["ended_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_deliveries_ended_at", table_name="deliveries")
