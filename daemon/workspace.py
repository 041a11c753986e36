"""Which settings a command works with."""

from __future__ import annotations

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
