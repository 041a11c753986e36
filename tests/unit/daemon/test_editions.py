"""The shift and the weekly edition: to whoever comes on call, and to leads, each once."""

import email
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from zoneinfo import ZoneInfo

import pytest

from config.loading import load_settings
from daemon.desk import post_of
from daemon.editions import send_editions
from daemon.seal import seal_of
from daemon.storage.store import Store
from responders.editions import Week, WeekFacts, week_letter
from responders.voice import TeamVoice

MONDAY = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)  # 09:05 in Berlin
FILE = """
[team]
time_zone = "Europe/Berlin"
operator = "ana@seller.example"
[[team.people]]
name = "Ana"
address = "ana@seller.example"
lead = true
[[team.people]]
name = "Bo"
address = "bo@seller.example"
language = "zh"
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
[[rota]]
name = "eu"
members = ["Ana", "Bo"]
start = 2026-02-23
hand_over = "09:00"
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


def sent(store, now):
    found = store.claim_deliveries("test", now, 10)
    return [(each.recipient, email.message_from_bytes(each.data, policy=policy.default)) for each in found]


def test_whoever_comes_on_call_gets_the_shift_edition_once_and_in_the_own_language(settings, store):
    post = replace(post_of(settings), seal=seal_of(store))
    before = MONDAY - timedelta(minutes=10)
    assert send_editions(store, post, settings, before) == 0, "the first look only takes note"
    assert send_editions(store, post, settings, MONDAY) == 1
    assert send_editions(store, post, settings, MONDAY + timedelta(minutes=1)) == 0
    [(to, letter)] = sent(store, MONDAY)
    assert to == "bo@seller.example"
    assert letter["Subject"] == "[Claimclock] Bo，现由您值班：没有未结案件"
    assert "此前由 Ana 值班" in letter.get_body(("plain",)).get_content()


def test_no_shift_edition_without_a_rota_or_when_it_is_switched_off(settings, store):
    post = replace(post_of(settings), seal=seal_of(store))
    off = replace(settings, digest=replace(settings.digest, shift=False, weekly=False))
    assert send_editions(store, post, off, MONDAY - timedelta(minutes=10)) == 0
    assert send_editions(store, post, off, MONDAY) == 0


def test_leads_hear_nothing_of_weeks_in_which_nothing_was(settings, store):
    post = replace(post_of(settings), seal=seal_of(store))
    only = replace(settings, digest=replace(settings.digest, shift=False))
    assert send_editions(store, post, only, MONDAY) == 0


def week(number, **values):
    first = date(2026, 2, 9) + timedelta(days=7 * number)
    plain = {"opened": 4, "answered_in": 10.0, "overdue": 1, "won": 2, "lost": 2}
    return Week(first=first, last=first + timedelta(days=6), **{**plain, **values})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_weeks_are_compared_in_words_and_bars(language):
    facts = WeekFacts(
        reader="Ana",
        day="2026-03-02",
        weeks=(week(0), week(1, answered_in=None, won=0, lost=0), week(2, answered_in=5.0, overdue=2, won=3, lost=1)),
        open_now=7,
        overdue_now=1,
    )
    voice = TeamVoice(language=language, zone=ZoneInfo("Europe/Berlin"), instance="t", domain="seller.example")
    letter = week_letter(facts, key="k", team=voice, now=MONDAY)
    assert "▇▇▇" in letter.text and 'width="75%"' in letter.html
    assert ("2 overdue" in letter.subject) or ("2 件超时" in letter.subject)
    if language == "en":
        assert "Cases that went overdue: worse than the week before (2, was 1)." in letter.text
        assert "75 % (3/4)" in letter.text and "9 Feb – 15 Feb" in letter.text
        assert "Time to the first answer (median): better" not in letter.text, "the week before had no answer"
