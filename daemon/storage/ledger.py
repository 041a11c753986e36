"""The ledger: which places are known, where their bytes lie, and the one disposition of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from classifiers.normalise import clean_text
from config.vocabulary import Disposition
from daemon.places import FetchedMessage, Place
from daemon.storage import spool
from daemon.storage.engine import Transaction
from daemon.storage.mailbox_rows import current_generation, generation_of
from daemon.storage.rows import add_all_unless_known, add_unless_known
from daemon.storage.schema import generations, mailboxes, messages, places, raws

MOST_ATTEMPTS = 3
"""Polls that ask for a UID which gives no message, before it is given up visibly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """Bytes that wait for their disposition."""

    place_id: int
    place: Place
    raw_id: int
    sha256: str
    raw: bytes
    internal_date: datetime | None
    read_at: datetime
    attempts: int
    """This attempt included."""
    is_known: bool
    """The same bytes have been judged before, and perhaps been erased since: nothing to do but to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A mail that could not be read; its bytes are kept, if there are any."""

    place: Place
    error: str
    at: datetime
    attempts: int
    size: int | None


def keep_raw(tx: Transaction, fetched: Sequence[FetchedMessage], now: datetime, *, spool_to: Path | None) -> int:
    """Store the bytes and their places; the number of places that were new. Nothing is parsed before this commits."""
    reigns = {_mailbox_of(message.place): message.place for message in fetched}
    generation = {mailbox: generation_of(tx, place, now) for mailbox, place in reigns.items()}
    wanted = {(generation[_mailbox_of(message.place)], message.place.uid): message for message in fetched}
    known = _known_places(tx, wanted)
    new = {key: message for key, message in wanted.items() if key not in known or known[key].raw_id is None}
    raw_ids = _keep_bytes(tx, list(new.values()), now, spool_to)
    add_all_unless_known(tx, places, [_place_row(key, new[key], raw_ids, now) for key in new if key not in known])
    for key in new.keys() & known.keys():
        late = {**_place_row(key, new[key], raw_ids, now), "attempts": 0, "error": None, "disposition": None}
        tx.execute(update(places).where(places.c.id == known[key].id).values(**late))
    return len(new)


def _mailbox_of(place: Place) -> tuple[str, str, int]:
    return (place.account, place.mailbox, place.uidvalidity)


