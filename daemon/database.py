"""Which database a command works on, and who may open it."""

from __future__ import annotations

import os
import pwd
import re
from pathlib import Path

from config.settings import Settings
from daemon.faults import Refused
from daemon.storage.store import Store


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


def shown_url(url: str) -> str:
    """A database URL for people, without the password that an environment variable may have put into it."""
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:***@", url)


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL; null for another database or one in memory."""
    path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""
    return Path(path.partition("?")[0]) if path and path != ":memory:" else None


def other_owner(url: str) -> str | None:
    """The user whose SQLite file root must not open, since root would leave files that the user cannot write."""
    file = sqlite_file(url)
    if os.geteuid() != 0 or file is None:
        return None
    place = file if file.exists() else file.parent
    try:
        uid = place.stat().st_uid
        return pwd.getpwuid(uid).pw_name if uid else None
    except FileNotFoundError:
        return None
    except KeyError:
        return str(uid)


def open_store(url: str, *, lock: bool) -> Store:
    """The database, migrated; `lock` takes the one-writer lock. Refused for root on another user's file."""
    if owner := other_owner(url):
        raise Refused(f"the database {shown_url(url)} belongs to {owner}; run: sudo -u {owner} claimclock ...")
    return Store.open(url, lock=lock)
