"""Refresh tokens that a provider replaced, kept in the state directory; the admin's own secret stays as it is."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

LONGEST_LOCK = 90.0
"""Seconds; another process holds the lock while it asks the endpoint, which has deadlines of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A refresh token and what is known of its life, instants in aware UTC."""

    token: str = field(repr=False)
    since: datetime
    until: datetime | None
    """Its end, where the endpoint said it."""


class TokenFile:
    """One file a secret of the admin's, mode 0600: a new secret starts a new file, so that it counts at once."""

    def __init__(self, state_directory: Path, *identity: str) -> None:
        name = sha256("\0".join(identity).encode()).hexdigest()[:24]
        self._state = state_directory
        self._directory = state_directory / "oauth"
        self._path = self._directory / f"{name}.json"

    def read(self) -> Kept | None:
        """What was kept last; null when nothing was, or when it cannot be read."""
        try:
            row = json.loads(self._path.read_bytes())
            until = row["until"]
            return Kept(
                token=str(row["token"]),
                since=datetime.fromisoformat(row["since"]),
                until=datetime.fromisoformat(until) if until else None,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, kept: Kept) -> None:
        """Keep it durably, whole or not at all; OSError when the disk does not let us."""
        row = {"token": kept.token, "since": kept.since.isoformat(), "until": kept.until and kept.until.isoformat()}
        self._make_directory()
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            self._give(file.fileno())
            json.dump(row, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        directory = os.open(self._directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Refresh alone: two processes with one token would each get a successor. On a broken disk, unlocked."""
        try:
            self._make_directory()
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._path.with_suffix(".lock"), flags, 0o600)
        except OSError:
            yield
            return
        try:
            self._give(descriptor)
            _wait_for(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _make_directory(self) -> None:
        if not self._directory.is_dir():
            self._directory.mkdir(mode=0o700, exist_ok=True)
            with suppress(OSError):
                owner = self._state.stat()
                os.chown(self._directory, owner.st_uid, owner.st_gid)

    def _give(self, descriptor: int) -> None:
        """As root (`check`), leave the file to the user of the service, who must write it next."""
        if os.geteuid() == 0:
            owner = self._state.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _wait_for(descriptor: int) -> None:
    deadline = time.monotonic() + LONGEST_LOCK
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(0.05)
