"""Working time and turns in the settings file: what is accepted, and what is told with its place."""

from datetime import UTC, datetime, time
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from config.calendars import NINE_TO_SIX
from config.ladder import default_ladder
from config.loading import load_settings
from config.problems import SettingsError
from config.rota import Rota
from config.timing import quiet_of, work_of

EXAMPLE = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
BARE = EXAMPLE[: EXAMPLE.index("# --- When people work")] + EXAMPLE[EXAMPLE.index("# --- How mail reaches") :]
BARE = BARE[: BARE.index("# --- The ladder")]
ROTA = """
[[rota]]
name = "eu"
members = ["Ana", "Bo"]
start = 2026-11-02
"""


def load(tmp_path, text):
    path = tmp_path / "claimclock.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def problems(tmp_path, text):
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text)
    return {problem.key: problem.message for problem in refused.value.problems}


def test_a_file_that_says_nothing_of_time_stays_valid(tmp_path):
    settings = load(tmp_path, BARE)
    assert settings.rota == Rota()
    assert settings.ladder == default_ladder()
    assert settings.working_time.week == NINE_TO_SIX
    assert settings.working_time.zone == ZoneInfo("Europe/Berlin")


def test_days_of_an_absence_are_the_teams_and_include_the_last(tmp_path):
    away = ROTA + '[[absences]]\nwho = "Ana"\nfrom = 2026-12-21\nuntil = 2026-12-22\n'
    (absence,) = load(tmp_path, BARE + away).rota.absences
    assert absence.start == datetime(2026, 12, 20, 23, tzinfo=UTC)
    assert absence.end == datetime(2026, 12, 22, 23, tzinfo=UTC)


def test_a_person_works_like_the_team_unless_the_list_says_otherwise(tmp_path):
    own = 'name = "Bo"\ntime_zone = "Asia/Shanghai"\ncountry = "CN"\nquiet = "23:00-06:00"\n'
    own += 'hours = { mon = "22:00-24:00" }'
    settings = load(tmp_path, BARE.replace('name = "Bo"', own))
    ana, bo = settings.team.people
    assert work_of(ana, settings.working_time) == settings.working_time
    theirs = work_of(bo, settings.working_time)
    assert (theirs.zone.key, theirs.country) == ("Asia/Shanghai", "CN")
    assert theirs.week[0] == ((time(22), time(0)),)
    assert theirs.week[1] == ()
    assert quiet_of(ana, settings.ladder.quiet) == (time(22), time(7))
    assert quiet_of(bo, settings.ladder.quiet) == (time(23), time(6))


def test_every_wrong_key_of_every_table_is_told_at_once(tmp_path):
    text = (
        BARE
        + """
[working_time]
country = "XX"
hours = { mon = "nine to five" }
free_days = ["tomorrow"]
[[rota]]
name = "eu"
members = []
start = 2026-11-02
hand_over = "9 am"
marketplaces = ["ZZ"]
[ladder]
neer = "1 hour"
"""
    )
    assert set(problems(tmp_path, text)) == {
        "working_time.hours",
        "working_time.free_days",
        "rota[eu].members",
        "rota[eu].hand_over",
        "rota[eu].marketplaces[1]",
        "ladder.neer",
    }


def test_an_unknown_country_is_told(tmp_path):
    assert '"XX"' in problems(tmp_path, BARE + '[working_time]\ncountry = "XX"\n')["working_time"]


def test_names_that_nobody_has_are_told(tmp_path):
    text = BARE + ROTA.replace('"Bo"', '"Eve"') + '[[absences]]\nwho = "Zoe"\nfrom = 2026-12-21\nuntil = 2026-12-22\n'
    assert problems(tmp_path, text) == {
        "rota[eu]": '"Eve" is nobody in team.people',
        "absences": '"Zoe" is nobody in team.people',
    }
