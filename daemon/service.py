"""The service: jobs on a timer that look at rows, and signals. APScheduler is used here and nowhere else.

Every job only says "look now"; what is due stands in the database, so a job that is late or skipped loses nothing.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from config.loading import load_settings
from config.problems import SettingsError
from config.settings import Settings
from daemon import logs
from daemon.again import Again
from daemon.database import open_store
from daemon.leases import LeaseLost, Leases
from daemon.retention import erase
from daemon.secrets import SecretUnavailable, read_secret, secrets_of
from daemon.storage.store import Store
from daemon.sweep import Notice
from daemon.tls import client_context
from daemon.watchdog import notify, watchdog_seconds
from daemon.work import Work

log = logging.getLogger(__name__)

STOP_SECONDS = 28.0
"""From SIGTERM to the end; systemd waits longer (TimeoutStopSec)."""

CUT_SENDING_AFTER = 20.0
"""Seconds that a message under way may still take; then its connection is cut."""

FILE_SECONDS, SEND_SECONDS, SWEEP_SECONDS, HEARTBEAT_SECONDS = 5, 10, 60, 10
"""The rhythm of the jobs; new mail and new letters do not wait for it."""

REQUEST_SECONDS = 1
"""How often the service looks for requests of commands, which wait meanwhile (`handover.py`)."""

RETENTION_SECONDS, RETENTION_FIRST_SECONDS = 86_400, 600
"""Once a day; a service that is restarted often comes to it all the same."""

SCHEDULER = "the scheduler"
"""The worker that the heartbeat job speaks for: it must run, or no job does."""

NEEDS_RESTART = ("database", "state_directory", "instance")


def run(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT: 0 after an orderly end, 1 when something had to be cut off."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    with open_store(settings.database, lock=True) as store:
        return Service(settings, store).run()


class Service:
    """The running service; made and run by the main thread, since only that one hears signals."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._stop = False
        self._reload = False
        self._told_stuck: tuple[str, ...] = ()
        self._work = Work(settings, store, stop=lambda: self._stop)
        self._store = store
        self._leases = Leases(store)
        self._again = Again()
        self._scheduler = _scheduler(len(settings.accounts))

    def run(self) -> int:
        """Start, listen until told to stop, end."""
        with _signals(self._heard) as ear, self._work.beats.busy(SCHEDULER, limit=6 * HEARTBEAT_SECONDS):
            self._start()
            while not self._stop:
                _wait(ear, min(watchdog_seconds() or 5.0, 5.0))
                if self._reload:
                    self._reload = False
                    self._take_settings()
                self._feed_watchdog()
        return self._end()

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        """Signal handler: it only sets flags, since it may interrupt any line of the main thread."""
        if number == signal.SIGHUP:
            self._reload = True
        elif self._stop:
            os.write(2, b"claimclock: told twice to stop; stopping at once\n")
            os._exit(1)
        else:
            self._stop = True

    def _start(self) -> None:
        settings = self._work.settings
        self._work.vigil.begin()
        self._renew()
        self._schedule("file", self._file, FILE_SECONDS)
        self._schedule("send", self._send, SEND_SECONDS)
        self._work.open_counter()
        self._schedule("requests", self._serve, REQUEST_SECONDS)
        self._schedule("page", self._page, SEND_SECONDS)
        self._schedule("pulse", self._pulse, settings.heartbeat.every_seconds)
        self._schedule("sweep", self._sweep, SWEEP_SECONDS, first=SWEEP_SECONDS)
        self._schedule("retention", self._erase, RETENTION_SECONDS, first=RETENTION_FIRST_SECONDS)
        self._schedule("heartbeat", self._beat, HEARTBEAT_SECONDS)
        self._schedule_polls(settings)
        self._scheduler.start()
        self._work.bells.hang(settings, self._ring, self._leases.has)
        notify("READY=1", f"STATUS=watching {len(settings.accounts)} account(s)")
        names = ", ".join(f"{account.name} ({account.server.host})" for account in settings.accounts)
        log.info("started: watching %s; letters go to %d people", names, len(settings.team.people))

    def _schedule_polls(self, settings: Settings) -> None:
        for index, account in enumerate(settings.accounts):
            # The first polls are spread, so that many accounts of one host do not log in at the same moment.
            self._schedule(
                f"poll:{account.name}",
                self._poll,
                account.poll_seconds,
                first=0.2 * index,
                jitter=account.poll_seconds // 10,
                args=(account.name,),
            )

    def _schedule(
        self,
        name: str,
        step: Callable[..., None],
        seconds: float,
        *,
        first: float = 0.0,
        jitter: int = 0,
        args: tuple[str, ...] = (),
    ) -> None:
        self._scheduler.add_job(
            self._again.run,
            "interval",
            seconds=seconds,
            jitter=jitter or None,
            args=(name, step, *args),
            id=name,
            replace_existing=True,
            next_run_time=datetime.now(UTC) + timedelta(seconds=first),
        )

    def _soon(self, name: str, at: datetime | None = None) -> None:
        """Run a job now, or at `at`, whatever its rhythm; one that runs now runs once more."""
        if at is None and self._again.asked(name):
            return
        with suppress(JobLookupError):
            self._scheduler.modify_job(name, next_run_time=at or datetime.now(UTC))

    def _ring(self, name: str) -> None:
        """A server tells of new mail."""
        self._soon(f"poll:{name}")

    def _poll(self, name: str) -> None:
        if self._stop or not self._leases.has(name) or (result := self._work.poll(name)) is None:
            return
        health, report = result
        if health.next_try is not None:
            self._soon(f"poll:{name}", health.next_try)
        if report is not None and report.fetched:
            log.info("%s: fetched %d new messages", name, report.fetched)
            self._soon("file")

    def _file(self) -> None:
        report = None if self._stop else self._work.file()
        if report is not None and report.letters:
            self._soon("send")

    def _send(self) -> None:
        if not self._stop:
            health, _ = self._work.send()
            if health.next_try is not None:
                self._soon("send", health.next_try)

    def _serve(self) -> None:
        if not self._stop and self._work.serve():
            self._soon("send")

    def _page(self) -> None:
        if not self._stop:
            self._work.page()

    def _pulse(self) -> None:
        if not self._stop:
            self._work.vigil.pulse(self._work.settings)

    def _sweep(self) -> None:
        if not self._stop and self._work.sweep():
            self._soon("send")
            self._soon("page")

    def _erase(self) -> None:
        if not self._stop:
            erase(self._store, self._work.settings.retention, datetime.now(UTC), stop=lambda: self._stop)

    def _beat(self) -> None:
        self._work.beats.beat(SCHEDULER)
        for name in self._renew():
            self._soon(f"poll:{name}")
        self._work.beat()

    def _renew(self) -> list[str]:
        """The accounts that are newly this daemon's; after a fault of the database the next beat tries again."""
        return self._leases.renew([account.name for account in self._work.settings.accounts])

    def _feed_watchdog(self) -> None:
        stuck = self._work.stuck()
        if not stuck:
            notify("WATCHDOG=1")
        elif stuck != self._told_stuck:
            log.critical("no progress of: %s; the watchdog is not fed", ", ".join(stuck))
        self._told_stuck = stuck

    def _take_settings(self) -> None:
        """SIGHUP: the new settings as a whole, or the old ones as they were."""
        notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
        try:
            settings = _usable(self._work.settings)
        except (SettingsError, SecretUnavailable, OSError) as error:
            for line in str(error).splitlines():
                log.error("the new settings are not taken over: %s", line.strip())
            self._tell_rejected(error)
        else:
            self._swap(settings)
        notify("READY=1")

    def _swap(self, settings: Settings) -> None:
        gone = {account.name for account in self._work.settings.accounts} - {a.name for a in settings.accounts}
        logs.configure(settings.log_level, as_json=settings.log_json)
        self._work.use(settings)
        for name in gone:
            with suppress(JobLookupError):
                self._scheduler.remove_job(f"poll:{name}")
        self._schedule_polls(settings)
        self._work.bells.hang(settings, self._ring, self._leases.has)
        log.info("the settings were read again: watching %d account(s)", len(settings.accounts))

    def _tell_rejected(self, error: Exception) -> None:
        now = datetime.now(UTC)
        facts = {
            "path": str(self._work.settings.path),
            "problems": "; ".join(str(error).splitlines()[1:]) or str(error),
        }
        self._work.tell_operator(Notice(name="settings_rejected", facts=facts, occasion=now.isoformat()))
        self._soon("send")

    def _end(self) -> int:
        """Let the current message end, within 28 s: 0 when everything did."""
        began = time.monotonic()
        notify("STOPPING=1", "STATUS=finishing the current message")
        log.info("stopping: the current message is finished first")
        self._scheduler.shutdown(wait=False)
        self._work.bells.cut("the service stops")
        self._work.cut_reading("the service stops")
        cut = False
        while busy := self._work.beats.workers():
            elapsed = time.monotonic() - began
            if elapsed > STOP_SECONDS:
                log.critical("stopped without waiting longer for: %s", ", ".join(busy))
                os._exit(1)  # a thread that hangs would hold up an orderly exit for ever
            if elapsed > CUT_SENDING_AFTER and not cut:
                cut = True
                self._work.cut_sending("the service stops")
            time.sleep(0.02)
        self._work.close()
        self._work.vigil.end(self._work.settings, seconds=2.0)
        with suppress(Exception):  # else the leases end by themselves
            self._leases.release()
        log.info("stopped")
        return 0


