"""Mailboxes and the reigns of their UIDVALIDITY: what was examined, what is known, what is still asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from config.vocabulary import Disposition
from daemon.places import Place
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_all_unless_known, add_unless_known, new_id
from daemon.storage.schema import generations, mailboxes, places


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """A mailbox as it was last examined."""

    account: str
    mailbox: str
    generation: int
    """Row of the current reign of its UIDVALIDITY."""
    uidvalidity: int
    reigns: int
    """How many UIDVALIDITY values it has had; every new one means that the whole mailbox is read again."""
    scanned_upto: int | None
    """Every UID up to here has a place; null until the first scan is complete."""
    uidnext: int | None
    exists: int
    polled_at: datetime | None
    first_upto: int | None = None
    """Where the first scan ended: mail behind it is read whatever its date."""
    compared_at: datetime | None = None
    """When the recent days were last compared with the server (`reconciling.py`)."""
    compared_all_at: datetime | None = None


def note_mailbox(
    tx: Transaction, account: str, mailbox: str, *, uidvalidity: int, uidnext: int | None, exists: int, now: datetime
) -> MailboxState:
    """Record what an EXAMINE said; another UIDVALIDITY, also a smaller or an earlier one, begins a new reign.

    A server that names none (0) promises nothing about UIDs: there every change begins one, and equal bytes are known.
    """
    mailbox_id = _mailbox_id(tx, account, mailbox)
    current = tx.execute(
        select(generations).where(generations.c.mailbox_id == mailbox_id).order_by(generations.c.id.desc()).limit(1)
    ).first()
    changed = current is not None and (current.uidnext, current.exists) != (uidnext, exists)
    if current is None or current.uidvalidity != uidvalidity or (uidvalidity == 0 and changed):
        row = {"mailbox_id": mailbox_id, "uidvalidity": uidvalidity, "begun_at": now, "exists": exists}
        generation = new_id(tx, generations, row)
    else:
        generation = current.id
    tx.execute(
        update(generations).where(generations.c.id == generation).values(uidnext=uidnext, exists=exists, polled_at=now)
    )
    return next(state for state in mailbox_states(tx, mailbox_id) if state.generation == generation)


def mailbox_states(tx: Transaction, mailbox_id: int | None = None) -> list[MailboxState]:
    """Every mailbox of a server, or one, in its current reign."""
    newest = (
        select(generations.c.mailbox_id, func.max(generations.c.id).label("id"), func.count().label("reigns"))
        .group_by(generations.c.mailbox_id)
        .subquery()
    )
    query = (
        select(mailboxes.c.account, mailboxes.c.name, generations, newest.c.reigns)
        .join(newest, newest.c.mailbox_id == mailboxes.c.id)
        .join(generations, generations.c.id == newest.c.id)
        .where(mailboxes.c.name.not_like("file:%"))
        .order_by(mailboxes.c.account, mailboxes.c.name)
    )
    if mailbox_id is not None:
        query = query.where(mailboxes.c.id == mailbox_id)
    return [
        MailboxState(
            account=row.account,
            mailbox=row.name,
            generation=row.id,
            uidvalidity=row.uidvalidity,
            reigns=row.reigns,
            scanned_upto=row.scanned_upto,
            uidnext=row.uidnext,
            exists=row.exists,
            polled_at=row.polled_at,
            first_upto=row.first_upto,
            compared_at=row.compared_at,
            compared_all_at=row.compared_all_at,
        )
        for row in tx.execute(query)
    ]


def known_uids(tx: Transaction, generation: int, low: int, high: int) -> set[int]:
    """The UIDs from `low` to `high` that need not be asked for: stored, or given up."""
    known = (places.c.raw_id.is_not(None)) | (places.c.disposition.is_not(None))
    query = select(places.c.uid).where(
        places.c.generation_id == generation, places.c.uid >= low, places.c.uid <= high, known
    )
    return set(tx.scalars(query))


def missing_uids(tx: Transaction, generation: int) -> list[int]:
    """UIDs that the server listed and gave no bytes for; they are asked for again at every poll."""
    query = select(places.c.uid).where(
        places.c.generation_id == generation, places.c.raw_id.is_(None), places.c.disposition.is_(None)
    )
    return sorted(tx.scalars(query))


def note_scanned(tx: Transaction, generation: int, upto: int) -> None:
    """Move the low-water mark: every UID up to `upto` has a place. It never moves back."""
    tx.execute(
        update(generations)
        .where(generations.c.id == generation)
        .where((generations.c.scanned_upto.is_(None)) | (generations.c.scanned_upto < upto))
        .values(scanned_upto=upto, first_upto=func.coalesce(generations.c.first_upto, upto))
    )


def stored_uids(tx: Transaction, generation: int) -> set[int]:
    """All UIDs of a reign that gave their bytes."""
    query = select(places.c.uid).where(places.c.generation_id == generation, places.c.raw_id.is_not(None))
    return set(tx.scalars(query))


def want(tx: Transaction, generation: int, uids: Iterable[int], why: str, now: datetime) -> None:
    """Give UIDs without a place one, so that every poll asks for them until they give their bytes."""
    rows = [{"generation_id": generation, "uid": uid, "seen_at": now, "error": why} for uid in uids]
    add_all_unless_known(tx, places, rows)


def ask_again(tx: Transaction, generation: int) -> int:
    """Let UIDs that were given up without any bytes be asked for again; how many."""
    given_up = (
        places.c.generation_id == generation,
        places.c.raw_id.is_(None),
        places.c.disposition == Disposition.QUARANTINED.value,
    )
    return tx.execute(update(places).where(*given_up).values(disposition=None, disposed_at=None, attempts=0)).rowcount


def note_compared(tx: Transaction, generation: int, now: datetime, *, whole: bool) -> None:
    """The mailbox was compared with the ledger, its recent days or the whole of it."""
    columns = ("compared_at", "compared_all_at") if whole else ("compared_at",)
    statement = update(generations).where(generations.c.id == generation)
    tx.execute(statement.values(dict.fromkeys(columns, now)))


def forget_comparisons(tx: Transaction, account: str) -> None:
    """The next poll of this account compares each of its mailboxes with the ledger as a whole."""
    ours = select(mailboxes.c.id).where(mailboxes.c.account == account)
    statement = update(generations).where(generations.c.mailbox_id.in_(ours))
    tx.execute(statement.values(compared_at=None, compared_all_at=None))


def _mailbox_id(tx: Transaction, account: str, name: str) -> int:
    this = select(mailboxes.c.id).where(mailboxes.c.account == account, mailboxes.c.name == name)
    known = tx.scalar(this)
    if known is None:
        add_unless_known(tx, mailboxes, {"account": account, "name": name})
        known = tx.scalar(this)
    return int(known)  # type: ignore[arg-type]


def current_generation(tx: Transaction, place: Place) -> int | None:
    """The newest reign of the place's UIDVALIDITY over its mailbox."""
    query = (
        select(func.max(generations.c.id))
        .join(mailboxes, mailboxes.c.id == generations.c.mailbox_id)
        .where(
            mailboxes.c.account == place.account,
            mailboxes.c.name == place.mailbox,
            generations.c.uidvalidity == place.uidvalidity,
        )
    )
    found: int | None = tx.scalar(query)
    return found


def generation_of(tx: Transaction, place: Place, now: datetime) -> int:
    """The same, begun when there is none: for files, and for a mailbox that was never examined."""
    known = current_generation(tx, place)
    if known is not None:
        return known
    mailbox_id = _mailbox_id(tx, place.account, place.mailbox)
    return new_id(tx, generations, {"mailbox_id": mailbox_id, "uidvalidity": place.uidvalidity, "begun_at": now})
