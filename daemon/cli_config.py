"""The settings on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli_options import SettingsFile

config_app = typer.Typer(
    help="The settings: a commented example, and what is in force.", no_args_is_help=True, rich_markup_mode=None
)


@config_app.command("example", epilog="Example: claimclock config example > claimclock.toml")
def config_example() -> None:
    """Print a settings file with every key explained."""
    from daemon.commands import configuration as command

    raise typer.Exit(command.example())


@config_app.command("sign-in", epilog="Example: claimclock config sign-in eu --to /etc/claimclock/credentials/oauth-eu")
def config_sign_in(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help='The account\'s name, or "smtp".')],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where the token goes; default: the settings' file.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Sign in at Microsoft 365 or Google for an account (docs/oauth.md).

    Prints an address for any browser, takes the address at which it ends, and keeps the refresh token for the service.
    """
    from daemon.commands import sign_in as command

    raise typer.Exit(command.sign_in(account, to=to, settings_path=settings))


@config_app.command("show", epilog="Example: claimclock config show --settings claimclock.toml")
def config_show(settings: SettingsFile = None) -> None:
    """Print the settings in force.

    Policy included; of a secret only its place.
    """
    from daemon.commands import configuration as command

    raise typer.Exit(command.show(settings_path=settings))
