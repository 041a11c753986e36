"""The settings of a login with OAuth, and what is wrong in them."""

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from config.document import as_toml
from config.loading import load_settings
from config.problems import SettingsError
from config.settings import Secret, Settings

EXAMPLE = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
MICROSOFT = """[accounts.oauth]
provider = "microsoft"
client_id = "app"
refresh_token = { credential = "oauth-eu" }
"""


def with_oauth(table: str, *, auth: str = 'auth = "xoauth2"') -> str:
    """The example's account logging in with this table."""
    text = EXAMPLE.replace('password = { credential = "imap-eu" }', auth)
    return text.replace("# --- Whose word", table + "\n# --- Whose word")


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "claimclock.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def problems(tmp_path: Path, text: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text)
    return {problem.key: problem.message for problem in refused.value.problems}


def test_microsoft_is_known_by_name(tmp_path):
    oauth = load(tmp_path, with_oauth(MICROSOFT)).accounts[0].server.oauth
    assert oauth is not None
    assert oauth.token_url == "https://login.microsoftonline.com/organizations/oauth2/v2.0/token"
    assert oauth.scope == "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
    assert oauth.refresh_token == Secret(credential="oauth-eu")
    assert oauth.lifetime == timedelta(days=90)


def test_google_has_no_lifetime_and_smtp_its_own_scope(tmp_path):
    text = EXAMPLE.replace('password = { credential = "smtp" }', 'auth = "xoauth2"')
    google = MICROSOFT.replace("accounts", "smtp").replace("microsoft", "google")
    oauth = load(tmp_path, text.replace("# --- What is read", google + "\n# --- What is read")).smtp.oauth
    assert oauth is not None
    assert (oauth.scope, oauth.lifetime) == ("https://mail.google.com/", None)


def test_an_application_of_its_own_needs_no_refresh_token(tmp_path):
    table = MICROSOFT.replace("refresh_token", "client_secret") + 'tenant = "seller.example"\n'
    oauth = load(tmp_path, with_oauth(table)).accounts[0].server.oauth
    assert oauth is not None
    assert oauth.scope == "https://outlook.office365.com/.default"
    assert "/seller.example/" in oauth.token_url


def test_what_the_example_shows_of_oauth_is_accepted(tmp_path):
    start = EXAMPLE.index("# [accounts.oauth]")
    block = EXAMPLE[start : EXAMPLE.index("\n\n", start)]
    oauth = load(tmp_path, with_oauth(re.sub(r"(?m)^# *", "", block))).accounts[0].server.oauth
    assert oauth is not None
    assert oauth.secret_expires == date(2027, 11, 1)


def test_settings_with_oauth_are_read_back_as_they_are_shown(tmp_path):
    settings = load(tmp_path, with_oauth(MICROSOFT))
    again = load(tmp_path, as_toml(settings))
    assert again.accounts == settings.accounts


@pytest.mark.parametrize(
    ("table", "auth", "key", "words"),
    [
        ("", 'auth = "xoauth2"', "oauth", "belong together"),
        (MICROSOFT, 'password = { credential = "x" }', "oauth", "belong together"),
        (MICROSOFT, 'auth = "xoauth2"\npassword = { credential = "x" }', "password", "leave it out"),
        ("", 'auth = "oauth2"', "auth", '"password" or "xoauth2"'),
        (MICROSOFT.replace('"microsoft"', '"yahoo"'), 'auth = "xoauth2"', "oauth.provider", '"google"'),
        (MICROSOFT.replace('provider = "microsoft"', ""), 'auth = "xoauth2"', "oauth", "token_url"),
        (MICROSOFT + 'client = "x"\n', 'auth = "xoauth2"', "oauth.client", "did you mean client_"),
        (MICROSOFT.replace('{ credential = "oauth-eu" }', '"0.AX"'), 'auth = "xoauth2"', "oauth.refresh_token", "file"),
        (MICROSOFT.replace("refresh_token", "client_secret"), 'auth = "xoauth2"', "oauth", "tenant"),
        (MICROSOFT.replace("refresh_token", "# "), 'auth = "xoauth2"', "oauth", "refresh_token"),
        (MICROSOFT + 'token_url = "http://login.example/t"\n', 'auth = "xoauth2"', "oauth.token_url", "https://"),
        (MICROSOFT + 'tenant = "a/b"\n', 'auth = "xoauth2"', "oauth.tenant", "directory"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_key(tmp_path, table, auth, key, words):
    found = problems(tmp_path, with_oauth(table, auth=auth))
    assert words in found[f"accounts[eu].{key}"]
    assert "0.AX" not in str(found)


def test_http_is_accepted_on_loopback(tmp_path):
    table = MICROSOFT + 'token_url = "http://127.0.0.1:8080/token"\n'
    oauth = load(tmp_path, with_oauth(table)).accounts[0].server.oauth
    assert oauth is not None
    assert oauth.token_url == "http://127.0.0.1:8080/token"


def test_a_missing_password_names_the_place_for_it(tmp_path):
    found = problems(tmp_path, EXAMPLE.replace('password = { credential = "imap-eu" }', ""))
    assert 'file = "/path"' in found["accounts[eu].password"]
