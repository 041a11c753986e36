"""Jobs that are asked for while they run: they run once more at once, since what they looked at may have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Again:
    """Which jobs run now, and which of them are to run once more; safe across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._again: set[str] = set()

    def asked(self, name: str) -> bool:
        """Ask for a job; False when it does not run now, so that it is to be started."""
        with self._lock:
            if name in self._running:
                self._again.add(name)
            return name in self._running

    def run(self, name: str, step: Callable[..., None], *args: str) -> None:
        """Run the job, and again as long as somebody asked meanwhile; after a fault not again."""
        with self._lock:
            self._running.add(name)
        try:
            while True:
                with self._lock:
                    self._again.discard(name)
                step(*args)
                with self._lock:
                    if name not in self._again:
                        self._running.discard(name)
                        return
        finally:
            with self._lock:
                self._running.discard(name)