def _scheduler(accounts: int) -> BackgroundScheduler:
    """Memory only, nothing dropped for being late, never twice at once."""
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(max(16, accounts + 6))},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone=UTC,
    )
    scheduler.add_listener(_job_went_wrong, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return scheduler


def _job_went_wrong(event: JobExecutionEvent) -> None:
    """The last net: a fault of the program in one job is told, and the job runs again at its next time."""
    error = event.exception
    if isinstance(error, LeaseLost):
        log.info("%s", error)
    elif error is None:
        log.error("the job %s was missed", event.job_id)
    else:
        log.error("the job %s failed", event.job_id, exc_info=(type(error), error, error.__traceback__))


def _usable(old: Settings) -> Settings:
    """The settings file read again and tried as far as possible without a connection."""
    new = load_settings(old.path)
    for server in (new.smtp, *(account.server for account in new.accounts)):
        for secret in secrets_of(server):
            read_secret(secret)
        client_context(server.ca_file)
    kept = {name: getattr(old, name) for name in NEEDS_RESTART}
    for name in NEEDS_RESTART:
        if getattr(new, name) != kept[name]:
            log.warning("%s is read at the start only: restart the service to change it", name)
    return replace(new, **kept)


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[int]:
    """While the block runs, the handler hears SIGTERM, SIGINT and SIGHUP, and the value becomes readable with each."""
    ear, mouth = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handler)
    try:
        yield ear
    finally:
        signal.set_wakeup_fd(-1)  # the handlers stay: a second SIGTERM during the end must still be heard
        os.close(ear)
        os.close(mouth)


def _wait(ear: int, seconds: float) -> None:
    """Sleep until a signal or the time."""
    select.select([ear], [], [], seconds)
    with suppress(BlockingIOError):
        os.read(ear, 512)
