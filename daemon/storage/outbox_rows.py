"""The outbox: letters that must leave, one delivery for each recipient, claimed by lease and ended by their owner."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update

from classifiers.normalise import clean_text
from daemon.sending import Ending, Via
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known, new_id
from daemon.storage.schema import deliveries, letters
from responders.letter import Letter
from responders.page import Page

MOST_TO_ONE, MOST_IN_ALL = 300, 2000
"""Letters within an hour, a backstop against loops: more wait, and the operator is told by notices that never wait."""
_HOUR = timedelta(hours=1)
_HEAD = 16 * 1024
"""Bytes of a message in which its Message-ID certainly stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One letter to one recipient, claimed for one attempt."""

    id: int
    key: str
    """Of the letter."""
    message_id: str
    recipient: str
    data: bytes
    """The finished message; every attempt sends the same bytes."""
    attempts: int
    """This one included."""
    ambiguous_before: bool
    """An earlier attempt ended after the final dot without an answer."""
    created_at: datetime
    owner: str
    via: Via = Via.MAIL
    """With CHANNEL the recipient is a channel's name."""


def enqueue(tx: Transaction, letter: Letter, copies: Mapping[str, bytes], now: datetime, case_id: int | None) -> bool:
    """Put a letter in, finished for each recipient; False when its key was there before: it is never sent twice."""
    if tx.scalar(select(letters.c.id).where(letters.c.key == letter.key)) is not None:
        return False
    row = {
        "key": letter.key,
        "message_id": letter.message_id,
        "case_id": case_id,
        "subject": clean_text(letter.subject),
        "created_at": now,
    }
    letter_id = new_id(tx, letters, row)
    for recipient, data in copies.items():
        address = recipient.lower()
        add_unless_known(
            tx,
            deliveries,
            {"letter_id": letter_id, "recipient": address, "data": data, "state": "pending", "due_at": now},
        )
    return True


def enqueue_page(tx: Transaction, page: Page, channels: Iterable[str], now: datetime, case_id: int | None) -> bool:
    """Put a page in for each channel; False when all were there before: it is never sent twice to one channel."""
    known = tx.scalar(select(letters.c.id).where(letters.c.key == page.key))
    row = {"key": page.key, "message_id": page.key, "case_id": case_id, "subject": page.title, "created_at": now}
    letter_id = known if known is not None else new_id(tx, letters, row)
    data = json.dumps({"title": page.title, "body": page.body}, ensure_ascii=False).encode()
    common = {"letter_id": letter_id, "via": Via.CHANNEL.value, "data": data, "state": "pending", "due_at": now}
    return sum(add_unless_known(tx, deliveries, {**common, "recipient": name}) for name in channels) > 0


def has_letters(tx: Transaction, case_id: int) -> bool:
    """Whether the team was written to about a case."""
    return tx.scalar(select(letters.c.id).where(letters.c.case_id == case_id).limit(1)) is not None


def claim(
    tx: Transaction, owner: str, now: datetime, limit: int, lease: timedelta, via: Via = Via.MAIL
) -> list[Delivery]:
    """Due deliveries, now owned by `owner` until the lease ends; a conditional update decides who gets each."""
    due = (
        select(deliveries.c.id)
        .join(letters, letters.c.id == deliveries.c.letter_id)
        .where(_is_due(now), deliveries.c.via == via.value)
        .where(or_(letters.c.key.startswith("operator:"), _is_below_caps(tx, now)))
        .order_by(deliveries.c.due_at)
        .limit(limit)
    )
    ids = list(tx.scalars(due.with_for_update(skip_locked=True, of=deliveries)))
    won = [
        delivery
        for delivery in ids
        if tx.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery, _is_due(now))
            .values(state="sending", owner=owner, lease_until=now + lease, attempts=deliveries.c.attempts + 1)
        ).rowcount
    ]
    query = (
        select(deliveries, letters.c.key, letters.c.message_id, letters.c.created_at)
        .join(letters, letters.c.id == deliveries.c.letter_id)
        .where(deliveries.c.id.in_(won))
        .order_by(deliveries.c.due_at, deliveries.c.id)
    )
    return [
        Delivery(
            id=row.id,
            key=row.key,
            message_id=row.message_id,
            recipient=row.recipient,
            data=row.data,
            attempts=row.attempts,
            ambiguous_before=row.ambiguities > 0,
            created_at=row.created_at,
            owner=owner,
            via=Via(row.via),
        )
        for row in tx.execute(query)
    ]


