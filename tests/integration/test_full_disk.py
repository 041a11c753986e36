"""A database that cannot grow: intake pauses and says so once, sending goes on, and nothing is lost."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.installation import Installation

from config.loading import load_settings
from daemon.demo.servers import letter_sink
from daemon.storage.store import Store
from daemon.work import Work
from responders.letter import Letter

pytestmark = pytest.mark.server


def mail(number: int) -> bytes:
    filler = "".join(f"line {line} of mail {number}\r\n" for line in range(4000))
    return f"From: a@buyer.example\r\nSubject: {number}\r\n\r\n{filler}".encode()


def may_grow_to(store: Store, pages: int) -> None:
    """SQLite's own limit gives the very error of a full disk; the store has one writing connection."""
    with store.write() as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")


@pytest.fixture
def letters() -> list[bytes]:
    return []


@pytest.fixture
def installation(tmp_path: Path, dovecot: Dovecot, letters: list[bytes]) -> Iterator[Installation]:
    with letter_sink(lambda raw, recipients: letters.append(raw)) as smtp:
        yield Installation(tmp_path, imap_port=dovecot.port, smtp_port=smtp)


def test_a_full_disk_pauses_intake_but_not_sending_and_loses_nothing(
    installation: Installation, dovecot: Dovecot, letters: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = load_settings(installation.settings)
    with Store.open(settings.database, lock=True) as store:
        work = Work(settings, store, stop=lambda: False, workers=0)
        assert work.poll("uk") is not None
        letter = Letter(
            key="k",
            message_id="k@seller.example",
            in_reply_to=None,
            references=(),
            date=work._clock(),
            subject="s",
            text="t",
            html="h",
        )
        store.enqueue(letter, {"ana@seller.example": b"Subject: s\r\n\r\nt\r\n"}, work._clock())
        may_grow_to(store, 1)  # SQLite takes the present size instead
        dovecot.deliver(mail(number) for number in range(30))

        for _ in range(3):
            health, report = work.poll("uk") or (None, None)
            assert report is None
            assert health is not None
            assert health.failures == 0
        assert work.paused_because == "the database says: (sqlite3.OperationalError) database or disk is full"
        assert [r.levelname for r in caplog.records if "intake is paused" in r.message] == ["ERROR"]
        assert store.waiting() == 0

        work.send()
        assert len(letters) == 1

        may_grow_to(store, 1_000_000)
        health, report = work.poll("uk") or (None, None)
        assert report is not None
        assert report.fetched == 30
        assert work.paused_because is None
        assert [r.levelname for r in caplog.records if "intake goes on" in r.message] == ["WARNING"]
        filed = work.file()
        assert filed is not None
        assert filed.counts.total() == 30
        work.close()
