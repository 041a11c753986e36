"""Incidents on a real store: told once, kept while they last, told once to be over, by mail and by channel."""

import json
import logging
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from config.loading import load_settings
from daemon.connection import Unreachable
from daemon.desk import Desk, desk_of, rules_of
from daemon.digesting import facts_for, letter_of, reader_for
from daemon.incidents import heed, open_incidents
from daemon.jury import Jury
from daemon.lookout import conditions_of, is_progressing, learn_usual, note_jump, note_start, note_work
from daemon.places import FetchedMessage, Place
from daemon.sending import DeliveryState, Ending, Via
from daemon.silence import Jump
from daemon.storage.store import Store
from daemon.supervisor import OUTGOING, Health, failed, succeeded, write_health

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOST = "imap.seller.example"

SETTINGS = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")


class Post:
    """One installation whose clock the test turns."""

    def __init__(self, home: Path, store: Store, *, channels: str = "", own: str = "") -> None:
        text = SETTINGS.replace("[channels]\n", f"[channels]\n{channels}\n")
        text = text.replace('name = "Ana"\n', f'name = "Ana"\n{own}\n')
        path = home / "claimclock.toml"
        path.write_text(text, encoding="utf-8")
        self.settings, self.store = load_settings(path), store
        self.desk: Desk = desk_of(self.settings, store, Jury(rules_of(self.settings), workers=0))
        write_health(store, succeeded(Health(name="eu", host=HOST), NOW), NOW)

    def sweep(self, at: datetime) -> list[str]:
        """One look; the subjects of the mails and pages that it wrote."""
        heed(self.desk, self.settings, conditions_of(self.store, self.settings, at), at)
        return self.left(at, Via.MAIL) + self.left(at, Via.CHANNEL)

    def left(self, at: datetime, via: Via) -> list[str]:
        """What leaves now; marked as sent."""
        found = []
        for delivery in self.store.claim_deliveries("me", at, 99, via=via):
            self.store.finish(delivery, Ending(state=DeliveryState.SENT, due=None, reply="250"), at)
            name = delivery.key.removeprefix("operator:").removeprefix("page:").partition(":")[0]
            found.append(f"{via}:{delivery.recipient.partition('@')[0]}:{name}")
        return found

    def account(self, *, is_read: bool, at: datetime) -> None:
        health = Health(name="eu", host=HOST)
        fault = Unreachable("eu", self.settings.accounts[0].server, "no route")
        write_health(self.store, succeeded(health, at) if is_read else failed(health, fault, at, chance=0), at)

    def outgoing(self, *, works: bool, at: datetime) -> None:
        health = Health(name=OUTGOING, host=self.settings.smtp.host)
        fault = Unreachable(OUTGOING, self.settings.smtp, "no route")
        write_health(self.store, succeeded(health, at) if works else failed(health, fault, at, chance=0), at)


CHAT = 'chat = { url = { file = "chat" } }'


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as opened:
        note_start(opened, NOW)
        yield opened


def test_an_incident_is_told_once_and_its_end_once(tmp_path, store):
    post = Post(tmp_path, store)
    post.account(is_read=False, at=NOW)
    assert post.sweep(NOW + 14 * MINUTE) == []
    assert post.sweep(NOW + 15 * MINUTE) == ["mail:ana:account_unreachable"]
    assert [each for n in range(16, 600, 7) for each in post.sweep(NOW + n * MINUTE)] == []
    assert [each.about for each in open_incidents(store)] == ["eu"]
    end = NOW + 600 * MINUTE
    post.account(is_read=True, at=end)
    assert post.sweep(end) == []
    assert open_incidents(store) == []
    post.account(is_read=True, at=end + 5 * MINUTE)
    assert post.sweep(end + 5 * MINUTE) == ["mail:ana:recovered"]
    assert post.sweep(end + 6 * MINUTE) == []


def test_a_condition_that_comes_back_at_once_is_the_same_incident(tmp_path, store):
    post = Post(tmp_path, store)
    note_jump(store, Jump(at=NOW, seconds=90.0), NOW)
    assert post.sweep(NOW) == ["mail:ana:clock_jumped"]
    post.account(is_read=True, at=NOW + 61 * MINUTE)
    assert post.sweep(NOW + 61 * MINUTE) == []
    note_jump(store, Jump(at=NOW + 62 * MINUTE, seconds=-90.0), NOW + 62 * MINUTE)
    assert post.sweep(NOW + 62 * MINUTE) == []
    post.account(is_read=True, at=NOW + 123 * MINUTE)
    assert post.sweep(NOW + 123 * MINUTE) == []
    assert post.sweep(NOW + 128 * MINUTE) == ["mail:ana:recovered"]


