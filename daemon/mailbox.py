"""What intake needs of a mailbox server: a small Protocol and the values that it gives; `imap.py` is the real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from daemon.places import FetchedMessage, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxStatus:
    """A mailbox as the EXAMINE of this very connection reported it (RFC 9051)."""

    name: str
    uidvalidity: int
    """Zero when the server names none: then UIDs mean nothing beyond this connection."""
    uidnext: int | None
    """A hint to skip work; some servers never tell."""
    exists: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfetchable:
    """A UID that gave no message; it stays visible until it does, or is `vanished` for good."""

    place: Place
    why: str
    vanished: bool = False
    """True when a fresh EXAMINE and SEARCH no longer list the UID: somebody deleted or moved the mail."""


class Mailbox(Protocol):
    """One open connection to one account; every method may raise a ServerFault (`connection.py`)."""

    def examine(self, name: str) -> MailboxStatus:
        """Open a mailbox read-only; the other methods then speak of it."""
        ...

    def uids(self, low: int, high: int | None = None) -> list[int]:
        """The UIDs from `low` to `high` (null: to the end), ascending."""
        ...

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of mail that arrived on `day` (the server's own) or later, ascending."""
        ...

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMessage | Unfetchable]:
        """Every UID's message or the reason why there is none, one value a UID, in no promised order."""
        ...

    def close(self) -> None:
        """Log out; never raises."""
        ...
