"""What a template may see of a case: the whole interface between acting and composing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.vocabulary import Authenticity, Basis, Event, FundedBy, Kind, Outcome, Reason, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSummary:
    """One mail of the case, for the timeline and the reply channel."""

    sent_at: datetime
    event: Event | None
    subject: str
    sender: str
    """The addr-spec the mail came from."""
    excerpt: str
    """The first lines of the sender's own text, at most 600 characters, no markup."""
    language: str
    authenticity: Authenticity
    forwarded_by: str | None
    reply_to: str = ""
    """The addr-spec of Reply-To when it differs from the sender, else empty."""
    message_id: str | None = None
    """Message-ID without brackets, for a reply that threads; null when not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One piece of evidence on file."""

    name: str
    items: tuple[str, ...]
    """Keys of the checklist items that it proves."""
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """What one line of an export says about the order."""

    name: str
    """Of exports.toml, such as ship_date."""
    value: str
    """A day or instant in ISO 8601, a sum as "12.50 EUR", else text."""
    parcel: str
    """Tracking number that the line is about; empty when it names none."""
    source: str
    """File and line, for people."""
    at: datetime
    """When the file was taken in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOnFile:
    """Everything that was handed in about a case."""

    exhibits: tuple[Exhibit, ...] = ()
    facts: tuple[StatedFact, ...] = ()


NO_EVIDENCE = EvidenceOnFile()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case as people are told about it; instants are aware UTC, unknown is null."""

    number: str
    kind: Kind
    event: Event | None
    """The event that the letter is about."""
    status: Status
    outcome: Outcome | None
    marketplace: str | None
    order_ids: tuple[str, ...]
    support_case_ids: tuple[str, ...]
    asins: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    amount: tuple[str, str] | None
    """Decimal text and ISO 4217 code."""
    reason: Reason | None
    funded_by: FundedBy | None
    action_required: bool
    respond_by: datetime | None
    target: datetime | None
    basis: Basis | None
    phrase: str | None
    rule: str
    review: bool
    because: tuple[str, ...]
    previous: str | None
    """Number of the closed case on the same order and family."""
    mails: tuple[MailSummary, ...]
    """Oldest first; the last one is the newest."""
    lessons: tuple[str, ...] = ()
    """What earlier cases like this one taught, in the team's language, best match first."""
    told: bool = False
    """Whether the team was written to about this case before: then this letter goes on with that thread."""
    evidence: EvidenceOnFile = NO_EVIDENCE
    """What people and exports have brought in so far."""

    @property
    def newest(self) -> MailSummary:
        """The mail that the letter is about."""
        return self.mails[-1]
