"""`retry`: what could not be read goes through the pipeline once more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from daemon.deeds import Scene, carry_out
from daemon.handover import Done, Request
from daemon.workspace import settings_if_any

RETRY = "retry"
"""The deed's name for the running service."""


def retry(*, now: datetime | None, settings_path: Path | None, database: str | None) -> int:
    """Release the quarantine and process it; 1 when anything is in quarantine again."""
    settings = settings_if_any(settings_path)
    done = carry_out(RETRY, retry_all, {}, settings=settings, database=database, now=now)
    print(done.text)
    return done.status


def retry_all(scene: Scene, _request: Request) -> Done:
    """Read everything in quarantine again."""
    released = scene.store.release_all()
    scene.process()
    left = scene.store.quarantined()
    lines = [
        f"{released} mails read again, {len(left)} in quarantine",
        *(f"  {mail.place}: {mail.error}" for mail in left),
    ]
    return Done(text="\n".join(lines), status=int(bool(left)))
