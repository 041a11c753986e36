"""Connections: SQLite with one writer and its checkpoints, or PostgreSQL; the code above sees no difference."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

Transaction = Connection
"""What the functions of this package work in: an open transaction."""

BUSY_MILLISECONDS = 10_000


class StoreBusy(RuntimeError):
    """Another process writes to this database; the sentence says which file and what to do."""


class StoreUnusable(RuntimeError):
    """The database cannot be opened; the sentence says why."""


def parsed(url: str) -> URL:
    """The URL with the driver that this program uses; StoreUnusable for any other database."""
    try:
        value = make_url(url)
    except Exception as error:
        raise StoreUnusable(f"not a database URL: {url!r}") from error
    if value.get_backend_name() == "postgresql":
        return value.set(drivername="postgresql+psycopg")
    if value.get_backend_name() != "sqlite" or not value.database or value.database == ":memory:":
        raise StoreUnusable("the database must be a SQLite file (sqlite:////path) or PostgreSQL (postgresql://…)")
    return value


def writing_engine(url: URL) -> Engine:
    """Writers. On SQLite a single connection, which takes the write lock at the start of every transaction.

    SQLite before 3.51.3 can corrupt a database when two connections reset the WAL at once: so only this one ever does.
    """
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_size=4, pool_pre_ping=True)
    engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=60)
    _prepare(
        engine,
        ("PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=1000", "PRAGMA secure_delete=ON"),
        begin="BEGIN IMMEDIATE",
    )
    return engine


def reading_engine(url: URL) -> Engine:
    """Readers: several at once, and on SQLite unable to write or to move the WAL."""
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_size=4, pool_pre_ping=True)
    engine = create_engine(url, pool_size=4)
    _prepare(engine, ("PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0"), begin="BEGIN")
    return engine


def _prepare(engine: Engine, pragmas: tuple[str, ...], *, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late and be a weak one
        for pragma in (
            f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
            "PRAGMA journal_mode=WAL",
            "PRAGMA foreign_keys=ON",
            "PRAGMA trusted_schema=OFF",
            *pragmas,
        ):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


_FILING = 7_215_493_002
"""PostgreSQL lock number under which one transaction at a time folds matters."""


def one_at_a_time(tx: Transaction) -> None:
    """Until this transaction ends, no other one changes matters and cases; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_FILING})")


class WriterLock:
    """The file lock beside a SQLite database that lets one process write; the system frees it when the process ends."""

    def __init__(self, database: Path) -> None:
        """Take the lock; StoreBusy when another process has it."""
        self._path = database.with_name(database.name + ".lock")
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            process = f" (process {owner})" if owner.isdigit() else ""
            raise StoreBusy(
                f"another claimclock{process} is writing to {database}: stop it first, or wait until it is done"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would let two processes lock two files."""
        os.close(self._file)
