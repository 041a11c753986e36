"""Bringing a database up to this program's schema; the migrations travel inside the package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from daemon.storage.engine import StoreUnusable

_SCRIPTS = "daemon.storage:migrations"
_ADVISORY_LOCK = 7_215_493_001
"""PostgreSQL lock number under which one process at a time migrates; any fixed number of our own."""


def head() -> str:
    """The newest schema that this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(connection: Connection) -> str | None:
    """The schema of the database; null for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> str | None:
    """Migrate to the head, in one transaction, whichever schema the database has; gives the schema that it had."""
    with engine.begin() as connection, _alone(connection):
        before = current(connection)
        if before != head():
            config = _config()
            known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
            if before is not None and before not in known:
                raise StoreUnusable(
                    f"the database has schema {before}, which is newer than this version's {head()}; "
                    "install the version that made it, or restore the backup from before"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """SQLite's transaction is alone already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    yield
