from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from config.document import as_toml
from config.loading import load_settings


def test_what_is_shown_reads_back_as_the_same_settings(tmp_path):
    example = Path(str(files("config"))) / "data/settings.example.toml"
    settings = load_settings(example)
    shown = tmp_path / "shown.toml"
    shown.write_text(as_toml(settings), encoding="utf-8")
    assert replace(load_settings(shown), path=example) == settings


def test_a_secret_shows_its_place_only():
    text = as_toml(load_settings(Path(str(files("config"))) / "data/settings.example.toml"))
    assert 'password = { credential = "imap-eu" }' in text
