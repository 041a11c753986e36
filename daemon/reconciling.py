"""Comparing a mailbox with the ledger: proof that nothing is missing, and what is missing becomes wanted.

Polling looks behind a mark only; a UID that a server leaves out of one answer would be missed for ever. So the sets
themselves are compared, the recent days every hour and everything once a week.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from daemon.intake import take_in
from daemon.mailbox import Mailbox, MailboxStatus
from daemon.places import FetchedMessage
from daemon.storage import mailbox_rows
from daemon.storage.mailbox_rows import MailboxState
from daemon.storage.store import Store

log = logging.getLogger(__name__)

RECENT_EVERY = timedelta(hours=1)
RECENT_DAYS = timedelta(days=7)
"""By the server's INTERNALDATE; a day more than a long weekend and the holiday behind it."""
WHOLE_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One mailbox on the server and in the ledger at one moment."""

    account: str
    mailbox: str
    server: int
    """UIDs that the server lists and that are to be read: since the start date, or arrived after the first reading."""
    ledger: int
    """How many of them have a place: stored, or given up visibly (in quarantine)."""
    missing: tuple[int, ...]
    """Those without one, ascending: they were passed over, and are wanted now."""
    asked_again: int
    """Of the missing, how many gave no text so far and are asked for at every poll."""
    new: int
    """UIDs that arrived since the last poll; the next one reads them."""
    vanished: int | None
    """Stored mails that somebody has moved or deleted on the server since; null when only recent days were compared."""


def compare(mailbox: Mailbox, state: MailboxState, store: Store, start: date, since: date | None) -> Comparison:
    """Compare the mailbox that is open; `since` limits it to mail that arrived on that day or later."""
    listed = set(mailbox.uids_since(max(start, since) if since else start))
    everything = listed if since else set(mailbox.uids(1))
    first = state.first_upto
    expected = listed | ({uid for uid in everything if uid > first} if first is not None and not since else set())
    seen = {uid for uid in expected if state.scanned_upto is not None and uid <= state.scanned_upto}
    with store.read() as tx:
        known = mailbox_rows.known_uids(tx, state.generation, 1, max([*everything, state.scanned_upto or 0, 1]))
        asked = set(mailbox_rows.missing_uids(tx, state.generation))
        stored = mailbox_rows.stored_uids(tx, state.generation) if since is None else set()
    return Comparison(
        account=state.account,
        mailbox=state.mailbox,
        server=len(expected),
        ledger=len(expected & known),
        missing=tuple(sorted(seen - known)),
        asked_again=len(seen & asked - known),
        new=len(expected - seen - known),
        vanished=len(stored - everything) if since is None else None,
    )


def reconcile(
    mailbox: Mailbox,
    status: MailboxStatus,
    store: Store,
    account: str,
    start: date,
    now: datetime,
    *,
    whole: bool,
    stop: Callable[[], bool],
) -> tuple[Comparison, int]:
    """Compare, fetch what is missing, and remember that it was done; the comparison, and how many messages came.

    With everything, UIDs that were given up because they gave no text are asked for once more too.
    """
    state = state_of(store, account, status)
    since = None if whole else (now - RECENT_DAYS).date()
    if whole:
        with store.write() as tx:
            mailbox_rows.ask_again(tx, state.generation)
    found = compare(mailbox, state, store, start, since)
    with store.write() as tx:
        mailbox_rows.want(tx, state.generation, found.missing, "was passed over by an earlier search", now)
    fetched = sum(isinstance(each, FetchedMessage) for each in take_in(mailbox, found.missing, store, now, stop))
    with store.write() as tx:
        mailbox_rows.note_compared(tx, state.generation, now, whole=whole)
    if len(found.missing) > found.asked_again:
        passed_over = len(found.missing) - found.asked_again
        log.warning(
            "%s/%s: %d messages were on the server and not in the ledger; %d fetched",
            account, status.name, passed_over, fetched,
        )  # fmt: skip
    return found, fetched


def is_due(state: MailboxState, now: datetime) -> tuple[bool, bool]:
    """Whether to compare now, and then whether to compare everything; never while the first reading goes on."""
    if state.scanned_upto is None:
        return False, False
    whole = state.compared_all_at is None or now - state.compared_all_at >= WHOLE_EVERY
    recent = state.compared_at is None or now - state.compared_at >= RECENT_EVERY
    return whole or recent, whole


def state_of(store: Store, account: str, status: MailboxStatus) -> MailboxState:
    """The ledger's view of the mailbox that is open; LookupError when it was never polled under this UIDVALIDITY."""
    for state in store.mailbox_states():
        if (state.account, state.mailbox, state.uidvalidity) == (account, status.name, status.uidvalidity):
            return state
    raise LookupError(f"{account}/{status.name} was not polled since its UIDVALIDITY changed")
