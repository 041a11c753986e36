"""A letter to the team: rendered parts and its thread, before any transport."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one mail to the team says; the outbox adds recipient and From."""

    key: str
    """Stable and unique for what the letter is about, such as "suggest:CC-000123:opened:<sha>"; never sent twice."""
    message_id: str
    """Message-ID without brackets, derived from key and instance alone."""
    in_reply_to: str | None
    references: tuple[str, ...]
    """Message-IDs without brackets, oldest first: a case is one thread."""
    date: datetime
    subject: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...] = ()
    case: str = ""
    """Number of the case that an answer to this letter speaks about; empty when it is about none."""
