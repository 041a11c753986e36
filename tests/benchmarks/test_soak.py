"""A service that runs on and on: its memory while mail keeps coming, and that no mail is left without an end.

CLAIMCLOCK_BENCHMARK=long takes 20,000 mails in place of 400. See the figures: pytest -s -m benchmark tests/benchmarks
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from mail.crowd import crowd
from servers.dovecot import Dovecot
from servers.installation import Installation, kill

from daemon.demo.servers import letter_sink

LONG = os.environ.get("CLAIMCLOCK_BENCHMARK") == "long"
MAILS, BATCH = (20_000, 500) if LONG else (400, 100)

pytestmark = [pytest.mark.benchmark, pytest.mark.server, pytest.mark.timeout(3600 if LONG else 600)]


def ended(database: str) -> int:
    """Mails that have a disposition, beside the service that writes it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM places WHERE disposition IS NOT NULL").fetchone()[0])


def family(root: int) -> list[int]:
    """A process and all that it started."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def megabytes(pid: int) -> float:
    """Proportional set size."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def test_memory_is_flat_while_mail_keeps_coming(
    dovecot: Dovecot, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "2")  # as the unit does
    mails = crowd()
    main, whole = [], []
    with letter_sink(lambda raw, recipients: None) as smtp:
        place = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=smtp)
        place.settings.write_text(place.settings.read_text().replace("storm_cases = 0", "storm_cases = 30"))
        service = place.start(tmp_path / "log")
        began = time.perf_counter()
        try:
            for delivered in range(BATCH, MAILS + 1, BATCH):
                dovecot.deliver(islice(mails, BATCH))
                patience = time.perf_counter() + 300
                database = place.database.removeprefix("sqlite:///")
                while not Path(database).exists() or _count(database) < delivered:
                    assert service.poll() is None, (tmp_path / "log").read_text()[-2000:]
                    assert time.perf_counter() < patience, f"{delivered} delivered, {_count(database)} ended"
                    time.sleep(0.1)
                main.append(megabytes(service.pid))
                whole.append(sum(megabytes(pid) for pid in family(service.pid)))
        finally:
            kill(service)
    seconds = time.perf_counter() - began
    quarter = len(main) // 4
    with capsys.disabled():
        print(
            f"\n{MAILS} mails in {seconds:.0f} s, {MAILS / seconds:.0f}/s with delivery and letters;"
            f" memory after a quarter, half and all:"
            f" {main[quarter]:.0f}, {main[len(main) // 2]:.0f}, {main[-1]:.0f} MB in the service itself,"
            f" {whole[quarter]:.0f}, {whole[len(whole) // 2]:.0f}, {whole[-1]:.0f} MB with its processes"
        )
    if LONG:
        assert main[-1] < 1.5 * main[quarter], "memory grows with the number of mails"


def _count(database: str) -> int:
    try:
        return ended(database)
    except sqlite3.OperationalError:  # the service makes its tables just now
        return 0
