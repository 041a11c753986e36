"""`simulate` on the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli_options import Database, Json, SettingsFile, read_time


def add_simulation(app: typer.Typer) -> None:
    """Register the command."""
    app.command(
        "simulate",
        epilog="Example: claimclock simulate --from 2026-10-01 --to 2026-11-01 archive.mbox --html october.html",
    )(simulate)


def read_span(text: str) -> timedelta:
    """A duration in the ladder's words."""
    from config.ladder import parse_span

    try:
        return parse_span(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help=".eml files, folders, an mbox or a Maildir; without any, what is stored."),
]
Mailboxes = Annotated[
    list[str] | None,
    typer.Option("--mailbox", metavar="ACCOUNT[/NAME]", help="What the service has stored of it; repeatable."),
]
From = Annotated[
    datetime | None,
    typer.Option("--from", metavar="TIME", parser=read_time, help="Begin of the period; default: the first mail."),
]
To = Annotated[
    datetime | None,
    typer.Option("--to", metavar="TIME", parser=read_time, help="End; default: 14 days after the last mail."),
]
Acknowledged = Annotated[
    timedelta | None,
    typer.Option(
        "--ack-after",
        metavar="SPAN",
        parser=read_span,
        help='Assume that whoever is paged acknowledges so late, such as "20 minutes"; default: nobody does.',
    ),
]


Down = Annotated[
    list[str] | None,
    typer.Option("--down", metavar="FROM/UNTIL", help="Assume that the service does not run meanwhile; repeatable."),
]


def read_period(text: str) -> tuple[datetime, datetime]:
    """Two instants with a stroke between them."""
    begin, _, end = text.partition("/")
    period = read_time(begin), read_time(end)
    if period[1] <= period[0]:
        raise typer.BadParameter(f"{text} ends before it begins")
    return period


def simulate(
    paths: Paths = None,
    start: From = None,
    end: To = None,
    mailbox: Mailboxes = None,
    ack_after: Acknowledged = None,
    down: Down = None,
    account: Annotated[
        str, typer.Option("--account", metavar="NAME", help="The seller account that files belong to.")
    ] = "import",
    all_: Annotated[bool, typer.Option("--all", help="Also what was decided and not told, and why.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Beside it what the service told, or would have told in shadow mode.")
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a timeline as one page.")] = None,
    as_json: Json = False,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Replay mails on a virtual clock: every notice that would go to whom and when.

    The service's own steps by the settings as they are now, so that a ladder can be tuned before it is switched on.
    Nothing is kept and nothing is sent.
    """
    from daemon.commands import simulate as command

    asked = command.Asked(
        paths=tuple(paths or ()),
        mailboxes=tuple(mailbox or ()),
        start=start,
        end=end,
        acknowledged_after=ack_after,
        account=account,
        outages=tuple(read_period(each) for each in down or ()),
        everything=all_,
    )
    raise typer.Exit(
        command.simulate(asked, as_json=as_json, html=html, compare=compare, settings_path=settings, database=database)
    )
