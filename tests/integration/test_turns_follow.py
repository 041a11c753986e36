"""The service reads a calendar of turns again when it changes, and keeps the old turns when it cannot be used."""

from importlib.resources import files

import pytest

from config.loading import load_settings
from daemon.turns import TurnFiles

EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:{who}\r\n"
    "DTSTART:20260302T080000Z\r\nDTEND:20260309T080000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def settings(tmp_path):
    text = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(text + '\n[[rota]]\nname = "eu"\ncalendar = "oncall.ics"\n', encoding="utf-8")
    (tmp_path / "oncall.ics").write_text(EVENT.format(who="Ana"), encoding="utf-8")
    return load_settings(tmp_path / "own.toml")


def people(settings):
    return settings.rota.queues[0].calendar.people


def test_a_changed_calendar_is_taken_over_once(settings, tmp_path):
    turns = TurnFiles(settings)
    assert turns.reread(settings) == (None, [])
    (tmp_path / "oncall.ics").write_text(EVENT.format(who="Bo on call"), encoding="utf-8")
    fresh, notices = turns.reread(settings)
    assert (people(fresh), notices) == (("Bo",), [])
    assert turns.reread(fresh) == (None, [])


@pytest.mark.parametrize("text", ["", "half a file", EVENT.format(who="Zoe, a stranger")])
def test_a_calendar_that_cannot_be_used_leaves_the_old_turns_and_is_told(settings, tmp_path, text):
    turns = TurnFiles(settings)
    (tmp_path / "oncall.ics").write_text(text, encoding="utf-8")
    fresh, (notice,) = turns.reread(settings)
    assert fresh is None
    assert notice.facts["path"] == "oncall.ics"
    assert notice.facts["problems"]


def test_a_calendar_that_is_gone_leaves_the_old_turns_and_is_told(settings, tmp_path):
    turns = TurnFiles(settings)
    (tmp_path / "oncall.ics").unlink()
    fresh, notices = turns.reread(settings)
    assert fresh is None
    assert [notice.facts["problems"] for notice in notices] == ["No such file or directory"]
