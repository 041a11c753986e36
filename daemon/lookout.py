"""The lookout: asks the store for everything that can be wrong with intake and sending, and says what is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from config.settings import Account, Settings
from daemon.paging import channel_health
from daemon.silence import (
    Condition,
    Intake,
    Jump,
    Usual,
    account_conditions,
    channel_conditions,
    clock_conditions,
    disk_conditions,
    learn,
    longest_silence,
    number,
    outgoing_conditions,
    quiet_conditions,
    stuck_conditions,
    unread_conditions,
)
from daemon.storage import intake_rows
from daemon.storage.mailbox_rows import MailboxState
from daemon.storage.store import Store
from daemon.supervisor import all_health

READING = "reading "
"""What the names of workers that read accounts begin with."""
STARTED, JUMPED = "service:started", "clock:jumped"
_MOST_ARRIVALS = 20_000
"""Of one mailbox, to learn from."""


def conditions_of(
    store: Store, settings: Settings, now: datetime, *, stuck: Iterable[str] = (), paused: str | None = None
) -> list[Condition]:
    """Everything that is wrong now; `stuck` and `paused` are what only the service itself knows."""
    *healths, outgoing = all_health(store, settings)
    intakes = [_intake(store, account, now) for account in settings.accounts]
    channels = [channel_health(store, name) for name in settings.channels]
    return [
        *account_conditions(healths, now),
        *unread_conditions(healths, intakes, started_at(store) or now, now),
        *quiet_conditions(healths, intakes, now),
        *outgoing_conditions(outgoing, store.oldest_waiting(), now),
        *channel_conditions(channels, now),
        *clock_conditions(last_jump(store), now),
        *stuck_conditions(stuck),
        *disk_conditions(paused),
    ]


def note_start(store: Store, now: datetime) -> None:
    """From now on silence counts: what was not read before was nobody's fault."""
    store.set_fact(STARTED, now.isoformat(), now)


def started_at(store: Store) -> datetime | None:
    """When the service last started; null when it never did."""
    text = store.get_fact(STARTED)
    return datetime.fromisoformat(text) if text else None


def note_jump(store: Store, jump: Jump, now: datetime) -> None:
    """Keep it, for the notice and for `status`."""
    store.set_fact(JUMPED, json.dumps({"at": jump.at.isoformat(), "seconds": jump.seconds}), now)


def last_jump(store: Store) -> Jump | None:
    """The clock's last jump that the service saw."""
    text = store.get_fact(JUMPED)
    if not text:
        return None
    row = json.loads(text)
    return Jump(at=datetime.fromisoformat(row["at"]), seconds=row["seconds"])


def note_work(store: Store, workers: Iterable[str], now: datetime) -> None:
    """Polls that are at work and not stuck, as `reading NAME`: `status` must not take a long one for silence."""
    for worker in workers:
        if worker.startswith(READING):
            store.set_fact(f"at_work:{worker.removeprefix(READING)}", now.isoformat(), now)


def at_work(store: Store, account: str) -> datetime | None:
    """When a poll of the account was last seen at work."""
    text = store.get_fact(f"at_work:{account}")
    return datetime.fromisoformat(text) if text else None


def learn_usual(store: Store, settings: Settings, now: datetime) -> None:
    """Once a day and account: learn from the ledger when mail is usual."""
    for account in settings.accounts:
        name, today = f"usual:{account.name}", f"{now:%Y-%m-%d}"
        text = store.get_fact(name)
        if text is not None and json.loads(text)["day"] == today:
            continue
        since = now - timedelta(weeks=number("mail", "weeks"))
        generations = [state.generation for state in _mailboxes(store, account)]
        with store.read() as tx:
            usual = learn(intake_rows.arrivals(tx, generations, since, _MOST_ARRIVALS), now)
        hours = [round(hour, 4) for hour in usual.hours] if usual else []
        row = {"day": today, "hours": hours, "longest": usual.longest if usual else 0.0}
        store.set_fact(name, json.dumps(row), now)


def progress_of(store: Store, settings: Settings) -> list[tuple[MailboxState, int]]:
    """Mailboxes whose first import goes on, with how many of their messages the ledger has."""
    names = {(account.name, mailbox) for account in settings.accounts for mailbox in account.mailboxes}
    found = [state for state in store.mailbox_states() if (state.account, state.mailbox) in names]
    with store.read() as tx:
        return [(state, intake_rows.places_in(tx, state.generation)) for state in found if state.scanned_upto is None]


def is_progressing(store: Store, settings: Settings, now: datetime) -> bool:
    """Whether every account was lately read to the end, or is being read."""
    health = {each.name: each for each in all_health(store, settings)}
    for account in settings.accounts:
        marks = (health[account.name].last_success, at_work(store, account.name))
        rhythm = timedelta(seconds=account.poll_seconds)
        if not any(mark is not None and now - mark <= longest_silence(rhythm) for mark in marks):
            return False
    return True


def _intake(store: Store, account: Account, now: datetime) -> Intake:
    states = _mailboxes(store, account)
    with store.read() as tx:
        newest = [at for state in states if (at := intake_rows.newest_mail(tx, state.generation))]
    return Intake(
        account=account.name,
        rhythm=timedelta(seconds=account.poll_seconds),
        at_work=at_work(store, account.name),
        last_mail=max(newest, default=None),
        complete=bool(states) and all(state.scanned_upto is not None for state in states),
        usual=_usual(store, account.name),
    )


def _mailboxes(store: Store, account: Account) -> Sequence[MailboxState]:
    return [
        state
        for state in store.mailbox_states()
        if state.account == account.name and state.mailbox in account.mailboxes
    ]


def _usual(store: Store, account: str) -> Usual | None:
    text = store.get_fact(f"usual:{account}")
    row = json.loads(text) if text else {}
    return Usual(hours=tuple(row["hours"]), longest=row["longest"]) if row.get("hours") else None
