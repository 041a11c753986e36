"""The service's watch over itself: conditions become incidents, the clock is compared, the check outside is pinged."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from config.settings import Settings
from daemon.desk import Desk
from daemon.heartbeat import Heartbeat
from daemon.incidents import heed, open_incidents
from daemon.lookout import conditions_of, is_progressing, learn_usual, note_jump, note_start, note_work, progress_of
from daemon.oauth_state import all_tokens
from daemon.silence import jump_between
from daemon.storage.store import Store
from daemon.watchdog import Heartbeats

log = logging.getLogger(__name__)

LONGEST_WITHOUT_SWEEP = 900.0
"""Seconds after which the service itself is the cause, so that the service manager starts it anew."""
LONGEST_UNREAD = 2700.0
"""The same for an account that no poll reads although no fault is known."""
STALE_SWEEP = 300.0
"""Seconds without a whole sweep after which nobody is told that all is well."""


def uptime() -> float:
    """Seconds since the machine started, its sleep included; nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Vigil:
    """One for a service; `look` is called by the sweep, `compare_clocks` and `pulse` by jobs of their own."""

    def __init__(self, store: Store, clock: Callable[[], datetime], counter: Callable[[], float] = uptime) -> None:
        self._store = store
        self._clock = clock
        self._counter = counter
        self._before: tuple[datetime, float] | None = None
        self._looked: float | None = None
        self._swept: float | None = None
        self._began = self._counter()
        self._unread: dict[str, float] = {}
        """Accounts that nobody reads, with the sweep that saw it first."""
        self._has_begun = False
        self._heartbeat = Heartbeat(None)

    def begin(self) -> None:
        """The service starts: silence counts from now on."""
        note_start(self._store, self._clock())

    def end(self, settings: Settings, *, seconds: float) -> None:
        """The service ends in order; what the check outside hears next is silence."""
        self._take(settings).ping("log", "stopped in order", seconds=seconds)

    def look(self, desk: Desk, settings: Settings, now: datetime, *, stuck: tuple[str, ...], paused: str | None) -> int:
        """See what is wrong and tell it; how many letters and pages were written."""
        looked, self._looked = self._looked, self._counter()
        if looked is not None and self._looked - looked > STALE_SWEEP:
            note_start(self._store, now)  # the machine slept: nobody could read
        learn_usual(self._store, settings, now)
        wrong = conditions_of(self._store, settings, now, stuck=stuck, paused=paused)
        unread = {each.about for each in wrong if each.name == "account_unread" and not self._store.is_shared}
        self._unread = {name: self._unread.get(name, self._counter()) for name in unread}
        written = heed(desk, settings, wrong, now)
        for state, count in progress_of(self._store, settings):
            log.info(
                "%s/%s: first import, %d of %d messages fetched", state.account, state.mailbox, count, state.exists
            )
        return written

    def swept(self) -> None:
        """A sweep went through to its end."""
        self._swept = self._counter()

    def missing(self) -> tuple[str, ...]:
        """Work that should have been done long ago and was not begun: the watchdog must not be fed."""
        now = self._counter()
        swept = self._began if self._swept is None else self._swept
        found = ["sweeping"] if now - swept > LONGEST_WITHOUT_SWEEP else []
        found += [f"reading {name}" for name, since in self._unread.items() if now - since > LONGEST_UNREAD]
        return tuple(found)

    def beat(self, beats: Heartbeats) -> None:
        """Every few seconds: note which polls are at work, and whether the clock has jumped since the last look."""
        stuck = beats.stuck()
        note_work(self._store, [name for name in beats.workers() if name not in stuck], self._clock())
        self.compare_clocks()

    def compare_clocks(self) -> None:
        """Note when the clock has jumped since the last look."""
        after = (self._clock(), self._counter())
        before, self._before = self._before, after
        if before is not None and (jump := jump_between(before, after)) is not None:
            note_jump(self._store, jump, after[0])

    def pulse(self, settings: Settings) -> None:
        """Tell the check outside that all is well, or what is not; nothing when nobody can know."""
        heartbeat, now = self._take(settings), self._clock()
        if settings.heartbeat.url is None:
            return
        if not self._has_begun:
            self._has_begun = True
            heartbeat.ping("start")
            return
        if self._swept is None:
            return
        wrong = [incident.says for incident in open_incidents(self._store)]
        wrong += [f"tokens of {each.name}" for each in all_tokens(self._store, settings) if not each.is_well(now)]
        if wrong:
            heartbeat.ping("fail", "\n".join(wrong))
        elif self._counter() - self._swept < STALE_SWEEP and is_progressing(self._store, settings, now):
            heartbeat.ping()

    def _take(self, settings: Settings) -> Heartbeat:
        """The heartbeat of these settings; they may have changed."""
        if self._heartbeat.url != settings.heartbeat.url:
            self._heartbeat = Heartbeat(settings.heartbeat.url)
        return self._heartbeat
