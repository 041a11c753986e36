"""What a matter is made of: the mails about it and what people did, as facts that never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from classifiers.assessment import Deadline
from classifiers.refunds import Refund
from config.vocabulary import Authenticity, Event, FundedBy, Kind, Outcome, Reason
from daemon.acts import ActKind as ActKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEntry:
    """One mail as a matter holds it; instants are aware UTC, unknown is null."""

    key: str
    """SHA-256 of the bytes as fetched, in hex: one mail of one account."""
    read_at: datetime
    """When the bytes were stored here."""
    sent_at: datetime
    arrived_at: datetime | None
    message_id: str | None
    references: tuple[str, ...]
    """In-Reply-To and References, without brackets."""
    subject: str
    sender: str
    excerpt: str
    language: str
    forwarded_by: str | None
    kind: Kind
    event: Event | None
    own_reply: bool
    """A copy of the team's own reply about an order, which Amazon sends to the seller."""
    authenticity: Authenticity
    review: bool
    marketplace: str | None
    order_ids: tuple[str, ...]
    case_ids: tuple[str, ...]
    asins: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    amount: tuple[str, str] | None
    reason: Reason | None
    funded_by: FundedBy | None
    action_required: bool
    deadline: Deadline | None
    settled: Outcome | None
    """For a customer-service request's `closed`: the outcome that the mail names."""
    because: tuple[str, ...]
    sketch: tuple[int, ...]
    """Sample of the text for telling a copy from another mail (`copies.py`)."""
    display: str = ""
    """The author's display name as written."""
    hosts: tuple[str, ...] = ()
    """Where the links of a suspicious mail lead."""
    refund: Refund | None = None
    """Of a notice that the buyer got money back."""
    threatens: bool = False
    """A buyer's message that threatens a claim, a dispute or a bad review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEntry:
    """What a person said about a case, and when."""

    key: str
    at: datetime
    what: ActKind
    by: str
    outcome: Outcome | None
    note: str
    person: str = ""
    """To whom the case was assigned."""
    until: datetime | None = None
    """For a snooze: its end as asked for."""


Entry = MailEntry | ActEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One line of a case's trail: what happened, when, why and by whom."""

    at: datetime
    """When it was recorded."""
    what: str
    when: datetime
    """When it happened: a mail's own date."""
    why: str
    by: str
