"""`status`: whether mail is being read and letters leave; the exit status says it to a monitor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.settings import Settings
from daemon.database import database_url, open_store
from daemon.idle import read_bell
from daemon.incidents import open_incidents
from daemon.lookout import conditions_of, is_progressing, progress_of
from daemon.oauth_state import TokenState, all_tokens, life
from daemon.storage.store import Store
from daemon.supervisor import HEARTBEAT, Health, all_health
from daemon.terminal import Text, cell, console, remaining, table
from daemon.workspace import required_settings

PATIENCE = timedelta(minutes=15)
"""How much later than its rhythm an account may be read before intake counts as dead."""
RUNS_UNLESS_SILENT_FOR = timedelta(minutes=1)
"""Several times as long as the service's rhythm of saying that it runs."""
SEEN_BY_THE_SERVICE = frozenset({"stopped", "disk_full"})
"""Conditions that leave no trace in the database but the incident."""
LATE_LETTER = timedelta(minutes=30)
"""A letter that waits longer than this in the outbox is a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the database knows of the service, as of `now`."""

    now: datetime
    accounts: tuple[tuple[Health, bool], ...]
    """Each account's health, and whether mail is being read there."""
    outgoing: Health
    bells: Mapping[str, str]
    """How each account hears of new mail: "idle", or "polling: " and why."""
    tokens: tuple[TokenState, ...]
    """The tokens of every login that uses some."""
    dispositions: dict[str, int]
    unread: int
    """Mails that are stored and not judged yet."""
    quarantined: int
    outbox: dict[str, int]
    oldest_letter: datetime | None
    wrong: tuple[str, ...] = ()
    """Everything that is wrong, a sentence each."""
    imports: tuple[tuple[str, int, int], ...] = ()
    """First imports that go on: the mailbox, how many messages are fetched, how many there are."""
    shadow: bool = False
    """Whether this is a trial in which nothing leaves."""

    @property
    def letters_are_late(self) -> bool:
        """Whether a letter has been waiting for too long."""
        return self.oldest_letter is not None and self.now - self.oldest_letter > LATE_LETTER

    @property
    def is_well(self) -> bool:
        """Whether every account is read and letters leave."""
        tokens = all(token.is_well(self.now) for token in self.tokens)
        return all(alive for _, alive in self.accounts) and not self.letters_are_late and tokens and not self.wrong


def status(*, as_json: bool, now: datetime | None, settings_path: Path | None, database: str | None) -> int:
    """Print the state; 1 when an account is not being read or letters do not leave."""
    settings = required_settings(settings_path)
    with open_store(database_url(database, settings), lock=False) as store:
        report = report_of(store, settings, now or datetime.now(UTC))
    if as_json:
        print(json.dumps(_json(report), ensure_ascii=False))
    else:
        _print(report)
    return 0 if report.is_well else 1


def report_of(store: Store, settings: Settings, now: datetime) -> Report:
    """What the store says of the service."""
    *accounts, outgoing = all_health(store, settings)
    rhythm = {account.name: timedelta(seconds=account.poll_seconds) for account in settings.accounts}
    alive = {health.name for health in accounts if is_alive(health, rhythm[health.name], now)}
    imports = progress_of(store, settings)
    # A first import may take longer than any rhythm; while it stores mail, the account is being read.
    alive |= {state.account for state, _ in imports if is_progressing(store, settings, now)}
    return Report(
        now=now,
        accounts=tuple((health, health.name in alive) for health in accounts),
        outgoing=outgoing,
        bells={account.name: _bell(store, account.name, now) for account in settings.accounts},
        tokens=tuple(all_tokens(store, settings)),
        dispositions={kind.value: count for kind, count in store.disposition_counts().items()},
        unread=store.waiting(),
        quarantined=len(store.quarantined()),
        outbox=store.outbox_counts(),
        oldest_letter=store.oldest_waiting(),
        wrong=_wrong(store, settings, now),
        imports=tuple((f"{state.account}/{state.mailbox}", count, state.exists) for state, count in imports),
        shadow=settings.shadow,
    )


