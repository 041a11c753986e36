"""An account's mailboxes over IMAP: what is there, and the messages, whatever one of them does to the server.

Read-only throughout (EXAMINE, BODY.PEEK[]). Only RFC822.SIZE, INTERNALDATE, FLAGS and the text are fetched: parsers
of ENVELOPE and BODYSTRUCTURE break on real servers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Self

from config.settings import Account
from daemon.connection import Lost, Refused, Throttled
from daemon.imap_session import CommandRefused, Session
from daemon.mailbox import MailboxStatus, Unfetchable
from daemon.oauth import Login
from daemon.places import FetchedMessage, Place

SEARCH_WINDOW = 50_000
"""UIDs a SEARCH: its answer is one line, and imaplib reads at most 1,000,000 bytes of a line."""

HINT_WINDOW = 200
"""UIDs a FETCH of sizes: servers limit the length of a command."""

BATCH_MAILS = 50
BATCH_BYTES = 8 * 2**20
CHUNK_BYTES = 2**20
"""A message above this is fetched in pieces of this size."""

MOST_PUT_OFF = 8
"""Messages that a server cannot read, without one that it can; then it is left alone altogether."""

LARGEST_MESSAGE = 64 * 2**20
"""Bytes; a larger message is reported, not fetched."""

RECONNECTS = 16
"""How often one `fetch` may start over: enough to find two messages that end the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hint:
    """What the server says of a message beforehand; `size` is often wrong and never relied on."""

    uid: int
    size: int | None
    internal_date: datetime | None
    flags: tuple[str, ...]


class ImapMailbox:
    """A Mailbox (`mailbox.py`) on a real server; made by `connect`, a context manager that logs out."""

    def __init__(self, account: Account, login: Login, session: Session, progress: Callable[[], None]) -> None:
        self._account = account
        self._login = login
        self._session = session
        self._progress = progress
        self._status: MailboxStatus | None = None

    @classmethod
    def connect(cls, account: Account, login: Login, progress: Callable[[], None] = lambda: None) -> Self:
        """Log in to the account's server; `progress` is called after every answer, for the watchdog."""
        return cls(account, login, Session.open(account.name, account.server, login), progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Log out; never raises."""
        self._session.log_out()

    def cut(self, because: str) -> None:
        """End the connection from another thread, so that a blocked call returns with a fault."""
        self._session.cut(because)

    def examine(self, name: str) -> MailboxStatus:
        """Open a mailbox read-only; Refused when it cannot be opened."""
        try:
            self._status = self._session.examine(name)
        except CommandRefused as error:
            raise self._refused(f"the mailbox {name} cannot be opened: {error}") from error
        self._progress()
        return self._status

    def uids(self, low: int, high: int | None = None) -> list[int]:
        """The UIDs from `low` to `high` (null: to the end), ascending."""
        return self._search(low, high, ())

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of mail whose INTERNALDATE is on `day` or later, ascending."""
        return self._search(1, None, ("SINCE", day))

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMessage | Unfetchable]:
        """Every UID's message, or why there is none; one that ends the connection does not stop the others."""
        return _Fetching(self).run(uids)

    def _search(self, low: int, high: int | None, more: tuple[object, ...]) -> list[int]:
        status = self._opened()
        found: list[int] = []
        for first, last in _windows(low, high, status):
            window = f"{first}:{'*' if last is None else last}"
            try:
                answer = self._session.search(["UID", window, *more])
            except CommandRefused as error:
                raise self._refused(f"{status.name} cannot be searched: {error}") from error
            # "UID n:*" always names the last message, even when its UID is below n.
            found += [uid for uid in answer if uid >= first and (last is None or uid <= last)]
            self._progress()
        return found

    def _opened(self) -> MailboxStatus:
        if self._status is None:
            raise Refused(self._account.name, self._account.server, "no mailbox is open")
        return self._status

    def _refused(self, what: str) -> Refused:
        return Refused(self._account.name, self._account.server, what)

    def _ask(self, uids: Sequence[int], items: Sequence[str], size: int) -> Mapping[int, Mapping[bytes, Any]]:
        answer = self._session.fetch(uids, items, size)
        self._progress()
        return answer

    def _reopen(self) -> None:
        """Start over on a new connection, in the same mailbox; Lost when it is no longer the same one."""
        before = self._opened()
        self._session.log_out()
        self._session = Session.open(self._account.name, self._account.server, self._login)
        self._examine_again(before)

    def _examine_again(self, before: MailboxStatus) -> None:
        if self.examine(before.name).uidvalidity != before.uidvalidity:
            what = f"the mailbox {before.name} got a new UIDVALIDITY while it was read; the next poll reads it anew"
            raise Lost(self._account.name, self._account.server, what)


