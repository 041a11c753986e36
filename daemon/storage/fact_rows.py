"""Small named facts, read within a transaction."""

from __future__ import annotations

from sqlalchemy import select

from daemon.storage.engine import Transaction
from daemon.storage.schema import facts


def named(tx: Transaction, prefix: str) -> dict[str, str]:
    """All facts whose name begins with `prefix`, by name."""
    query = select(facts.c.name, facts.c.value).where(facts.c.name.startswith(prefix, autoescape=True))
    return {row.name: row.value for row in tx.execute(query)}
