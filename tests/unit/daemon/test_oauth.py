"""Access tokens: asked for in time, kept in memory, and what happens when the provider says no or nothing."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.accounts import server_at
from servers.scripted import scripted_server
from servers.token_server import TokenServer, serving

from config.settings import OAuth, Secret
from daemon.connection import TokenRefused, TokenUnavailable
from daemon.oauth import Bearer, Keyring, xoauth2
from daemon.secrets import SecretUnavailable

START = datetime(2026, 11, 25, 9, tzinfo=UTC)
SERVER = server_at(993, host="imap.seller.example", connect_seconds=2, read_seconds=2)


class Desk:
    """A login, its provider, and a clock that is set by hand."""

    def __init__(self, tokens: TokenServer, home: Path) -> None:
        self.tokens, self.home = tokens, home
        self.now = START
        self.oauth = OAuth(
            token_url=tokens.url,
            authorize_url="",
            client_id="app",
            client_secret=None,
            refresh_token=self.secret("seed-token"),
            scope="mail",
            lifetime=timedelta(days=90),
            secret_expires=None,
        )

    def secret(self, text: str, name: str = "refresh") -> Secret:
        path = self.home / name
        path.touch(0o600)
        path.write_text(text)
        return Secret(file=path)

    def login(self, **oauth: object) -> Bearer:
        self.oauth = replace(self.oauth, **oauth)
        login = Keyring(self.home, clock=lambda: self.now).login("eu", replace(SERVER, oauth=self.oauth))
        assert isinstance(login, Bearer)
        return login

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving(TokenServer()) as tokens:
        yield Desk(tokens, tmp_path)


def test_one_token_serves_until_five_minutes_before_its_end(desk):
    login = desk.login()
    assert [login.token(), login.token()] == ["access-1", "access-1"]
    desk.later(minutes=54)
    assert login.token() == "access-1"
    desk.later(minutes=2)
    assert login.token() == "access-2"
    assert login.generation == 2
    assert login.state.refresh_until == desk.now + timedelta(days=90)


def test_what_is_asked_is_what_the_settings_say(desk):
    desk.login(client_secret=desk.secret("hush", "client")).token()
    assert desk.tokens.asked == [
        {
            "client_id": "app",
            "client_secret": "hush",
            "scope": "mail",
            "grant_type": "refresh_token",
            "refresh_token": "seed-token",
        }
    ]


def test_an_application_of_its_own_logs_in_by_its_secret(desk):
    login = desk.login(client_secret=desk.secret("hush", "client"), refresh_token=None)
    assert login.token() == "access-1"
    assert desk.tokens.asked[0]["grant_type"] == "client_credentials"
    assert login.state.refresh_until is None
    assert not list(desk.home.glob("oauth/*.json"))


def test_a_provider_that_keeps_the_refresh_token_counts_from_its_first_use(desk):
    desk.tokens.rotates = False
    login = desk.login()
    login.token()
    desk.later(days=30)
    login.token()
    assert login.state.refresh_until == START + timedelta(days=90)


def test_the_end_that_the_provider_names_counts(desk):
    desk.tokens.more = {"refresh_token_expires_in": 604_800}
    login = desk.login()
    login.token()
    assert login.state.refresh_until == START + timedelta(days=7)


def test_a_new_secret_of_the_admins_counts_at_once(desk):
    login = desk.login()
    login.token()
    desk.tokens.refresh = "signed-in-again"
    desk.later(hours=1)
    with pytest.raises(TokenRefused):
        login.token()
    desk.secret("signed-in-again")
    assert login.token() == "access-2"
    assert not login.state.refused


def test_an_older_state_directory_gives_way_to_the_admins_secret(desk):
    desk.login().token()
    desk.tokens.refresh = "seed-token"  # the provider takes this one still
    assert desk.login().token() == "access-2"


def test_a_revoked_grant_says_what_the_provider_said_and_what_to_do(desk):
    desk.tokens.refresh = "another"
    login = desk.login()
    with pytest.raises(TokenRefused, match=r"eu .*invalid_grant The token has been revoked.*docs/oauth\.md"):
        login.token()
    assert login.state.refused
    assert login.state.failing_since == START


def test_a_living_token_is_used_on_while_its_successor_is_refused(desk):
    login = desk.login()
    login.token()
    desk.tokens.refresh = "another"
    desk.later(minutes=57)
    assert login.token() == "access-1"
    assert login.state.refused
    desk.later(minutes=3)
    with pytest.raises(TokenRefused):
        login.token()


def test_a_provider_that_said_no_is_not_asked_again_at_once(desk):
    desk.tokens.refresh = "another"
    login = desk.login()
    for _ in range(5):
        with pytest.raises(TokenRefused):
            login.token()
    assert len(desk.tokens.asked) == 1
    desk.later(minutes=2)
    with pytest.raises(TokenRefused):
        login.token()
    assert len(desk.tokens.asked) == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b"<html>come back later</html>"),
        (429, {"error": "slow_down"}),
        (400, {"error": "temporarily_unavailable"}),
        (200, b"<html>please sign in to the hotel's network</html>"),
        (200, {"access_token": "a b\r\nX: y"}),
        (302, b""),
        (200, b"[" * 50_000),
        (200, b"\xff\xfe"),
    ],
)
def test_what_is_no_answer_is_a_fault_that_waiting_may_mend(desk, status, body):
    desk.tokens.say(status, body, Retry_After="120")
    login = desk.login()
    with pytest.raises(TokenUnavailable, match=r"127\.0\.0\.1|characters") as fault:
        login.token()
    assert not login.state.refused
    assert fault.value.retry_after in (timedelta(seconds=120), None)
    desk.later(minutes=3)
    assert login.token() == "access-1"
    assert login.state.error == ""


@pytest.mark.parametrize(
    "body", [{"error": "invalid_client"}, {"error": "unauthorized_client"}, {"error": "invalid_scope"}]
)
def test_a_wrong_registration_is_a_refusal(desk, body):
    desk.tokens.say(401, body)
    with pytest.raises(TokenRefused, match=body["error"]):
        desk.login().token()


def test_nobody_listening_is_a_fault_that_waiting_may_mend(desk):
    with pytest.raises(TokenUnavailable, match="refused"):
        desk.login(token_url="http://127.0.0.1:1/token").token()


def test_an_endpoint_that_drips_is_cut_at_the_deadline(desk):
    def drip(line, number):
        while True:
            line.raw(b"H")
            desk.dripped.wait(0.05)

    desk.dripped = threading.Event()
    quick = replace(SERVER, connect_seconds=0.2, read_seconds=0.2)
    with scripted_server(drip) as port, pytest.raises(TokenUnavailable):
        oauth = replace(desk.oauth, token_url=f"http://127.0.0.1:{port}/")
        Keyring(desk.home).login("eu", replace(quick, oauth=oauth)).token()
    desk.dripped.set()


def test_a_token_is_never_asked_for_in_plain_text_beyond_loopback(desk):
    with pytest.raises(TokenUnavailable, match="https alone"):
        desk.login(token_url="http://login.provider.example/token").token()


def test_a_missing_secret_is_told_as_one(desk):
    with pytest.raises(SecretUnavailable):
        desk.login(refresh_token=Secret(file=desk.home / "none")).token()


def test_a_disk_that_takes_nothing_costs_no_login(desk):
    (desk.home / "oauth").touch()  # in the directory's place
    login = desk.login()
    assert login.token() == "access-1"
    desk.later(hours=1)
    assert login.token() == "access-2"
    assert desk.tokens.asked[1]["refresh_token"] == "refresh-1"


def test_no_token_shows_where_things_are_printed(desk):
    login = desk.login()
    login.token()
    assert not re.search("access-1|refresh-1|seed", repr(login) + repr(login.state) + repr(vars(login)["_access"]))


def test_the_message_of_xoauth2():
    assert xoauth2("ana@seller.example", "t") == b"user=ana@seller.example\x01auth=Bearer t\x01\x01"
