"""Where a message lies on a server, and what was fetched from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """The ledger's key: one message in one mailbox, under one UIDVALIDITY (RFC 9051)."""

    account: str
    mailbox: str
    uidvalidity: int
    uid: int

    def __str__(self) -> str:
        """For logs and people: `account/mailbox uidvalidity:uid`."""
        return f"{self.account}/{self.mailbox} {self.uidvalidity}:{self.uid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMessage:
    """The bytes as the server gave them."""

    place: Place
    internal_date: datetime | None
    """Aware UTC: the IMAP INTERNALDATE; null when the server gave none, or for a file."""
    flags: tuple[str, ...]
    raw: bytes
