"""Who may stop a clock: a mail that loosens one must prove its sender (contract, section 7, "Proof to loosen")."""

from __future__ import annotations

from enum import StrEnum

from config.vocabulary import Authenticity, Event, FundedBy
from daemon.entries import MailEntry

_LOOSENING = frozenset({Event.DENIED, Event.WON, Event.WITHDRAWN, Event.CLOSED, Event.APPEAL_GRANTED})


class Standing(StrEnum):
    """What a mail may do to its case."""

    GOOD = "good"
    DOUBTED = "doubted"
    """It acts, and a person must look."""
    POWERLESS = "powerless"
    """It is filed and changes nothing, and a person must look."""


def loosens(mail: MailEntry) -> bool:
    """Whether the mail would stop a running clock in the seller's favour; a copy of an own reply does so too."""
    if mail.event is Event.GRANTED:
        return mail.funded_by is FundedBy.AMAZON
    return mail.own_reply or mail.event in _LOOSENING


def standing_of(mail: MailEntry, *, proof: bool) -> Standing:
    """`proof` is true when trusted servers are configured, so that a genuine mail could have proved itself."""
    if not loosens(mail) or mail.authenticity is Authenticity.VERIFIED:
        return Standing.GOOD
    return Standing.POWERLESS if proof else Standing.DOUBTED
