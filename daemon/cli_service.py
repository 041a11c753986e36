"""The command line of what the service sends beside mail."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli_options import Json, SettingsFile

page_app = typer.Typer(help="Pages to channels beside mail.", no_args_is_help=True, rich_markup_mode=None)


@page_app.callback()
def page() -> None:
    """Pages to channels beside mail."""


@page_app.command("test", epilog="Example: claimclock page test chat")
def page_test(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A channel of the settings, or a person: all channels.")],
    as_json: Json = False,
    settings: SettingsFile = None,
) -> None:
    """Send a test page and say what happened (exit 1 unless every channel took it).

    Goes at once, beside the outbox and beside a running service; says that nothing is due.
    """
    from daemon.commands import page as command

    raise typer.Exit(command.try_out(name, as_json=as_json, settings_path=settings))
