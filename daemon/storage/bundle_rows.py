"""What letters about several matters list: the cases, and under short codes the mails to decide about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from classifiers.normalise import clean_text
from daemon.storage.engine import Transaction
from daemon.storage.rows import new_id
from daemon.storage.schema import bundle_items, bundles, messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a letter lists: a case or a mail."""

    code: str
    """The case's number, or the mail's short code in this letter."""
    case_id: int | None = None
    message: int | None = None


def add(tx: Transaction, letter_key: str, items: Sequence[Item], now: datetime) -> int:
    """Record what a letter lists and give the bundle's number; that of an earlier try when there is one."""
    known = tx.scalar(select(bundles.c.id).where(bundles.c.letter_key == letter_key))
    if known is not None:
        return int(known)
    number = new_id(tx, bundles, {"letter_key": letter_key, "created_at": now})
    rows = [
        {"bundle_id": number, "code": item.code, "case_id": item.case_id, "message_id": item.message} for item in items
    ]
    if rows:
        tx.execute(insert(bundle_items), rows)
    return number


def items(tx: Transaction, bundle: int) -> tuple[Item, ...]:
    """What the letter listed, in its order; empty for no letter of ours."""
    query = select(bundle_items).where(bundle_items.c.bundle_id == bundle).order_by(bundle_items.c.id)
    return tuple(Item(code=row.code, case_id=row.case_id, message=row.message_id) for row in tx.execute(query))


def decided(tx: Transaction, bundle: int, code: str, decision: str, *, by: str, now: datetime) -> None:
    """A person has decided about a mail that the letter listed."""
    this = (bundle_items.c.bundle_id == bundle, bundle_items.c.code == code)
    values = {"decided_at": now, "decided_by": clean_text(by)[:200], "decision": decision[:40]}
    tx.execute(update(bundle_items).where(*this).values(**values))


def dismiss(tx: Transaction, message: int) -> bool:
    """Take a mail off the review list, since a person has looked; False when it is off already."""
    this = (messages.c.id == message, messages.c.review)
    return tx.execute(update(messages).where(*this).values(review=False, untold=False)).rowcount == 1


def is_open(tx: Transaction, message: int) -> bool:
    """Whether a mail still stands in the review list."""
    return tx.scalar(select(messages.c.id).where(messages.c.id == message, messages.c.review)) is not None
