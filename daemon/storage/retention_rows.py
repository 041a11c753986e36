"""Erasing what is no longer needed: bytes, texts and letters go; numbers, hashes, clocks and trails stay.

What stays is enough to know a mail again when its mailbox is renumbered, and to join a later mail to its matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update

from config.vocabulary import Disposition, Status
from daemon.entries import MailEntry
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction
from daemon.storage.schema import cases, corrections, deliveries, letters, messages, places, raws, replies

_ENDED = ("sent", "failed", "held", "refused", "shadow")
_LIVE = cases.c.merged_into.is_(None)
_HAS_BYTES = or_(raws.c.body.is_not(None), raws.c.spool.is_not(None))


def due_mails(tx: Transaction, closed: datetime, other: datetime, limit: int) -> Sequence[Any]:
    """Judged mails whose bytes may go: rows of message, entry, raw, spool path and size."""
    columns = (messages.c.id, messages.c.entry, raws.c.id.label("raw_id"), raws.c.spool, raws.c.size)
    query = select(*columns).join(raws, raws.c.id == messages.c.raw_id).where(_HAS_BYTES)
    return tx.execute(query.where(_mail_is_due(closed, other)).order_by(messages.c.id).limit(limit)).all()


def due_replies(tx: Transaction, other: datetime, limit: int) -> Sequence[Any]:
    """Bytes of mail that was never judged, such as the team's replies; what waits or lies in quarantine stays."""
    open_ = or_(places.c.disposition.is_(None), places.c.disposition == Disposition.QUARANTINED.value)
    query = select(raws.c.id.label("raw_id"), raws.c.spool, raws.c.size).where(
        _HAS_BYTES,
        raws.c.read_at < other,
        ~exists().where(messages.c.raw_id == raws.c.id),
        ~exists().where(places.c.raw_id == raws.c.id, open_),
        exists().where(places.c.raw_id == raws.c.id),
    )
    return tx.execute(query.order_by(raws.c.id).limit(limit)).all()


def due_letters(tx: Transaction, closed: datetime, other: datetime, limit: int) -> Sequence[Any]:
    """Deliveries that have ended and whose text may go."""
    about_none = and_(letters.c.case_id.is_(None), letters.c.created_at < other)
    old = select(cases.c.id).where(cases.c.status == Status.CLOSED.value, cases.c.updated_at < closed)
    size = func.length(deliveries.c.data)
    query = (
        select(deliveries.c.id, letters.c.id.label("letter_id"), size.label("size"))
        .join(letters, letters.c.id == deliveries.c.letter_id)
        .where(size > 0, deliveries.c.state.in_(_ENDED), or_(about_none, letters.c.case_id.in_(old)))
    )
    return tx.execute(query.order_by(deliveries.c.id).limit(limit)).all()


def erase_bytes(tx: Transaction, raw_ids: Iterable[int]) -> None:
    """Forget the bytes; the hash stays."""
    tx.execute(update(raws).where(raws.c.id.in_(list(raw_ids))).values(body=None, spool=None))


def redact_mails(tx: Transaction, rows: Sequence[Any]) -> None:
    """Forget what mails said and who is named in them; a mail leaves the review list with it."""
    for row in rows:
        entry = _redacted(from_json(MailEntry, row.entry))
        tx.execute(update(messages).where(messages.c.id == row.id).values(entry=to_json(entry), review=False))
    _redact_corrections(tx, [row.id for row in rows])


def _redact_corrections(tx: Transaction, message_ids: Sequence[int]) -> None:
    """What was kept to learn from goes with the mail that it was taken from; what the mail was said to be stays."""
    for row in tx.execute(select(corrections).where(corrections.c.message_id.in_(message_ids))):
        entry = to_json(_redacted(from_json(MailEntry, row.entry))) if row.entry else None
        tx.execute(update(corrections).where(corrections.c.id == row.id).values(entry=entry, text="", note=""))


def erase_letters(tx: Transaction, rows: Sequence[Any]) -> None:
    """Forget what letters said; that they were sent, when and to whom of the team, stays."""
    tx.execute(update(deliveries).where(deliveries.c.id.in_([row.id for row in rows])).values(data=b""))
    tx.execute(update(letters).where(letters.c.id.in_({row.letter_id for row in rows})).values(subject=""))


def due_words(tx: Transaction, closed: datetime, other: datetime, limit: int) -> Sequence[Any]:
    """Answers to our letters whose words and sender may go: rows of id and sender."""
    ended = or_(cases.c.status == Status.CLOSED.value, cases.c.merged_into.is_not(None))
    old = select(cases.c.id).where(ended, cases.c.updated_at < closed)
    about_none = and_(replies.c.case_id.is_(None), replies.c.at < other)
    query = select(replies.c.id, replies.c.sender).where(
        or_(replies.c.said != "", ~replies.c.sender.startswith("@")), or_(about_none, replies.c.case_id.in_(old))
    )
    return tx.execute(query.order_by(replies.c.id).limit(limit)).all()


def erase_words(tx: Transaction, rows: Iterable[Any]) -> None:
    """Forget what answers said and who sent them; of the sender the domain stays. Commands stay in the case's trail."""
    for row in rows:
        values = {"said": "", "sender": f"@{row.sender.rpartition('@')[2]}"}
        tx.execute(update(replies).where(replies.c.id == row.id).values(**values))


def _mail_is_due(closed: datetime, other: datetime) -> ColumnElement[bool]:
    quiet = and_(cases.c.status == Status.CLOSED.value, cases.c.updated_at < closed)
    matters = _matters_with(_LIVE)
    in_case = and_(messages.c.matter_id.in_(matters), messages.c.matter_id.not_in(_matters_with(_LIVE, ~quiet)))
    beside = or_(messages.c.matter_id.is_(None), messages.c.matter_id.not_in(matters))
    is_old = or_(
        and_(messages.c.recorded_at < other, ~messages.c.review),
        and_(messages.c.recorded_at < closed, messages.c.review),
    )
    # A mail that a person filed elsewhere stays as long as the case that it is in now.
    elsewhere = exists().where(
        corrections.c.message_id == messages.c.id, corrections.c.matter_id.in_(_matters_with(_LIVE, ~quiet))
    )
    return and_(or_(in_case, and_(beside, is_old)), ~elsewhere)


def _matters_with(*conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(cases.c.matter_id).where(*conditions)


def _redacted(mail: MailEntry) -> MailEntry:
    """Of the sender the domain stays; ids of order and case stay, since later mail is joined by them."""
    domain = mail.sender.rpartition("@")[2]
    return replace(
        mail,
        subject="",
        sender=f"@{domain}" if domain else "",
        excerpt="",
        forwarded_by="@" if mail.forwarded_by else None,
        tracking_numbers=(),
        because=(),
        display="",
        hosts=(),
    )
