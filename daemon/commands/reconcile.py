"""`reconcile`: the server's mailboxes against the ledger, and the proof that nothing is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Account, Settings
from daemon.commands.ingest import desk_for, rules_for
from daemon.connection import ServerFault
from daemon.database import open_store
from daemon.deeds import Scene
from daemon.desk import Desk
from daemon.faults import Refused
from daemon.handover import Done, Request, ask, place_of
from daemon.imap import ImapMailbox
from daemon.jury import Jury
from daemon.oauth import Keyring
from daemon.pipeline import never, poll, process
from daemon.reconciling import Comparison, compare, reconcile, state_of
from daemon.secrets import SecretUnavailable
from daemon.storage import mailbox_rows
from daemon.storage.engine import StoreBusy
from daemon.storage.store import Store
from daemon.terminal import Text, cell, console, table
from daemon.workspace import required_settings

RECONCILE = "reconcile"
"""The deed's name for the running service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One mailbox: how it compared, how many messages came, and what was left; or why it could not be looked at."""

    account: str
    mailbox: str
    found: Comparison | None = None
    fetched: int = 0
    left: int = 0
    error: str = ""


def reconcile_all(*, account: str | None, as_json: bool, now: datetime | None, settings_path: Path | None) -> int:
    """Compare every mailbox; 0 when nothing is missing in the end, else 1."""
    settings = required_settings(settings_path)
    chosen = [each for each in settings.accounts if account in (None, each.name)]
    if not chosen:
        raise Refused(
            f"there is no account {account}; the settings name {', '.join(a.name for a in settings.accounts)}"
        )
    rows, beside = _rows(chosen, settings, now or datetime.now(UTC))
    if as_json:
        for row in rows:
            print(json.dumps(_json(row), ensure_ascii=False))
    else:
        _print(rows, beside=beside)
    return int(any(row.left or row.error for row in rows))


def _rows(accounts: Sequence[Account], settings: Settings, now: datetime) -> tuple[list[Row], bool]:
    """The rows, and whether a running service had the database, so that nothing could be fetched here."""
    keyring = Keyring(settings.state_directory)
    try:
        with open_store(settings.database, lock=True) as store, Jury(rules_for(settings), workers=1) as jury:
            desk = desk_for(settings, store, jury)
            rows = [row for account in accounts for row in _account(account, desk, keyring, now)]
            process(desk, now)
            return rows, False
    except StoreBusy:
        beside = not _asked_service(accounts, settings)
        with open_store(settings.database, lock=False) as store:
            return [row for account in accounts for row in _account(account, store, keyring, now)], beside


def _asked_service(accounts: Sequence[Account], settings: Settings) -> bool:
    """Whether the running service has fetched what it had passed over; it is asked before the mailboxes are counted."""
    with open_store(settings.database, lock=False) as store:
        place = place_of(store)
    if place is None:
        return False
    ask(place, RECONCILE, {"accounts": [account.name for account in accounts]})
    return True


def compare_now(scene: Scene, request: Request) -> Done:
    """The running service compares its accounts at once, and fetches what is missing."""
    for name in request.arguments["accounts"]:
        with scene.store.write() as tx:
            mailbox_rows.forget_comparisons(tx, str(name))
        if scene.poll is not None:
            scene.poll(str(name))
    scene.process()
    return Done(text="")


def _account(account: Account, at: Desk | Store, keyring: Keyring, now: datetime) -> Iterator[Row]:
    """A row a mailbox; with a desk what is missing is fetched, with a store it is only counted."""
    try:
        with ImapMailbox.connect(account, keyring.login(account.name, account.server)) as mailbox:
            if isinstance(at, Desk):
                poll(account, mailbox, at, now)
            for name in account.mailboxes:
                yield _mailbox(account, name, mailbox, at, now)
    except (ServerFault, SecretUnavailable) as fault:
        yield Row(account=account.name, mailbox="", error=str(fault))


def _mailbox(account: Account, name: str, mailbox: ImapMailbox, at: Desk | Store, now: datetime) -> Row:
    status = mailbox.examine(name)
    store = at.store if isinstance(at, Desk) else at
    fetched = 0
    try:
        if isinstance(at, Desk):
            found, fetched = reconcile(mailbox, status, store, account.name, account.start, now, whole=True, stop=never)
            left = compare(mailbox, state_of(store, account.name, status), store, account.start, None)
        else:
            found = left = compare(mailbox, state_of(store, account.name, status), store, account.start, None)
    except LookupError as error:
        return Row(account=account.name, mailbox=name, error=str(error))
    return Row(account=account.name, mailbox=name, found=found, fetched=fetched, left=len(left.missing))


def _json(row: Row) -> dict[str, object]:
    found = asdict(row.found) if row.found else {}
    return {**found, "account": row.account, "mailbox": row.mailbox, "fetched": row.fetched, "left": row.left,
            "error": row.error or None}  # fmt: skip


def _print(rows: Sequence[Row], *, beside: bool) -> None:
    screen = console()
    columns = ("account", "mailbox", "server", "ledger", "missing", "fetched", "new", "vanished")
    screen.print(table(columns, [_cells(row) for row in rows if row.found is not None]))
    for row in rows:
        if row.error:
            screen.print(row.error, style="red")
    left, new = sum(row.left for row in rows), sum(row.found.new for row in rows if row.found)
    if left and beside:
        screen.print(f"{left} messages are missing; the running service fetches them when it compares, within the hour")
    elif left:
        screen.print(f"{left} messages are missing: the server lists them and gives no text; they are asked for again")
    elif not any(row.error for row in rows):
        later = f"; {new} arrived since the last poll" if new else ""
        screen.print(f"nothing is missing{later}")


def _cells(row: Row) -> Sequence[Text | str]:
    found = row.found
    assert found is not None
    numbers = (found.server, found.ledger, len(found.missing), row.fetched, found.new, found.vanished or 0)
    style = "red" if row.left else ""
    return (row.account, row.mailbox, *(cell(str(number), style) for number in numbers))