def _known_places(tx: Transaction, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    generation_ids, uids = {generation for generation, _ in wanted}, {uid for _, uid in wanted}
    query = select(places.c.id, places.c.generation_id, places.c.uid, places.c.raw_id).where(
        places.c.generation_id.in_(generation_ids), places.c.uid.in_(uids)
    )
    return {(row.generation_id, row.uid): row for row in tx.execute(query)}


def _place_row(
    key: tuple[int, int], message: FetchedMessage, raw_ids: Mapping[tuple[str, str], int], now: datetime
) -> dict[str, object]:
    generation, uid = key
    return {
        "generation_id": generation,
        "uid": uid,
        "raw_id": raw_ids[message.place.account, _digest(message)],
        "internal_date": message.internal_date,
        "flags": clean_text(" ".join(message.flags)),
        "seen_at": now,
    }


def _keep_bytes(
    tx: Transaction, fetched: Sequence[FetchedMessage], now: datetime, spool_to: Path | None
) -> dict[tuple[str, str], int]:
    """Bytes that are not there yet; gives the row of each by account and hash."""
    rows = {(message.place.account, _digest(message)): _raw_row(message, now, spool_to) for message in fetched}
    add_all_unless_known(tx, raws, list(rows.values()))
    query = select(raws.c.id, raws.c.account, raws.c.sha256).where(
        raws.c.account.in_({account for account, _ in rows}), raws.c.sha256.in_({sha256 for _, sha256 in rows})
    )
    return {(row.account, row.sha256): row.id for row in tx.execute(query)}


def _raw_row(message: FetchedMessage, now: datetime, spool_to: Path | None) -> dict[str, object]:
    sha256 = _digest(message)
    is_large = spool_to is not None and len(message.raw) > spool.SPOOL_ABOVE
    return {
        "account": message.place.account,
        "sha256": sha256,
        "size": len(message.raw),
        "body": None if is_large else message.raw,
        "spool": spool.put(spool_to, sha256, message.raw) if spool_to is not None and is_large else None,
        "read_at": now,
    }


def _digest(message: FetchedMessage) -> str:
    return hashlib.sha256(message.raw).hexdigest()


def note_unfetchable(tx: Transaction, place: Place, why: str, now: datetime, *, vanished: bool = False) -> None:
    """Keep a row for a UID that gave no message: asked for again, and given up visibly after some polls."""
    generation = generation_of(tx, place, now)
    add_unless_known(tx, places, {"generation_id": generation, "uid": place.uid, "seen_at": now})
    row = tx.execute(select(places).where(places.c.generation_id == generation, places.c.uid == place.uid)).one()
    if row.raw_id is not None or row.disposition is not None:
        return
    tx.execute(
        update(places).where(places.c.id == row.id).values(attempts=places.c.attempts + 1, error=clean_text(why))
    )
    if vanished:
        dispose(tx, row.id, Disposition.VANISHED, now, error=why)
    elif row.attempts + 1 >= MOST_ATTEMPTS:
        dispose(tx, row.id, Disposition.QUARANTINED, now, error=why)


def take(
    tx: Transaction, limit: int, most_bytes: int, *, suspects: bool, of: Sequence[str] | None = None
) -> list[StoredMail]:
    """Undisposed mails, oldest first, their attempt counted; the caller commits before it looks at any byte.

    A suspect has been tried before and ended its process, or stood beside the one that did: it comes alone. `of` are
    the accounts that this process has, null for all.
    """
    tried = places.c.attempts > 0 if suspects else places.c.attempts == 0
    query = _waiting().where(tried) if of is None else _waiting().where(tried, mailboxes.c.account.in_(of))
    if suspects:
        # The least tried first: ends of the service, which come at any time, do not all count against the same mail.
        query = query.order_by(None).order_by(places.c.attempts, places.c.id)
    rows = tx.execute(query.limit(1 if suspects else limit)).all()
    taken: list[StoredMail] = []
    size = 0
    for row in rows:
        size += row.size
        if taken and size > most_bytes:
            break
        taken.append(
            StoredMail(
                place_id=row.id,
                place=Place(account=row.account, mailbox=row.name, uidvalidity=row.uidvalidity, uid=row.uid),
                raw_id=row.raw_id,
                sha256=row.sha256,
                raw=row.body or b"",
                internal_date=row.internal_date,
                read_at=row.read_at,
                attempts=row.attempts + 1,
                is_known=row.message_id is not None or (row.body is None and row.spool is None),
            )
        )
    ids = [mail.place_id for mail in taken]
    tx.execute(update(places).where(places.c.id.in_(ids)).values(attempts=places.c.attempts + 1))
    return taken


def forgive(tx: Transaction, place_id: int) -> None:
    """Take the attempts at a mail back, all but one: it was not the mail's fault."""
    tx.execute(update(places).where(places.c.id == place_id, places.c.attempts > 1).values(attempts=1))


def _waiting() -> Select[tuple[object, ...]]:
    return (
        select(
            places.c.id,
            places.c.uid,
            places.c.raw_id,
            places.c.internal_date,
            places.c.attempts,
            generations.c.uidvalidity,
            mailboxes.c.account,
            mailboxes.c.name,
            raws.c.sha256,
            raws.c.size,
            raws.c.body,
            raws.c.spool,
            raws.c.read_at,
            messages.c.id.label("message_id"),
        )
        .join(generations, generations.c.id == places.c.generation_id)
        .join(mailboxes, mailboxes.c.id == generations.c.mailbox_id)
        .join(raws, raws.c.id == places.c.raw_id)
        .outerjoin(messages, messages.c.raw_id == raws.c.id)
        .where(places.c.disposition.is_(None))
        .order_by(places.c.id)
    )


def spooled(tx: Transaction, raw_ids: Iterable[int]) -> dict[int, str]:
    """Spool paths of those messages that lie in files."""
    query = select(raws.c.id, raws.c.spool).where(raws.c.id.in_(list(raw_ids)), raws.c.spool.is_not(None))
    return {row.id: row.spool for row in tx.execute(query)}


def dispose(
    tx: Transaction, place_id: int, disposition: Disposition, now: datetime, *, error: str | None = None
) -> bool:
    """End a place; False when it has ended before, which is then left as it was."""
    return dispose_all(tx, {place_id: (disposition, error)}, now) == 1


def dispose_all(tx: Transaction, ends: Mapping[int, tuple[Disposition, str | None]], now: datetime) -> int:
    """End places, each with its disposition and error; how many had not ended before."""
    if not ends:
        return 0
    statement = (
        update(places)
        .where(places.c.id == bindparam("place"), places.c.disposition.is_(None))
        .values(disposition=bindparam("end"), disposed_at=now, error=bindparam("why"))
    )
    rows = [
        {"place": place, "end": end.value, "why": clean_text(error) if error else None}
        for place, (end, error) in ends.items()
    ]
    return tx.execute(statement, rows).rowcount


def waiting(tx: Transaction) -> int:
    """How many places have bytes and no disposition yet."""
    query = select(func.count()).where(places.c.disposition.is_(None), places.c.raw_id.is_not(None))
    return int(tx.scalar(query) or 0)


def disposition_counts(tx: Transaction) -> dict[Disposition, int]:
    """How many places ended how."""
    query = (
        select(places.c.disposition, func.count())
        .where(places.c.disposition.is_not(None))
        .group_by(places.c.disposition)
    )
    return {Disposition(name): count for name, count in tx.execute(query)}


def quarantined(tx: Transaction) -> list[Quarantined]:
    """What could not be read, newest first."""
    query = (
        select(places, generations.c.uidvalidity, mailboxes.c.account, mailboxes.c.name, raws.c.size)
        .join(generations, generations.c.id == places.c.generation_id)
        .join(mailboxes, mailboxes.c.id == generations.c.mailbox_id)
        .outerjoin(raws, raws.c.id == places.c.raw_id)
        .where(places.c.disposition == Disposition.QUARANTINED.value)
        .order_by(places.c.id.desc())
    )
    return [
        Quarantined(
            place=Place(account=row.account, mailbox=row.name, uidvalidity=row.uidvalidity, uid=row.uid),
            error=row.error or "",
            at=row.disposed_at,
            attempts=row.attempts,
            size=row.size,
        )
        for row in tx.execute(query)
    ]


def release(tx: Transaction, place: Place | None = None) -> int:
    """Let quarantined mail, or one place's, be tried again; how many."""
    chosen = update(places).where(places.c.disposition == Disposition.QUARANTINED.value)
    if place is not None:
        generation = current_generation(tx, place)
        chosen = chosen.where(places.c.generation_id == generation, places.c.uid == place.uid)
    return tx.execute(chosen.values(disposition=None, disposed_at=None, error=None, attempts=0)).rowcount
