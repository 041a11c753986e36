from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from servers.accounts import server_at

from daemon.connection import BadCertificate, Lost, NoStartTls, Refused, Unreachable, WrongPassword
from daemon.secrets import SecretUnavailable
from daemon.silence import (
    Intake,
    Jump,
    account_conditions,
    channel_conditions,
    clock_conditions,
    disk_conditions,
    is_unusual,
    jump_between,
    learn,
    outgoing_conditions,
    quiet_conditions,
    stuck_conditions,
    unread_conditions,
)
from daemon.supervisor import OUTGOING, Health, failed, succeeded
from responders.operator import operator_letter
from responders.voice import TeamVoice

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SERVER = server_at(993, host="imap.seller.example")


def failing(kind, times=1, name="eu"):
    health = Health(name=name, host="imap.seller.example")
    fault = kind("no secret") if kind is SecretUnavailable else kind(name, SERVER, "no")
    for _ in range(times):
        health = failed(health, fault, NOW, chance=0)
    return health


def healthy(at=NOW, name="eu"):
    return succeeded(Health(name=name, host="imap.seller.example"), at)


def intake(**values):
    given = {"at_work": None, "last_mail": None, "complete": True, "usual": None}
    return Intake(account="eu", rhythm=MINUTE, **{**given, **values})


def names(conditions):
    return [each.name for each in conditions]


@pytest.mark.parametrize(
    ("kind", "letter"),
    [
        (WrongPassword, "login_refused"),
        (SecretUnavailable, "login_refused"),
        (BadCertificate, "certificate_refused"),
        (NoStartTls, "certificate_refused"),
        (Refused, "mailbox_missing"),
    ],
)
def test_a_fault_that_waiting_does_not_mend_is_told_at_its_second_time(kind, letter):
    assert names(account_conditions([failing(kind)], NOW)) == []
    [condition] = account_conditions([failing(kind, 2)], NOW)
    assert (condition.name, condition.facts["account"]) == (letter, "eu")


@pytest.mark.parametrize("kind", [Lost, Unreachable])
def test_a_server_that_is_away_is_told_after_a_quarter_of_an_hour(kind):
    health = failing(kind, 9)
    assert names(account_conditions([health], NOW + 14 * MINUTE)) == []
    assert names(account_conditions([health], NOW + 15 * MINUTE)) == ["account_unreachable"]


def test_an_account_that_is_read_and_the_outgoing_server_are_no_news_of_accounts():
    assert names(account_conditions([healthy(), failing(WrongPassword, 9, name=OUTGOING)], NOW + DAY)) == []


def test_an_account_of_which_nothing_is_heard_is_told_although_no_fault_is_known():
    started = NOW - DAY
    read = [healthy(NOW)]
    assert names(unread_conditions(read, [intake()], started, NOW + 18 * MINUTE)) == []
    assert names(unread_conditions(read, [intake()], started, NOW + 19 * MINUTE)) == ["account_unread"]


def test_a_long_first_import_that_stores_mail_is_no_silence():
    never = [Health(name="eu", host="imap.seller.example")]
    assert names(unread_conditions(never, [intake(at_work=NOW)], NOW - DAY, NOW + MINUTE)) == []
    assert names(unread_conditions(never, [intake()], NOW - DAY, NOW)) == ["account_unread"]


def test_a_service_that_has_just_started_has_not_been_silent():
    long_ago = [healthy(NOW - 3 * DAY)]
    assert names(unread_conditions(long_ago, [intake()], NOW, NOW + MINUTE)) == []


def office_hours(days=56, an_hour=2):
    """Mail on weekdays from 8 to 18 o'clock."""
    return [
        day + hour * HOUR + part * HOUR / an_hour
        for day in (NOW.replace(hour=0) - n * DAY for n in range(1, days))
        if day.weekday() < 5
        for hour in range(8, 18)
        for part in range(an_hour)
    ]


def test_a_weekend_is_usual_and_a_silent_working_day_is_not():
    usual = learn(office_hours(), NOW)
    assert usual is not None
    friday = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert not is_unusual(usual, friday, datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    assert not is_unusual(usual, friday, datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert is_unusual(usual, friday, datetime(2026, 11, 23, 14, tzinfo=UTC))


def test_a_night_is_usual_and_a_short_pause_is_never_told():
    usual = learn(office_hours(an_hour=20), NOW)
    assert usual is not None
    assert not is_unusual(usual, datetime(2026, 11, 24, 17, 59, tzinfo=UTC), datetime(2026, 11, 25, 8, tzinfo=UTC))
    assert not is_unusual(usual, datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 25, 11, tzinfo=UTC))
    assert is_unusual(usual, datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 25, 13, tzinfo=UTC))


