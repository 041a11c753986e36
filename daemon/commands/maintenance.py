"""`backup` and `migrate`: what an admin does before and after an upgrade."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config.retention import Retention
from daemon.database import database_url, open_store, shown_url, sqlite_file
from daemon.faults import Refused
from daemon.pipeline import never
from daemon.retention import due, erase
from daemon.storage import migrate as migrations
from daemon.storage.backup import back_up
from daemon.workspace import settings_if_any


def backup(target: Path, *, settings_path: Path | None, database: str | None) -> int:
    """Copy the database while the service runs; PostgreSQL has better means of its own."""
    url = database_url(database, settings_if_any(settings_path))
    file = sqlite_file(url)
    if file is None:
        raise Refused(f"{shown_url(url)} is backed up by PostgreSQL's own pg_dump: pg_dump -Fc -f {target} DATABASE")
    size = back_up(file, target.expanduser().absolute())
    print(f"{target}: {size} bytes, complete and checked")
    return 0


def retention(*, dry_run: bool, now: datetime | None, settings_path: Path | None, database: str | None) -> int:
    """Erase what is due, or only say how much that is; StoreBusy beside the service, which does it daily itself."""
    settings = settings_if_any(settings_path)
    terms = settings.retention if settings else Retention()
    moment = now or datetime.now(UTC)
    with open_store(database_url(database, settings), lock=not dry_run) as store:
        found = due(store, terms, moment) if dry_run else erase(store, terms, moment, stop=never)
    verb = "would be" if dry_run else "were"
    evidence = f", {found.files} pieces of evidence" if found.files else ""
    print(f"the texts of {found.mails} mails and {found.letters} letters{evidence} {verb} erased ({found.size} bytes)")
    return 0


def migrate(*, settings_path: Path | None, database: str | None) -> int:
    """Bring the database up to this program's schema; StoreBusy while the service runs."""
    url = database_url(database, settings_if_any(settings_path))
    with open_store(url, lock=True) as store:
        before, now = store.schema_before, migrations.head()
    print(
        f"{shown_url(url)}: "
        + (f"schema {now}, nothing to do" if before == now else f"schema {before or 'none'} -> {now}")
    )
    return 0
