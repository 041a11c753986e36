"""The commands for those who change the program: show it at work, measure its judgement, train its voter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli_options import Database, Json, SettingsFile, Trusted


def add_development(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    app.command(epilog="Example: claimclock demo --output demo-output")(demo)
    app.command(epilog="Example: claimclock evaluate mails/ --html evaluation.html")(evaluate)
    app.command(epilog="Example: claimclock train")(train)


def demo(
    output: Annotated[Path, typer.Option("--output", metavar="DIR", help="Where mails, letters and settings are put.")],
) -> None:
    """Show the service at work on invented mails.

    A real IMAP server and a real SMTP server on this machine, and the service's own code between them; needs the extra
    packages of the development lock.
    """
    from daemon.commands import demo as command

    raise typer.Exit(command.demo(output))


def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of mails with their labels in gold.jsonl.")],
    as_json: Json = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="PAGE", help="Also write the report as a page.")
    ] = None,
    trusted_authserv: Trusted = None,
) -> None:
    """Judge labelled mails and print how much is right."""
    from daemon.commands import evaluate as command

    raise typer.Exit(command.evaluate(folder, as_json=as_json, html=html, trusted=tuple(trusted_authserv or ())))


def train(
    force: Annotated[bool, typer.Option("--force", help="Replace the model even when the new one is worse.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="DIR",
            help="Where the model goes; default: where it ships, a team's in the state directory.",
        ),
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Make the team's own model, with what the team has corrected.")
    ] = False,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Rebuild the statistical voter from the project's own texts.

    Refuses to replace a better one. Whoever changes a training text runs this. With --corrections the shipped voter
    stays, and a team's own is made beside it, which the service uses if it is as good (after a reload).
    """
    from daemon.commands import train as command

    if corrections:
        raise typer.Exit(command.train_team(output=output, settings_path=settings, database=database))
    raise typer.Exit(command.train(force=force, output=output))