def test_an_account_with_rare_mail_or_a_short_past_expects_nothing():
    assert learn(office_hours(days=10), NOW) is None
    assert learn([NOW - 2 * n * DAY for n in range(20)], NOW) is None


def test_one_earlier_failure_does_not_make_the_next_one_usual():
    hole = datetime(2026, 11, 9, tzinfo=UTC)
    past = [each for each in office_hours() if not hole <= each < hole + 3 * DAY]
    usual = learn(past, NOW)
    assert usual is not None
    assert is_unusual(usual, datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC))


def test_silence_is_told_of_accounts_that_are_read_to_the_end_alone():
    usual = learn(office_hours(), NOW)
    silent = intake(last_mail=NOW - 2 * DAY, usual=usual)
    assert names(quiet_conditions([healthy()], [silent], NOW)) == ["silence"]
    assert names(quiet_conditions([failing(Lost)], [silent], NOW)) == []
    importing = intake(last_mail=NOW - 2 * DAY, usual=usual, complete=False)
    assert names(quiet_conditions([healthy()], [importing], NOW)) == []
    assert names(quiet_conditions([healthy()], [intake(last_mail=NOW - 2 * DAY)], NOW)) == []


def test_mail_that_does_not_leave_is_told_by_its_oldest_letter_or_its_server():
    fine = healthy(name=OUTGOING)
    assert names(outgoing_conditions(fine, NOW - 29 * MINUTE, NOW)) == []
    assert names(outgoing_conditions(fine, NOW - 30 * MINUTE, NOW)) == ["mail_stuck"]
    away = failing(Unreachable, name=OUTGOING)
    assert names(outgoing_conditions(away, None, NOW + 14 * MINUTE)) == []
    assert names(outgoing_conditions(away, None, NOW + 15 * MINUTE)) == ["mail_stuck"]
    assert names(outgoing_conditions(failing(WrongPassword, 2, name=OUTGOING), None, NOW)) == ["mail_stuck"]


def test_a_clock_that_jumps_is_seen_and_one_that_sleeps_or_drifts_is_not():
    before = (NOW, 1000.0)
    assert jump_between(before, (NOW + 10 * MINUTE, 1600.0)) is None
    assert jump_between(before, (NOW + HOUR, 1000.0 + 3570)) is None
    assert jump_between(before, (NOW + HOUR, 1010.0)) == Jump(at=NOW + HOUR, seconds=3590.0)
    assert jump_between(before, (NOW - HOUR, 1010.0)) == Jump(at=NOW - HOUR, seconds=-3610.0)


def test_a_jump_counts_for_an_hour():
    jump = Jump(at=NOW, seconds=-3600.0)
    assert names(clock_conditions(jump, NOW + 59 * MINUTE)) == ["clock_jumped"]
    assert names(clock_conditions(jump, NOW + 61 * MINUTE)) == []
    assert names(clock_conditions(None, NOW)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_condition_and_its_end_has_words_in_both_languages(language):
    voice = TeamVoice(language=language, zone=ZoneInfo("UTC"), instance="test", domain="seller.example")
    usual = learn(office_hours(), NOW)
    conditions = [
        *account_conditions([failing(kind, 2) for kind in (WrongPassword, BadCertificate, Refused)], NOW),
        *account_conditions([failing(Lost)], NOW + HOUR),
        *unread_conditions([healthy()], [intake()], NOW - DAY, NOW + HOUR),
        *quiet_conditions([healthy()], [intake(last_mail=NOW - 2 * DAY, usual=usual)], NOW),
        *outgoing_conditions(healthy(name=OUTGOING), NOW - DAY, NOW),
        *channel_conditions([failing(Lost, name="channel chat")], NOW + HOUR),
        *clock_conditions(Jump(at=NOW, seconds=90.0), NOW),
        *stuck_conditions(["filing"]),
        *disk_conditions("no space left"),
    ]
    assert len({each.name for each in conditions}) == len(conditions) == 11
    for each in conditions:
        letter = operator_letter(each.name, each.facts, team=voice, now=NOW)
        problem = voice.phrases.say(f"operator.{each.name}.title", **each.facts)
        end = operator_letter("recovered", {"problem": problem, "since": "a", "until": "b"}, team=voice, now=NOW)
        assert "{" not in letter.subject + letter.text + end.subject + each.says
