"""The tables: places end in one disposition each, raws are bytes, matters hold entries and make cases."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from daemon.storage.schema_base import RowId
from daemon.storage.schema_base import metadata as metadata
from daemon.storage.schema_bundles import bundle_items as bundle_items
from daemon.storage.schema_bundles import bundles as bundles
from daemon.storage.schema_lessons import lessons as lessons
from daemon.storage.schema_said import corrections as corrections
from daemon.storage.schema_said import replies as replies
from daemon.storage.utc import UtcDateTime

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("account", String(200), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("account", "name"),
)

generations = Table(
    # One reign of a UIDVALIDITY over a mailbox. The newest row of a mailbox is the current one; a value that comes back
    # begins a new reign, since servers reuse values for other mails.
    "generations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("mailbox_id", RowId, ForeignKey("mailboxes.id"), nullable=False, index=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("scanned_upto", BigInteger),  # every UID up to here has a place; null until the first scan is complete
    Column("uidnext", BigInteger),
    Column("exists", BigInteger, nullable=False, server_default="0"),
    Column("polled_at", UtcDateTime),
    Column("first_upto", BigInteger),  # where the first scan ended; mail behind it is read whatever its date
    Column("compared_at", UtcDateTime),
    Column("compared_all_at", UtcDateTime),
)

raws = Table(
    "raws",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("account", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary),
    Column("spool", Text),  # path below the spool directory, for large messages
    Column("read_at", UtcDateTime, nullable=False),
    UniqueConstraint("account", "sha256"),
)

places = Table(
    # The ledger: one row per message in a mailbox, also for ignored mail, each ending in exactly one disposition.
    "places",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("generation_id", RowId, ForeignKey("generations.id"), nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("raw_id", RowId, ForeignKey("raws.id"), index=True),  # null while the server gives no bytes
    Column("internal_date", UtcDateTime),
    Column("flags", Text, nullable=False, server_default=""),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("disposition", String(20)),
    Column("disposed_at", UtcDateTime),
    Column("error", Text),
    UniqueConstraint("generation_id", "uid"),
    Index(
        "ix_places_waiting",
        "id",
        sqlite_where=text("disposition IS NULL"),
        postgresql_where=text("disposition IS NULL"),
    ),
    Index("ix_places_disposition", "disposition"),
)

matters = Table(
    "matters",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("account", String(200), nullable=False),
    Column("family", String(20), nullable=False),
    Column("order_id", String(40)),  # null: nothing names an order yet
    UniqueConstraint("account", "family", "order_id"),
)

handles = Table(
    # What a mail without an order id can be joined by: support case ids, Message-IDs of case mails, references.
    "handles",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("matter_id", RowId, ForeignKey("matters.id"), nullable=False, index=True),
    Column("account", String(200), nullable=False),
    Column("family", String(20), nullable=False),
    Column("type", String(10), nullable=False),  # "support", "mail" or "ref"
    Column("value", String(300), nullable=False),
    UniqueConstraint("account", "family", "type", "value", "matter_id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("raw_id", RowId, ForeignKey("raws.id"), nullable=False, unique=True),
    Column("account", String(200), nullable=False),
    Column("key", String(64), nullable=False),
    Column("matter_id", RowId, ForeignKey("matters.id"), index=True),
    Column("semantic_key", String(64), nullable=False),
    Column("message_id", String(500)),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("event", String(20)),
    Column("authenticity", String(20), nullable=False),
    Column("review", Boolean, nullable=False),
    Column("entry", Text, nullable=False),
    Column("untold", Boolean, nullable=False, server_default=text("false")),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("account", "key"),
    Index("ix_messages_account_semantic_key", "account", "semantic_key"),
    Index("ix_messages_account_message_id", "account", "message_id"),
    Index("ix_messages_untold", "id", sqlite_where=text("untold"), postgresql_where=text("untold")),
    Index("ix_messages_review", "id", sqlite_where=text("review"), postgresql_where=text("review")),
)

acts = Table(
    "acts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("matter_id", RowId, ForeignKey("matters.id"), nullable=False, index=True),
    Column("entry", Text, nullable=False),
)

cases = Table(
    # A row is a number that people know. It is never deleted: a case that turned out to be another's is merged into it.
    "cases",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("matter_id", RowId, ForeignKey("matters.id"), nullable=False, index=True),
    Column("account", String(200), nullable=False),
    Column("opener", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("respond_by", UtcDateTime),
    Column("state", Text, nullable=False),
    Column("previous_id", RowId, ForeignKey("cases.id")),
    Column("merged_into", RowId, ForeignKey("cases.id")),
    Column("untold", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_cases_status_respond_by", "status", "respond_by"),
    Index("ix_cases_untold", "id", sqlite_where=text("untold"), postgresql_where=text("untold")),
    sqlite_autoincrement=True,
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("key", String(64), nullable=False, server_default=""),  # of the entry that caused it, if one did
    Column("at", UtcDateTime, nullable=False),
    Column("what", Text, nullable=False),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(300), nullable=False, unique=True),
    Column("message_id", String(300), nullable=False),
    Column("case_id", RowId, ForeignKey("cases.id"), index=True),
    Column("subject", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("letter_id", RowId, ForeignKey("letters.id"), nullable=False),
    Column("recipient", String(320), nullable=False),  # an address, or the name of a channel
    Column("via", String(10), nullable=False, server_default="mail"),
    Column("data", LargeBinary, nullable=False),  # the finished message: every attempt sends the same bytes
    Column("state", String(20), nullable=False),
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("ambiguities", Integer, nullable=False, server_default="0"),
    Column("owner", String(200)),
    Column("lease_until", UtcDateTime),
    Column("reply", Text, nullable=False, server_default=""),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("letter_id", "recipient"),
    Index("ix_deliveries_state_due_at", "state", "due_at"),
    Index("ix_deliveries_ended_at", "ended_at"),
)

leases = Table(
    # PostgreSQL with several daemons: whose an account is, until when, and the token that fences off the one before.
    "leases",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

daemons = Table(
    "daemons",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

digests = Table(
    # One row a reader and day: a digest was written, or there was nothing to say.
    "digests",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("reader", String(320), nullable=False),
    Column("day", String(10), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("letter_key", String(300)),
    Column("why", Text, nullable=False),
    UniqueConstraint("reader", "day"),
)

notices = Table(
    # The ladder's decisions, each taken once; also of a step that was left out.
    "notices",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("clock", String(60), nullable=False),
    Column("step", String(120), nullable=False),
    Column("person", String(200), nullable=False, server_default=""),  # empty: a step that was left out
    Column("letter", String(20), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("fire_at", UtcDateTime, nullable=False),  # when it was sent, or is to be
    Column("state", String(20), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("letter_key", String(300)),  # of the letter that told it
    UniqueConstraint("case_id", "clock", "step", "person"),
    Index("ix_notices_state_fire_at", "state", "fire_at"),
    Index("ix_notices_person_fire_at", "person", "fire_at"),
)

evidence_files = Table(
    # The bytes of evidence, once however many cases they prove something in. Erased bytes leave hash, size and type.
    "evidence_files",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("body", LargeBinary),
    Column("spool", Text),  # path below the spool directory, for large files
    Column("kept_at", UtcDateTime, nullable=False),
)

evidence = Table(
    # One file of one case: what it proves, who brought it, when and by which way.
    "evidence",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("file_id", RowId, ForeignKey("evidence_files.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("items", Text, nullable=False),
    Column("source", String(20), nullable=False),  # reply, folder, command or export
    Column("by", Text, nullable=False),
    Column("said", Text, nullable=False, server_default=""),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("case_id", "file_id"),
)

export_lines = Table(
    # One line of an order report or a carrier's export: facts about an order or a parcel, perhaps before it has a case.
    "export_lines",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("sha256", String(64), nullable=False),  # of the whole file
    Column("line", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("order_id", String(40), index=True),
    Column("parcel", String(60), index=True),
    Column("case_id", RowId, ForeignKey("cases.id"), index=True),  # when the line names neither
    Column("facts", Text, nullable=False),
    Column("cells", Text),  # the line itself, for orders with a case
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("sha256", "line"),
)
