"""Every distinct mail that was judged, with or without a case, and the list of those that a person must look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from classifiers.normalise import clean_text
from config.vocabulary import Authenticity
from daemon.entries import MailEntry
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction
from daemon.storage.rows import new_id
from daemon.storage.schema import generations, mailboxes, messages, places


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMail:
    """A mail that files no case and that a person must look at: a forgery, or one that was not understood."""

    id: int
    account: str
    mailbox: str
    mail: MailEntry

    @property
    def is_suspicious(self) -> bool:
        """Whether it poses as Amazon."""
        return self.mail.authenticity is Authenticity.SUSPICIOUS


def is_judged(tx: Transaction, raw_id: int) -> bool:
    """Whether these bytes have been judged before."""
    return tx.scalar(select(messages.c.id).where(messages.c.raw_id == raw_id)) is not None


def has_twin(tx: Transaction, account: str, semantic_key: str) -> bool:
    """Whether a mail with the same Message-ID, date, author, subject and text was judged before."""
    query = select(messages.c.id).where(messages.c.account == account, messages.c.semantic_key == semantic_key)
    return tx.scalar(query.limit(1)) is not None


def add(
    tx: Transaction,
    *,
    raw_id: int,
    account: str,
    mail: MailEntry,
    semantic_key: str,
    matter: int | None,
    untold: bool,
    now: datetime,
) -> int:
    """Record a judged mail."""
    row = {
        "raw_id": raw_id,
        "account": account,
        "key": mail.key,
        "matter_id": matter,
        "semantic_key": semantic_key,
        "message_id": clean_text(mail.message_id)[:500] if mail.message_id else None,
        "sent_at": mail.sent_at,
        "kind": mail.kind.value,
        "event": mail.event.value if mail.event else None,
        "authenticity": mail.authenticity.value,
        "review": mail.review,
        "entry": to_json(mail),
        "untold": untold,
        "recorded_at": now,
    }
    return new_id(tx, messages, row)


def matters_of(tx: Transaction, message_ids: Iterable[int]) -> dict[int, int]:
    """In which matter each message lies now; a matter can have been absorbed since the message was filed."""
    query = select(messages.c.id, messages.c.matter_id).where(messages.c.id.in_(list(message_ids)))
    return {row.id: row.matter_id for row in tx.execute(query)}


def review_list(tx: Transaction, limit: int, *, untold_only: bool = False) -> list[ReviewMail]:
    """Doubtful mails outside cases, newest first."""
    query = select(messages).where(messages.c.review, messages.c.matter_id.is_(None))
    if untold_only:
        query = query.where(messages.c.untold)
    rows = tx.execute(query.order_by(messages.c.sent_at.desc(), messages.c.id.desc()).limit(limit)).all()
    return [
        ReviewMail(
            id=row.id,
            account=row.account,
            mailbox=_mailbox_of(tx, row.raw_id),
            mail=from_json(MailEntry, row.entry),
        )
        for row in rows
    ]


def mark_told(tx: Transaction, message: int) -> None:
    """The team has been written to about this mail."""
    tx.execute(update(messages).where(messages.c.id == message).values(untold=False))


def _mailbox_of(tx: Transaction, raw_id: int) -> str:
    query = (
        select(mailboxes.c.name)
        .join(generations, generations.c.mailbox_id == mailboxes.c.id)
        .join(places, places.c.generation_id == generations.c.id)
        .where(places.c.raw_id == raw_id)
        .order_by(places.c.id)
    )
    return tx.scalar(query.limit(1)) or ""
