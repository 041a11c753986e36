"""The two ways in which rows come into being, the same on both databases."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from daemon.storage.engine import Transaction


def add_unless_known(tx: Transaction, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless a unique key has it already; whether it was new."""
    dialect_insert = sqlite_insert if tx.dialect.name == "sqlite" else postgresql_insert
    statement = dialect_insert(table).values(**row).on_conflict_do_nothing()
    return tx.execute(statement.returning(*table.primary_key)).first() is not None


def new_id(tx: Transaction, table: Table, row: Mapping[str, object]) -> int:
    """Insert a row and give its id."""
    return int(tx.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())
