"""Two real services on one PostgreSQL: they share the accounts, and one takes over when the other dies."""

import os
import signal
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from mail.claims import claim
from servers.dovecot import PASSWORD, Dovecot, require_dovecot
from servers.installation import Installation, kill

from config.vocabulary import Disposition
from daemon.leases import LeaseLost, Leases
from daemon.storage.store import Store

pytestmark = pytest.mark.server

NOBODY = 9
NAMES = ["de", "uk"]


def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


def test_accounts_are_shared_evenly_and_each_has_one_owner(postgres):
    url = postgres.database()
    with Store.open(url, lock=True) as here, Store.open(url, lock=True) as there:
        first, second = Leases(here), Leases(there)
        assert first.renew(NAMES) == NAMES
        second.renew(NAMES)
        first.renew(NAMES)
        assert second.renew(NAMES) == ["uk"]
        assert (first.accounts(), second.accounts()) == (["de"], ["uk"])
        first.release()
        assert second.renew(NAMES) == ["de"]
        assert second.accounts() == NAMES


def test_what_a_daemon_begins_and_then_loses_is_not_committed(postgres):
    url = postgres.database()
    with Store.open(url, lock=True) as here, Store.open(url, lock=True) as there:
        stale, fresh = Leases(here), Leases(there)
        stale.renew(["uk"])
        with there.write() as tx:
            tx.exec_driver_sql("UPDATE leases SET until = now() - interval '1 second'")
            tx.exec_driver_sql("UPDATE daemons SET seen_at = now() - interval '1 hour'")
        assert fresh.renew(["uk"]) == ["uk"]
        with pytest.raises(LeaseLost, match="uk"), here.write() as tx:
            here.check_fence(tx, {"uk"})
        with there.write() as tx:
            there.check_fence(tx, {"uk"})


def test_an_old_token_is_refused_even_after_the_account_came_back(postgres):
    url = postgres.database()
    with Store.open(url, lock=True) as here, Store.open(url, lock=True) as there:
        stale, fresh = Leases(here), Leases(there)
        stale.renew(["uk"])
        for owner in (stale, fresh):
            owner.release()
        fresh.renew(["uk"])
        fresh.release()
        with pytest.raises(LeaseLost), here.write() as tx:
            here.check_fence(tx, {"uk"})


def test_a_single_pass_beside_a_service_leaves_it_its_accounts(certificate, postgres, tmp_path):
    require_dovecot()
    dovecot = Dovecot(certificate)
    dovecot.start()
    try:
        installation = Installation(
            tmp_path, imap_port=dovecot.port, smtp_port=NOBODY, database=postgres.database(), accounts={"uk": "alice"}
        )
        with Store.open(installation.database, lock=True) as store:
            service = Leases(store)
            service.renew(["uk"])
            beside = installation.command("poll")
            assert b"uk: a running service reads it" in beside.stdout
            assert service.renew(["uk"]) == []
            service.release()
        assert b"uk: 0 new messages" in installation.command("poll").stdout
    finally:
        dovecot.close()


@pytest.mark.timeout(300)
def test_when_one_of_two_services_is_killed_the_other_reads_its_mailboxes_within_a_minute(
    certificate, postgres, tmp_path
):
    require_dovecot()
    dovecot = Dovecot(certificate)
    dovecot.users = {"alice": PASSWORD, "bob": PASSWORD}
    with ExitStack() as stack:
        stack.callback(dovecot.close)
        dovecot.start()
        installation = Installation(
            tmp_path,
            imap_port=dovecot.port,
            smtp_port=NOBODY,
            database=postgres.database(),
            accounts={"uk": "alice", "de": "bob"},
        )
        logs = [tmp_path / "log-0", tmp_path / "log-1"]
        services = [installation.start(log) for log in logs]
        for service in services:
            stack.callback(kill, service)
        store = stack.enter_context(Store.open(installation.database, lock=True))
        until(lambda: sorted(owners(store)) == NAMES and len(set(owners(store).values())) == 2, 60)
        now = datetime.now(UTC)
        dovecot.deliver([claim(1, now)], user="alice")
        dovecot.deliver([claim(2, now)], user="bob")
        until(lambda: store.disposition_counts() == {Disposition.FILED: 2}, 60)

        victim = services[0]
        kill(victim)
        began = time.monotonic()
        dovecot.deliver([claim(3, now)], user="alice")
        dovecot.deliver([claim(4, now)], user="bob")
        until(lambda: store.disposition_counts() == {Disposition.FILED: 4}, 60)
        print(f"taken over and filed after {time.monotonic() - began:.0f} s")
        assert len(store.cases(True, now)) == 4

        os.kill(services[1].pid, signal.SIGTERM)
        assert services[1].wait(40) == 0
        assert owners(store) == {}


def owners(store):
    with store.read() as tx:
        rows = tx.exec_driver_sql("SELECT account, owner FROM leases WHERE until > clock_timestamp()").all()
    return {row[0]: row[1] for row in rows}
