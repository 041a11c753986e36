from datetime import UTC, datetime, timedelta

import pytest
from servers.accounts import server_at

from daemon.connection import (
    BadCertificate,
    Lost,
    Throttled,
    Unreachable,
    WrongPassword,
    asks_for_patience,
    wait_asked_for,
)
from daemon.supervisor import Health, failed, forgiven, read_health, succeeded, told, write_health

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SERVER = server_at(993, host="imap.seller.example")
BLANK = Health(name="eu", host="imap.seller.example")


class Memory:
    def __init__(self):
        self.values = {}

    def get_fact(self, name):
        return self.values.get(name)

    def set_fact(self, name, value, now):
        self.values[name] = value


def waits(fault, count, chance=0.0):
    health, found = BLANK, []
    for _ in range(count):
        health = failed(health, fault, NOW, chance=chance)
        found.append((health.next_try - NOW).total_seconds())
    return found


@pytest.mark.parametrize("kind", [WrongPassword, BadCertificate])
def test_a_refused_login_is_tried_after_1_5_15_and_60_minutes_so_that_nothing_is_locked(kind):
    assert waits(kind("eu", SERVER, "no"), 6) == [60, 300, 900, 3600, 3600, 3600]


def test_a_lost_connection_is_tried_soon_and_then_ever_later_up_to_15_minutes():
    assert waits(Lost("eu", SERVER, "gone"), 10, chance=1.0) == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_tries_of_many_accounts_are_spread():
    assert waits(Unreachable("eu", SERVER, "gone"), 1, chance=0.0) == [2.5]
    assert waits(Unreachable("eu", SERVER, "gone"), 1, chance=1.0) == [5]


def test_a_thousand_faults_in_a_row_are_no_overflow():
    health = Health(name="eu", host="x", failures=1000, failing_since=NOW)
    assert failed(health, Lost("eu", SERVER, "gone"), NOW, chance=1.0).next_try == NOW + timedelta(minutes=15)


def test_a_servers_own_hint_is_obeyed():
    hinted = Throttled("eu", SERVER, "wait", timedelta(seconds=281))
    assert waits(hinted, 2) == [281, 281]
    assert waits(Throttled("eu", SERVER, "wait", timedelta(milliseconds=64)), 1) == [5]
    assert waits(Throttled("eu", SERVER, "wait", timedelta(days=11)), 1) == [3600]


def test_a_server_that_asks_to_wait_and_names_no_time_is_left_alone_ever_longer():
    assert waits(Throttled("eu", SERVER, "wait"), 6) == [300, 600, 1200, 2400, 3600, 3600]


def test_a_try_that_went_well_forgets_the_faults():
    health = failed(BLANK, Lost("eu", SERVER, "gone"), NOW, chance=0)
    assert succeeded(health, NOW) == Health(name="eu", host="imap.seller.example", last_success=NOW)


def test_the_beginning_of_an_absence_is_kept():
    health = failed(BLANK, Lost("eu", SERVER, "gone"), NOW, chance=0)
    later = failed(health, Lost("eu", SERVER, "gone"), NOW + timedelta(hours=1), chance=0)
    assert (later.failing_since, later.failures) == (NOW, 2)


def test_new_settings_let_the_next_try_be_made_at_once():
    health = failed(BLANK, WrongPassword("eu", SERVER, "no"), NOW, chance=0)
    assert not health.is_due(NOW)
    assert forgiven(health).is_due(NOW)


def test_health_outlives_a_restart():
    memory = Memory()
    health = failed(BLANK, WrongPassword("eu", SERVER, "no"), NOW, chance=0)
    write_health(memory, health, NOW)
    assert read_health(memory, "eu", "imap.seller.example") == health


def test_another_host_under_the_same_name_begins_with_a_blank_sheet():
    memory = Memory()
    write_health(memory, failed(BLANK, WrongPassword("eu", SERVER, "no"), NOW, chance=0), NOW)
    assert read_health(memory, "eu", "imap.other.example") == Health(name="eu", host="imap.other.example")


def test_the_log_line_names_account_host_fault_and_next_try():
    fault = WrongPassword("eu", SERVER, "the server refuses the password of ana")
    first = failed(BLANK, fault, NOW, chance=0)
    line = "eu (imap.seller.example:993): the server refuses the password of ana"
    assert told(first, fault, NOW) == f"{line}; next try in 60 s"
    assert told(failed(first, fault, NOW, chance=0), fault, NOW) == f"{line}, 2 times in a row; next try in 300 s"


def test_a_fault_without_a_server_still_names_the_account():
    health = failed(BLANK, RuntimeError("the secret is gone"), NOW, chance=0)
    assert told(health, RuntimeError("the secret is gone"), NOW).startswith(
        "eu (imap.seller.example): the secret is gone"
    )


@pytest.mark.parametrize(
    ("text", "patience"),
    [
        ("[THROTTLED] slow down", True),
        ("[UNAVAILABLE] backend", True),
        ("[OVERQUOTA] later", True),
        ("Maximum number of connections from user+IP exceeded", True),
        ("User is authenticated but not connected.", True),
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", False),
        ("[LIMIT] Too many simultaneous connections. (Failure)", True),
        ("Account exceeded command or bandwidth limits. (Failure)", True),
        ("[ALERT] Too many simultaneous connections", True),
        ("Server Busy. Suggested Backoff Time: 3 seconds", True),
        ("[NONEXISTENT] Unknown Mailbox: Limits (Failure)", False),
        ("LOGIN failed.", False),
    ],
)
def test_words_that_ask_for_patience_are_known(text, patience):
    assert asks_for_patience(text) is patience


def test_the_time_that_a_server_asks_for_is_read():
    text = "Request is throttled. Suggested Backoff Time: 299961 milliseconds"
    assert wait_asked_for(text) == timedelta(milliseconds=299_961)
    assert wait_asked_for("Suggested Backoff Time: 3 seconds") == timedelta(seconds=3)
    assert wait_asked_for("later") is None
