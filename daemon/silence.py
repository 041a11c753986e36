"""Silence is an alarm: what is wrong now, as values; pure. `incidents.py` tells each once, and once that it is over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from config.ladder import parse_span
from daemon.supervisor import OUTGOING, Health

LETTER_OF_ERROR = {
    "WrongPassword": "login_refused",
    "SecretUnavailable": "login_refused",
    "BadCertificate": "certificate_refused",
    "NoStartTls": "certificate_refused",
    "Refused": "mailbox_missing",
    "TokenRefused": "token_refused",
}
"""Faults that waiting does not mend, by the letter that says what does."""

MAIL_IS_STUCK = "mail_stuck"
_WEEK_HOURS = 168
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that is wrong now: the operator's notice, its facts, and one sentence for `status` and the journal."""

    name: str
    about: str
    """An account, a channel or a worker; empty for the whole service."""
    facts: Mapping[str, str]
    says: str
    pages: bool = True
    """Whether it goes to the operator's channels too."""

    @property
    def key(self) -> str:
        """One incident has one key."""
        return f"{self.name}:{self.about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One account, as the ledger has it."""

    account: str
    rhythm: timedelta
    at_work: datetime | None
    """When a poll was last seen to make progress: a first import may take longer than any rhythm."""
    last_mail: datetime | None
    """When its newest mail arrived at its server."""
    complete: bool
    """Whether every mailbox has been read once to the end."""
    usual: Usual | None
    """What its mail is usually like; null when nothing is expected."""


def account_conditions(healths: Iterable[Health], now: datetime) -> Iterator[Condition]:
    """Accounts that cannot be read: at the second fault in a row, or after 15 min of absence."""
    for health in healths:
        if health.failing_since is None or health.name == OUTGOING:
            continue
        name = LETTER_OF_ERROR.get(health.error)
        since = health.failing_since
        facts = {"account": health.name, "host": health.host, "since": _spoken(since)}
        says = f"{health.name} ({health.host}) cannot be read since {_spoken(since)}: {health.last_error}"
        if name is not None and health.failures >= 2:
            yield Condition(name=name, about=health.name, facts=facts, says=says)
        elif name is None and now - since >= span("outbox", "away"):
            yield Condition(name="account_unreachable", about=health.name, facts=facts, says=says)


def unread_conditions(
    healths: Iterable[Health], intakes: Iterable[Intake], started: datetime, now: datetime
) -> Iterator[Condition]:
    """Accounts of which nothing has been heard for several intervals although no fault is known."""
    known = {health.name: health for health in healths}
    for intake in intakes:
        health = known.get(intake.account)
        if health is None or health.failing_since is not None:
            continue
        marks = [mark for mark in (health.last_success, intake.at_work, started) if mark is not None]
        last = max(marks)
        if now - last > longest_silence(intake.rhythm):
            yield Condition(
                name="account_unread",
                about=intake.account,
                facts={"account": intake.account, "host": health.host, "since": _spoken(last)},
                says=f"{intake.account} ({health.host}) has not been read since {_spoken(last)}, and no fault is known",
            )


def longest_silence(rhythm: timedelta) -> timedelta:
    """How long an account with this rhythm may go unread before that is an alarm."""
    return number("read", "intervals") * rhythm + span("read", "patience")


def quiet_conditions(healths: Iterable[Health], intakes: Iterable[Intake], now: datetime) -> Iterator[Condition]:
    """Accounts that are read well and get no mail for longer than is usual at these hours."""
    failing = {health.name for health in healths if health.failing_since is not None}
    for intake in intakes:
        if intake.last_mail is None or not intake.complete or intake.account in failing or intake.usual is None:
            continue
        if not is_unusual(intake.usual, intake.last_mail, now):
            continue
        missing = f"{intake.usual.expected(intake.last_mail, now):.0f}"
        since = _spoken(intake.last_mail)
        yield Condition(
            name="silence",
            about=intake.account,
            facts={"account": intake.account, "since": since, "expected": missing},
            says=f"{intake.account} has had no mail since {since}, where about {missing} are usual",
        )


def outgoing_conditions(outgoing: Health, oldest: datetime | None, now: datetime) -> Iterator[Condition]:
    """Mail that cannot leave: nobody can be told of that by mail."""
    since, lasts = outgoing.failing_since, outgoing.error in LETTER_OF_ERROR and outgoing.failures >= 2
    away = since is not None and (lasts or now - since >= span("outbox", "away"))
    late = oldest is not None and now - oldest >= span("outbox", "late")
    if not away and not late:
        return
    begun = min(mark for mark in (since, oldest) if mark is not None)
    fault = outgoing.last_error or "letters wait, and no fault is known"
    yield Condition(
        name=MAIL_IS_STUCK,
        about="",
        facts={"host": outgoing.host, "since": _spoken(begun), "error": fault},
        says=f"no mail leaves by {outgoing.host} since {_spoken(begun)}: {fault}",
    )


