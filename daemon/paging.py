"""Pages beside mail: what the ladder tells goes to people's channels too, by the same outbox, log and retries."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from config.ladder import OWN, LadderStep
from config.settings import Channel
from daemon.channels import Order, Result
from daemon.desk import Post
from daemon.outbox import DrainReport, drain
from daemon.roster import Roster
from daemon.secrets import SecretUnavailable, read_secret
from daemon.sending import Ambiguous, DeliveryState, Ending, Outcome, Permanent, Sent, Transient, Via
from daemon.storage import outbox_rows
from daemon.storage.engine import Transaction
from daemon.storage.store import Store
from daemon.supervisor import Facts, Health, failed, read_health, succeeded, write_health
from responders.escalation import CaseNotice
from responders.page import case_page
from responders.voice import TeamVoice

PAGE_SECONDS = 40.0
"""From the start of the process that sends a page to its end, whatever the service does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person has just been told by mail."""

    notice: CaseNotice
    person: str
    step: LadderStep | None
    """Null for the end of a snooze."""
    case_id: int


def channels_of(step: LadderStep | None, letter: str, own: Sequence[str]) -> tuple[str, ...]:
    """Where a notice goes beside mail: the step's channels, else the person's own; a mere reminder wakes nobody."""
    if step is None or step.channels is None:
        return tuple(own) if letter != "reminder" else ()
    return tuple(dict.fromkeys(name for each in step.channels for name in (own if each == OWN else (each,))))


def put_out(tx: Transaction, post: Post, roster: Roster, told: Sequence[Told], now: datetime) -> int:
    """One page a channel about all that people were just told; how many."""
    by_channel: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        own = roster.by_name[each.person].channels
        for name in channels_of(each.step, each.notice.letter, own):
            by_channel[name].append(each)
    return sum(
        _put_out(tx, post, roster, roster.channels[name], shown, now)
        for name, shown in by_channel.items()
        if name in roster.channels
    )


def _put_out(
    tx: Transaction, post: Post, roster: Roster, channel: Channel, told: Sequence[Told], now: datetime
) -> bool:
    people = tuple(dict.fromkeys(each.person for each in told))
    page = case_page(
        [each.notice for each in told],
        people=people,
        order_ids=channel.order_ids,
        team=_voice(roster, people, post.voice),
        now=now,
    )
    cases = {each.case_id for each in told}
    # The same cases on another channel are another page: it shows what that channel may show.
    page = replace(page, key=f"{page.key}:{channel.name}")
    return outbox_rows.enqueue_page(tx, page, [channel.name], now, cases.pop() if len(cases) == 1 else None)


def _voice(roster: Roster, people: Sequence[str], team: TeamVoice) -> TeamVoice:
    """In the zone and the language that all readers share, else the team's."""
    voices = [team.to(roster.by_name[name]) for name in people]
    zones, languages = {each.zone for each in voices}, {each.language for each in voices}
    return replace(
        team,
        zone=zones.pop() if len(zones) == 1 else team.zone,
        language=languages.pop() if len(languages) == 1 else team.language,
    )


class ChannelSender:
    """A Sender (`sending.py`) whose recipients are names of channels; only those of the settings can be reached."""

    def __init__(self, channels: Mapping[str, Channel], *, seconds: float = PAGE_SECONDS) -> None:
        self._channels = channels
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._cut_because: str | None = None

    def send(self, envelope_from: str, recipient: str, data: bytes) -> Outcome:
        """One page to one channel; never raises a ServerFault, so that a dead service holds up no other."""
        try:
            url = read_secret(self._channels[recipient].url)
        except SecretUnavailable as fault:
            return Transient(reply=str(fault))
        page = json.loads(data)
        return outcome_of(self._run(Order(url=url, title=page["title"], body=page["body"])))

    def close(self) -> None:
        """Nothing stays open between pages."""

    def cut(self, because: str) -> None:
        """End the page under way, from any thread; it becomes ambiguous."""
        with self._lock:
            self._cut_because = because
            if self._process is not None:
                self._process.kill()

    def _run(self, order: Order) -> Result:
        """A process of its own: whatever a service or the library does, it ends in time."""
        # -P: nothing in the current directory stands in for a module.
        command = [sys.executable, "-P", "-m", "daemon.channels"]
        clean = {name: value for name, value in os.environ.items() if name not in ("NOTIFY_SOCKET", "WATCHDOG_USEC")}
        pipe, none = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=none, env=clean) as process:  # noqa: S603
            with self._lock:
                self._process = process
                if self._cut_because is not None:
                    process.kill()
            try:
                answer, _ = process.communicate(json.dumps(asdict(order)).encode(), timeout=self._seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                return Result(state="perhaps", why=f"no end after {self._seconds:.0f} s")
            finally:
                self._process = None
        with suppress(ValueError, TypeError):
            return Result(**json.loads(answer))
        return Result(state="perhaps", why=self._cut_because or "the process that sends pages ended early")


class Pager:
    """Sends what is due to channels for one service; one thread at a time, while any may `cut`."""

    def __init__(self, *, stop: Callable[[], bool]) -> None:
        self._stop = stop
        self._sender: ChannelSender | None = None
        self._owner = f"{socket.gethostname()}:{os.getpid()}"

    def send(self, store: Store, channels: Mapping[str, Channel], now: datetime) -> DrainReport:
        """Send what is due and note how each channel does."""
        self._sender = ChannelSender(channels)
        try:
            report = drain(
                store,
                self._sender,
                allowed=frozenset(channels),
                envelope_from="",
                owner=self._owner,
                now=now,
                stop=self._stop,
                via=Via.CHANNEL,
            )
        finally:
            self._sender = None
        last = {delivery.recipient: ending for delivery, ending in report.ended if delivery.recipient in channels}
        for name, ending in last.items():
            write_health(store, _health_after(channel_health(store, name), ending, now), now)
        return report

    def cut(self, because: str) -> None:
        """End the page under way, from any thread."""
        if (sender := self._sender) is not None:
            sender.cut(because)


def channel_health(facts: Facts, name: str) -> Health:
    """How a channel has been doing; it is never left alone for long, since each page has its own waits."""
    return read_health(facts, f"channel {name}", name)


def _health_after(health: Health, ending: Ending, now: datetime) -> Health:
    if ending.state is DeliveryState.SENT:
        return succeeded(health, now)
    return failed(health, PageFault(f"channel {health.host}: {ending.reply}"), now, chance=0.0)


class PageFault(Exception):
    """A channel did not take a page; the sentence says why."""


def outcome_of(result: Result) -> Outcome:
    """The result in the outbox's words."""
    match result.state:
        case "sent":
            return Sent(reply=result.why)
        case "never":
            return Permanent(reply=result.why)
        case "perhaps":
            return Ambiguous(reply=result.why)
        case _:
            return Transient(reply=result.why)
