"""The first look at a mailbox full of old mail: killed on the way, it goes on, and nobody is woken.

CLAIMCLOCK_IMPORT_MAILS sets how many (400 by default); speed and memory are printed: pytest -s
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail.claims import chatter, claim
from servers.installation import Installation, kill

from config.vocabulary import Disposition
from daemon.storage.store import Store

MAILS = int(os.environ.get("CLAIMCLOCK_IMPORT_MAILS", "400"))
NOBODY = 9

pytestmark = pytest.mark.timeout(300 + MAILS // 10)


def peak_mib(process):
    """The most memory that the service's own process has had."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def test_old_mail_is_read_in_spite_of_a_kill_and_raises_no_alarm(dovecot, tmp_path):
    now = datetime.now(UTC)
    old = [now - timedelta(days=60 + number % 300, minutes=number) for number in range(MAILS)]
    dovecot.deliver(claim(n, old[n]) if n % 5 == 0 else chatter(n, old[n]) for n in range(MAILS))
    installation = Installation(tmp_path, imap_port=dovecot.port, smtp_port=NOBODY)
    service = installation.start(tmp_path / "log-1")
    began = time.monotonic()
    with Store.open(installation.database, lock=False) as store:
        while store.waiting() + sum(store.disposition_counts().values()) < MAILS // 2:
            time.sleep(0.05)
        kill(service)
        before = sum(store.disposition_counts().values())
        service = installation.start(tmp_path / "log-2")
        try:
            while sum(store.disposition_counts().values()) < MAILS:
                assert service.poll() is None
                time.sleep(0.1)
            seconds, memory = time.monotonic() - began, peak_mib(service)
        finally:
            kill(service)
        claims = -(-MAILS // 5)
        assert store.disposition_counts() == {Disposition.BACKFILLED: claims, Disposition.IGNORED: MAILS - claims}
        assert len(store.cases(True, now)) == claims
        assert store.outbox_counts() == {}
    print(f"{MAILS} old mails in {seconds:.0f} s ({MAILS / seconds:.0f}/s) with one kill after {before}; {memory} MiB")
