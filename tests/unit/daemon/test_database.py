from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from config.loading import load_settings
from config.problems import SettingsError
from daemon.database import database_url, other_owner, shown_url
from daemon.workspace import required_settings

SETTINGS = load_settings(Path(str(files("config"))) / "data/settings.example.toml")


def test_a_named_file_becomes_a_sqlite_url():
    assert database_url("/tmp/x/claims.db", SETTINGS) == "sqlite:////tmp/x/claims.db"


def test_a_named_url_is_taken_as_it_is():
    assert database_url("postgresql+psycopg:///claims", SETTINGS) == "postgresql+psycopg:///claims"


def test_without_a_name_the_settings_say_which():
    settings = replace(SETTINGS, database="sqlite:////srv/claims.db")
    assert database_url(None, settings) == "sqlite:////srv/claims.db"


def test_without_settings_the_users_own_state_directory_is_made_for_the_user_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert database_url(None, None) == f"sqlite:///{tmp_path}/state/claimclock/claimclock.db"
    assert (tmp_path / "state/claimclock").stat().st_mode & 0o777 == 0o700


def test_a_password_in_a_url_is_not_shown():
    assert shown_url("postgresql+psycopg://ana:hunter2@db/claims") == "postgresql+psycopg://ana:***@db/claims"


def test_a_file_of_this_user_has_no_other_owner(tmp_path):
    assert other_owner(f"sqlite:///{tmp_path}/claims.db") is None


def test_settings_that_are_named_must_be_there(tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        required_settings(tmp_path / "claimclock.toml")
