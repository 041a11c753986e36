"""Connections to a host, counted: all accounts together never hold more than the settings allow.

Polls come first: one that finds no place waits for it, and has a connection that another account merely keeps closed.
Waiting for news (IDLE) takes at most half of the places, and never waits for one.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

TICK_SECONDS = 0.5


class Berths:
    """Places at hosts; safe across threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._taken: Counter[str] = Counter()
        self._idle: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._spare: dict[str, dict[object, Callable[[], None]]] = {}
        """A host's connections that are kept for the next poll, the oldest first: how to close each."""

    @property
    def for_idle(self) -> int:
        """How many connections to one host may wait for news."""
        return self._most // 2

    def limit(self, most: int) -> None:
        """New settings; what is taken beyond them is given back in time."""
        with self._changed:
            self._most = most
            self._changed.notify_all()

    def take(self, host: str, *, stop: Callable[[], bool], progress: Callable[[], None]) -> bool:
        """A place for a poll, as soon as there is one; False when the service stops first."""
        with self._changed:
            self._waiting[host] += 1
        try:
            while not stop():
                progress()
                with self._changed:
                    if self._taken[host] < self._most:
                        self._taken[host] += 1
                        return True
                    close = self._oldest_spare(host)
                    if close is None:
                        self._changed.wait(TICK_SECONDS)
                if close is not None:
                    close()  # outside the lock: it logs out, and then gives its place back
            return False
        finally:
            with self._changed:
                self._waiting[host] -= 1

    def take_for_idle(self, host: str) -> bool:
        """A place to wait for news; False when there is none now."""
        with self._changed:
            if self._idle[host] >= self.for_idle or self._taken[host] >= self._most:
                return False
            self._taken[host] += 1
            self._idle[host] += 1
            return True

    def give_back(self, host: str, *, idle: bool = False) -> None:
        """The connection is closed."""
        with self._changed:
            self._taken[host] -= 1
            self._idle[host] -= idle
            self._changed.notify_all()

    def keep(self, host: str, owner: object, close: Callable[[], None]) -> bool:
        """Keep a connection for its next poll; False when others wait for the place, so that it is to be closed."""
        with self._changed:
            if self._waiting[host] or self._taken[host] > self._most:
                return False
            self._spare.setdefault(host, {})[owner] = close
            return True

    def use(self, host: str, owner: object) -> None:
        """A kept connection is used again: nobody may close it now."""
        with self._changed:
            self._spare.get(host, {}).pop(owner, None)

    def _oldest_spare(self, host: str) -> Callable[[], None] | None:
        spare = self._spare.get(host)
        return spare.pop(next(iter(spare))) if spare else None
