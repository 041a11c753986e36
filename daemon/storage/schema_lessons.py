"""The table of lessons: what cases taught, without a word of a buyer's."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from daemon.storage.schema_base import RowId, metadata
from daemon.storage.utc import UtcDateTime

lessons = Table(
    # What people learnt from a case that is over; shown in letters on similar ones.
    "lessons",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("outcome", String(20)),
    Column("reason", String(40)),
    Column("marketplace", String(2)),
    Column("asins", Text, nullable=False, server_default=""),  # beside each other, a space between
    Column("carrier", String(80), nullable=False, server_default=""),
    Column("decided", Text, nullable=False, server_default=""),
    Column("missing", Text, nullable=False, server_default=""),
    Column("misread", Text, nullable=False, server_default=""),
    Column("other", Text, nullable=False, server_default=""),
    Column("digest", String(64), nullable=False),  # of case, author and words: said twice, kept once
    UniqueConstraint("digest"),
    Index("ix_lessons_case_id", "case_id"),
    Index("ix_lessons_at", "at"),
)
