"""The ladder's decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "notices",
        sa.Column("id", RowId, nullable=False),
        sa.Column("case_id", RowId, nullable=False),
        sa.Column("clock", sa.String(length=60), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=200), server_default="", nullable=False),
        sa.Column("letter", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("fire_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("letter_key", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("case_id", "clock", "step", "person", name="uq_notices_case_id_clock_step_person"),
    )
    op.create_index("ix_notices_state_fire_at", "notices", ["state", "fire_at"])
    op.create_index("ix_notices_person_fire_at", "notices", ["person", "fire_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("notices")
