"""The ways in which rows come into being, the same on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from daemon.storage.engine import Transaction


def add_unless_known(tx: Transaction, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless a unique key has it already; whether it was new."""
    return tx.execute(_unless_known(tx.dialect.name, table, returning=True), dict(row)).first() is not None


def add_all_unless_known(tx: Transaction, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the same columns, passing over those that a unique key has already."""
    if rows:
        tx.execute(_unless_known(tx.dialect.name, table), [dict(row) for row in rows])


def add_all(tx: Transaction, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the same columns."""
    if rows:
        tx.execute(insert(table), [dict(row) for row in rows])


def new_id(tx: Transaction, table: Table, row: Mapping[str, object]) -> int:
    """Insert a row and give its id."""
    return int(tx.execute(_with_id(table), dict(row)).scalar_one())


# Statements are made once a table: to make one costs more than to run it.


@cache
def _with_id(table: Table) -> Any:
    return insert(table).returning(table.c.id)


@cache
def _unless_known(dialect: str, table: Table, *, returning: bool = False) -> Any:
    made = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table).on_conflict_do_nothing()
    return made.returning(*table.primary_key) if returning else made
