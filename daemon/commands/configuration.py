"""`config`: the commented example, and the settings in force."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from config.document import as_toml
from daemon.workspace import required_settings


def example() -> int:
    """Print the example file as it ships."""
    print(files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8"), end="")
    return 0


def show(*, settings_path: Path | None) -> int:
    """Print what is in force, defaults and policy included."""
    settings = required_settings(settings_path)
    print(f"# In force from {settings.path}. Of a secret only its place is shown.\n\n{as_toml(settings)}", end="")
    return 0
