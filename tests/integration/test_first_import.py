"""The first look at a mailbox full of old mail: killed and stopped on the way, it goes on, and nobody is woken.

CLAIMCLOCK_IMPORT_MAILS sets how many (400 by default); speed and memory are printed: pytest -s
"""

import json
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


def memory_mib(process, what="VmRSS:"):
    """Memory of the service's own process: what it has now, or VmHWM, the most that it has had."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition(what)[2].split()[0]) // 1024


def judged(store):
    return sum(store.disposition_counts().values())


def wait_for(store, count, process):
    """Until so many mails are judged; the service's memory at every tenth of a second."""
    seen = []
    while judged(store) < count:
        assert process.poll() is None
        seen.append(memory_mib(process))
        time.sleep(0.1)
    return seen


def test_old_mail_is_read_in_spite_of_a_kill_and_a_stop_and_raises_no_alarm(dovecot, tmp_path):
    now = datetime.now(UTC)
    old = [now - timedelta(days=60 + number % 300, minutes=number) for number in range(MAILS)]
    dovecot.deliver(claim(n, old[n]) if n % 5 == 0 else chatter(n, old[n]) for n in range(MAILS))
    installation = Installation(tmp_path, imap_port=dovecot.port, smtp_port=NOBODY)
    began = time.monotonic()
    service = installation.start(tmp_path / "log-1")
    with Store.open(installation.database, lock=False) as store:
        try:
            while store.waiting() + judged(store) < MAILS // 4:
                assert service.poll() is None
                time.sleep(0.05)
            shown = json.loads(installation.command("status", "--json").stdout)
            kill(service)
            service = installation.start(tmp_path / "log-2")
            wait_for(store, MAILS // 3, service)
            service.terminate()
            assert service.wait(30) == 0
            before = judged(store)
            service = installation.start(tmp_path / "log-3")
            memory = wait_for(store, MAILS, service)
            seconds, peak = time.monotonic() - began, memory_mib(service, "VmHWM:")
            ended = installation.command("status", "--json")
        finally:
            kill(service)
        claims = -(-MAILS // 5)
        assert store.disposition_counts() == {Disposition.BACKFILLED: claims, Disposition.IGNORED: MAILS - claims}
        assert len(store.cases(True, now)) == claims
        assert store.outbox_counts() == {}
    for each in shown["imports"]:
        assert each["mailbox"] == "uk/INBOX"
        assert 0 < each["fetched"] <= each["exists"] == MAILS
    assert json.loads(ended.stdout)["wrong"] == []
    third = len(memory) // 3
    print(
        f"{MAILS} old mails in {seconds:.0f} s ({MAILS / seconds:.0f}/s) with a kill, and a stop after {before}; "
        f"progress shown on the way: {shown['imports']}; memory of the last process: at most {peak} MiB, in thirds "
        f"{[max(part, default=0) for part in (memory[:third], memory[third : 2 * third], memory[2 * third :])]}"
    )
