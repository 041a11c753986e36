"""Tell systemd that the service is ready, and that it makes progress: not that it merely exists."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic


def notify(*assignments: str) -> bool:
    """Send lines such as "READY=1" to the service manager; False when there is none or it does not listen."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")):
        return False
    address = "\0" + path[1:] if path.startswith("@") else path
    # Never blocking: a manager that does not read would hold up the thread that hears signals.
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    with suppress(OSError), socket.socket(socket.AF_UNIX, kind) as sock:
        sock.sendto("\n".join(assignments).encode(), address)
        return True
    return False


def watchdog_seconds() -> float | None:
    """How often systemd wants to hear of us (half of WatchdogSec), or null when it does not."""
    usec, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not usec.isdigit() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(usec) / 2_000_000


class Heartbeats:
    """Every worker's last sign of progress, against the longest silence that is normal for it; safe across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: dict[str, tuple[float, float]] = {}
        """Worker to (last sign on the monotonic clock, seconds of silence allowed)."""

    def beat(self, worker: str) -> None:
        """A sign of progress of a worker that is busy."""
        with self._lock:
            if worker in self._busy:
                self._busy[worker] = (monotonic(), self._busy[worker][1])

    @contextmanager
    def busy(self, worker: str, *, limit: float) -> Iterator[None]:
        """While the block runs, the worker must beat at least every `limit` seconds; idle workers owe nothing."""
        with self._lock:
            self._busy[worker] = (monotonic(), limit)
        try:
            yield
        finally:
            with self._lock:
                self._busy.pop(worker, None)

    def workers(self) -> tuple[str, ...]:
        """Who is busy now."""
        with self._lock:
            return tuple(self._busy)

    def stuck(self) -> tuple[str, ...]:
        """The workers that are silent for too long; the watchdog is fed only while there are none."""
        now = monotonic()
        with self._lock:
            return tuple(name for name, (last, limit) in self._busy.items() if now - last > limit)
