from dataclasses import replace
from datetime import timedelta
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


def test_turns_absences_and_a_changed_ladder_read_back_as_the_same(tmp_path):
    own = tmp_path / "own.toml"
    example = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
    own.write_text(example.replace('name = "Bo"', 'name = "Bo"\nlead = true\nquiet = ""\ncountry = "CN"') + TIMES)
    settings = load_settings(own)
    assert settings.rota.queues[0].members == ("Ana", "Bo")
    assert settings.rota.absences[0].end - settings.rota.absences[0].start == timedelta(days=14)
    shown = tmp_path / "shown.toml"
    shown.write_text(as_toml(settings), encoding="utf-8")
    assert replace(load_settings(shown), path=own) == settings


TIMES = """lead_2 = false
[ladder.chargeback.stated]
on_call_2_days = false
extra = { left = "90 minutes", to = ["team"] }
[[rota]]
name = "eu"
members = ["Ana", "Bo"]
start = 2026-11-02
marketplaces = ["DE"]
[[overrides]]
who = "Bo"
from = 2026-12-24T18:00:00
until = 2026-12-26
rota = "eu"
[[absences]]
who = "Ana"
from = 2026-12-21
until = 2027-01-03
"""


def test_a_secret_shows_its_place_only():
    text = as_toml(load_settings(Path(str(files("config"))) / "data/settings.example.toml"))
    assert 'password = { credential = "imap-eu" }' in text
