"""Where an answer goes: a form in Seller Central, or a reply that a person sends from the own mail client."""

from __future__ import annotations

from enum import StrEnum

from config.vocabulary import Event, Kind, Status
from responders.summary import CaseSummary


class Channel(StrEnum):
    """The place of an answer; its value is the key of the place in the team phrases."""

    CLAIM_FORM = "claim_form"
    APPEAL_FORM = "appeal_form"
    AMAZON_PAY = "amazon_pay"
    RELAY_REPLY = "relay_reply"
    CASE_REPLY = "case_reply"
    CHARGEBACK_REPLY = "chargeback_reply"

    @property
    def by_mail(self) -> bool:
        """True when a person answers by replying to Amazon's mail."""
        return self in {Channel.RELAY_REPLY, Channel.CASE_REPLY, Channel.CHARGEBACK_REPLY}


def channel_of(summary: CaseSummary) -> Channel:
    """Where the answer to this case's newest event belongs."""
    if summary.kind is Kind.CHARGEBACK:
        return Channel.CHARGEBACK_REPLY
    if summary.kind is Kind.CS_REQUEST:
        relay = "marketplace.amazon." in summary.newest.sender
        return Channel.CASE_REPLY if summary.support_case_ids and not relay else Channel.RELAY_REPLY
    if any(order[:1] in {"P", "S"} for order in summary.order_ids[:1]):
        return Channel.AMAZON_PAY
    return Channel.APPEAL_FORM if is_appealing(summary) else Channel.CLAIM_FORM


def is_appealing(summary: CaseSummary) -> bool:
    """Whether a claim is decided, so that an answer comes too late and only an appeal is left (contract, 7)."""
    if summary.kind is not Kind.ATOZ_CLAIM:
        return False
    return summary.event is Event.GRANTED or (summary.status is Status.DECIDED and summary.event not in _AFTER)


_AFTER = frozenset({Event.APPEAL_GRANTED, Event.APPEAL_DENIED, Event.DENIED, Event.WITHDRAWN})
