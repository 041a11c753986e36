"""Short replies by the dozen: what is a command, and what must change nothing."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from classifiers.commands import Command, read_command

LINES = tomllib.loads(Path(__file__).with_name("reply_lines.toml").read_text("utf-8"))
NOW = datetime(2026, 11, 25, 12, 5, tzinfo=UTC)
COMMANDS = [(kind, line) for kind, lines in LINES.items() if kind != "nothing" for line in lines]


def read(line):
    return read_command(line, now=NOW, zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("line", LINES["nothing"])
def test_words_that_only_resemble_a_command_change_nothing(line):
    assert not isinstance(read(line), Command)


@pytest.mark.parametrize(("kind", "line"), COMMANDS)
def test_a_command_is_read_however_it_is_written(kind, line):
    said = read(line)
    assert isinstance(said, Command), said
    assert said.kind == kind


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("snooze 26 Nov 9:00", "2026-11-26T08:00"),
        ("snooze until Nov 26, 9am", "2026-11-26T08:00"),
        ("snooze 26.11. 9:00", "2026-11-26T08:00"),
        ("snooze 26/11 9:00", "2026-11-26T08:00"),
        ("snooze 2026-11-26T09:00", "2026-11-26T08:00"),
        ("snooze until tomorrow morning", "2026-11-26T08:00"),
        ("snooze 2nd December 14:30", "2026-12-02T13:30"),
        ("稍后 明天早上", "2026-11-26T08:00"),
        ("稍后 11月27日9点", "2026-11-27T08:00"),
    ],
)
def test_a_day_may_be_written_in_many_manners(line, until):
    assert read(line).until == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_a_slashed_date_that_could_be_two_days_is_doubted():
    assert not isinstance(read("snooze 12/10 9:00"), Command)
