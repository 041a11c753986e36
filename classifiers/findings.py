"""The judgement of one mail: the steps in order, and the value that they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.vocabulary import Authenticity, Basis, Event, FundedBy, Kind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One judge's opinion of the kind, with its reason for people; `kind` null is an abstention."""

    judge: str
    kind: Kind | None
    weight: float
    because: str
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when an answer is due, aware UTC, and the sentence that says so (contract, section 5)."""

    respond_by: datetime
    target: datetime | None
    basis: Basis
    phrase: str | None
    rule: str = ""
    """How the instant was worked out, for people: "48 hours from the mail's Date"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A sum as the contract prints it: decimal point, ISO 4217 code; JPY without decimals."""

    value: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything that is judged of one mail (contract, section 2), without its place of origin."""

    message_id: str | None
    sent_at: datetime
    language: str
    marketplace: str | None
    kind: Kind
    event: Event | None
    confidence: float
    review: bool
    authenticity: Authenticity
    action_required: bool
    reason: Reason | None
    order_ids: tuple[str, ...]
    case_ids: tuple[str, ...]
    asins: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    amount: Amount | None
    funded_by: FundedBy | None
    threatens_claim: bool
    deadline: Deadline | None
    because: tuple[str, ...]
    votes: tuple[Vote, ...] = ()