def test_a_digest_tells_of_incidents_in_its_readers_language(tmp_path, store):
    post = Post(tmp_path, store)
    note_jump(store, Jump(at=NOW, seconds=90.0), NOW)
    post.sweep(NOW)
    reader = reader_for(post.settings, None)
    with store.read() as tx:
        facts = facts_for(tx, reader, [], NOW)
    for language, words in (("en", "The clock jumped: +90 s"), ("zh", "系统时钟跳变：+90 s")):
        assert words in letter_of(facts, reader, post.desk.post, NOW, language=language).text


def test_mail_that_cannot_leave_is_told_by_every_channel_and_by_no_mail(tmp_path, store, caplog):
    post = Post(tmp_path, store, channels=CHAT)
    post.outgoing(works=False, at=NOW)
    with caplog.at_level(logging.CRITICAL):
        assert post.sweep(NOW + 16 * MINUTE) == ["channel:chat:mail_stuck"]
    assert "no mail leaves by smtp.seller.example" in caplog.text
    assert post.sweep(NOW + 17 * MINUTE) == []
    for minute in (40, 46):
        post.outgoing(works=True, at=NOW + minute * MINUTE)
        post.account(is_read=True, at=NOW + minute * MINUTE)
        told = post.sweep(NOW + minute * MINUTE)
    assert told == ["mail:ana:recovered", "channel:chat:recovered"]


def test_an_alarm_says_on_a_channel_what_to_do_and_its_end_says_so(tmp_path, store):
    post = Post(tmp_path, store, channels=CHAT, own='channels = ["chat"]')
    post.account(is_read=False, at=NOW)
    looks = [(15, False), (20, True), (25, True)]
    bodies = []
    for minute, is_read in looks:
        at = NOW + minute * MINUTE
        if is_read:
            post.account(is_read=True, at=at)
        heed(post.desk, post.settings, conditions_of(store, post.settings, at), at)
        bodies += [json.loads(each.data)["body"] for each in store.claim_deliveries("me", at, 9, via=Via.CHANNEL)]
    assert [body.partition(" ")[0] for body in bodies] == ["Check", "What"]


def test_without_a_channel_the_journal_and_the_status_say_it(tmp_path, store, caplog):
    post = Post(tmp_path, store)
    post.outgoing(works=False, at=NOW)
    with caplog.at_level(logging.CRITICAL):
        assert post.sweep(NOW + 16 * MINUTE) == []
    assert "no mail leaves" in caplog.text
    assert [each.name for each in conditions_of(store, post.settings, NOW + 16 * MINUTE)] == ["mail_stuck"]


def test_the_operators_own_channels_hear_of_the_service_too(tmp_path, store):
    post = Post(tmp_path, store, channels=CHAT, own='channels = ["chat"]')
    post.account(is_read=False, at=NOW)
    assert post.sweep(NOW + 15 * MINUTE) == ["mail:ana:account_unreachable", "channel:chat:account_unreachable"]


def test_a_channel_that_fails_is_told_by_mail_alone(tmp_path, store):
    post = Post(tmp_path, store, channels=CHAT, own='channels = ["chat"]')
    fault = Unreachable("channel chat", post.settings.smtp, "the service answers 404")
    write_health(store, failed(Health(name="channel chat", host="chat"), fault, NOW, chance=0), NOW)
    assert post.sweep(NOW + 2 * MINUTE) == ["mail:ana:channel_failing"]


def test_an_account_that_falls_silent_is_told_by_what_it_usually_gets(tmp_path, store):
    post = Post(tmp_path, store)
    arrivals = [NOW - 30 * DAY + n * timedelta(hours=1) for n in range(30 * 24)]
    state = store.note_mailbox("eu", "INBOX", uidvalidity=1, uidnext=999, exists=720, now=NOW)
    fetched = [
        FetchedMessage(
            place=Place(account="eu", mailbox="INBOX", uidvalidity=1, uid=number),
            raw=b"Subject: %d\r\n\r\nx" % number,
            internal_date=at,
            flags=(),
        )
        for number, at in enumerate(arrivals, start=1)
    ]
    store.keep_raw(fetched, NOW)
    learn_usual(store, post.settings, NOW)
    later = NOW + timedelta(hours=12)
    post.account(is_read=True, at=later)
    assert post.sweep(later) == []
    store.note_scanned(state, 720)
    assert post.sweep(later) == ["mail:ana:silence"]
    assert is_progressing(store, post.settings, later)
    note_work(store, ["filing", "reading eu"], later + timedelta(minutes=50))
    assert is_progressing(store, post.settings, later + timedelta(hours=1))
    assert not is_progressing(store, post.settings, later + timedelta(hours=2))
