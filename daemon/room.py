"""Whether anything can be stored: a full or read-only disk pauses intake, while mail waits safely on its server."""

from __future__ import annotations

import errno
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

LEAST_FREE_BYTES = 100 * 2**20
"""Below this nothing is fetched, so that what is stored already can still be filed and sent."""

_ERRNOS = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO})
_WORDS = (
    "database or disk is full",
    "readonly database",
    "disk i/o error",
    "unable to open database file",
    "no space left",
    "could not extend file",
    "could not write",
)


class Room:
    """Says once that intake is paused and once that it goes on; safe across threads."""

    def __init__(self, directory: Path, *, least_free_bytes: int = LEAST_FREE_BYTES) -> None:
        self._directory = directory
        self._least = least_free_bytes
        self._lock = threading.Lock()
        self.paused_because: str | None = None

    def is_open(self) -> bool:
        """Whether intake may go on now; looks at the disk, and while paused also tries to write."""
        trouble = self._trouble()
        if trouble is None:
            return True
        self.pause(trouble)
        return False

    def pause(self, because: str) -> None:
        """Intake cannot go on; logged only when it went on before."""
        with self._lock:
            first = self.paused_because is None
            self.paused_because = because
        if first:
            log.error("intake is paused: %s; mail stays on its server, and the service goes on by itself", because)

    def resume(self) -> None:
        """Something was stored: intake goes on."""
        with self._lock:
            was, self.paused_because = self.paused_because, None
        if was is not None:
            log.warning("intake goes on: there is room again")

    def _trouble(self) -> str | None:
        try:
            facts = os.statvfs(self._directory)
            if facts.f_flag & os.ST_RDONLY:
                return f"{self._directory} is read-only"
            if facts.f_bavail * facts.f_frsize < self._least:
                return f"less than {self._least // 2**20} MiB are free in {self._directory}"
            if self.paused_because is not None:
                self._try_to_write()
        except OSError as error:
            return f"{self._directory}: {error.strerror}"
        return None

    def _try_to_write(self) -> None:
        probe = self._directory / f".room-{os.getpid()}-{threading.get_ident()}"
        try:
            with probe.open("wb") as file:
                file.write(bytes(65536))
                file.flush()
                os.fsync(file.fileno())
        finally:
            with suppress(OSError):
                probe.unlink()


def storage_trouble(error: BaseException) -> str | None:
    """The sentence for an error that means a full, broken or read-only disk; null for any other error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _ERRNOS:
            return str(cause.strerror)
        text = str(cause).strip().splitlines()[0] if str(cause).strip() else ""
        database = type(cause).__module__.startswith(("sqlalchemy", "sqlite3", "psycopg"))
        if database and any(word in text.lower() for word in _WORDS):
            return f"the database says: {text[:200]}"
        cause = cause.__cause__
    return None
