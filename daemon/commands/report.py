"""`report`: win rates, money, repetitions and what would prevent the next case."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import Settings
from daemon.database import database_url, open_store
from daemon.deeds import Scene, carry_out
from daemon.desk import post_of
from daemon.faults import Refused
from daemon.handover import Done, Request
from daemon.reporting import report_of, report_readers
from daemon.terminal import Text, cell, console, table
from daemon.workspace import required_settings, settings_if_any
from responders.report import Report
from responders.report_letter import ReportView, as_csv, as_json, report_letter, report_view, table_lines
from responders.voice import TeamVoice

SEND = "report"
"""The deed's name for the running service."""

DAYS = 90
"""What a report looks back on when nobody says."""


def report(
    *,
    first: str | None,
    last: str | None,
    json_lines: bool,
    csv_file: Path | None,
    html_file: Path | None,
    mail: bool,
    now: datetime | None,
    settings_path: Path | None,
    database: str | None,
) -> int:
    """Print the report, or write it where the options say; `mail` puts it into the outbox for the leads."""
    settings = required_settings(settings_path) if mail else settings_if_any(settings_path)
    at, voice = now or datetime.now(UTC), _voice(settings)
    begin, end = _period(first, last, at, voice.zone)
    with open_store(database_url(database, settings), lock=False) as store:
        made = report_of(store, first=begin, last=end, now=at)
    if mail:
        period = {"first": begin.isoformat(), "last": end.isoformat()}
        print(carry_out(SEND, send_it, period, settings=settings, database=database, now=now).text)
    if csv_file is not None:
        _write(csv_file, as_csv(made))
    if html_file is not None:
        _write(html_file, report_letter(made, team=voice, now=at).html)
    if json_lines:
        print(json.dumps(as_json(made, voice.language), ensure_ascii=False))
    elif csv_file is None and html_file is None and not mail:
        _print(made, voice)
    return 0


def _voice(settings: Settings | None) -> TeamVoice:
    if settings is not None:
        return post_of(settings).voice
    return TeamVoice(language="en", zone=ZoneInfo("UTC"), instance="claimclock", domain="claimclock.invalid")


def _period(first: str | None, last: str | None, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first day's beginning to the last day's end, on the team's clock."""
    until = _day(last) if last else now.astimezone(zone).date()
    since = _day(first) if first else until - timedelta(days=DAYS - 1)
    if since > until:
        raise Refused(f"--from {since} is after --to {until}")
    begin, end = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    return begin.astimezone(UTC), end.astimezone(UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text} is no day; write it like 2026-11-01") from error


def send_it(scene: Scene, request: Request) -> Done:
    """Put the report on a period into the outbox for the leads."""
    post, settings = scene.desk.post, scene.settings
    if post is None or settings is None:
        raise Refused("a report is sent to the team that the settings name; there are none")
    first, last = (datetime.fromisoformat(str(request.arguments[name])) for name in ("first", "last"))
    made, readers = report_of(scene.store, first=first, last=last, now=scene.now), report_readers(settings)
    is_new = scene.desk.send(report_letter(made, team=post.voice, now=scene.now), scene.now, to=readers)
    words = "in the outbox for" if is_new else "the same report was sent before to"
    return Done(text=f"{words} {', '.join(readers)}")


def _write(path: Path, text: str) -> None:
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def _print(made: Report, voice: TeamVoice) -> None:
    screen, view = console(), report_view(made, voice)
    screen.print(view.headline, style="bold")
    screen.print(view.opened)
    for line in view.hints:
        screen.print(Text("- ") + Text(line), soft_wrap=True)
    if view.money:
        screen.print()
        screen.print(table(view.money_columns, view.money))
    screen.print()
    screen.print(table(("", "", "win rate", ""), _rows(view)))
    for what, name, cases in view.repeats:
        screen.print(f"{what} {name}: {cases}", soft_wrap=True)
    screen.print()
    screen.print(view.method, style="dim", soft_wrap=True)


def _rows(view: ReportView) -> Iterator[tuple[Text | str, ...]]:
    before = ""
    for title, row in table_lines(view):
        bar = "█" * (row.percent // 10) + "░" * (10 - row.percent // 10)
        yield (cell(title if title != before else "", "bold"), row.name, f"{bar} {row.share}", row.rate)
        before = title
