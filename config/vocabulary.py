"""The words of the triage contract as enumerations; their values are what JSON and database hold."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What one mail is (contract, section 3)."""

    ATOZ_CLAIM = "atoz_claim"
    CS_REQUEST = "cs_request"
    CHARGEBACK = "chargeback"
    SAFE_T = "safe_t"
    SUPPORT_CASE = "support_case"
    RETURN_REQUEST = "return_request"
    BUYER_MESSAGE = "buyer_message"
    ACCOUNT_HEALTH = "account_health"
    NOTICE = "notice"
    UNRELATED = "unrelated"


CASE_KINDS = frozenset({Kind.ATOZ_CLAIM, Kind.CS_REQUEST, Kind.CHARGEBACK})
"""The kinds that file a case; each is a family of its own (contract, section 7)."""

REASON_KINDS = frozenset({*CASE_KINDS, Kind.SAFE_T, Kind.RETURN_REQUEST, Kind.BUYER_MESSAGE})
"""The kinds for which a stated reason is reported (contract, section 4)."""


class Event(StrEnum):
    """What happened in the matter (contract, section 3)."""

    OPENED = "opened"
    INFO_REQUESTED = "info_requested"
    REMINDER = "reminder"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_DENIED = "appeal_denied"
    CLOSED = "closed"
    WON = "won"
    LOST = "lost"


EVENTS_OF_KIND: dict[Kind, frozenset[Event]] = {
    Kind.ATOZ_CLAIM: frozenset(
        {
            Event.OPENED,
            Event.INFO_REQUESTED,
            Event.REMINDER,
            Event.GRANTED,
            Event.DENIED,
            Event.WITHDRAWN,
            Event.APPEAL_GRANTED,
            Event.APPEAL_DENIED,
        }
    ),
    Kind.CS_REQUEST: frozenset({Event.OPENED, Event.REMINDER, Event.CLOSED}),
    Kind.CHARGEBACK: frozenset({Event.OPENED, Event.REMINDER, Event.WON, Event.LOST}),
    Kind.SAFE_T: frozenset({Event.OPENED, Event.INFO_REQUESTED, Event.GRANTED, Event.DENIED}),
}
"""Which events a kind can carry; every other kind carries none."""


class Reason(StrEnum):
    """Why the buyer complains; absent when the mail does not say (contract, section 4)."""

    ITEM_NOT_RECEIVED = "item_not_received"
    LATE_DELIVERY = "late_delivery"
    NOT_AS_DESCRIBED = "not_as_described"
    DAMAGED_OR_DEFECTIVE = "damaged_or_defective"
    WRONG_ITEM = "wrong_item"
    MISSING_PARTS = "missing_parts"
    RETURN_NOT_REFUNDED = "return_not_refunded"
    RETURN_REFUSED = "return_refused"
    CANCELLED_NOT_REFUNDED = "cancelled_not_refunded"
    UNAUTHORIZED = "unauthorized"
    OTHER = "other"


class Basis(StrEnum):
    """What a deadline rests on (contract, section 5)."""

    STATED = "stated"
    CONDITIONAL = "conditional"
    POLICY = "policy"


class Authenticity(StrEnum):
    """Whether the sender is who the mail says (contract, section 6)."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    SUSPICIOUS = "suspicious"


class FundedBy(StrEnum):
    """Who pays a granted claim."""

    AMAZON = "amazon"
    SELLER = "seller"


class Status(StrEnum):
    """Where a case stands (contract, section 7)."""

    OPEN = "open"
    ANSWERED = "answered"
    DECIDED = "decided"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended (contract, section 7)."""

    WON = "won"
    LOST = "lost"
    AMAZON_FUNDED = "amazon_funded"
    WITHDRAWN = "withdrawn"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


class Disposition(StrEnum):
    """The one end of every Place in the ledger."""

    FILED = "filed"
    UPDATED = "updated"
    IGNORED = "ignored"
    BACKFILLED = "backfilled"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    VANISHED = "vanished"


LANGUAGES = ("en", "de", "fr", "it", "es", "pt", "nl", "sv", "pl", "tr", "ja", "zh")
"""The twelve languages that are read, ISO 639-1."""
