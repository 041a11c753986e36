"""How a message leaves: a small Protocol, and what became of it; `smtp.py` is the real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The server took the message over; its reply usually holds a queue id."""

    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transient:
    """Not now (RFC 5321, 4yz, or the connection ended before the final dot): try again."""

    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permanent:
    """Never (RFC 5321, 5yz): the same message will not be taken for this recipient."""

    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """The connection ended after the final dot and before the reply: taken or not, nobody knows (RFC 1047)."""

    reply: str


Outcome = Sent | Transient | Permanent | Ambiguous


class Via(StrEnum):
    """How a delivery travels; the database holds these values."""

    MAIL = "mail"
    CHANNEL = "channel"
    """Its recipient is the name of a channel in the settings."""


class DeliveryState(StrEnum):
    """Where one message to one recipient stands; the database holds these values."""

    PENDING = "pending"
    """Waits for its due time."""
    SENDING = "sending"
    """Claimed by a worker, until the lease ends."""
    AMBIGUOUS = "ambiguous"
    """Perhaps delivered; is sent once more, with the same Message-ID, at its due time."""
    SENT = "sent"
    HELD = "held"
    """Ambiguous twice: not sent again, people look."""
    FAILED = "failed"
    """The server will never take it."""
    SHADOW = "shadow"
    """Would have gone, had this not been a trial."""
    REFUSED = "refused"
    """The address is outside the team; never handed to a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one attempt ends in the outbox: the new state, when to try again (aware UTC, null for never), and why."""

    state: DeliveryState
    due: datetime | None
    reply: str


class Sender(Protocol):
    """One way to send; a ServerFault (`connection.py`) means that no transaction was begun."""

    def send(self, envelope_from: str, recipient: str, data: bytes) -> Outcome:
        """One transaction for one recipient."""
        ...

    def close(self) -> None:
        """Quit; never raises."""
        ...