def _is_below_caps(tx: Transaction, now: datetime) -> ColumnElement[bool]:
    """Whether a delivery's recipient, and all together, got few enough letters in the last hour."""
    query = select(deliveries.c.recipient, func.count()).where(_left_lately(now)).group_by(deliveries.c.recipient)
    sent: dict[str, int] = {row[0]: row[1] for row in tx.execute(query)}
    if sum(sent.values()) >= MOST_IN_ALL:
        return false()
    return deliveries.c.recipient.not_in([to for to, count in sent.items() if count >= MOST_TO_ONE])


def _left_lately(now: datetime) -> ColumnElement[bool]:
    return and_(deliveries.c.ended_at > now - _HOUR, deliveries.c.state == "sent")


def held_back(tx: Transaction, now: datetime) -> dict[str, int]:
    """How many due letters wait because of the caps, by recipient."""
    query = (
        select(deliveries.c.recipient, func.count())
        .join(letters, letters.c.id == deliveries.c.letter_id)
        .where(_is_due(now), ~_is_below_caps(tx, now), ~letters.c.key.startswith("operator:"))
        .group_by(deliveries.c.recipient)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(deliveries.c.state.in_(("pending", "ambiguous")), deliveries.c.due_at <= now),
        and_(deliveries.c.state == "sending", deliveries.c.lease_until < now),
    )


def finish(tx: Transaction, delivery: Delivery, ending: Ending, now: datetime) -> bool:
    """Record how an attempt ended; False when the lease had been lost, which changes nothing."""
    ended = ending.state not in ("pending", "ambiguous")
    values: dict[str, object] = {
        "state": ending.state,
        "due_at": ending.due,
        "reply": clean_text(ending.reply)[:1000],
        "lease_until": None,
        "owner": None,
        "ended_at": now if ended else None,
    }
    if ending.state == "ambiguous":
        values["ambiguities"] = deliveries.c.ambiguities + 1
    mine = and_(
        deliveries.c.id == delivery.id,
        deliveries.c.owner == delivery.owner,
        deliveries.c.state == "sending",
        deliveries.c.attempts == delivery.attempts,
    )
    return tx.execute(update(deliveries).where(mine).values(**values)).rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A delivery that was sent and came back."""

    id: int
    key: str
    """Of the letter."""
    recipient: str


def bounced(
    tx: Transaction, message_ids: Sequence[str], recipients: Sequence[str], why: str, now: datetime
) -> list[Returned]:
    """Mark sent deliveries as failed that a report names by Message-ID; those that it had not named before."""
    found: list[Returned] = []
    for message_id in message_ids:
        # A recipient's own Message-ID shares its first 16 characters with the letter's (seal.py).
        query = (
            select(deliveries.c.id, deliveries.c.recipient, deliveries.c.data, letters.c.key)
            .join(letters, letters.c.id == deliveries.c.letter_id)
            .where(letters.c.message_id.startswith(message_id[:16], autoescape=True))
            .where(deliveries.c.state.in_(("sent", "held")))
        )
        named = [row for row in tx.execute(query) if message_id.encode() in bytes(row.data[:_HEAD]).lower()]
        chosen = named if len(named) == 1 else [row for row in named if row.recipient in recipients]
        found += [Returned(id=row.id, key=row.key, recipient=row.recipient) for row in chosen]
    ids = [each.id for each in found]
    values = {"state": "failed", "reply": clean_text(f"came back: {why}")[:1000], "ended_at": now}
    tx.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**values))
    return found


def shelve(tx: Transaction, now: datetime) -> int:
    """Deliveries that wait stay for ever, as what would have gone out; how many."""
    waiting = deliveries.c.state.in_(("pending", "sending", "ambiguous"))
    values = {"state": "shadow", "due_at": None, "owner": None, "lease_until": None, "ended_at": now}
    return tx.execute(update(deliveries).where(waiting).values(**values)).rowcount


def counts(tx: Transaction) -> dict[str, int]:
    """How many deliveries are in which state."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {row.state: row[1] for row in tx.execute(query)}


def oldest_waiting(tx: Transaction, via: Via = Via.MAIL) -> datetime | None:
    """When the oldest letter (or page) that has not left was written."""
    query = (
        select(func.min(letters.c.created_at))
        .join(deliveries, deliveries.c.letter_id == letters.c.id)
        .where(deliveries.c.state.in_(("pending", "sending", "ambiguous")), deliveries.c.via == via.value)
    )
    oldest: datetime | None = tx.scalar(query)
    return oldest
