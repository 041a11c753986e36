"""The watch over one account: a connection that is kept from poll to poll, and faults that stay this account's own."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from config.settings import Account
from daemon.berths import Berths
from daemon.connection import Lost, Refused, ServerFault
from daemon.desk import Desk
from daemon.imap import ImapMailbox
from daemon.oauth import Bearer, Keyring, Login
from daemon.oauth_state import write_token
from daemon.pipeline import PollReport, poll
from daemon.reconciling import is_due, reconcile
from daemon.room import Room, storage_trouble
from daemon.secrets import SecretUnavailable
from daemon.supervisor import Health, failed, read_health, succeeded, told, write_health

log = logging.getLogger(__name__)

KEEP_CONNECTION_UP_TO = 300
"""Seconds between polls; at a slower rhythm servers and firewalls would end the idle connection first."""


class Watch:
    """Polls one account; one thread polls at a time, while any may `cut`."""

    def __init__(
        self,
        account: Account,
        room: Room,
        keyring: Keyring,
        berths: Berths,
        *,
        progress: Callable[[], None],
        stop: Callable[[], bool],
    ) -> None:
        self.account = account
        self._keyring, self._berths = keyring, berths
        self._room = room
        self._progress = progress
        self._stop = stop
        self._polling = threading.Lock()
        self._mailbox: ImapMailbox | None = None
        self._generation = 0
        self._retired = False
        self.main_fetched = 0
        """Messages that the last poll found new in the first mailbox."""

    def poll(self, desk: Desk, now: datetime) -> tuple[Health, PollReport | None]:
        """Fetch what is new; the health says when to come back, the report is null when nothing could be read."""
        try:
            with self._polling:
                self._berths.use(self.account.server.host, self)
                return self._poll(desk, now)
        finally:
            self._keep_or_close()

    def retire(self, because: str) -> None:
        """The account is no longer ours to read: end the connection, now or when the poll under way has noticed."""
        self._retired = True
        self.cut(because)
        self._close_when_idle()

    def _poll(self, desk: Desk, now: datetime) -> tuple[Health, PollReport | None]:
        self.main_fetched = 0
        health = read_health(desk.store, self.account.name, self.account.server.host)
        if not health.is_due(now) or not self._room.is_open():
            return health, None
        began = monotonic()
        try:
            report = self._read(desk, now)
            self._room.resume()
            return self._succeeded(desk, health, now), report
        except (ServerFault, SecretUnavailable) as fault:
            return self._failed(desk, health, fault, now + timedelta(seconds=monotonic() - began)), None
        except Exception as error:
            self._pause_or_raise(error)
            return health, None

    def _keep_or_close(self) -> None:
        """Keep the connection for the next poll, unless that is far off or another account waits for its place."""
        rare = self.account.poll_seconds > KEEP_CONNECTION_UP_TO
        if self._mailbox is None:
            return
        if rare or self._retired or not self._berths.keep(self.account.server.host, self, self._close_when_idle):
            self._close_when_idle()

    def cut(self, because: str) -> None:
        """End the connection at once, from any thread."""
        if (mailbox := self._mailbox) is not None:
            mailbox.cut(because)

    def close(self) -> None:
        """Log out."""
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            mailbox.close()
            self._berths.give_back(self.account.server.host)

    def _close_when_idle(self) -> None:
        """Another account waits for this one's place; nothing happens when a poll has just begun."""
        if self._polling.acquire(blocking=False):
            try:
                self.close()
            finally:
                self._polling.release()

    def _read(self, desk: Desk, now: datetime) -> PollReport:
        """One poll; a kept connection that died in between is replaced without being called a fault."""
        kept = self._mailbox is not None
        try:
            return self._read_connected(desk, now)
        except Lost:
            if not kept or self._retired or self._stop():
                raise
            return self._read_connected(desk, now)

    def _read_connected(self, desk: Desk, now: datetime) -> PollReport:
        try:
            self._log_in()
            assert self._mailbox is not None
            return self._read_mailboxes(self._mailbox, desk, now)
        except BaseException:
            self.close()
            raise

    def _log_in(self) -> None:
        """Have a connection; tokens are renewed in time even while it lasts, so that one that died is noticed early."""
        login = self._keyring.login(self.account.name, self.account.server)
        if isinstance(login, Bearer):
            login.token()
            if self._mailbox is not None and login.generation != self._generation:
                self.close()  # a server ends the session when the token that began it has ended
        if self._mailbox is None:
            self._mailbox = self._connect(login)
            self._generation = login.generation if isinstance(login, Bearer) else 0

    def _connect(self, login: Login) -> ImapMailbox:
        """A connection, as soon as its host has a place for it."""
        host = self.account.server.host
        if not self._berths.take(host, stop=self._stop, progress=self._progress):
            raise Lost(self.account.name, self.account.server, "the service stops")
        try:
            return ImapMailbox.connect(self.account, login, self._progress)
        except BaseException:
            self._berths.give_back(host)
            raise

    def _note_token(self, desk: Desk, now: datetime) -> None:
        """Write down how the account's tokens are, for `status` and the operator."""
        if self.account.server.oauth is None:
            return
        login = self._keyring.login(self.account.name, self.account.server)
        if isinstance(login, Bearer):
            write_token(desk.store, login.state, now)

    def _read_mailboxes(self, mailbox: ImapMailbox, desk: Desk, now: datetime) -> PollReport:
        """Every mailbox, also when one of them is refused; that one is told at the end."""
        whole, refused = PollReport(), None
        for name in self.account.mailboxes:
            try:
                report = poll(replace(self.account, mailboxes=(name,)), mailbox, desk, now, stop=self._stop)
            except Refused as fault:
                refused = refused or fault
                continue
            whole.fetched += report.fetched
            self.main_fetched += report.fetched if name == self.account.mailboxes[0] else 0
            whole.unfetchable += report.unfetchable
            whole.renumbered += report.renumbered
            whole.fetched += self._compare(mailbox, name, desk, now)
        if refused is not None:
            raise refused
        return whole

    def _compare(self, mailbox: ImapMailbox, name: str, desk: Desk, now: datetime) -> int:
        """Compare a mailbox with the ledger when that is due; how many messages had been passed over and came now."""
        states = {(state.account, state.mailbox): state for state in desk.store.mailbox_states()}
        due, whole = is_due(states[self.account.name, name], now)
        if not due or self._stop():
            return 0
        status, start = mailbox.examine(name), self.account.start
        _, fetched = reconcile(mailbox, status, desk.store, self.account.name, start, now, whole=whole, stop=self._stop)
        return fetched

    def _succeeded(self, desk: Desk, health: Health, now: datetime) -> Health:
        if health.failing_since is not None:
            log.info("%s (%s): is read again", health.name, health.host)
        health = succeeded(health, now)
        write_health(desk.store, health, now)
        self._note_token(desk, now)
        return health

    def _failed(self, desk: Desk, health: Health, fault: Exception, now: datetime) -> Health:
        if self._stop():
            return health
        health = failed(health, fault, now, chance=random.random())  # noqa: S311 (spreads retries, no secret)
        log.warning("%s", told(health, fault, now))
        try:
            write_health(desk.store, health, now)
            self._note_token(desk, now)
        except Exception as error:
            self._pause_or_raise(error)
        return health

    def _pause_or_raise(self, error: Exception) -> None:
        if (trouble := storage_trouble(error)) is None:
            raise error
        self._room.pause(trouble)
