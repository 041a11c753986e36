"""`rota show`: who is on call, who is next, who leads, and who is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.rota import Queue, is_absent, on_call, turn_ends
from daemon.roster import Roster, roster_of
from daemon.terminal import console, instant, table
from daemon.workspace import required_settings

COLUMNS = ("rota", "for", "on call", "until", "next in line", "lead", "away")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One rota as of an instant; `rota` is null for what no rota takes: the whole team."""

    rota: str | None
    marketplaces: list[str]
    accounts: list[str]
    on_call: str | None
    """Null in a gap: then the next in line hears, else the whole team."""
    until: datetime | None
    next_in_line: list[str]
    team: list[str]
    leads: list[str]
    away: list[str]


def show(*, at: datetime | None, as_json: bool, settings_path: Path | None) -> int:
    """Print a line for each rota as of an instant."""
    settings, when = required_settings(settings_path), at or datetime.now(UTC)
    roster = roster_of(settings)
    queues: list[Queue | None] = [*roster.rota.queues]
    if not any(queue.is_catch_all for queue in roster.rota.queues):
        queues.append(None)
    shown = [(shown_of(roster, queue, when), queue) for queue in queues]
    if as_json:
        for each, _ in shown:
            until = each.until.isoformat() if each.until else None
            print(json.dumps({"at": when.isoformat(), **asdict(each), "until": until}, ensure_ascii=False))
        return 0
    console().print(f"As of {instant(when, roster.work.zone)}")
    rows = (list(_row(each, queue, when)) for each, queue in shown)
    console().print(table(COLUMNS, rows, narrow=("rota", "until")))
    return 0


def shown_of(roster: Roster, queue: Queue | None, at: datetime) -> Shown:
    """A queue, or the whole team for what no queue takes."""
    line = roster.line(queue, at)
    first = on_call(roster.rota, queue, at) if queue is not None else None
    names = queue.everybody if queue is not None else tuple(roster.by_name)
    return Shown(
        rota=queue.name if queue else None,
        marketplaces=sorted(queue.marketplaces) if queue else [],
        accounts=sorted(queue.accounts) if queue else [],
        on_call=first,
        until=turn_ends(queue, at) if queue else None,
        next_in_line=[who for who in line if who != first],
        team=list(roster.team(queue, at)),
        leads=list(roster.leads(queue, at)),
        away=[who for who in names if is_absent(roster.rota, who, at)],
    )


def _row(shown: Shown, queue: Queue | None, at: datetime) -> Iterator[str]:
    yield shown.rota or "-"
    yield ", ".join([*shown.marketplaces, *(f"account {name}" for name in shown.accounts)]) or "everything else"
    nobody = ", ".join(shown.next_in_line or shown.team)
    yield shown.on_call or (f"nobody, so: {nobody}" if queue else f"the team: {nobody}")
    yield instant(shown.until, queue.zone, near=at) if queue and shown.until else "-"
    yield ", ".join(shown.next_in_line) or "-"
    yield ", ".join(shown.leads) or "-"
    yield ", ".join(shown.away) or "-"
