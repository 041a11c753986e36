"""What the service does, one step a method: read an account, file, send, look at what is due. No timer, no signal."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from config.settings import Account, Settings
from daemon import counter, handover, shadow
from daemon.berths import Berths
from daemon.climb import Watchlist, climb
from daemon.deeds import Scene
from daemon.desk import Desk, desk_of, rules_of
from daemon.digesting import send_digests
from daemon.dispatch import Dispatch
from daemon.editions import send_editions
from daemon.evidence_folder import EvidenceFolder
from daemon.handover import Done, Request
from daemon.idle_bells import Bells
from daemon.jury import Jury
from daemon.learning import send_forms
from daemon.oauth import Keyring
from daemon.oauth_state import all_tokens
from daemon.outbox import DrainReport
from daemon.paging import Pager
from daemon.pipeline import PollReport, ProcessReport, process
from daemon.room import Room, storage_trouble
from daemon.roster import roster_of
from daemon.storage.store import Store
from daemon.supervisor import HEARTBEAT as HEARTBEAT
from daemon.supervisor import OUTGOING, Health, all_health, forgiven, read_health, write_health
from daemon.sweep import Notice, delivery_notices, post, sweep, token_notices
from daemon.turns import TurnFiles
from daemon.vigil import Vigil
from daemon.watch import Watch
from daemon.watchdog import Heartbeats

log = logging.getLogger(__name__)

LONGEST_SILENCE = 900.0
"""Seconds without a sign of progress of a busy worker; more than the longest single wait (SMTP's final reply)."""


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Work:
    """Everything that one installation works with; each method may run in a thread of its own."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        stop: Callable[[], bool],
        clock: Callable[[], datetime] = utc_now,
        workers: int | None = None,
    ) -> None:
        self.settings = settings
        self._clock = clock
        self.beats = Heartbeats()
        self._store = store
        self._stop = stop
        self._workers = workers if workers is not None else min(len(os.sched_getaffinity(0)), 2)
        self._room = Room(settings.state_directory)
        self.keyring = Keyring(settings.state_directory)
        self._counter = settings.state_directory / "requests"
        self._pager = Pager(stop=stop)
        self.vigil = Vigil(store, clock)
        self._berths = Berths(settings.connections_per_host)
        self.bells = Bells(store, self.keyring, self._berths, clock)
        self._dispatch = Dispatch(self.keyring, stop=stop)
        self._desk = self._desk_for(settings)
        self._watches = {account.name: self._watch(account) for account in settings.accounts}
        self._filing = threading.Lock()
        self._folder = EvidenceFolder()
        self._watchlist = Watchlist(roster=roster_of(settings))
        self._turns = TurnFiles(settings)
        shadow.settle(store, settings.shadow, clock())

    @property
    def paused_because(self) -> str | None:
        """Why nothing is fetched now; null when the disk lets us."""
        return self._room.paused_because

    def stuck(self) -> tuple[str, ...]:
        """What makes no progress, so that the watchdog is not fed; a full disk is nobody's fault here."""
        missing = self.vigil.missing() if self.paused_because is None else ()
        return (*self.beats.stuck(), *self.bells.stuck(), *missing)

    def poll(self, name: str) -> tuple[Health, PollReport | None] | None:
        """Read one account; null when it is no longer in the settings, or the service stops."""
        with self._busy(f"reading {name}"):
            watch = None if self._stop() else self._watches.get(name)
            if watch is None:
                return None
            health, report = watch.poll(self._desk, self._clock())
            self.bells.polled(name, is_read=not health.failures, found=watch.main_fetched)
            return health, report

    def file(self) -> ProcessReport | None:
        """Read, judge and file what was fetched; null when the disk does not let us."""
        with self._filing, self._busy("filing"):
            try:
                return process(self._desk, self._clock(), stop=self._stop, progress=lambda _: self.beats.beat("filing"))
            except Exception as error:
                self._pause_or_raise(error)
                return None

    def send(self) -> tuple[Health, DrainReport | None]:
        """Send what is due, and tell the operator of letters that will not arrive."""
        with self._busy("sending"):
            now = self._clock()
            if self.settings.shadow:
                shadow.shelve(self._store, now)
                return read_health(self._store, OUTGOING, self.settings.smtp.host), None
            health, report = self._dispatch.send(self._desk, self.settings, now)
            if report is not None:
                post(self._desk, delivery_notices(report.ended), self.settings.team.operator, now)
            return health, report

    def open_counter(self) -> None:
        """Take requests of commands from now on, and say where."""
        handover.open_place(self._counter)
        self._store.set_fact(handover.DIRECTORY, str(self._counter), self._clock())

    def serve(self) -> int:
        """Do what commands ask for; how many requests were answered."""
        return handover.answer_all(self._counter, self._obey)

    def _obey(self, request: Request) -> Done:
        scene = Scene(
            store=self._store,
            settings=self.settings,
            desk=self._desk,
            now=request.now or self._clock(),
            process=self.file,
            poll=self.poll,
        )
        with self._busy("a command's request"):
            return counter.obey(scene, request)

    def page(self) -> DrainReport:
        """Send the pages that are due to their channels; beside mail, which never waits for them."""
        with self._busy("paging"):
            if self.settings.shadow:
                return DrainReport()
            return self._pager.send(self._store, self.settings.channels, self._clock())

    def sweep(self) -> int:
        """Write the notices that are due; how many."""
        with self._busy("sweeping"):
            now = self._clock()
            self._follow_turns(now)
            healths = all_health(self._store, self.settings)
            stuck, paused = self.stuck(), self.paused_because
            self.vigil.look(self._desk, self.settings, now, stuck=stuck, paused=paused)
            written = self._folder.look(self._desk, self.settings.evidence_folder, self.settings.team.operator, now)
            written += sweep(self._desk, self.settings.team.operator, now)
            tokens = all_tokens(self._store, self.settings)
            written += post(self._desk, token_notices(tokens, now), self.settings.team.operator, now)
            written += climb(self._store, self._desk.post, self._watchlist, now)
            written += send_forms(self._store, self._desk.post, self.settings, now)
            written += send_digests(self._store, self._desk.post, self.settings, healths, now)
            written += send_editions(self._store, self._desk.post, self.settings, now)
            self.vigil.swept()
            return written

    def _follow_turns(self, now: datetime) -> None:
        """Take over what has changed in calendar files of turns."""
        fresh, notices = self._turns.reread(self.settings)
        post(self._desk, notices, self.settings.team.operator, now)
        if fresh is not None:
            with self._filing:
                self.settings, roster = fresh, roster_of(fresh)
                self._desk, self._watchlist = replace(self._desk, roster=roster), Watchlist(roster=roster)

    def tell_operator(self, notice: Notice) -> None:
        """Post one notice."""
        post(self._desk, [notice], self.settings.team.operator, self._clock())

    def beat(self) -> None:
        """Write down that the service goes through its rounds."""
        now = self._clock()
        try:
            self._store.set_fact(HEARTBEAT, now.isoformat(), now)
            self.vigil.beat(self.beats)
        except Exception as error:
            self._pause_or_raise(error)

    def use(self, settings: Settings) -> None:
        """Work by new settings from now on; connections of accounts that did not change are kept."""
        with self._filing:
            old, self._desk = self._desk, self._desk_for(settings)
            self.settings = settings
            self._watchlist = Watchlist(roster=roster_of(settings))
            self._turns = TurnFiles(settings)
            shadow.settle(self._store, settings.shadow, self._clock())
            old.jury.close()
        kept = {name: watch for name, watch in self._watches.items() if watch.account in settings.accounts}
        gone = [watch for name, watch in self._watches.items() if name not in kept]
        self._watches = {account.name: kept.get(account.name) or self._watch(account) for account in settings.accounts}
        for watch in gone:
            watch.retire("the settings changed")
        self._berths.limit(settings.connections_per_host)
        self.vigil.begin()
        self.forgive()

    def forgive(self) -> None:
        """Try every server at its next turn, however often it failed: somebody is mending it."""
        now = self._clock()
        for health in all_health(self._store, self.settings):
            if health.failures:
                write_health(self._store, forgiven(health), now)

    def cut_reading(self, because: str) -> None:
        """End all IMAP connections that are in use, from any thread; idle ones are logged out by `close`."""
        busy = self.beats.workers()
        for name, watch in self._watches.items():
            if f"reading {name}" in busy:
                watch.cut(because)

    def cut_sending(self, because: str) -> None:
        """End the SMTP connection, from any thread."""
        self._dispatch.cut(because)
        self._pager.cut(because)

    def close(self) -> None:
        """Log out everywhere and end the jury; nothing may be busy."""
        for watch in self._watches.values():
            watch.close()
        self._desk.jury.close()

    def _desk_for(self, settings: Settings) -> Desk:
        return desk_of(settings, self._store, Jury(rules_of(settings), workers=self._workers))

    def _watch(self, account: Account) -> Watch:
        worker = f"reading {account.name}"
        return Watch(
            account,
            self._room,
            self.keyring,
            self._berths,
            progress=lambda: self.beats.beat(worker),
            stop=self._stop,
        )

    def _pause_or_raise(self, error: Exception) -> None:
        if (trouble := storage_trouble(error)) is None:
            raise error
        self._room.pause(trouble)

    @contextmanager
    def _busy(self, worker: str) -> Iterator[None]:
        with self.beats.busy(worker, limit=LONGEST_SILENCE):
            yield
