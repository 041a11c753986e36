"""A copy that is made while mail is written, and the service that goes on from the copy."""

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from mail.claims import claim
from servers.program import claimclock

from daemon.places import FetchedMessage, Place
from daemon.storage.backup import BackupFailed, back_up
from daemon.storage.store import Store, StoreUnusable

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def fetched(uid, raw=None):
    place = Place(account="uk", mailbox="INBOX", uidvalidity=1, uid=uid)
    return FetchedMessage(place=place, internal_date=NOW, flags=(), raw=raw or claim(uid, NOW))


def test_a_copy_made_while_the_service_writes_is_sound_and_holds_what_was_committed(tmp_path):
    url, done = f"sqlite:///{tmp_path}/claims.db", threading.Event()
    with Store.open(url, lock=True) as store:
        store.keep_raw([fetched(uid) for uid in range(1, 101)], NOW)

        def write():
            uid = 100
            while not done.is_set():
                uid += 1
                store.keep_raw([fetched(uid)], NOW)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(5):
                back_up(tmp_path / "claims.db", tmp_path / f"copy-{number}.db")
        finally:
            done.set()
            writer.join()
    counts = []
    for number in range(5):
        with Store.open(f"sqlite:///{tmp_path}/copy-{number}.db", lock=True) as copy:
            counts.append(copy.waiting())
    assert counts[0] >= 100
    assert counts == sorted(counts)


def test_a_restored_copy_goes_on_where_the_original_was(tmp_path):
    large = claim(2, NOW) + b"x" * (2 * 1024 * 1024)
    with Store.open(f"sqlite:///{tmp_path}/claims.db", lock=True) as store:
        store.keep_raw([fetched(1), fetched(2, large)], NOW)
        answer = claimclock("backup", tmp_path / "copy.db", "--database", tmp_path / "claims.db")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    (tmp_path / "new").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "new" / "claims.db")
    (tmp_path / "copy.db.spool").rename(tmp_path / "new" / "claims.db.spool")
    with Store.open(f"sqlite:///{tmp_path}/new/claims.db", lock=True) as restored:
        assert [mail.raw for mail in restored.take()] == [claim(1, NOW), large]


def test_a_backup_never_replaces_a_file(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claims.db", lock=True):
        (tmp_path / "copy.db").write_bytes(b"precious")
        with pytest.raises(BackupFailed, match="exists already"):
            back_up(tmp_path / "claims.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_bytes() == b"precious"


def test_a_copy_that_cannot_be_made_leaves_nothing(tmp_path):
    (tmp_path / "claims.db").write_bytes(b"this is no database, however long one looks at it" * 100)
    with pytest.raises(BackupFailed, match="failed"):
        back_up(tmp_path / "claims.db", tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["claims.db"]


def test_for_postgresql_its_own_program_is_named(tmp_path):
    answer = claimclock("backup", tmp_path / "copy.db", "--database", "postgresql+psycopg:///claims")
    assert answer.returncode == 1
    assert "pg_dump" in answer.stderr.decode()


def test_migrate_says_from_where_to_where(tmp_path):
    first = claimclock("migrate", "--database", tmp_path / "claims.db")
    second = claimclock("migrate", "--database", tmp_path / "claims.db")
    assert "schema none -> " in first.stdout.decode()
    assert "nothing to do" in second.stdout.decode()


def test_every_released_schema_can_be_brought_up(tmp_path):
    from alembic import command
    from sqlalchemy import create_engine

    from daemon.storage import migrate

    engine = create_engine(f"sqlite:///{tmp_path}/old.db")
    with engine.begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    answer = claimclock("migrate", "--database", tmp_path / "old.db")
    assert f"schema 0001 -> {migrate.head()}" in answer.stdout.decode()


def test_a_database_of_a_newer_version_is_refused_in_one_sentence(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claims.db", lock=True):
        pass
    with sqlite3.connect(tmp_path / "claims.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnusable, match=r"schema 9999.*newer"):
        Store.open(f"sqlite:///{tmp_path}/claims.db", lock=True)
