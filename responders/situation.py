"""Which case the letter speaks to, as the key of headline and steps in the team phrases."""

from __future__ import annotations

from config.vocabulary import Event, FundedBy, Kind
from responders.summary import CaseSummary


def situation_of(summary: CaseSummary) -> str:
    """Such as "atoz_claim.opened_action" or "cs_request.reminder"; an unknown event is read as an opening."""
    event = summary.event or Event.OPENED
    return f"{summary.kind}.{event}{_variant(summary, event)}"


def _variant(summary: CaseSummary, event: Event) -> str:
    if summary.kind is not Kind.ATOZ_CLAIM:
        return ""
    if event is Event.OPENED:
        return "_action" if summary.action_required else ""
    if event is Event.GRANTED:
        return {FundedBy.AMAZON: "_amazon", FundedBy.SELLER: "", None: "_unknown"}[summary.funded_by]
    return ""
