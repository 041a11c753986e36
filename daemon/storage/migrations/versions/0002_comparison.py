"""When a mailbox was last compared with the ledger, and where its first scan ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a mailbox that was scanned before counts as scanned up to where it stands."""
    with op.batch_alter_table("generations") as table:
        table.add_column(sa.Column("first_upto", sa.BigInteger()))
        table.add_column(sa.Column("compared_at", UtcDateTime()))
        table.add_column(sa.Column("compared_all_at", UtcDateTime()))
    op.execute("UPDATE generations SET first_upto = scanned_upto")


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("generations") as table:
        for name in ("compared_all_at", "compared_at", "first_upto"):
            table.drop_column(name)
