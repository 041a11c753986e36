"""Policy as data: default clocks, business calendar, the past, checklists; shipped TOML, overridden key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A default limit for mail that names none, both counted from the start of the mail's clock."""

    respond: timedelta
    target: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that a team can change without touching code."""

    clocks: Mapping[str, Clock]
    """Keys "kind.event" or "kind", with the variants "atoz_claim.opened_action" (action demanded) and "atoz_claim.granted_seller"."""
    count_public_holidays: bool
    """When true, business days also skip the marketplace's public holidays; off is the strict reading."""
    past_after: timedelta
    """A matter whose clock ran out longer ago than this when it was read is filed closed, quietly."""
    review_below: float
    """Confidence under which a person must look."""
