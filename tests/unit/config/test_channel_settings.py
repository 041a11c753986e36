"""What the settings say about pages beside mail: names that must exist, URLs that are never written there."""

from importlib.resources import files
from pathlib import Path

import pytest

from config.document import as_toml
from config.loading import load_settings
from config.problems import SettingsError
from config.settings import Channel, Secret

EXAMPLE = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")


def load(tmp_path: Path, *changes: tuple[str, str]):
    text = EXAMPLE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "claimclock.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def problems(tmp_path: Path, *changes: tuple[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, *changes)
    return {problem.key: problem.message for problem in refused.value.problems}


CHAT = ("[channels]\n", '[channels]\nchat = { url = { file = "chat-url" } }\n')
ANA = ('name = "Ana"\n', 'name = "Ana"\nchannels = ["chat"]\n')


def test_a_channel_and_who_has_it(tmp_path):
    settings = load(tmp_path, CHAT, ANA)
    assert settings.channels == {"chat": Channel(name="chat", url=Secret(file=tmp_path / "chat-url"))}
    assert settings.team.people[0].channels == ("chat",)


def test_channels_and_steps_survive_being_written_out(tmp_path):
    step = (
        "[ladder.stated]\n",
        '[ladder.stated]\non_call_1 = { channels = ["own", "chat"] }\nlead_2 = { channels = [] }\n',
    )
    beat = ("[heartbeat]\n", '[heartbeat]\nurl = { credential = "beat" }\nevery_seconds = 30\n')
    settings = load(tmp_path, CHAT, ANA, step, beat)
    again = tmp_path / "again.toml"
    again.write_text(as_toml(settings), encoding="utf-8")
    read = load_settings(again)
    assert (read.channels, read.heartbeat, read.ladder) == (settings.channels, settings.heartbeat, settings.ladder)
    assert read.team.people[0].channels == ("chat",)
    steps = {each.name: each.channels for each in read.ladder.steps["stated"]}
    assert (steps["on_call_1"], steps["lead_2"], steps["on_call_4"]) == (("own", "chat"), (), None)


def test_a_person_or_a_step_that_names_an_unknown_channel_is_told_with_its_place(tmp_path):
    step = ("[ladder.stated]\n", '[ladder.stated]\non_call_1 = { channels = ["pager"] }\n')
    found = problems(tmp_path, ("[channels]\n", "[channels]\n"), ANA, step)
    assert found["team.people[Ana].channels"] == '"chat" is no channel; known: none'
    assert found["ladder.stated.on_call_1.channels"] == '"pager" is no channel; known: none'


def test_a_url_never_stands_in_the_file(tmp_path):
    for value, key in (
        ('{ url = "tgram://123:token/45" }', "channels.chat.url"),
        ('"tgram://token/45"', "channels.chat"),
    ):
        found = problems(tmp_path, ("[channels]\n", f"[channels]\nchat = {value}\n"))
        assert list(found) == [key]
        assert "token/45" not in str(found)


@pytest.mark.parametrize("name", ['"Team Chat"', "own", "mail", '"ab/c"'])
def test_a_channels_name_is_short_and_plain(tmp_path, name):
    found = problems(tmp_path, ("[channels]\n", f'[channels]\n{name} = {{ url = {{ credential = "chat" }} }}\n'))
    assert list(found) == ["channels"]


def test_a_steps_channels_are_a_list(tmp_path):
    found = problems(tmp_path, ("[ladder.stated]\n", '[ladder.stated]\nlead_2 = { channels = "chat" }\n'))
    assert "must be a list of channels" in found["ladder.stated.lead_2.channels"]
