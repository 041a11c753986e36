"""All doorbells of a service: hung, rung, taken down; what each says of itself is kept for `status`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from config.settings import Account, Settings
from daemon.berths import Berths
from daemon.idle import Doorbell, note_bell
from daemon.oauth import Keyring
from daemon.supervisor import Facts
from daemon.watchdog import Heartbeats

log = logging.getLogger(__name__)

LONGEST_SILENCE = 600.0
"""Seconds without a sign of life of a thread that waits; connecting and logging in take at most some minutes."""


class Bells:
    """One doorbell for each account whose settings say idle; `hang` and `cut` are for one thread, the rest for any."""

    def __init__(self, facts: Facts, keyring: Keyring, berths: Berths, clock: Callable[[], datetime]) -> None:
        self._facts, self._keyring, self._berths, self._clock = facts, keyring, berths, clock
        self._bells: dict[str, Doorbell] = {}
        self._beats = Heartbeats()

    def hang(self, settings: Settings, ring: Callable[[str], None], may: Callable[[str], bool]) -> None:
        """Wait at the accounts as these settings say; accounts that did not change are not disturbed."""
        wanted = {account.name: account for account in settings.accounts if account.idle}
        for name, bell in list(self._bells.items()):
            if bell.account != wanted.get(name):
                bell.cut("the settings changed")
                del self._bells[name]
        for account in settings.accounts:
            if not account.idle:
                self._say(account.name, False, "idle = false in the settings")
            elif account.name not in self._bells:
                self._bells[account.name] = self._hung(account, ring, may)

    def polled(self, name: str, *, is_read: bool, found: int) -> None:
        """How a poll of an account ended, and how many new mails its main mailbox had."""
        if (bell := self._bells.get(name)) is not None:
            bell.polled(is_read=is_read, found=found)

    def cut(self, because: str) -> None:
        """Take all down, without waiting."""
        for bell in self._bells.values():
            bell.cut(because)
        self._bells.clear()

    def stuck(self) -> tuple[str, ...]:
        """The waiting threads that show no sign of life."""
        return self._beats.stuck()

    def _hung(self, account: Account, ring: Callable[[str], None], may: Callable[[str], bool]) -> Doorbell:
        worker = f"waiting for news of {account.name}"
        bell = Doorbell(
            account,
            self._keyring,
            self._berths,
            ring=ring,
            say=self._say,
            progress=lambda: self._beats.beat(worker),
            may=may,
            alive=lambda: self._beats.busy(worker, limit=LONGEST_SILENCE),
        )
        bell.start()
        return bell

    def _say(self, name: str, idle: bool, why: str) -> None:
        log.info("%s: %s", name, "the server tells of new mail (IDLE)" if idle else f"polling only: {why}")
        try:
            note_bell(self._facts, name, idle=idle, why=why, now=self._clock())
        except Exception as error:  # a full disk: `status` shows the last that could be kept
            log.debug("%s: not kept: %s", name, error)
