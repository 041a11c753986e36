"""Replies to our letters: each once, whatever copies and replays come; and who was told about a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update

from classifiers.normalise import clean_text
from daemon.storage.casefile import number_of
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known
from daemon.storage.schema import bundle_items, bundles, cases, deliveries, letters, replies


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """One reply and what became of it."""

    raw_id: int
    identity: str
    message_id: str | None
    sender: str
    case_id: int | None
    outcome: str
    why: str
    said: str


def is_known(tx: Transaction, raw_id: int, identity: str, sender: str, message_id: str | None) -> bool:
    """Whether this reply, a copy or a replay of it has been heard before."""
    same = [replies.c.raw_id == raw_id, replies.c.identity == identity]
    if message_id:
        same.append((replies.c.message_id == clean_text(message_id)[:500]) & (replies.c.sender == sender))
    return tx.scalar(select(replies.c.id).where(or_(*same)).limit(1)) is not None


def add(tx: Transaction, row: ReplyRow, now: datetime) -> bool:
    """Record a reply; False when another worker has just recorded the same."""
    values = {
        "raw_id": row.raw_id,
        "identity": row.identity,
        "message_id": clean_text(row.message_id)[:500] if row.message_id else None,
        "sender": clean_text(row.sender)[:320],
        "case_id": row.case_id,
        "outcome": row.outcome,
        "why": clean_text(row.why)[:500],
        "said": clean_text(row.said)[:500],
        "answered": False,
        "at": now,
    }
    return add_unless_known(tx, replies, values)


def mark_answered(tx: Transaction, identity: str) -> None:
    """An answer to this reply is in the outbox."""
    tx.execute(update(replies).where(replies.c.identity == identity).values(answered=True))


def answers_since(tx: Transaction, sender: str, since: datetime, *, refusals_only: bool) -> int:
    """How many of a sender's replies were answered since an instant."""
    query = select(func.count()).where(replies.c.sender == sender, replies.c.at >= since, replies.c.answered)
    if refusals_only:
        query = query.where(replies.c.outcome != "obeyed")
    return int(tx.scalar(query) or 0)


def told_about(tx: Transaction, case_id: int) -> tuple[str, ...]:
    """Every address that was written to about a case, alone or in one letter of the ladder with others; no digests."""
    listing = (
        select(bundles.c.letter_key)
        .join(bundle_items, bundle_items.c.bundle_id == bundles.c.id)
        .where(bundle_items.c.case_id == case_id, bundles.c.letter_key.startswith("ladder:"))
    )
    query = (
        select(deliveries.c.recipient)
        .join(letters, letters.c.id == deliveries.c.letter_id)
        .where(or_(letters.c.case_id == case_id, letters.c.key.in_(listing)))
        .distinct()
    )
    return tuple(sorted(tx.scalars(query)))


def successor(tx: Transaction, case_id: int) -> str | None:
    """The number of the case that was opened on the same matter after this one."""
    query = select(cases.c.id).where(cases.c.previous_id == case_id, cases.c.merged_into.is_(None))
    newer = tx.scalar(query.order_by(cases.c.id.desc()).limit(1))
    return number_of(int(newer)) if newer is not None else None
