"""What people say about a case on the command line, and who is on call."""

import json
from itertools import count

import pytest
from servers.program import claimclock

SETTINGS = """
[team]
time_zone = "Europe/Berlin"
operator = "ana@seller.example"
[[team.people]]
name = "Ana"
address = "ana@seller.example"
[[team.people]]
name = "Bo"
address = "bo@seller.example"
lead = true
[smtp]
host = "localhost"
port = 25
security = "none"
from = "claims@seller.example"
[[accounts]]
name = "eu"
host = "localhost"
port = 143
security = "none"
username = "shop"
password = { file = "secret" }
start = 2026-11-01
[[rota]]
name = "eu"
members = ["Ana", "Bo"]
start = 2026-11-02
marketplaces = ["DE"]
[[absences]]
who = "Ana"
from = 2026-12-01
until = 2026-12-02
"""
MAIL = (
    "Message-ID: <1@amazonses.example>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
    "From: A-to-z Guarantee <atoz-guarantee-no-reply@amazon.com>\r\nTo: shop@seller.example\r\n"
    "Subject: Claim received on order 114-0000001-0000002\r\nX-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n"
    "X-Marketplace-ID: ATVPDKIKX0DER\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Hello,\r\n\r\nWe received an A-to-z Guarantee claim of $20.00 on the order 114-0000001-0000002.\r\n"
    "Please respond within 72 hours.\r\n"
)
NOW = ("--now", "2026-11-25T00:00:00Z")
MINUTE = count(1)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "claimclock.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "a.eml").write_bytes(MAIL.encode())
    where = ("--settings", tmp_path / "claimclock.toml", "--database", tmp_path / "claims.db")
    assert claimclock("ingest", tmp_path / "a.eml", *NOW, *where).returncode == 0
    return where


def said(place, *words):
    answer = claimclock("cases", *words, "--now", f"2026-11-25T00:{next(MINUTE):02d}:00Z", *place)
    lines = (answer.stdout.decode().strip() or answer.stderr.decode().strip()).splitlines()
    return answer.returncode, *lines


def test_a_case_is_acknowledged_taken_given_and_answered(place):
    due = "answer by 2026-11-27 10:00 UTC"
    assert said(place, "ack", "1", "--as", "ana") == (0, f"CC-000001: acknowledged by Ana; open, {due}")
    taken = said(place, "mine", "1", "--as", "Ana")
    assert taken == (0, f"CC-000001: taken by Ana; open, held by Ana, {due}", "1 other hears of it by mail")
    assert said(place, "assign", "1", "bo@seller.example", "--as", "Ana")[1].startswith(
        "CC-000001: assigned to Bo by Ana"
    )
    answered = said(place, "done", "1", "--as", "Bo", "--note", "at 14:10")
    assert answered[:2] == (0, "CC-000001: answered by Bo; answered, held by Bo, nothing is due")
    assert said(place, "reopen", "1", "--as", "Bo")[1].endswith(due)
    trail = json.loads(claimclock("cases", "show", "1", "--json", *place).stdout)["trail"]
    assert [(line["what"], line["by"]) for line in trail[1:]] == [
        ("acknowledged", "Ana"),
        ("taken", "Ana"),
        ("assigned", "Ana"),
        ("answered", "Bo"),
        ("reopened", "Bo"),
    ]


def test_a_case_is_closed_with_its_lesson_and_no_act_is_taken_on_a_closed_one(place):
    won = said(place, "won", "1", "--as", "Ana", "--note", "signature on delivery")
    assert won[:2] == (0, "CC-000001: closed by Ana; closed won, nothing is due")
    status, told = said(place, "ack", "1", "--as", "Ana")
    assert (status, "is closed (won); reopen it first" in told) == (1, True)


def test_a_snooze_says_when_it_really_ends(place):
    assert " until Wed 25 Nov 04:" in said(place, "snooze", "1", "3h", "--as", "Ana")[1]
    far = said(place, "snooze", "1", "2026-12-24T09:00", "--as", "Ana")[1]
    assert " until Fri 27 Nov 09:00 CET, the latest that leaves a step time to help; " in far
    assert said(place, "snooze", "1", "whenever", "--as", "Ana")[1].startswith('claimclock: "whenever" is no time')


def test_an_unknown_case_or_person_is_a_clear_sentence(place):
    assert said(place, "ack", "CC-000999", "--as", "Ana") == (
        1,
        "claimclock: there is no case CC-000999; `claimclock cases list --all` names them all",
    )
    assert said(place, "mine", "1", "--as", "Eve") == (1, "claimclock: Eve is nobody in the team; known: Ana, Bo")
    assert said(place, "ack", "1")[0] == 1


def test_the_rota_is_shown_as_of_an_instant(place):
    settings = place[:2]
    now = claimclock("rota", "show", "--at", "2026-11-25T12:00Z", *settings).stdout.decode().splitlines()
    assert [" ".join(line.split()) for line in now[2:]] == [
        "eu DE Bo Mon 30 Nov 09:00 CET Ana Bo -",
        "- everything else the team: Ana, Bo - - Bo -",
    ]
    away = claimclock("rota", "show", "--at", "2026-12-01T12:00Z", *settings).stdout.decode()
    assert " ".join(away.splitlines()[2].split()) == "eu DE Bo Mon 07 Dec 09:00 CET - Bo Ana"
