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
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.installation import Installation, kill

from daemon.demo.servers import letter_sink

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
