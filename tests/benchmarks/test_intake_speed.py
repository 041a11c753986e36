"""How soon a delivered mail is a filed case, what an idle poll asks of a server, and a hundred mailboxes at a minute.

Prints figures and fails on none of them but the promises: nothing lost, at most two round trips, a round in its minute.
See the figures: pytest -s -m benchmark tests/benchmarks
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers.certificates import Certificate
from servers.dovecot import PASSWORD, Dovecot, require_dovecot
from servers.fake_imap import FakeImap
from servers.installation import Installation, kill

from config.loading import load_settings
from daemon.database import open_store
from daemon.demo.servers import letter_sink
from daemon.pipeline import PollReport
from daemon.supervisor import Health
from daemon.work import Work

pytestmark = [pytest.mark.benchmark, pytest.mark.server, pytest.mark.timeout(600)]


def claim(number: int) -> bytes:
    order = f"206-{number:07}-7654321"
    return (
        f"From: Amazon <atoz-guarantee-no-reply@amazon.co.uk>\r\nTo: team@seller.example\r\n"
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{number}@amazon.co.uk>\r\n"
        f"Subject: A-to-z Guarantee claim received for order {order}\r\n\r\n"
        f"A buyer has filed an A-to-z Guarantee claim on order {order}.\r\n"
        "Please respond within 48 hours in Seller Central.\r\n"
    ).encode()


def until(condition: Callable[[], object], seconds: float = 60) -> float:
    """How long it took until the condition held."""
    began = time.perf_counter()
    while not condition():
        assert time.perf_counter() - began < seconds, "it did not come about in time"
        time.sleep(0.01)
    return time.perf_counter() - began


def cases(installation: Installation) -> int:
    """Cases in the database, beside the service that writes it."""
    path = installation.database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])


@contextmanager
def running(installation: Installation, log: Path, *, poll_seconds: int) -> Iterator[None]:
    text = installation.settings.read_text()
    installation.settings.write_text(text.replace("poll_seconds = 10", f"poll_seconds = {poll_seconds}"))
    service = installation.start(log)
    try:
        yield
    finally:
        kill(service)


@contextmanager
def working(installation: Installation) -> Iterator[Work]:
    settings = load_settings(installation.settings)
    with open_store(settings.database, lock=True) as store:
        work = Work(settings, store, stop=lambda: False, workers=0)
        yield work
        work.close()


def timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def is_idle(installation: Installation) -> bool:
    accounts = json.loads(installation.command("status", "--json").stdout or b"{}").get("accounts", [])
    return bool(accounts) and all(account["intake"] == "idle" for account in accounts)


def test_a_delivered_mail_is_a_filed_case_at_once_where_the_server_tells_of_it(
    dovecot: Dovecot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dovecot.deliver([claim(1)])
    with letter_sink(lambda raw, recipients: None) as smtp:
        installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=smtp)
        with running(installation, tmp_path / "log", poll_seconds=3600):
            until(lambda: (tmp_path / "log").read_text().count("IDLE"))
            until(lambda: cases(installation) == 1)
            assert is_idle(installation)
            seconds = []
            for number in range(2, 12):
                dovecot.deliver([claim(number)])
                seconds.append(until(lambda wanted=number: cases(installation) == wanted))  # type: ignore[misc]
    with capsys.disabled():
        print(
            f"\nfrom delivery to filed case with IDLE: median {statistics.median(seconds):.2f} s,"
            f" longest {max(seconds):.2f} s of {len(seconds)}"
        )


class Counted(FakeImap):
    """Counts what it is asked."""

    def asked(self) -> int:
        count = len(self.heard)
        self.heard.clear()
        return count


def test_an_idle_poll_asks_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake = Counted()
    with fake.serving() as port, working(Installation(tmp_path / "a", imap_port=port, smtp_port=1)) as work:
        work.poll("uk")
        work.poll("uk")  # the whole comparison that follows a first reading
        fake.asked()
        began = time.perf_counter()
        for _ in range(20):
            work.poll("uk")
        seconds = (time.perf_counter() - began) / 20
        trips = fake.asked() / 20
    with capsys.disabled():
        print(f"\nidle poll: {trips:g} round trips a mailbox, {1000 * seconds:.1f} ms with its commits")
    assert trips <= 2


def test_a_hundred_mailboxes_are_asked_within_their_minute(
    certificate: Certificate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_dovecot()
    dovecot = Dovecot(certificate)
    users = {f"shop{number:03}": f"shop{number:03}" for number in range(100)}
    dovecot.users = dict.fromkeys(users, PASSWORD)
    dovecot.start()
    ended: list[list[tuple[Health, PollReport | None] | None]] = []
    try:
        for number, user in enumerate(users):
            dovecot.deliver([claim(number)], user=user)
        installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=1, accounts=users)
        with working(installation) as work, ThreadPoolExecutor(106) as pool:
            rounds = [timed(lambda: ended.append(list(pool.map(work.poll, users)))) for _ in range(3)]
        lost = [result[0].last_error for results in ended for result in results if result and result[0].failures]
        log = (dovecot.home / "dovecot.log").read_text(errors="replace")
    finally:
        dovecot.close()
    with capsys.disabled():
        print(
            f"\n100 mailboxes of one host over {work.settings.connections_per_host} connections: first round"
            f" {rounds[0]:.1f} s, idle round {rounds[-1]:.1f} s of its 60"
            f" ({log.count('Login:')} logins)"
        )
    assert lost == []
    assert rounds[-1] < 60