def _wrong(store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    """What the store shows now, and what only the service could see."""
    present = {each.key: each.says for each in conditions_of(store, settings, now)}
    own = {each.key: each.says for each in open_incidents(store) if each.name in SEEN_BY_THE_SERVICE}
    return tuple({**own, **present}.values())


def _bell(store: Store, name: str, now: datetime) -> str:
    """What the service said last, as long as it runs: only then does anybody wait for news."""
    beat = store.get_fact(HEARTBEAT)
    if beat is None or now - datetime.fromisoformat(beat) > RUNS_UNLESS_SILENT_FOR:
        return "the service does not run"
    bell = read_bell(store, name)
    if bell is None:
        return "polling"
    return "idle" if bell.idle else f"polling: {bell.why}"


def is_alive(health: Health, rhythm: timedelta, now: datetime) -> bool:
    """Whether the account was read as often as it should be, give or take a quarter of an hour."""
    return health.last_success is not None and now - health.last_success <= 2 * rhythm + PATIENCE


def _json(report: Report) -> dict[str, object]:
    return {
        "ok": report.is_well,
        "accounts": [
            {**_health_json(health), "alive": alive, "intake": report.bells[health.name]}
            for health, alive in report.accounts
        ],
        "outgoing": _health_json(report.outgoing),
        "tokens": [_token_json(token, report.now) for token in report.tokens],
        "dispositions": report.dispositions,
        "unread": report.unread,
        "quarantined": report.quarantined,
        "outbox": report.outbox,
        "letters_late": report.letters_are_late,
        "wrong": list(report.wrong),
        "imports": [{"mailbox": name, "fetched": done, "exists": exists} for name, done, exists in report.imports],
        "shadow": report.shadow,
    }


def _health_json(health: Health) -> dict[str, object]:
    return {
        "name": health.name,
        "host": health.host,
        "last_success": health.last_success and health.last_success.isoformat(),
        "error": health.last_error or None,
        "failures": health.failures,
        "next_try": health.next_try and health.next_try.isoformat(),
    }


def _token_json(token: TokenState, now: datetime) -> dict[str, object]:
    moments = {"access_until": token.access_until, "login_until": token.ends, "renewed": token.refreshed_at}
    return {
        "name": token.name,
        "ok": token.is_well(now),
        "error": token.error or None,
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
    }


def _print(report: Report) -> None:
    screen = console()
    rows = [_row(health, "read" if alive else "NOT READ", alive, report.now) for health, alive in report.accounts]
    late = report.letters_are_late
    rows.append(_row(report.outgoing, "LATE" if late else "ok", not late, report.now))
    screen.print(table(("server", "host", "state", "last success", "last fault"), rows))
    for name, bell in report.bells.items():
        screen.print(f"new mail of {name}: {bell}", soft_wrap=True)
    for token in report.tokens:
        words = f"tokens of {token.name}: {life(token, report.now)}"
        style = "" if token.is_well(report.now) else "bold red"
        screen.print(f"{words}; {token.error}" if token.error else words, style=style, soft_wrap=True)
    for sentence in report.wrong:
        screen.print(f"WRONG: {sentence}", style="bold red", soft_wrap=True)
    for mailbox, done, exists in report.imports:
        screen.print(f"first import of {mailbox}: {done} of {exists} messages fetched", style="yellow")
    screen.print(f"\nmessages: {_counts(report.dispositions)}; {report.unread} not judged yet")
    screen.print(f"letters: {_counts(report.outbox)}")
    if report.shadow:
        told = "shadow mode: nothing leaves; `claimclock simulate --compare` shows what would have gone to whom"
        screen.print(told, style="yellow", soft_wrap=True)
    if report.quarantined:
        screen.print(f"{report.quarantined} in quarantine; `claimclock retry` reads them again", style="yellow")


def _row(health: Health, state: str, is_well: bool, now: datetime) -> Sequence[Text | str]:
    last = health.last_success
    ago = "never" if last is None else f"{remaining(last, now).removeprefix('overdue ').removeprefix('in ')} ago"
    return (health.name, health.host, cell(state, "green" if is_well else "bold red"), ago, health.last_error or "-")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
