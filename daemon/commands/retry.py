"""`retry`: what could not be read goes through the pipeline once more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from daemon.commands.ingest import desk_for, rules_for
from daemon.database import database_url, open_store
from daemon.jury import Jury
from daemon.pipeline import process
from daemon.workspace import settings_if_any


def retry(*, now: datetime | None, settings_path: Path | None, database: str | None) -> int:
    """Release the quarantine and process it; 1 when anything is in quarantine again."""
    settings = settings_if_any(settings_path)
    with (
        open_store(database_url(database, settings), lock=True) as store,
        Jury(rules_for(settings), workers=1) as jury,
    ):
        released = store.release_all()
        process(desk_for(settings, store, jury), now or datetime.now(UTC))
        left = store.quarantined()
    print(f"{released} mails read again, {len(left)} in quarantine")
    for mail in left:
        print(f"  {mail.place}: {mail.error}")
    return int(bool(left))
