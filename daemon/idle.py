"""A bell at each account's main mailbox: the server tells of new mail at once (IDLE, RFC 2177), and a poll looks.

News is a hint to poll and nothing more: whether it comes, comes late or never, polling alone decides what is read. So
every fault here ends in waiting and another try, and `status` says whether the bell hangs or why it does not.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from config.settings import Account
from daemon.berths import Berths
from daemon.connection import Lost, ServerFault, Throttled, plain, socket_fault
from daemon.idle_line import IdleLine, IdleRefused, LineEnded
from daemon.idle_trust import Trust
from daemon.imap_session import CommandRefused, Session
from daemon.oauth import Bearer, Keyring, Login
from daemon.secrets import SecretUnavailable
from daemon.supervisor import Facts, wait_after

log = logging.getLogger(__name__)

SLICE_SECONDS = 270.0
"""How long one IDLE lasts. RFC 2177 says under 29 min; some servers end it at 10, and firewalls forget at 5."""

TICK_SECONDS = 10.0
"""How often the waiting thread shows that it lives and looks whether it is still wanted."""

LIVED_SECONDS = 60.0
"""A connection that lasted this long ends the count of faults."""

NOT_AGAIN_FOR = timedelta(hours=6)
"""Without IDLE, or with one that does not tell, it is tried again after this; servers are upgraded."""

THROTTLED_FOR = timedelta(hours=1)
"""A server that limits connections keeps those that it allows for polls."""

FULL_FOR = timedelta(minutes=5)


class NoIdle(Exception):
    """IDLE is of no use at this server for now; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BellState:
    """Whether an account's server tells of new mail; instants in aware UTC."""

    idle: bool
    why: str
    """Why there is polling only; empty while the bell hangs."""
    since: datetime