class _Fetching:
    """One call of `fetch`: sizes first, then batches, halved on trouble down to single messages in pieces."""

    def __init__(self, mailbox: ImapMailbox) -> None:
        self._mailbox = mailbox
        self._status = mailbox._opened()
        self._reconnects = 0
        self._fetched = False
        self._put_off: dict[int, Throttled] = {}
        """Messages that the server could not read, which says nothing of the others until one of those came."""

    def run(self, uids: Sequence[int]) -> Iterator[FetchedMessage | Unfetchable]:
        wanted = [int(uid) for uid in uids]
        for start in range(0, len(wanted), HINT_WINDOW):
            window = wanted[start : start + HINT_WINDOW]
            hints = self._hints(window)
            silent = [uid for uid in window if uid not in hints]
            for batch in _batches([hints[uid] for uid in window if uid in hints]):
                for hint, found in self._batch(batch):
                    if found is not None:
                        self._fetched |= isinstance(found, FetchedMessage)
                        yield found
                    elif hint.uid not in self._put_off:
                        silent.append(hint.uid)
            yield from self._explain(silent)
        yield from self._give_up()

    def _give_up(self) -> Iterator[Unfetchable]:
        """What was put off is the messages' own fault once others came; else it is the server's."""
        for uid, fault in self._put_off.items():
            if not self._fetched:
                raise fault
            yield self._unfetchable(uid, str(fault))

    def _hints(self, uids: list[int]) -> dict[int, _Hint]:
        """What is known of each UID; those that the server passes over are left out."""
        for _ in range(2):
            try:
                answer = self._mailbox._ask(uids, ["RFC822.SIZE", "INTERNALDATE", "FLAGS"], 200 * len(uids))
            except (CommandRefused, Throttled) as error:
                self._recover(error)
                break
            except Lost as error:
                self._recover(error)
            else:
                # An answer with flags alone is unsolicited news, keyed by a sequence number that may look like a UID.
                return {uid: _hint(uid, told) for uid, told in answer.items() if b"RFC822.SIZE" in told}
        # One message may spoil the answer for all: then each is fetched alone and in pieces.
        return {uid: _Hint(uid=uid, size=None, internal_date=None, flags=()) for uid in uids}

    def _batch(self, hints: list[_Hint]) -> Iterator[tuple[_Hint, FetchedMessage | Unfetchable | None]]:
        if len(hints) == 1 and not _is_small(hints[0]):
            yield hints[0], self._single(hints[0])
            return
        try:
            answer = self._mailbox._ask([h.uid for h in hints], ["BODY.PEEK[]"], sum(h.size or 0 for h in hints))
        except (CommandRefused, Lost, Throttled) as error:
            self._recover(error)
            yield from self._halves(hints)
            return
        for hint in hints:
            body = answer.get(hint.uid, {}).get(b"BODY[]")
            yield hint, self._message(hint, body) if body else self._single(hint)

    def _halves(self, hints: list[_Hint]) -> Iterator[tuple[_Hint, FetchedMessage | Unfetchable | None]]:
        if len(hints) == 1:
            yield hints[0], self._single(hints[0])
            return
        middle = len(hints) // 2
        yield from self._batch(hints[:middle])
        yield from self._batch(hints[middle:])

    def _single(self, hint: _Hint) -> FetchedMessage | Unfetchable | None:
        """One message in pieces, tried twice when it ends the connection; null when the server gives no text."""
        if hint.size is not None and hint.size > LARGEST_MESSAGE:
            return self._unfetchable(hint.uid, f"it has {hint.size} bytes; at most {LARGEST_MESSAGE} are read")
        why = ""
        for _ in range(2):
            try:
                body = self._pieces(hint)
            except CommandRefused as error:
                return self._unfetchable(hint.uid, f"the server refuses it: {error}")
            except Lost as error:
                why = str(error)
                self._recover(error)
            except Throttled as error:
                self._recover(error)
                self._put_off[hint.uid] = error
                if len(self._put_off) > MOST_PUT_OFF and not self._fetched:
                    raise
                return None
            except _TooLarge:
                return self._unfetchable(hint.uid, f"it has more than {LARGEST_MESSAGE} bytes")
            else:
                return self._message(hint, body) if body else None
        return self._unfetchable(hint.uid, f"asking for it ends the connection: {why}")

    def _pieces(self, hint: _Hint) -> bytes:
        """The text in pieces of one MiB; a short one is the last if the size hint agrees, else if nothing follows."""
        text = BytesIO()
        while True:
            offset = text.tell()
            item = f"BODY.PEEK[]<{offset}.{CHUNK_BYTES}>"
            told = self._mailbox._ask([hint.uid], [item], CHUNK_BYTES).get(hint.uid, {})
            piece = told.get(f"BODY[]<{offset}>".encode()) or (told.get(b"BODY[]") if offset == 0 else None)
            if not piece:
                return text.getvalue()
            text.write(piece)
            if text.tell() > LARGEST_MESSAGE:
                raise _TooLarge
            if len(piece) != CHUNK_BYTES and hint.size is not None and text.tell() >= hint.size:
                return text.getvalue()

    def _recover(self, error: Exception) -> None:
        """Go on after a refusal; after a loss on a new connection, as long as there are tries left."""
        if isinstance(error, Throttled) and not error.perhaps_one:
            raise error
        if not isinstance(error, Lost):
            return
        self._reconnects += 1
        if self._reconnects > RECONNECTS:
            raise error
        self._mailbox._reopen()

    def _explain(self, uids: list[int]) -> Iterator[Unfetchable]:
        """Say of each silent UID whether it is gone: only a fresh EXAMINE knows."""
        if not uids:
            return
        self._mailbox._examine_again(self._status)
        try:
            there = set(self._mailbox._session.search(["UID", ",".join(map(str, uids))]))
        except CommandRefused:
            there = set(uids)
        for uid in uids:
            if uid in there:
                yield self._unfetchable(uid, "the server lists it but gives no text")
            else:
                yield Unfetchable(place=self._place(uid), why="it is no longer in the mailbox", vanished=True)

    def _message(self, hint: _Hint, body: bytes) -> FetchedMessage:
        return FetchedMessage(place=self._place(hint.uid), internal_date=hint.internal_date, flags=hint.flags, raw=body)

    def _unfetchable(self, uid: int, why: str) -> Unfetchable:
        return Unfetchable(place=self._place(uid), why=why)

    def _place(self, uid: int) -> Place:
        return Place(
            account=self._mailbox._account.name,
            mailbox=self._status.name,
            uidvalidity=self._status.uidvalidity,
            uid=uid,
        )


