"""Where a command works: the settings file, or nothing but a database of the user's own."""

from __future__ import annotations

import os
from pathlib import Path

from config.loading import load_settings
from config.problems import Problem, SettingsError
from config.settings import Settings

SYSTEM_SETTINGS = Path("/etc/claimclock/claimclock.toml")


def settings_if_any(path: Path | None) -> Settings | None:
    """The settings at `path`, which must then be right; without a path the system's, if there are any."""
    if path is not None:
        return load_settings(path)
    return load_settings(SYSTEM_SETTINGS) if SYSTEM_SETTINGS.exists() else None


def required_settings(path: Path | None) -> Settings:
    """The settings; SettingsError with the next step when there are none."""
    settings = settings_if_any(path)
    if settings is None:
        message = "there is no settings file; name one with --settings, or begin with `claimclock config example`"
        raise SettingsError([Problem(path=SYSTEM_SETTINGS, key="", message=message)])
    return settings


def database_url(named: str | None, settings: Settings | None) -> str:
    """The database to use: the one that was named (a URL, or a SQLite file's path), the settings', or the user's own.

    The user's own lies in $XDG_STATE_HOME/claimclock; its directory is made when needed, readable by nobody else.
    """
    if named:
        return named if "://" in named else f"sqlite:///{Path(named).expanduser().absolute()}"
    if settings is not None:
        return settings.database
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "claimclock"
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{state / 'claimclock.db'}"