def channel_conditions(channels: Iterable[Health], now: datetime) -> Iterator[Condition]:
    """Channels that take no pages; told by mail alone."""
    for health in channels:
        if health.failing_since is not None and now - health.failing_since >= span("channel", "away"):
            since = _spoken(health.failing_since)
            yield Condition(
                name="channel_failing",
                about=health.host,
                facts={"channel": health.host, "since": since, "error": health.last_error},
                says=f"{health.last_error}, since {since}",
                pages=False,
            )


def disk_conditions(paused: str | None) -> Iterator[Condition]:
    """A disk that takes nothing more: intake is paused, and mail waits at its server."""
    if paused is not None:
        yield Condition(name="disk_full", about="", facts={"error": paused}, says=f"intake is paused: {paused}")


def stuck_conditions(stuck: Iterable[str]) -> Iterator[Condition]:
    """Parts of the service that make no progress; the watchdog is not fed either."""
    for worker in stuck:
        yield Condition(
            name="stopped", about=worker, facts={"part": worker}, says=f"the service makes no progress with: {worker}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The clock went another way than the time."""

    at: datetime
    """What it showed afterwards."""
    seconds: float
    """How much further than the time that passed; negative for back."""


def jump_between(before: tuple[datetime, float], after: tuple[datetime, float]) -> Jump | None:
    """Whether the clock jumped between two looks at it and at a counter of seconds that nobody can set."""
    ran = (after[0] - before[0]).total_seconds()
    passed = after[1] - before[1]
    if abs(ran - passed) < span("clock", "jump").total_seconds():
        return None
    return Jump(at=after[0], seconds=ran - passed)


def clock_conditions(jump: Jump | None, now: datetime) -> Iterator[Condition]:
    """A clock that jumped lately: every deadline is measured by it."""
    if jump is None or abs(now - jump.at) > span("clock", "calm"):
        return
    way = "forward" if jump.seconds > 0 else "back"
    by = f"{abs(jump.seconds):.0f} s"
    yield Condition(
        name="clock_jumped",
        about="",
        facts={"when": _spoken(jump.at), "jump": f"{'+' if jump.seconds > 0 else '-'}{by}"},
        says=f"the clock jumped {way} by {by}, to {_spoken(jump.at)}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How much mail an account gets in each hour of the week (UTC, Monday first), and its longest pause so far."""

    hours: tuple[float, ...]
    longest: float
    """In mails that would have been expected in it."""

    def expected(self, start: datetime, end: datetime) -> float:
        """How many mails are usual between two instants."""
        if end <= start:
            return 0.0
        weeks, rest = divmod(end - start, timedelta(days=7))
        total, at = weeks * sum(self.hours), end - rest
        while at < end:
            until = min((at + _HOUR).replace(minute=0, second=0, microsecond=0), end)
            total += self.hours[hour_of_week(at)] * ((until - at) / _HOUR)
            at = until
        return total


def learn(arrivals: Sequence[datetime], now: datetime) -> Usual | None:
    """What is usual, by arrivals (any order) of the last weeks; null when there are too few to expect anything."""
    begin = now - timedelta(weeks=number("mail", "weeks"))
    seen = sorted(each for each in arrivals if begin <= each <= now)
    if len(seen) < number("mail", "least_mails") or seen[-1] - seen[0] < timedelta(days=number("mail", "least_days")):
        return None
    weeks = max((now - seen[0]) / timedelta(days=7), 1.0)
    counts = [0.0] * _WEEK_HOURS
    for each in seen:
        counts[hour_of_week(each)] += 1 / weeks
    # Neighbours share: mail of 9:05 may as well come at 8:55.
    shared = tuple((counts[i - 1] + 2 * counts[i] + counts[(i + 1) % _WEEK_HOURS]) / 4 for i in range(_WEEK_HOURS))
    usual = Usual(hours=shared, longest=0.0)
    pauses = sorted(usual.expected(a, b) for a, b in pairwise(seen) if b - a >= _HOUR)
    # With enough mail one earlier failure does not count: it would make the next one look usual.
    if len(pauses) > 1 and len(seen) >= 200:
        pauses.pop()
    return Usual(hours=shared, longest=pauses[-1] if pauses else 0.0)


def is_unusual(usual: Usual, last: datetime, now: datetime) -> bool:
    """Whether no mail since `last` is far beyond the usual."""
    if now - last < span("mail", "shortest"):
        return False
    return usual.expected(last, now) >= max(number("mail", "expected"), number("mail", "factor") * usual.longest)


def hour_of_week(at: datetime) -> int:
    """0 for Monday from 0:00 to 1:00 UTC."""
    at = at.astimezone(UTC)
    return at.weekday() * 24 + at.hour


def span(table: str, key: str) -> timedelta:
    """A duration of silence.toml."""
    return parse_span(_policy()[table][key])


def number(table: str, key: str) -> float:
    """A number of silence.toml."""
    return float(_policy()[table][key])


@cache
def _policy() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("config").joinpath("data/silence.toml").read_text(encoding="utf-8"))


def _spoken(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
