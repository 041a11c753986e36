"""`page test`: try one channel, or all of one person, and say what happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Channel, Settings
from daemon.desk import post_of
from daemon.faults import Refused
from daemon.paging import ChannelSender
from daemon.sending import Ambiguous, Outcome, Sent
from daemon.terminal import console
from daemon.workspace import required_settings
from responders.page import trial_page


def try_out(name: str, *, as_json: bool, settings_path: Path | None) -> int:
    """Send a test page at once, beside the outbox; 1 unless every channel took it."""
    settings, well = required_settings(settings_path), True
    for channel, outcome in _sent(_named(name, settings), settings):
        well = well and isinstance(outcome, Sent)
        if as_json:
            row = {"channel": channel.name, "sent": isinstance(outcome, Sent), "why": outcome.reply}
            print(json.dumps(row, ensure_ascii=False))
        else:
            _print(channel, outcome)
    return 0 if well else 1


def _named(name: str, settings: Settings) -> tuple[Channel, ...]:
    """A channel by its name, or a person's channels."""
    if name in settings.channels:
        return (settings.channels[name],)
    person = next((each for each in settings.team.people if each.name == name), None)
    if person is not None and person.channels:
        return tuple(settings.channels[each] for each in person.channels)
    if person is not None:
        raise Refused(f"{name} has no channels; name some in team.people: channels = [...]")
    known = [*settings.channels, *(each.name for each in settings.team.people if each.channels)]
    raise Refused(f"{name} is no channel and nobody who has one; known: {', '.join(known) or 'none, see [channels]'}")


def _sent(channels: Sequence[Channel], settings: Settings) -> Iterator[tuple[Channel, Outcome]]:
    sender = ChannelSender(settings.channels)
    page = trial_page(team=post_of(settings).voice, now=datetime.now(UTC))
    data = json.dumps({"title": page.title, "body": page.body}).encode()
    for channel in channels:
        yield channel, sender.send("", channel.name, data)


def _print(channel: Channel, outcome: Outcome) -> None:
    word, style = "NOT SENT", "red"
    if isinstance(outcome, Sent):
        word, style = "sent", "green"
    elif isinstance(outcome, Ambiguous):
        word, style = "perhaps sent", "yellow"
    console().print(f"{channel.name}: {word} ({outcome.reply})", style=style, soft_wrap=True)
