"""Which daemon reads and files which account, when several share a PostgreSQL database; its clock decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known
from daemon.storage.schema import daemons, leases

LENGTH = timedelta(seconds=30)
"""A daemon that has not renewed for so long has lost its accounts; renewed three times as often."""


def renew(tx: Transaction, owner: str, accounts: Sequence[str], *, stays: bool) -> dict[str, int]:
    """Renew what this daemon has and take its share of what is free; gives the fencing token of each account it has.

    The share is as even as it can be among the daemons that stay; what is above it is given up for the others. A guest,
    who does not stay, takes whatever is free and nothing else.
    """
    now = _now(tx)
    share = _share(tx, owner, len(accounts), now) if stays else len(accounts)
    mine = _mine(tx, owner, accounts, now)
    for surplus in sorted(mine)[share:]:
        tx.execute(update(leases).where(leases.c.account == surplus).values(until=now))
        del mine[surplus]
    tx.execute(update(leases).where(leases.c.account.in_(list(mine))).values(until=now + LENGTH))
    for account in accounts:
        if len(mine) >= share:
            break
        if account not in mine and (token := _take(tx, owner, account, now)) is not None:
            mine[account] = token
    return mine


def _share(tx: Transaction, owner: str, accounts: int, now: datetime) -> int:
    add_unless_known(tx, daemons, {"owner": owner, "seen_at": now})
    tx.execute(update(daemons).where(daemons.c.owner == owner).values(seen_at=now))
    tx.execute(daemons.delete().where(daemons.c.seen_at < now - 10 * LENGTH))
    living = int(tx.scalar(select(func.count()).where(daemons.c.seen_at >= now - LENGTH)) or 1)
    return -(-accounts // living)


def release(tx: Transaction, owner: str) -> None:
    """Give everything up at once, so that the others need not wait."""
    tx.execute(update(leases).where(leases.c.owner == owner).values(until=_now(tx)))
    tx.execute(daemons.delete().where(daemons.c.owner == owner))


def holds(tx: Transaction, owner: str, tokens: Collection[tuple[str, int]]) -> bool:
    """Whether this daemon still has these accounts, by its tokens; then nobody can take them before it commits."""
    wanted = dict(tokens)
    query = select(leases.c.account, leases.c.token).where(
        leases.c.account.in_(list(wanted)), leases.c.owner == owner, leases.c.until > _now(tx)
    )
    found = {row.account: row.token for row in tx.execute(query.with_for_update(read=True))}
    return found == wanted


def _mine(tx: Transaction, owner: str, accounts: Sequence[str], now: datetime) -> dict[str, int]:
    query = select(leases.c.account, leases.c.token).where(
        leases.c.owner == owner, leases.c.until > now, leases.c.account.in_(accounts)
    )
    return {row.account: row.token for row in tx.execute(query.with_for_update())}


def _take(tx: Transaction, owner: str, account: str, now: datetime) -> int | None:
    """The token of an account that nobody has; null when somebody does. Every change of owner makes a new token."""
    add_unless_known(tx, leases, {"account": account, "owner": owner, "token": 0, "until": now})
    free = select(leases.c.account).where(leases.c.account == account, leases.c.until <= now)
    if tx.scalar(free.with_for_update(skip_locked=True)) is None:
        return None
    statement = update(leases).where(leases.c.account == account)
    taken = statement.values(owner=owner, token=leases.c.token + 1, until=now + LENGTH).returning(leases.c.token)
    return int(tx.execute(taken).scalar_one())


def _now(tx: Transaction) -> datetime:
    now: datetime = tx.execute(select(func.clock_timestamp())).scalar_one()
    return now
