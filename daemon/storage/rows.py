"""The ways in which rows come into being, the same on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from daemon.storage.engine import Transaction


def add_unless_known(tx: Transaction, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless a unique key has it already; whether it was new."""
    statement = _insert(tx, table).values(**row).on_conflict_do_nothing()
    return tx.execute(statement.returning(*table.primary_key)).first() is not None


def add_all_unless_known(tx: Transaction, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the same columns, passing over those that a unique key has already."""
    if rows:
        tx.execute(_insert(tx, table).on_conflict_do_nothing(), [dict(row) for row in rows])


def add_all(tx: Transaction, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the same columns."""
    if rows:
        tx.execute(insert(table), [dict(row) for row in rows])


def new_id(tx: Transaction, table: Table, row: Mapping[str, object]) -> int:
    """Insert a row and give its id."""
    return int(tx.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def _insert(tx: Transaction, table: Table) -> Any:
    return sqlite_insert(table) if tx.dialect.name == "sqlite" else postgresql_insert(table)
