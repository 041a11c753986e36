"""Which case the letter speaks to, as the key of headline and steps in the team phrases."""

from __future__ import annotations

from config.vocabulary import Event, FundedBy, Kind, Status
from responders.summary import CaseSummary

_ENDS = frozenset({Event.DENIED, Event.WON, Event.WITHDRAWN, Event.CLOSED, Event.APPEAL_GRANTED})


def situation_of(summary: CaseSummary) -> str:
    """Such as "atoz_claim.opened_action" or "cs_request.reminder"; an unknown event is read as an opening.

    "unproven_end" when a mail without proof says that all is well: the case is still open and its clock runs on.
    """
    event = summary.event or Event.OPENED
    if says_it_is_over(summary) and summary.status is not Status.CLOSED:
        return f"{summary.kind}.unproven_end"
    return f"{summary.kind}.{event}{_variant(summary, event)}"


def says_it_is_over(summary: CaseSummary) -> bool:
    """True when the mail stops the clock in the seller's favour, which only a proven mail may (contract, section 7)."""
    amazon_pays = summary.event is Event.GRANTED and summary.funded_by is FundedBy.AMAZON
    return amazon_pays or summary.event in _ENDS


def _variant(summary: CaseSummary, event: Event) -> str:
    if summary.kind is not Kind.ATOZ_CLAIM:
        return ""
    if event is Event.OPENED:
        return "_action" if summary.action_required else ""
    if event is Event.GRANTED:
        return {FundedBy.AMAZON: "_amazon", FundedBy.SELLER: "", None: "_unknown"}[summary.funded_by]
    return ""
