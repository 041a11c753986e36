"""How mail comes in, account by account: what the ledger knows of its times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from daemon.storage.engine import Transaction
from daemon.storage.schema import places

_arrived = func.coalesce(places.c.internal_date, places.c.seen_at)


def newest_mail(tx: Transaction, generation: int) -> datetime | None:
    """When the newest mail of a mailbox arrived at its server: the one with the highest UID."""
    query = select(places.c.internal_date, places.c.seen_at).where(places.c.generation_id == generation)
    row = tx.execute(query.order_by(places.c.uid.desc()).limit(1)).first()
    return (row.internal_date or row.seen_at) if row is not None else None


def arrivals(tx: Transaction, generations: Sequence[int], since: datetime, most: int) -> list[datetime]:
    """When mails arrived in these mailboxes since an instant, the newest of each mailbox first."""
    found: list[datetime] = []
    for generation in generations:
        query = select(places.c.internal_date, places.c.seen_at).where(
            places.c.generation_id == generation, _arrived >= since
        )
        rows = tx.execute(query.order_by(places.c.uid.desc()).limit(most))
        found += [row.internal_date or row.seen_at for row in rows]
    return found


def places_in(tx: Transaction, generation: int) -> int:
    """How many messages of a mailbox the ledger has."""
    return int(tx.scalar(select(func.count()).where(places.c.generation_id == generation)) or 0)
