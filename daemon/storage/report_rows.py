"""What the report reads in one go: every trail, and the messages that buyers wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from config.vocabulary import Kind
from daemon.entries import MailEntry
from daemon.storage.codec import from_json
from daemon.storage.engine import Transaction
from daemon.storage.schema import case_events, messages

_FROM_BUYERS = (Kind.BUYER_MESSAGE.value, Kind.RETURN_REQUEST.value)
_RELAY = "@marketplace.amazon."


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """One line of a trail."""

    what: str
    at: datetime
    """When it happened."""
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerMail:
    """A message of a buyer's about one order."""

    order: str
    relay: str
    """The part of the relay address that stays the same for a buyer."""
    sent_at: datetime
    threatens: bool


def trails(tx: Transaction) -> Mapping[int, list[TrailLine]]:
    """Every case row's trail, by the dates on which things happened."""
    found: dict[int, list[TrailLine]] = defaultdict(list)
    query = select(case_events.c.case_id, case_events.c.what, case_events.c.happened_at, case_events.c.by)
    for row in tx.execute(query.order_by(case_events.c.happened_at, case_events.c.id)):
        found[row.case_id].append(TrailLine(what=row.what, at=row.happened_at, by=row.by))
    return found


def buyer_mails(tx: Transaction) -> list[BuyerMail]:
    """The messages that came through a relay and name an order, oldest first."""
    query = select(messages.c.entry).where(messages.c.kind.in_(_FROM_BUYERS), messages.c.entry.contains(_RELAY))
    entries = (from_json(MailEntry, text) for text in tx.scalars(query.order_by(messages.c.sent_at)))
    return [
        BuyerMail(
            order=entry.order_ids[0],
            relay=entry.sender.lower().partition("@")[0].partition("+")[0],
            sent_at=entry.sent_at,
            threatens=entry.threatens,
        )
        for entry in entries
        if entry.order_ids and _RELAY in entry.sender.lower()
    ]
