"""What people are told when a command cannot go on, and with which exit status it ends."""

from __future__ import annotations

import os
import traceback

OWN_PACKAGES = frozenset({"config", "classifiers", "responders", "daemon"})

EX_CONFIG = 78
"""sysexits.h: the settings are wrong; the unit does not restart on it."""


class Refused(Exception):
    """A command cannot do what it was asked; the sentence names the next step."""


def told(error: Exception) -> str:
    """The error as one clear sentence; only a fault of the program itself asks for a report."""
    if type(error).__module__.partition(".")[0] in OWN_PACKAGES:
        return str(error)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] not in OWN_PACKAGES:
        return f"the package {error.name} is not installed; requirements-dev.lock brings it (`make demo` sets it up)"
    if isinstance(error, OSError):
        place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, (str, bytes)) else ""
        return f"{place}{error.strerror or error}"
    if type(error).__module__.startswith("sqlalchemy"):
        cause = getattr(error, "orig", None) or error
        return f"the database cannot be used: {_first_line(cause)}; `claimclock check` says more"
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"a fault of the program: {type(error).__name__} in {where.name}, line {where.lineno} "
        f"({_first_line(error)}); please report it with the command that you ran"
    )


def exit_status(error: Exception) -> int:
    """78 for wrong settings or secrets (RestartPreventExitStatus), else 1."""
    return EX_CONFIG if type(error).__name__ in {"SettingsError", "SecretUnavailable"} else 1


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
