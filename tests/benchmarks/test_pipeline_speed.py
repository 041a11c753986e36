"""A whole mailbox through the whole pipeline, beside a bare download of the same mailbox in the same run.

Prints mails a second, the ratio to the download, and peak memory; fails on none of them, only on mail that is lost.
CLAIMCLOCK_BENCHMARK=long takes 5,000 mails. See the figures: pytest -s -m benchmark tests/benchmarks
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from aiosmtpd.controller import Controller
from mail.compact import as_bytes, written_by
from servers.dovecot import Dovecot, free_port
from servers.installation import Installation

pytestmark = [pytest.mark.benchmark, pytest.mark.server, pytest.mark.timeout(600)]

MAILS = 5_000 if os.environ.get("CLAIMCLOCK_BENCHMARK") == "long" else 500


class _Sink:
    """Takes every mail and keeps none."""

    async def handle_DATA(self, *_: object) -> str:
        return "250 taken"


@pytest.fixture
def sink() -> Iterator[Controller]:
    controller = Controller(_Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def _many(count: int) -> Iterator[bytes]:
    """Varied mails without end: other writers' mails, each round with order ids and Message-IDs of its own."""
    texts = [as_bytes(mail) for name in ("second_writer", "writer_a", "writer_b") for mail in written_by(name)]
    for number in range(count):
        lap = number // len(texts)
        raw = texts[number % len(texts)].replace(b"@eu-west-1.", f".{lap}@eu-west-1.".encode())
        yield re.sub(rb"-(\d{7})-(\d{3})", rb"-\1-%03d" % lap, raw)


def _download(dovecot: Dovecot) -> tuple[int, float]:
    """Fetch every mail in batches of fifty and keep none."""
    client = dovecot.client()
    started = time.perf_counter()
    client.select("INBOX", readonly=True)
    uids = client.uid("SEARCH", "ALL")[1][0].split()
    size = 0
    for first in range(0, len(uids), 50):
        batch = b",".join(uids[first : first + 50]).decode()
        size += sum(len(part[1]) for part in client.uid("FETCH", batch, "(BODY.PEEK[])")[1] if isinstance(part, tuple))
    client.logout()
    return size, time.perf_counter() - started


class _Memory:
    """Peak of the proportional set sizes of this process's descendants, sampled."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, sum(_pss(child) for child in _descendants(os.getpid())))


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return [pid for pid in found[1:] if "dovecot" not in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def test_a_whole_mailbox_is_judged_and_filed_beside_a_bare_download(
    dovecot: Dovecot, sink: Controller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dovecot.deliver(_many(MAILS))
    size, bare = _download(dovecot)
    place = Installation(tmp_path, imap_port=dovecot.port, smtp_port=sink.port)
    with _Memory() as memory:
        started = time.perf_counter()
        first = place.command("poll", "--now", "2026-12-01T00:00:00+00:00")
        whole = time.perf_counter() - started
    started = time.perf_counter()
    place.command("poll", "--now", "2026-12-01T00:00:00+00:00")
    idle = time.perf_counter() - started
    cases = [json.loads(line) for line in place.command("cases", "list", "--json", "--all").stdout.splitlines()]
    with capsys.disabled():
        print(
            f"\n{MAILS} mails, {size / 1e6:.1f} MB: download {MAILS / bare:.0f}/s, pipeline {MAILS / whole:.0f}/s"
            f" with start-up ({whole / bare:.0f} times the download),"
            f" peak memory {memory.peak / 1024:.0f} MB, second poll {idle:.1f} s, {len(cases)} cases"
        )
    assert b"Traceback" not in first.stderr
    assert f"{MAILS} new messages".encode() in first.stdout + first.stderr
    assert len(cases) > MAILS // 4