class Doorbell:
    """Waits at one account for news in a thread of its own; `ring` is called with the account's name."""

    def __init__(
        self,
        account: Account,
        keyring: Keyring,
        berths: Berths,
        *,
        ring: Callable[[str], None],
        say: Callable[[str, bool, str], None],
        progress: Callable[[], None],
        may: Callable[[str], bool],
        alive: Callable[[], AbstractContextManager[None]] = nullcontext,
        slice_seconds: float = SLICE_SECONDS,
        wait: Callable[[Exception, int], timedelta] | None = None,
    ) -> None:
        """`say` hears of every change: name, whether it idles, why not; `may` tells whether the account is ours now."""
        self.account = account
        self._keyring, self._berths = keyring, berths
        self._ring, self._say, self._progress, self._may, self._alive = ring, say, progress, may, alive
        self._slice_seconds, self._wait = slice_seconds, wait or _with_jitter
        self._over = threading.Event()
        self._wake = threading.Event()
        self._is_read: bool | None = None
        """Null until the first poll has ended."""
        self._session: Session | None = None
        self._trust = Trust()
        self._told: tuple[bool, str] | None = None
        self._thread = threading.Thread(target=self.run, name=f"idle:{account.name}", daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def cut(self, because: str) -> None:
        """End for good, from any thread; the thread itself ends soon after."""
        self._over.set()
        self._wake.set()
        if (session := self._session) is not None:
            session.cut(because)

    def is_over(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(seconds)

    def polled(self, *, is_read: bool, found: int) -> None:
        """How a poll ended: whether the account can be read, and how many new mails its main mailbox had."""
        if found:
            self._trust.found(monotonic())
        if self._is_read != is_read:
            self._is_read = is_read
            self._wake.set()

    def run(self) -> None:
        """Until cut: connect, wait, and after any fault wait longer each time."""
        with self._alive():
            self._run()

    def _run(self) -> None:
        faults = 0
        while not self._over.is_set():
            began = monotonic()
            try:
                pause = self._once()
                faults = 0
            except NoIdle as reason:
                self._tell(False, str(reason))
                pause, faults = NOT_AGAIN_FOR, 0
            except Throttled as fault:
                self._tell(False, str(fault))
                pause, faults = max(THROTTLED_FOR, fault.retry_after or THROTTLED_FOR), 0
            except (ServerFault, SecretUnavailable, CommandRefused, LineEnded, OSError) as fault:
                faults = 1 if monotonic() - began > LIVED_SECONDS else faults + 1
                self._tell(False, _sentence(fault, self.account))
                pause = self._wait(fault, faults)
            except Exception:
                faults += 1
                log.exception("%s: waiting for news failed", self.account.name)
                self._tell(False, "a fault of the program; see the log")
                pause = self._wait(RuntimeError(), faults)
            self._rest(pause.total_seconds())

    def _once(self) -> timedelta:
        """Wait for news as long as it goes well; how long to rest then, when nothing is wrong."""
        if not self._is_read or not self._may(self.account.name):
            if self._is_read is not None:
                self._tell(False, "the account is not read now")
            return FULL_FOR  # the next good poll wakes us
        host = self.account.server.host
        if not self._berths.take_for_idle(host):
            self._tell(False, f"the connections to {host} are in use (connections_per_host)")
            return FULL_FOR
        try:
            self._attend()
        finally:
            self._berths.give_back(host, idle=True)
        return timedelta()

    def _attend(self) -> None:
        account = self.account
        login = self._keyring.login(account.name, account.server)
        self._progress()
        self._session = session = Session.open(account.name, account.server, login)
        try:
            if self._over.is_set():
                return
            if not session.offers("IDLE"):
                raise NoIdle("the server offers no IDLE")
            session.examine(account.mailboxes[0])
            line, is_new = session.idle_line(), True
            generation = _generation(login)
            while self._is_wanted() and _generation(login) == generation:
                self._listen(line, account.server.read_seconds, is_new=is_new)
                is_new = False
        finally:
            self._session = None
            self._trust.deaf()
            session.log_out()

    def _listen(self, line: IdleLine, seconds: float, *, is_new: bool) -> None:
        """One slice of IDLE."""
        try:
            news = line.begin(seconds)
        except IdleRefused as refusal:
            raise NoIdle(f"the server refuses IDLE: {plain(str(refusal))}") from refusal
        if is_new:
            self._trust.listening(monotonic())
            self._tell(True, "")
            self._ring(self.account.name)  # what came before we listened
        elif news:
            self._news()
        end = monotonic() + self._slice_seconds
        while (left := end - monotonic()) > 0 and self._is_wanted():
            self._progress()
            if line.listen(min(left, TICK_SECONDS)):
                self._news()
            if self._trust.is_lost(monotonic()):
                raise NoIdle("the server's IDLE does not tell of new mail")
        if line.end(seconds):
            self._news()

    def _news(self) -> None:
        self._trust.news(monotonic())
        self._ring(self.account.name)

    def _is_wanted(self) -> bool:
        return not self._over.is_set() and bool(self._is_read) and self._may(self.account.name)

    def _tell(self, idle: bool, why: str) -> None:
        if self._told != (idle, why) and not self._over.is_set():
            self._told = (idle, why)
            self._say(self.account.name, idle, why)

    def _rest(self, seconds: float) -> None:
        """Wait; a poll that changes things or an end cuts it short."""
        end = monotonic() + seconds
        while not self._over.is_set() and (left := end - monotonic()) > 0:
            self._progress()
            if self._wake.wait(min(left, TICK_SECONDS)):
                self._wake.clear()
                return
        self._wake.clear()


def _with_jitter(fault: Exception, faults: int) -> timedelta:
    return wait_after(fault, faults, chance=random.random())  # noqa: S311 (spreads retries, no secret)


def _generation(login: Login) -> int:
    """Of the token that is in force; a session that began with an older one is about to be ended by the server."""
    if not isinstance(login, Bearer):
        return 0
    login.token()
    return login.generation


def _sentence(fault: Exception, account: Account) -> str:
    if isinstance(fault, ServerFault | SecretUnavailable):
        return str(fault)
    if isinstance(fault, OSError):
        return str(socket_fault(account.name, account.server, fault, during="waiting for news"))
    return str(Lost(account.name, account.server, plain(str(fault))))


def note_bell(facts: Facts, name: str, *, idle: bool, why: str, now: datetime) -> None:
    """Keep it for `status`."""
    facts.set_fact(f"idle:{name}", json.dumps({"idle": idle, "why": why, "since": now.isoformat()}), now)


def read_bell(facts: Facts, name: str) -> BellState | None:
    """What was kept last; null when nobody ever waited there."""
    text = facts.get_fact(f"idle:{name}")
    if not text:
        return None
    with suppress(ValueError, KeyError, TypeError):
        row = json.loads(text)
        return BellState(idle=row["idle"], why=row["why"], since=datetime.fromisoformat(row["since"]))
    return None
