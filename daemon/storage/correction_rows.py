"""What people say that mails are: one row a correction, of which the newest of a mail counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from classifiers.normalise import clean_text
from config.vocabulary import Event, Kind
from daemon.entries import MailEntry
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction
from daemon.storage.schema import corrections, messages, places, raws


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """A mail as it stands: judged, or corrected since."""

    id: int
    account: str
    raw_id: int
    matter: int | None
    """Where it counts now."""
    mail: MailEntry
    first: Kind
    """What it was judged to be."""
    corrected_by: int | None
    """The correction that counts, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The bytes of a judged mail, and when they came."""

    body: bytes | None
    spool: str | None
    internal_date: datetime | None
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says that a mail is."""

    message: int
    account: str
    matter: int | None
    mail: MailEntry
    was_kind: Kind
    was_event: Event | None
    text: str
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A corrected mail's text to train on, and what it is."""

    text: str
    kind: Kind
    event: Event | None
    language: str


def by_keys(tx: Transaction, account: str, keys: Iterable[str]) -> list[JudgedRow]:
    """The mails with these keys, as they stand."""
    return _rows(tx, messages.c.account == account, messages.c.key.in_(list(keys)))


def by_id(tx: Transaction, message: int) -> JudgedRow | None:
    """The mail with this number."""
    return next(iter(_rows(tx, messages.c.id == message)), None)


def by_message_id(tx: Transaction, message_id: str) -> list[JudgedRow]:
    """Every mail with this Message-ID (without brackets), in whichever account."""
    return _rows(tx, messages.c.message_id == clean_text(message_id)[:500])


def _rows(tx: Transaction, *conditions: ColumnElement[bool]) -> list[JudgedRow]:
    newest = select(func.max(corrections.c.id)).group_by(corrections.c.message_id)
    told = select(corrections).where(corrections.c.id.in_(newest)).subquery()
    query = (
        select(
            messages.c.id,
            messages.c.account,
            messages.c.raw_id,
            messages.c.matter_id,
            messages.c.kind,
            messages.c.entry,
            told.c.id.label("told_id"),
            told.c.matter_id.label("told_matter"),
            told.c.entry.label("told_entry"),
        )
        .outerjoin(told, told.c.message_id == messages.c.id)
        .where(*conditions)
        .order_by(messages.c.id)
    )
    return [_judged(row) for row in tx.execute(query)]


def _judged(row: Any) -> JudgedRow:
    return JudgedRow(
        id=row.id,
        account=row.account,
        raw_id=row.raw_id,
        matter=row.matter_id if row.told_id is None else row.told_matter,
        mail=from_json(MailEntry, row.entry if row.told_id is None else row.told_entry),
        first=Kind(row.kind),
        corrected_by=row.told_id,
    )


def stored(tx: Transaction, raw_id: int) -> Stored:
    """Where a mail's bytes lie; both null when they have been erased."""
    raw = tx.execute(select(raws.c.body, raws.c.spool, raws.c.read_at).where(raws.c.id == raw_id)).one()
    dates = select(places.c.internal_date).where(places.c.raw_id == raw_id).order_by(places.c.id).limit(1)
    return Stored(body=raw.body, spool=raw.spool, internal_date=tx.scalar(dates), read_at=raw.read_at)


def add(tx: Transaction, correction: Correction, now: datetime) -> None:
    """Record a correction; the mail leaves the review list, since a person has looked."""
    mail = correction.mail
    values = {
        "message_id": correction.message,
        "account": correction.account,
        "matter_id": correction.matter,
        "entry": to_json(mail),
        "was_kind": correction.was_kind.value,
        "was_event": correction.was_event.value if correction.was_event else None,
        "kind": mail.kind.value,
        "event": mail.event.value if mail.event else None,
        "language": mail.language,
        "text": correction.text,
        "by": clean_text(correction.by),
        "note": clean_text(correction.note)[:2000],
        "at": now,
    }
    tx.execute(insert(corrections).values(**values))
    tx.execute(update(messages).where(messages.c.id == correction.message).values(review=False, untold=False))


def leave(tx: Transaction, row: JudgedRow) -> None:
    """The mail counts no longer where it counted."""
    table, key = (messages, row.id) if row.corrected_by is None else (corrections, row.corrected_by)
    tx.execute(update(table).where(table.c.id == key).values(matter_id=None))


def lessons(tx: Transaction) -> Sequence[Lesson]:
    """What can be learnt from the corrections that count, oldest first; those whose text was erased are left out."""
    newest = select(func.max(corrections.c.id)).group_by(corrections.c.message_id)
    query = select(corrections).where(corrections.c.id.in_(newest), corrections.c.text != "").order_by(corrections.c.id)
    return [
        Lesson(text=row.text, kind=Kind(row.kind), event=Event(row.event) if row.event else None, language=row.language)
        for row in tx.execute(query)
    ]
