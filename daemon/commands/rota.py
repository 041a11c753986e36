"""`rota show`: who is on call, who is next, who leads, and who is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from config.rota import Queue, hand_over_of, is_absent, turns_before
from daemon.roster import Roster, roster_of
from daemon.terminal import console, instant, table
from daemon.workspace import required_settings

COLUMNS = ("rota", "for", "on call", "until", "next in line", "lead", "away")


def show(*, at: datetime | None, settings_path: Path | None) -> int:
    """Print a line for each rota as of an instant."""
    settings, when = required_settings(settings_path), at or datetime.now(UTC)
    roster = roster_of(settings)
    queues: list[Queue | None] = [*roster.rota.queues]
    if not any(queue.is_catch_all for queue in roster.rota.queues):
        queues.append(None)
    console().print(f"As of {instant(when, roster.work.zone)}")
    console().print(table(COLUMNS, (list(_row(roster, queue, when)) for queue in queues), narrow=("rota", "until")))
    return 0


def _row(roster: Roster, queue: Queue | None, at: datetime) -> Iterator[str]:
    """A queue, or the whole team for what no queue takes."""
    line = roster.line(queue, at)
    yield queue.name if queue else "-"
    yield _what(queue)
    yield line[0] if line else f"nobody: the team ({', '.join(roster.team(queue, at))})"
    yield instant(hand_over_of(queue, turns_before(queue, at) + 1), queue.zone, near=at) if queue else "-"
    yield ", ".join(line[1:]) or "-"
    yield ", ".join(roster.leads(queue, at)) or "-"
    names = queue.members if queue else tuple(roster.by_name)
    yield ", ".join(name for name in names if is_absent(roster.rota, name, at)) or "-"


def _what(queue: Queue | None) -> str:
    if queue is None or queue.is_catch_all:
        return "everything else"
    return ", ".join([*sorted(queue.marketplaces), *(f"account {name}" for name in sorted(queue.accounts))])
