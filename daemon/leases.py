"""Sharing accounts among daemons: on PostgreSQL each account is one daemon's, as long as it says that it lives.

On SQLite one process writes at all, so everything is its own.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress

from daemon.storage import lease_rows
from daemon.storage.engine import Transaction
from daemon.storage.store import Store

log = logging.getLogger(__name__)


class LeaseLost(RuntimeError):
    """Another daemon has taken an account over; what was about to be committed is rolled back and left to it."""


class Leases:
    """The accounts of this process; safe across threads. Made once a service, before anything is read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._lock = threading.Lock()
        self._tokens: dict[str, int] = {}
        self._shared = store.is_shared
        if self._shared:
            store.fence = self

    def renew(self, accounts: Sequence[str], *, stays: bool = True) -> list[str]:
        """Say that this process lives, and take what is free; the accounts that are newly its own.

        One that does not stay, such as a single pass, takes what is free without being counted for the others' shares.
        """
        if not self._shared:
            return []
        with self._store.write() as tx:
            now_mine = lease_rows.renew(tx, self._owner, accounts, stays=stays)
        with self._lock:
            before, self._tokens = self._tokens, now_mine
        for name in sorted(before.keys() - now_mine.keys()):
            log.info("%s: another daemon reads it from now on", name)
        new = sorted(name for name, token in now_mine.items() if before.get(name) != token)
        for name in new:
            log.info("%s: is read by this daemon from now on", name)
        return new

    @contextmanager
    def kept(self, accounts: Sequence[str]) -> Iterator[None]:
        """Have what is free of these accounts, as a guest, while the block runs."""
        done = threading.Event()
        self.renew(accounts, stays=False)

        def keep() -> None:
            while not done.wait(lease_rows.LENGTH.total_seconds() / 3):
                with suppress(Exception):  # what is lost is noticed at the next commit
                    self.renew(accounts, stays=False)

        keeper = threading.Thread(target=keep, daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()
            with suppress(Exception):  # else the leases end by themselves
                self.release()

    def has(self, account: str) -> bool:
        """Whether this process may read the account now."""
        with self._lock:
            return not self._shared or account in self._tokens

    def accounts(self) -> list[str]:
        """The accounts whose mail this process may file."""
        with self._lock:
            return sorted(self._tokens)

    def check(self, tx: Transaction, accounts: Collection[str]) -> None:
        """Just before a commit: LeaseLost unless all of these accounts are still this process's."""
        with self._lock:
            tokens = [(name, self._tokens.get(name, -1)) for name in accounts]
        if tokens and not lease_rows.holds(tx, self._owner, tokens):
            raise LeaseLost(f"{', '.join(sorted(accounts))}: another daemon has taken over; it goes on from here")

    def release(self) -> None:
        """Give everything up: the service stops in order."""
        if self._shared:
            with self._store.write() as tx:
                lease_rows.release(tx, self._owner)
