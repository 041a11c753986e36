"""Mail keeps arriving while everything breaks: the service is killed, the network cut, the UIDs renumbered.

At the end every mail must have its disposition and every claim exactly one case; letters may be repeated under the same
Message-ID only.
"""

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from mail.claims import chatter, claim
from servers.dovecot import PASSWORD, USER, Dovecot
from servers.fault_proxy import Fault, FaultProxy, Plan
from servers.installation import Installation, kill

from config.vocabulary import Kind
from daemon.demo.servers import letter_sink
from daemon.storage.store import Store

ACCOUNTS = {"uk": USER, "de": "bob"}
STEPS = {"kill": 10, "cut_reading": 9, "cut_sending": 6, "kill_sessions": 3, "renumber": 2}
"""What is done to the system, and how often in comparison."""

ORDER = re.compile(r"026-(\d{7})-(\d{7})")


@dataclass
class Outcome:
    mails: int = 0
    cases: int = 0
    lost: list[str] = field(default_factory=list)
    """Mails without a place that has ended, and claims without a case."""
    quarantined: int = 0
    doubled_cases: int = 0
    letters: int = 0
    outbox: dict[str, int] = field(default_factory=dict)
    """Deliveries by state at the end."""
    unsent: int = 0
    """Deliveries that neither arrived nor are known to be held back for a person to look at."""
    doubled_alerts: int = 0
    """Letters about one case with another Message-ID than the first."""
    repeated_alerts: int = 0
    """The same letter, same Message-ID, taken over twice by the server."""
    faults: Counter[str] = field(default_factory=Counter)
    renumberings: int = 0
    missing: int = 0
    """As `claimclock reconcile` says at the end."""
    seconds: float = 0.0

    def told(self) -> str:
        return (
            f"{self.mails} mails, {self.cases} cases, {sum(self.faults.values())} faults {dict(self.faults)} in "
            f"{self.seconds:.0f} s: lost {len(self.lost)}, missing {self.missing}, quarantined {self.quarantined}, "
            f"doubled cases {self.doubled_cases}, letters {self.letters} ({self.outbox}), unsent {self.unsent}, "
            f"doubled alerts {self.doubled_alerts}, repeated under the same Message-ID {self.repeated_alerts}"
        )


