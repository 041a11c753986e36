"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def read_time(text: str) -> datetime:
    """An ISO 8601 instant as aware UTC; without an offset it is read as UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no ISO 8601 time; write it like 2026-11-25T09:00:00+00:00") from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


Mails = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", help=".eml files, folders of them, an mbox or a Maildir; - is one message on standard input."
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a line, and nothing else, to standard output.")
]
Now = Annotated[
    datetime | None,
    typer.Option(
        "--now", metavar="TIME", parser=read_time, help="The instant to count as now (ISO 8601); default: the clock."
    ),
]
At = Annotated[
    datetime | None,
    typer.Option("--at", metavar="TIME", parser=read_time, help="The instant (ISO 8601); default: now."),
]
Trusted = Annotated[
    list[str] | None,
    typer.Option(
        "--trusted-authserv",
        metavar="HOST",
        help="A mail server whose Authentication-Results are believed; repeatable.",
    ),
]
Store = Annotated[
    str | None,
    typer.Option("--marketplace", metavar="UK", help="The store to assume for mail that names none."),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="PATH",
        envvar="CLAIMCLOCK_SETTINGS",
        show_envvar=False,
        help="The settings file; default: $CLAIMCLOCK_SETTINGS, else /etc/claimclock/claimclock.toml.",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="CLAIMCLOCK_DATABASE",
        show_envvar=False,
        help="Another database than the settings': a file's path or a URL; default: $CLAIMCLOCK_DATABASE.",
    ),
]
