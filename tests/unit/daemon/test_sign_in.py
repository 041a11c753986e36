"""Signing in with a browser: the address that people open, and the one that they bring back."""

import io
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from servers.token_server import TokenServer, serving

from config.settings import OAuth
from daemon.commands.sign_in import sign_in
from daemon.faults import Refused
from daemon.oauth_sign_in import SignIn, SignInFailed

OAUTH = OAuth(
    token_url="https://login.provider.example/token",
    authorize_url="https://login.provider.example/authorize",
    client_id="app",
    client_secret=None,
    refresh_token=None,
    scope="mail offline_access",
    lifetime=timedelta(days=90),
    secret_expires=None,
)


def test_the_address_asks_for_a_lasting_permission_for_this_mailbox():
    attempt = SignIn(oauth=OAUTH, username="ana@seller.example")
    query = parse_qs(urlsplit(attempt.address).query)
    assert attempt.address.startswith("https://login.provider.example/authorize?")
    assert query["login_hint"] == ["ana@seller.example"]
    assert query["scope"] == ["mail offline_access"]
    assert query["state"] == [attempt.state]
    assert query["code_challenge_method"] == ["S256"]
    assert attempt.verifier not in attempt.address
    assert attempt.verifier not in repr(attempt)


def test_what_comes_back_is_the_code_and_the_proof_goes_with_it():
    attempt = SignIn(oauth=OAUTH, username="ana@seller.example")
    code = attempt.code_in(f"  http://localhost/?code=0.A%2BB&state={attempt.state}&session_state=x \n")
    assert code == "0.A+B"
    assert attempt.form(code, "hush")["code_verifier"] == attempt.verifier
    assert attempt.form(code, "hush")["client_secret"] == "hush"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://localhost/?error=access_denied&error_description=not+you", "access_denied: not you"),
        ("http://localhost/?code=x&state=other", "another attempt"),
        ("http://localhost/?code=x", "another attempt"),
        ("", "holds no code"),
        ("http://localhost/", "holds no code"),
    ],
)
def test_an_address_without_permission_says_why(address, words):
    with pytest.raises(SignInFailed, match=words):
        SignIn(oauth=OAUTH, username="ana@seller.example").code_in(address)


SETTINGS = """
[team]
operator = "ana@seller.example"
[[team.people]]
name = "Ana"
address = "ana@seller.example"
[smtp]
host = "localhost"
port = 25
security = "none"
from = "claimclock@seller.example"
[[accounts]]
name = "eu"
host = "outlook.office365.com"
port = 993
username = "ana@seller.example"
auth = "xoauth2"
start = 2026-11-01
[accounts.oauth]
token_url = "{token_url}"
authorize_url = "https://login.provider.example/authorize"
client_id = "app"
refresh_token = {{ file = "{home}/refresh" }}
"""


@pytest.fixture
def settings(tmp_path):
    with serving(TokenServer()) as tokens:
        path = tmp_path / "claimclock.toml"
        path.write_text(SETTINGS.format(token_url=tokens.url, home=tmp_path))
        yield path


class Person(io.StringIO):
    """Signs in at the address that was printed, and pastes where the browser ended."""

    def __init__(self, capsys, answer="code=good"):
        super().__init__()
        self.capsys, self.answer = capsys, answer

    def readline(self, *_):
        printed = self.capsys.readouterr().out
        address = next(line for line in printed.splitlines() if line.startswith("https://"))
        return f"http://localhost/?{self.answer}&state={parse_qs(urlsplit(address).query)['state'][0]}\n"


def test_the_token_lands_where_the_settings_look_for_it(settings, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", Person(capsys))
    kept = settings.parent / "refresh"
    kept.write_text("old")
    assert sign_in("eu", to=None, settings_path=settings) == 0
    assert kept.read_text() == "refresh-1\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "refresh-1" not in capsys.readouterr().out


def test_a_person_who_says_no_leaves_everything_as_it_was(settings, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", Person(capsys, "error=access_denied"))
    assert sign_in("eu", to=None, settings_path=settings) == 1
    assert "access_denied" in capsys.readouterr().out
    assert not (settings.parent / "refresh").exists()


@pytest.mark.parametrize(("name", "words"), [("us", "name eu, smtp"), ("smtp", "xoauth2")])
def test_an_account_that_cannot_sign_in_is_refused(settings, name, words):
    with pytest.raises(Refused, match=words):
        sign_in(name, to=Path("x"), settings_path=settings)
