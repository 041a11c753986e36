"""The tables of what people say: replies to our letters, and what they correct."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from daemon.storage.schema_base import RowId, metadata
from daemon.storage.utc import UtcDateTime

replies = Table(
    # A mail that answers one of our letters: never a case, perhaps a command. A stranger's has a row too.
    "replies",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("raw_id", RowId, ForeignKey("raws.id"), nullable=False, index=True),
    Column("identity", String(64), nullable=False, unique=True),  # the same for every copy and replay of one reply
    Column("message_id", String(500), index=True),
    Column("sender", String(320), nullable=False),
    Column("case_id", RowId, ForeignKey("cases.id"), index=True),
    Column("outcome", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_replies_sender_at", "sender", "at"),
)

corrections = Table(
    # What a person says that a mail is; the newest row of a mail counts. The mail's own row stays as it was judged.
    "corrections",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("message_id", RowId, ForeignKey("messages.id"), nullable=False, index=True),
    Column("account", String(200), nullable=False),
    Column("matter_id", RowId, ForeignKey("matters.id"), index=True),  # where the mail counts as `entry`, if anywhere
    Column("entry", Text),
    Column("was_kind", String(20), nullable=False),
    Column("was_event", String(20)),
    Column("kind", String(20), nullable=False),
    Column("event", String(20)),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),  # masked, to train on; empty when the mail's own text has been erased
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