class _TooLarge(Exception):
    """A message goes on after LARGEST_MESSAGE bytes."""


def _windows(low: int, high: int | None, status: MailboxStatus) -> Iterator[tuple[int, int | None]]:
    """Ranges of UIDs whose answers stay short; one when the mailbox holds few messages."""
    if status.exists == 0:
        return
    if status.exists <= SEARCH_WINDOW or (high is None and status.uidnext is None):
        yield low, high
        return
    end = high if high is not None else (status.uidnext or 1) - 1
    for first in range(low, end + 1, SEARCH_WINDOW):
        yield first, min(first + SEARCH_WINDOW - 1, end)


def _batches(hints: list[_Hint]) -> Iterator[list[_Hint]]:
    """Groups within the limits of one FETCH; a large message, or one of unknown size, stands alone."""
    batch: list[_Hint] = []
    size = 0
    for hint in hints:
        if not _is_small(hint):
            yield [hint]
            continue
        if batch and (len(batch) == BATCH_MAILS or size + (hint.size or 0) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(hint)
        size += hint.size or 0
    if batch:
        yield batch


def _is_small(hint: _Hint) -> bool:
    return hint.size is not None and hint.size <= CHUNK_BYTES


def _hint(uid: int, told: Mapping[bytes, Any]) -> _Hint:
    size, moment = told.get(b"RFC822.SIZE"), told.get(b"INTERNALDATE")
    return _Hint(
        uid=uid,
        size=size if isinstance(size, int) else None,
        internal_date=_utc(moment) if isinstance(moment, datetime) else None,
        flags=tuple(flag.decode("ascii", "replace") for flag in told.get(b"FLAGS") or () if isinstance(flag, bytes)),
    )


def _utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
