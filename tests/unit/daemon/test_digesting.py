"""Digests are decided once a reader and day, at the reader's hour of a working day, also across restarts."""

import email
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from zoneinfo import ZoneInfo

import pytest

from config.calendars import WorkingTime
from config.digest import DigestPlan
from config.loading import load_settings
from daemon.desk import post_of
from daemon.digesting import Reader, begins_week, day_due, readers_of, send_digests
from daemon.seal import seal_of
from daemon.storage.store import Store
from daemon.supervisor import Health

BERLIN = WorkingTime(zone=ZoneInfo("Europe/Berlin"), country="DE")
MONDAY = datetime(2026, 3, 2, 7, 5, tzinfo=UTC)  # 08:05 in Berlin

FILE = """
[team]
time_zone = "Europe/Berlin"
operator = "ana@seller.example"
[[team.people]]
name = "Ana"
address = "ana@seller.example"
[[team.people]]
name = "Bo"
address = "bo@seller.example"
time_zone = "Asia/Shanghai"
[smtp]
host = "localhost"
port = 25
security = "none"
from = "claimclock@seller.example"
[[accounts]]
name = "uk"
host = "localhost"
port = 143
security = "none"
username = "shop"
password = { file = "secret" }
start = 2026-01-01
[digest]
people = { Bo = "07:30" }
"""


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "claimclock.toml"
    path.write_text(FILE)
    return load_settings(path)


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield store


def post(settings, store):
    return replace(post_of(settings), seal=seal_of(store))


def failing(now):
    return [Health(name="uk", host="localhost", failing_since=now - timedelta(hours=2), last_error="login refused")]


def reader(work=BERLIN, at=time(8)):
    return Reader(name="", at=at, work=work, addresses=("ana@seller.example",))


def test_a_digest_is_due_from_its_hour_on_the_readers_clock():
    assert day_due(reader(), MONDAY - timedelta(minutes=10)) is None
    assert day_due(reader(), MONDAY) == "2026-03-02"
    assert day_due(reader(replace(BERLIN, zone=ZoneInfo("America/New_York"))), MONDAY) is None


def test_days_off_have_no_digest():
    assert day_due(reader(), MONDAY - timedelta(days=1)) is None
    assert day_due(reader(), datetime(2026, 12, 25, 8, 0, tzinfo=UTC)) is None


def test_a_digest_that_is_far_too_late_is_left_out():
    assert day_due(reader(), MONDAY + timedelta(hours=3)) == "2026-03-02"
    assert day_due(reader(), MONDAY + timedelta(hours=11)) is None


def test_who_has_an_own_digest_is_left_out_of_the_teams(settings):
    team, bo = readers_of(settings)
    assert (team.name, team.addresses) == ("", ("ana@seller.example",))
    assert (bo.name, bo.at, bo.zone.key) == ("Bo", time(7, 30), "Asia/Shanghai")
    assert readers_of(replace(settings, digest=DigestPlan(team=None))) == ()


def test_a_digest_is_sent_once_a_day_also_after_a_restart(settings, tmp_path):
    url = f"sqlite:///{tmp_path}/claimclock.db"
    with Store.open(url, lock=True) as store:
        assert send_digests(store, post(settings, store), settings, failing(MONDAY), MONDAY) == 2
    with Store.open(url, lock=True) as store:
        later = MONDAY + timedelta(hours=1)
        assert send_digests(store, post(settings, store), settings, failing(later), later) == 0
        tomorrow = MONDAY + timedelta(days=1)
        assert send_digests(store, post(settings, store), settings, failing(tomorrow), tomorrow) == 2
        assert store.outbox_counts() == {"pending": 4}


def test_nothing_is_sent_when_there_is_nothing_to_say_and_that_is_decided_too(settings, store):
    tuesday = MONDAY + timedelta(days=1)
    assert send_digests(store, post(settings, store), settings, [], tuesday) == 0
    later = tuesday + timedelta(minutes=30)
    assert send_digests(store, post(settings, store), settings, failing(later), later) == 0
    assert store.outbox_counts() == {}


def test_once_a_week_a_digest_without_news_shows_that_the_watch_goes_on(settings, store):
    assert send_digests(store, post(settings, store), settings, [], MONDAY) == 2
    team = next(each for each in store.claim_deliveries("test", MONDAY, 10) if each.recipient.startswith("ana"))
    message = email.message_from_bytes(team.data, policy=policy.default)
    assert message["Subject"] == "[Claimclock] all quiet"
    assert "the watch goes on" in " ".join(message.get_body(("plain",)).get_content().split())
    still = replace(settings, digest=replace(settings.digest, heartbeat=False))
    week = MONDAY + timedelta(days=7)
    assert send_digests(store, post(settings, store), still, [], week) == 0


def test_a_week_begins_with_its_first_working_day():
    holiday = replace(BERLIN, free_days=frozenset({date(2026, 3, 2)}))
    assert begins_week(reader(), "2026-03-02") and not begins_week(reader(), "2026-03-03")
    assert begins_week(reader(holiday), "2026-03-03")


def test_the_teams_digest_goes_to_each_in_the_own_language(settings, store):
    people = tuple(replace(person, language="zh") if person.name == "Bo" else person for person in settings.team.people)
    mixed = replace(settings, team=replace(settings.team, people=people), digest=DigestPlan())
    assert send_digests(store, post(settings, store), mixed, failing(MONDAY), MONDAY) == 2
    found = {each.recipient: each for each in store.claim_deliveries("test", MONDAY, 10)}
    assert {key: each.key for key, each in found.items()} == {
        "ana@seller.example": "digest:team:2026-03-02:en",
        "bo@seller.example": "digest:team:2026-03-02:zh",
    }


def test_each_reader_gets_a_digest_of_its_own(settings, store):
    send_digests(store, post(settings, store), settings, failing(MONDAY), MONDAY)
    found = {each.recipient: each.key for each in store.claim_deliveries("test", MONDAY, 10)}
    assert found == {"ana@seller.example": "digest:team:2026-03-02", "bo@seller.example": "digest:of:Bo:2026-03-02"}
