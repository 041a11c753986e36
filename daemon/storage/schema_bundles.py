"""The tables of letters that speak of several matters: what such a letter lists, so that its answer can name it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from daemon.storage.schema_base import RowId, metadata
from daemon.storage.utc import UtcDateTime

bundles = Table(
    # One row a letter about several cases or mails; the proof in its Message-ID names the row.
    "bundles",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("letter_key", String(300), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
)

bundle_items = Table(
    # What it lists: a case, or under a short code a mail of the review list, and what was decided of that.
    "bundle_items",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("bundle_id", RowId, ForeignKey("bundles.id"), nullable=False),
    Column("code", String(20), nullable=False),
    Column("case_id", RowId, ForeignKey("cases.id")),
    Column("message_id", RowId, ForeignKey("messages.id")),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(200), nullable=False, server_default=""),
    Column("decision", String(40), nullable=False, server_default=""),
    UniqueConstraint("bundle_id", "code"),
)
