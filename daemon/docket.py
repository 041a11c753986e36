"""The docket: stored mails in batches with their judgements; one that ends its judge is tried alone, then given up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from daemon.jury import Jury, Verdicts
from daemon.reading import Read, Unread
from daemon.storage.ledger import StoredMail
from daemon.storage.store import Store

BATCH = 64
"""Mails in one transaction."""
ALONE = 2
"""Tries of a mail by itself after the batch in which a process ended."""
MOST_SUDDEN_ENDS = 9
"""After so many ends of the whole service during one mail, the mail is suspected after all."""
_AHEAD = 3
"""Batches that are being judged while another is filed."""


class JuryUnavailable(RuntimeError):
    """Not the mails but the machine is at fault: no memory, no processes."""


Batch = tuple[Sequence[StoredMail], Mapping[int, Read]]


def judged(store: Store, jury: Jury, stop: Callable[[], bool]) -> Iterator[Batch]:
    """Every mail that waits, with its judgement by place; what is begun when `stop` turns true is finished."""
    ahead: deque[tuple[Sequence[StoredMail], Verdicts]] = deque()
    while True:
        while len(ahead) < _AHEAD and not stop() and (mails := store.take(BATCH)):
            ahead.append((mails, jury.submit(_unread(mails))))
        if not ahead:
            break
        batch, verdicts = ahead.popleft()
        reads = verdicts()
        if reads is not None:
            yield batch, {each.place_id: each for each in reads}
    yield from _suspects(store, jury, stop)


def _suspects(store: Store, jury: Jury, stop: Callable[[], bool]) -> Iterator[Batch]:
    """One by one: a mail that ends its process again and again is given up, its neighbours are read.

    What ends the whole service, such as a power cut, says little about the mail that was being read just then.
    """
    while not stop() and (mails := store.take(1, suspects=True)):
        mail = mails[0]
        if mail.attempts > MOST_SUDDEN_ENDS:
            error = f"the service ended {MOST_SUDDEN_ENDS} times while it was read"
            yield mails, {mail.place_id: Read(place_id=mail.place_id, error=error)}
            continue
        reads = None
        for _ in range(ALONE):
            reads = jury.submit(_unread(mails))()
            if reads is not None:
                break
            if not jury.is_sound():
                store.forgive(mail)
                raise JuryUnavailable("no process can be started to read mail in; nothing is lost, it is tried again")
        if reads is None:
            reads = [Read(place_id=mail.place_id, error=f"ended the process that read it, {ALONE + 1} times")]
        yield mails, {each.place_id: each for each in reads}


def _unread(mails: Sequence[StoredMail]) -> list[Unread]:
    return [
        Unread(
            place_id=mail.place_id,
            account=mail.place.account,
            sha256=mail.sha256,
            raw=mail.raw,
            internal_date=mail.internal_date,
            read_at=mail.read_at,
        )
        for mail in mails
        if not mail.is_known
    ]