class Campaign:
    """One run; `seed` decides everything that is not decided by the machine's own speed."""

    def __init__(
        self,
        dovecot: Dovecot,
        home: Path,
        *,
        mails: int,
        faults: int,
        seed: int,
        database: str | None = None,
        daemons: int = 1,
    ) -> None:
        self._dovecot, self._home = dovecot, home
        self._mails, self._faults, self._daemons = mails, faults, daemons
        self._rng = random.Random(seed)
        self._database = database
        self._expected: dict[str, set[str]] = defaultdict(set)
        self._claims: set[str] = set()
        self._received: list[tuple[str, bytes]] = []
        self._delivered = 0
        self._outcome = Outcome()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._logs: list[Path] = []
        self._started = 0
        self._began = self._now = datetime.now(UTC)

    def run(self) -> Outcome:
        started = time.monotonic()
        self._dovecot.users = dict.fromkeys(ACCOUNTS.values(), PASSWORD)
        self._dovecot.start()
        with ExitStack() as stack:
            sink = stack.enter_context(letter_sink(lambda raw, to: self._received.append((to[0], raw))))
            self._reading = stack.enter_context(FaultProxy(self._dovecot.port))
            self._sending = stack.enter_context(FaultProxy(sink))
            self._installation = Installation(
                self._home,
                imap_port=self._reading.port,
                smtp_port=self._sending.port,
                database=self._database,
                accounts=ACCOUNTS,
            )
            stack.callback(self._end)
            self._trouble()
            self._settle()
            self._count()
        self._outcome.seconds = time.monotonic() - started
        return self._outcome

    # What happens

    def _trouble(self) -> None:
        share = -(-self._mails // self._faults)
        deck = [what for what, weight in STEPS.items() for _ in range(weight)]
        steps = [deck[number % len(deck)] for number in range(self._faults)]
        self._rng.shuffle(steps)
        for what in steps:
            self._keep_running()
            self._deliver(share)
            getattr(self, f"_{what}")()
        self._deliver(self._mails)

    def _deliver(self, at_most: int) -> None:
        for _ in range(min(at_most, self._mails - self._delivered)):
            number, account = self._delivered, self._rng.choice(list(ACCOUNTS))
            self._delivered += 1
            moment = self._began - timedelta(minutes=self._rng.randrange(600))
            if number % 3 == 0:
                self._claims.add(f"{number:014d}")
                raws = [claim(number, moment)]
                if self._rng.random() < 0.2:
                    raws.append(claim(number, moment, copy=number + 1))
            else:
                raws = [chatter(number, moment)]
            if self._rng.random() < 0.05:
                raws.append(raws[0])
            self._dovecot.deliver(raws, user=ACCOUNTS[account])
            self._expected[account] |= {hashlib.sha256(raw).hexdigest() for raw in raws}

    def _kill(self) -> None:
        """At a random instant of whatever the service is doing: starting, fetching, filing, sending."""
        if self._rng.random() < 0.5:
            self._wait_for_start()
        time.sleep(self._rng.uniform(0, 2.5))
        kill(self._rng.choice(self._processes))
        self._outcome.faults["kill -9"] += 1

    def _cut_reading(self) -> None:
        self._break(self._reading, "imap", self._rng.choice((150, 600, 3_000, 20_000)))

    def _cut_sending(self) -> None:
        self._break(self._sending, "smtp", 420)

    def _break(self, proxy: FaultProxy, name: str, most: int) -> None:
        """One connection breaks after a random number of bytes; then all are reset, and all is well again."""
        self._wait_for_start()
        plan = Plan(fault=self._rng.choice(list(Fault)), after=self._rng.randrange(most))
        before = proxy.done.total()
        proxy.trouble(lambda: plan)
        proxy.cut_all()
        self._nudge()
        deadline = time.monotonic() + self._rng.uniform(0.5, 2.5)
        while proxy.done.total() == before and time.monotonic() < deadline:
            time.sleep(0.02)
        proxy.heal()
        time.sleep(self._rng.uniform(0, 0.3))
        proxy.cut_all()
        what = plan.fault if proxy.done.total() > before else "all reset"
        self._outcome.faults[f"{name} {what}"] += 1
        self._nudge()

    def _kill_sessions(self) -> None:
        time.sleep(self._rng.uniform(0, 0.5))
        self._dovecot.kill_sessions()
        self._outcome.faults["imap sessions killed"] += 1
        self._nudge()

    def _renumber(self) -> None:
        self._dovecot.stop()
        for user in ACCOUNTS.values():
            self._dovecot.forget_uids(user)
        self._dovecot.start()
        self._outcome.faults["uidvalidity changed"] += 1
        self._nudge()

    # The processes

    def _keep_running(self) -> None:
        self._processes = [process for process in self._processes if process.poll() is None]
        while len(self._processes) < self._daemons:
            self._started += 1
            log = self._home / f"log-{self._started}"
            self._processes.append(self._installation.start(log))
            self._logs.append(log)

    def _wait_for_start(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if all("started: watching" in log.read_text(errors="replace") for log in self._logs[-self._daemons :]):
                return
            if any(process.poll() is not None for process in self._processes):
                return
            time.sleep(0.05)

    def _nudge(self) -> None:
        """SIGHUP: an admin has mended it, so the servers are tried again at once."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGHUP)

    def _end(self) -> None:
        for process in self._processes:
            kill(process)

    def _settle(self) -> None:
        """All is well again: let the service end in order, then look at everything that is due in the next hours."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.terminate()
        for process in self._processes:
            process.wait(60)
        for passes in range(40):
            self._now = datetime.now(UTC) + passes * timedelta(minutes=20)
            told = self._installation.command("poll", "--now", self._now.isoformat()).stdout
            if b"a running service reads it" in told:
                time.sleep(5)  # the lease of one that was killed has not ended yet
                continue
            with self._store() as store:
                counts = store.outbox_counts()
                if not store.waiting() and not counts.keys() & {"pending", "sending", "ambiguous"}:
                    return

    def _store(self) -> Store:
        return Store.open(self._installation.database, lock=False)

    # What is left at the end

    def _count(self) -> None:
        outcome = self._outcome
        outcome.mails = sum(len(hashes) for hashes in self._expected.values())
        answer = self._installation.command("reconcile", "--json", "--now", self._now.isoformat())
        rows = [json.loads(line) for line in answer.stdout.splitlines()]
        outcome.missing = sum(row["left"] for row in rows) if len(rows) == len(ACCOUNTS) else -1
        with self._store() as store:
            self._count_mails(store)
            self._count_cases(store)
            self._count_letters(store)

    def _count_mails(self, store: Store) -> None:
        with store.read() as tx:
            rows = tx.exec_driver_sql(
                "SELECT raws.account, raws.sha256, max(places.disposition) FROM raws "
                "JOIN places ON places.raw_id = raws.id WHERE places.disposition IS NOT NULL "
                "AND places.disposition <> 'quarantined' GROUP BY raws.account, raws.sha256"
            ).all()
        ended = {(row[0], row[1]) for row in rows}
        for account, hashes in self._expected.items():
            self._outcome.lost += [f"mail {each} of {account}" for each in hashes if (account, each) not in ended]
        self._outcome.quarantined = len(store.quarantined())

    def _count_cases(self, store: Store) -> None:
        cases = [case for case in store.cases(True, datetime.now(UTC)) if case.kind is Kind.ATOZ_CLAIM]
        orders = Counter(_number(case.order_ids[0]) for case in cases)
        self._outcome.cases = len(cases)
        self._outcome.doubled_cases = sum(count - 1 for count in orders.values())
        self._outcome.lost += [f"case of {number}" for number in self._claims - orders.keys()]

    def _count_letters(self, store: Store) -> None:
        copies = Counter((to, str(message_from_bytes(raw)["Message-ID"])) for to, raw in self._received)
        about: dict[str, set[str]] = defaultdict(set)
        for _, raw in self._received:
            letter = message_from_bytes(raw)
            if order := ORDER.search(str(letter["Subject"])):
                about["".join(order.groups())].add(str(letter["Message-ID"]))
        outcome = self._outcome
        outcome.letters, outcome.outbox = len(copies), store.outbox_counts()
        outcome.repeated_alerts = sum(count - 1 for count in copies.values())
        outcome.doubled_alerts = sum(len(ids) - 1 for ids in about.values())
        with store.read() as tx:
            rows = tx.exec_driver_sql("SELECT recipient, data FROM deliveries WHERE state <> 'held'").all()
        outcome.unsent = sum(
            (row[0], str(message_from_bytes(bytes(row[1]))["Message-ID"])) not in copies for row in rows
        )


def _number(order_id: str) -> str:
    match = ORDER.fullmatch(order_id)
    assert match is not None, order_id
    return f"{int(match[1]) - 7_000_000:07d}{match[2]}"
