"""The settings on the command line."""

from __future__ import annotations

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


@config_app.command("show", epilog="Example: claimclock config show --settings claimclock.toml")
def config_show(settings: SettingsFile = None) -> None:
    """Print the settings in force.

    Policy included; of a secret only its place.
    """
    from daemon.commands import configuration as command

    raise typer.Exit(command.show(settings_path=settings))
