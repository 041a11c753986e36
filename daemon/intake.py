"""Intake: which UIDs are still wanted, and their bytes into the store, some at a time."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from daemon.mailbox import Mailbox, MailboxStatus, Unfetchable
from daemon.places import FetchedMessage, Place
from daemon.sources import Source
from daemon.storage.mailbox_rows import MailboxState
from daemon.storage.store import Store

log = logging.getLogger(__name__)

_TOLD_EVERY = 1000
"""Messages between two lines about the progress of a long reading."""
_ASKED = 200
_KEPT = 64
_KEPT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to fetch from one mailbox."""

    uids: Sequence[int]
    upto: int
    """When all of them have a place, every UID up to this one has."""


def wanted(mailbox: Mailbox, status: MailboxStatus, state: MailboxState, store: Store, start: date) -> Wanted:
    """The server's UIDs without the ledger's: since the start date at first, later behind the low-water mark."""
    last = status.uidnext - 1 if status.uidnext else None
    missing = store.missing_uids(state)
    if state.scanned_upto is None:
        listed = mailbox.uids_since(start)
    elif last is not None and last <= state.scanned_upto:
        return Wanted(uids=missing, upto=state.scanned_upto)
    else:
        listed = [uid for uid in mailbox.uids(state.scanned_upto + 1) if uid > state.scanned_upto]
    upto = max([last or 0, *listed])
    known = store.known_uids(state, min(listed), upto) if listed else set()
    return Wanted(uids=sorted({*listed, *missing} - known), upto=upto)


def take_in(
    mailbox: Mailbox, uids: Sequence[int], store: Store, now: datetime, stop: Callable[[], bool]
) -> Iterator[FetchedMessage | Unfetchable]:
    """Fetch and keep; what is given is committed. Ends early, after a commit, when `stop` turns true."""
    kept = 0
    for chunk in _chunks(iter(uids), _ASKED):
        for group in _groups(mailbox.fetch(chunk)):
            store.keep_raw([each for each in group if isinstance(each, FetchedMessage)], now)
            for each in group:
                if isinstance(each, Unfetchable):
                    store.note_unfetchable(each.place, each.why, now, vanished=each.vanished)
            yield from group
            if (kept + len(group)) // _TOLD_EVERY > kept // _TOLD_EVERY:
                place = group[-1].place
                log.info("%s/%s: %d of %d messages fetched", place.account, place.mailbox, kept + len(group), len(uids))
            kept += len(group)
            if stop():
                return


def messages_from(sources: Iterable[Source], account: str) -> Iterator[FetchedMessage | Source]:
    """Files as messages in places of their own, the same at every reading; sources with an error as they are."""
    for source in sources:
        if source.error is not None:
            yield source
            continue
        name, _, number = source.name.partition("#")
        digest = hashlib.sha256(source.raw).digest()
        place = Place(
            account=account,
            mailbox=f"file:{name}",
            uidvalidity=int.from_bytes(digest[:4]) >> 1,
            uid=int(number) if number.isascii() and number.isdigit() else int.from_bytes(digest[4:8]) >> 1,
        )
        yield FetchedMessage(place=place, internal_date=None, flags=(), raw=source.raw)


def _groups(
    items: Iterator[FetchedMessage | Unfetchable],
) -> Iterator[list[FetchedMessage | Unfetchable]]:
    group: list[FetchedMessage | Unfetchable] = []
    size = 0
    for item in items:
        group.append(item)
        size += len(item.raw) if isinstance(item, FetchedMessage) else 0
        if len(group) >= _KEPT or size >= _KEPT_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _chunks(items: Iterator[int], size: int) -> Iterator[list[int]]:
    while chunk := list(islice(items, size)):
        yield chunk
