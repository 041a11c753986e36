"""`evidence` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli_options import Database, Json, Now, SettingsFile

evidence_app = typer.Typer(
    help="Evidence of a case: hand it in, see what is missing, pack it.", no_args_is_help=True, rich_markup_mode=None
)

Number = Annotated[str, typer.Argument(metavar="CASE", help="The case number, such as CC-000123.")]


@evidence_app.command("add", epilog="Example: claimclock evidence add CC-000123 pod.pdf --proves proof_of_delivery")
def add(
    number: Number,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Photos, PDFs, exports; each is kept once.")],
    proves: Annotated[
        list[str] | None,
        typer.Option("--proves", metavar="ITEM", help="What the files prove, when their names do not say; repeatable."),
    ] = None,
    by: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who hands it in; default: the login.")] = None,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Hand files in for a case: each is hashed, typed and linked to what it proves."""
    from daemon.commands import evidence

    raise typer.Exit(
        evidence.add(number, files, proves=proves or [], by=by, now=now, settings_path=settings, database=database)
    )


@evidence_app.command("list", epilog="Example: claimclock evidence list CC-000123 --json")
def list_(
    number: Number, as_json: Json = False, now: Now = None, settings: SettingsFile = None, database: Database = None
) -> None:
    """Print the checklist with what is there, the files with their hashes, and what exports say with its source."""
    from daemon.commands import evidence

    raise typer.Exit(evidence.list_(number, as_json=as_json, now=now, settings_path=settings, database=database))


@evidence_app.command("pack", epilog="Example: claimclock evidence pack CC-000123 --output claim.zip")
def pack(
    number: Number,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Default: CASE.zip here.")] = None,
    redacted: Annotated[
        bool, typer.Option("--redacted", help="Without buyers' names, addresses, mails and numbers.")
    ] = False,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Write one ZIP: a PDF statement, the original files and the hash of each. Sends nothing to anybody."""
    from daemon.commands import evidence

    raise typer.Exit(
        evidence.pack(number, output=output, redacted=redacted, now=now, settings_path=settings, database=database)
    )


@evidence_app.command("verify", epilog="Example: claimclock evidence verify CC-000123.zip")
def verify(path: Annotated[Path, typer.Argument(metavar="PACK", help="A pack.")]) -> None:
    """Check that every file in a pack is as it was packed (exit 1 when not). Needs no settings and no database."""
    from daemon.commands import evidence

    raise typer.Exit(evidence.verify(path))
