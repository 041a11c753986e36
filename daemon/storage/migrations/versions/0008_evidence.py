"""Evidence: files, what each proves in which case, and the lines of exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "evidence_files",
        sa.Column("id", RowId, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("spool", sa.Text),
        sa.Column("kept_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_files"),
        sa.UniqueConstraint("sha256", name="uq_evidence_files_sha256"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", RowId, nullable=False),
        sa.Column("case_id", RowId, nullable=False),
        sa.Column("file_id", RowId, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False, server_default=""),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_evidence_case_id_cases"),
        sa.ForeignKeyConstraint(["file_id"], ["evidence_files.id"], name="fk_evidence_file_id_evidence_files"),
        sa.UniqueConstraint("case_id", "file_id", name="uq_evidence_case_id_file_id"),
    )
    op.create_index("ix_evidence_file_id", "evidence", ["file_id"])
    op.create_table(
        "export_lines",
        sa.Column("id", RowId, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("order_id", sa.String(40)),
        sa.Column("parcel", sa.String(60)),
        sa.Column("case_id", RowId),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("cells", sa.Text),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_export_lines"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_export_lines_case_id_cases"),
        sa.UniqueConstraint("sha256", "line", name="uq_export_lines_sha256_line"),
    )
    for column in ("order_id", "parcel", "case_id", "at"):
        op.create_index(f"ix_export_lines_{column}", "export_lines", [column])


def downgrade() -> None:
    """Remove them."""
    for table in ("export_lines", "evidence", "evidence_files"):
        op.drop_table(table)
