"""`poll` and `run`: the service once, as a look that keeps nothing, or until it is told to stop."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from daemon import service
from daemon.commands.triage import print_table
from daemon.single_pass import dry_run as look
from daemon.single_pass import poll_once
from daemon.terminal import counted
from daemon.workspace import required_settings


def run(*, settings_path: Path | None) -> int:
    """The service in the foreground."""
    return service.run(required_settings(settings_path))


def poll(*, settings_path: Path | None, dry_run: bool, now: datetime | None) -> int:
    """One pass over every account; 1 when any could not be read, or a letter could not leave."""
    settings = required_settings(settings_path)
    if not dry_run:
        return poll_once(settings, now=now, tell=print)
    judged = counted(look(settings, now=now), what="mails judged")
    status = print_table(judged, now or datetime.now(UTC))
    print("This was a rehearsal: nothing was stored, filed or sent.")
    return status
