"""Every distinct mail that was judged, with or without a case, and the list of those that a person must look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from classifiers.normalise import clean_text
from config.vocabulary import Authenticity
from daemon.entries import MailEntry
from daemon.storage import rows
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction
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


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMail:
    """A mail that is to be recorded."""

    raw_id: int
    account: str
    mail: MailEntry
    semantic_key: str
    matter: int | None
    untold: bool
    """Outside cases: whether the team still has to be written to about it."""


def mail_number(message: int) -> str:
    """The printed form of a mail's row, by which a person can name it."""
    return f"M-{message:06d}"


def mail_id_of(number: str) -> int | None:
    """The row of a printed number; null for anything else."""
    lead, digits = number.strip().upper()[:2], number.strip()[2:]
    return int(digits) if lead == "M-" and digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def twins_of(tx: Transaction, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these accounts and semantic keys were recorded before.

    The same semantic key means the same Message-ID, date, author, subject and text.
    """
    wanted = set(keys)
    query = select(messages.c.account, messages.c.semantic_key).where(
        messages.c.semantic_key.in_({semantic for _, semantic in wanted})
    )
    return {(row.account, row.semantic_key) for row in tx.execute(query)} & wanted


def add_all(tx: Transaction, judged: Sequence[JudgedMail], now: datetime) -> None:
    """Record judged mails."""
    rows.add_all(tx, messages, [_row(each, now) for each in judged])


def _row(judged: JudgedMail, now: datetime) -> dict[str, object]:
    mail = judged.mail
    return {
        "raw_id": judged.raw_id,
        "account": judged.account,
        "key": mail.key,
        "matter_id": judged.matter,
        "semantic_key": judged.semantic_key,
        "message_id": clean_text(mail.message_id)[:500] if mail.message_id else None,
        "sent_at": mail.sent_at,
        "kind": mail.kind.value,
        "event": mail.event.value if mail.event else None,
        "authenticity": mail.authenticity.value,
        "review": mail.review,
        "entry": to_json(mail),
        "untold": judged.untold,
        "recorded_at": now,
    }


def review_list(tx: Transaction, limit: int, *, untold_only: bool = False) -> list[ReviewMail]:
    """Doubtful mails outside cases, newest first."""
    query = select(messages).where(messages.c.review, messages.c.matter_id.is_(None))
    if untold_only:
        query = query.where(messages.c.untold)
    found = tx.execute(query.order_by(messages.c.sent_at.desc(), messages.c.id.desc()).limit(limit)).all()
    return [
        ReviewMail(
            id=row.id,
            account=row.account,
            mailbox=_mailbox_of(tx, row.raw_id),
            mail=from_json(MailEntry, row.entry),
        )
        for row in found
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
