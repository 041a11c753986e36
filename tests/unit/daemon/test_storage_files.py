"""What concerns a SQLite file alone: the one writer, the spool, the addresses that are refused."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from daemon.places import FetchedMessage, Place
from daemon.storage.store import Store, StoreBusy, StoreUnusable

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/claimclock.db"


def large(raw):
    place = Place(account="uk", mailbox="INBOX", uidvalidity=1, uid=1)
    return FetchedMessage(place=place, internal_date=None, flags=(), raw=raw)


def test_a_second_writer_is_refused_with_the_process_that_has_the_lock(url):
    with Store.open(url, lock=True), pytest.raises(StoreBusy, match=rf"process {os.getpid()}.*stop it first"):
        Store.open(url, lock=True)


def test_the_lock_ends_with_its_holder(url):
    with Store.open(url, lock=True):
        pass
    with Store.open(url, lock=True) as store:
        assert store.waiting() == 0


def test_the_lock_of_a_killed_process_is_free(url):
    program = (
        "import os, sys; from daemon.storage.store import Store\n"
        "store = Store.open(sys.argv[1], lock=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, url], check=False)
    assert killed.returncode == -9
    with Store.open(url, lock=True) as store:
        assert store.waiting() == 0


def test_a_reader_makes_a_new_database_usable_and_leaves_no_lock(url):
    with Store.open(url, lock=False) as reader, Store.open(url, lock=True) as writer:
        assert (reader.cases(True, NOW), writer.waiting()) == ([], 0)


def test_a_large_message_lies_in_a_private_file_beside_the_database(url, tmp_path):
    raw = b"x" * (2 * 1024 * 1024)
    with Store.open(url, lock=True) as store:
        store.keep_raw([large(raw)], NOW)
        (file,) = (tmp_path / "claimclock.db.spool").rglob("*.eml")
        assert file.read_bytes() == raw
        assert file.stat().st_mode & 0o077 == 0
        assert store.take()[0].raw == raw
    assert (tmp_path / "claimclock.db").stat().st_size < 1024 * 1024


def test_writers_use_the_safest_settings_of_sqlite(url):
    with Store.open(url, lock=True) as store, store.write() as tx:
        asked = [
            tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert asked == ["wal", 2, 1]


def test_readers_cannot_write(url):
    with (
        Store.open(url, lock=True) as store,
        store.read() as tx,
        pytest.raises(Exception, match="readonly"),
    ):
        tx.exec_driver_sql("DELETE FROM places")


@pytest.mark.parametrize("wrong", ["nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_another_kind_of_database_is_refused_in_one_sentence(wrong):
    with pytest.raises(StoreUnusable, match="database"):
        Store.open(wrong, lock=True)


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(StoreUnusable, match=r"no directory .*nowhere"):
        Store.open(f"sqlite:///{tmp_path}/nowhere/claimclock.db", lock=True)


def test_a_file_that_is_no_database_is_named(tmp_path):
    file = tmp_path / "claimclock.db"
    file.write_bytes(b"this is no database at all " * 100)
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        Store.open(f"sqlite:///{file}", lock=True)
