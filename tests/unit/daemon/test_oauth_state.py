"""How long logins live, and when somebody is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.oauth_state import TokenState, left, life, read_token, token_news, write_token
from daemon.sweep import token_notices
from responders.operator import operator_letter
from responders.voice import TeamVoice

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WELL = TokenState(
    name="eu",
    host="login.provider.example",
    refreshed_at=NOW,
    access_until=NOW + timedelta(minutes=50),
    refresh_since=NOW - 10 * DAY,
    refresh_until=NOW + 80 * DAY,
    secret_until=NOW + 300 * DAY,
)


class Memory:
    def __init__(self):
        self.facts = {}
        self.writes = 0

    def get_fact(self, name):
        return self.facts.get(name)

    def set_fact(self, name, value, now):
        self.facts[name] = value
        self.writes += 1


def names(state, now=NOW):
    return [news.name for news in token_news([state], now)]


def ending_in(days):
    return replace(WELL, refresh_until=NOW + days * DAY, refresh_since=NOW - 60 * DAY)


def test_a_login_that_lives_for_long_is_no_news():
    assert names(WELL) == []
    assert WELL.is_well(NOW)


def test_the_end_is_told_three_times_ahead():
    told = {news.occasion for days in range(40) for news in token_news([WELL], WELL.refresh_until - days * DAY)}
    assert {news.rpartition(":")[2] for news in told} == {"14", "3", "1"}
    assert len(told) == 3


def test_three_days_before_the_end_all_is_not_well():
    assert ending_in(4).is_well(NOW)
    assert not ending_in(2).is_well(NOW)


def test_a_login_of_seven_days_is_not_told_of_all_the_time():
    short = replace(WELL, refresh_since=NOW, refresh_until=NOW + 7 * DAY)
    assert names(short) == []
    assert short.is_well(NOW + 4 * DAY)
    assert names(short, NOW + 5 * DAY) == ["token_ending"]


def test_the_end_of_a_client_secret_is_told_as_such():
    state = replace(WELL, secret_until=NOW + 10 * DAY)
    assert names(state) == ["secret_ending"]
    assert state.ends == NOW + 10 * DAY


def test_a_refusal_is_told_while_the_access_token_still_lives():
    refused = replace(WELL, error="invalid_grant", refused=True, failing_since=NOW)
    assert names(refused) == ["token_refused"]
    assert not refused.is_well(NOW)
    assert names(refused, NOW + timedelta(hours=1)) == [], "then the account itself cannot be read, which is told"


def test_an_endpoint_that_is_away_is_told_after_a_quarter_of_an_hour():
    failing = replace(WELL, error="HTTP status 503", failing_since=NOW)
    assert names(failing, NOW + timedelta(minutes=14)) == []
    assert names(failing, NOW + timedelta(minutes=15)) == ["token_failing"]
    assert not failing.is_well(NOW + timedelta(minutes=15))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "state",
    [
        replace(WELL, error="invalid_grant", refused=True, failing_since=NOW),
        replace(WELL, error="503", failing_since=NOW - DAY),
        replace(WELL, refresh_until=NOW + DAY),
        replace(WELL, secret_until=NOW + DAY),
    ],
)
def test_each_news_is_a_letter(state, language):
    [notice] = token_notices([state], NOW)
    voice = TeamVoice(language=language, zone=ZoneInfo("UTC"), instance="test", domain="seller.example")
    letter = operator_letter(notice.name, notice.facts, team=voice, now=NOW, occasion=notice.occasion)
    assert "eu" in letter.subject


def test_the_countdown_is_in_the_largest_fitting_unit():
    assert life(WELL, NOW) == "access token 50 min, login 80 days"
    assert life(TokenState(name="eu", host="x"), NOW) == ""
    assert [left(NOW + step, NOW) for step in (47 * DAY / 24, timedelta(hours=1), -DAY)] == ["47 h", "60 min", "ended"]


def test_what_is_known_outlives_a_restart_and_is_written_when_it_changes_only():
    memory = Memory()
    for _ in range(3):
        write_token(memory, WELL, NOW)
    assert read_token(memory, "eu") == WELL
    assert memory.writes == 1
    assert read_token(memory, "us") is None
