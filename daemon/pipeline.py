"""The story: a mailbox is read, each mail is judged, filed into its case, and the team is told what to do and by when.

    poll      imap.py reads what the ledger does not have; storage/ledger.py keeps the bytes before they are looked at
    process   reading.py makes a judgement of the bytes, in the processes of jury.py;
              replying.py hears what the team answers to our letters;
              filing.py joins the mail to its matter, matters.py folds the matter into cases, storage/ keeps it;
              telling.py puts a letter with a suggested answer into the outbox, which outbox.py sends

Each arrow is one transaction. A crash between two of them loses nothing and repeats nothing: what is to be done next
is always found by a query. Fetching is at least once, filing exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from config.settings import Account
from config.vocabulary import Disposition
from daemon.desk import Desk
from daemon.docket import judged
from daemon.filing import file_batch
from daemon.intake import messages_from, take_in, wanted
from daemon.mailbox import Mailbox, Unfetchable
from daemon.places import FetchedMessage
from daemon.refunding import note_refunds
from daemon.replying import hear
from daemon.sources import Source
from daemon.telling import tell

TELL_EVERY = 8
"""Batches between letters while a backlog is filed; a matter whose mails lie in fewer is told once, as it stands."""


@dataclass(slots=True, kw_only=True)
class PollReport:
    """What one pass over an account's mailboxes brought."""

    fetched: int = 0
    unfetchable: int = 0
    renumbered: list[str] = field(default_factory=list)
    """Mailboxes whose UIDVALIDITY changed, so that they are read again from the start date."""


@dataclass(slots=True, kw_only=True)
class ProcessReport:
    """How the waiting mail ended."""

    counts: Counter[Disposition] = field(default_factory=Counter)
    letters: int = 0


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What became of files."""

    processed: ProcessReport
    known: int = 0
    """Mails that an earlier import has brought from the same place."""
    errors: list[Source] = field(default_factory=list)


def never() -> bool:
    """The stop signal of a run that nobody interrupts."""
    return False


def poll(
    account: Account, mailbox: Mailbox, desk: Desk, now: datetime, *, stop: Callable[[], bool] = never
) -> PollReport:
    """Bring in what is new in an account's mailboxes; nothing is judged yet, so the connection is not kept waiting."""
    report = PollReport()
    for name in account.mailboxes:
        if stop():
            break
        status = mailbox.examine(name)
        state = desk.store.note_mailbox(
            account.name,
            name,
            uidvalidity=status.uidvalidity,
            uidnext=status.uidnext,
            exists=status.exists,
            now=now,
        )
        if state.scanned_upto is None and state.reigns > 1:
            report.renumbered.append(name)
        todo = wanted(mailbox, status, state, desk.store, account.start)
        if todo.uids:
            desk.jury.prepare()
        done = 0
        for each in take_in(mailbox, todo.uids, desk.store, now, stop):
            done += 1
            report.unfetchable += isinstance(each, Unfetchable)
            report.fetched += isinstance(each, FetchedMessage)
        if done == len(todo.uids) and todo.upto != state.scanned_upto:
            desk.store.note_scanned(state, todo.upto)
    return report


def process(
    desk: Desk,
    now: datetime,
    *,
    stop: Callable[[], bool] = never,
    progress: Callable[[int], None] | None = None,
) -> ProcessReport:
    """Judge and file every mail that waits, a batch a transaction, then tell the team; `progress` hears of batches."""
    report = ProcessReport()
    for number, (mails, verdicts) in enumerate(judged(desk.store, desk.jury, stop), start=1):
        with desk.store.write() as tx:
            heard = hear(tx, mails, verdicts, desk, now)
            report.counts.update(end for end, _ in heard.ends.values())
            report.counts.update(file_batch(tx, heard.rest, verdicts, desk, now))
            note_refunds(tx, heard.rest, verdicts, desk.terms, now)
        report.letters += heard.letters
        if progress:
            progress(len(mails))
        if number % TELL_EVERY == 0 and not stop():
            report.letters += tell(desk, now)
    if not stop():
        report.letters += tell(desk, now)
    return report


def ingest(
    sources: Iterable[Source],
    account: str,
    desk: Desk,
    now: datetime,
    *,
    stop: Callable[[], bool] = never,
    progress: Callable[[int], None] | None = None,
) -> IngestReport:
    """The same pipeline over files: keep the bytes of all, then process; a file read before changes nothing."""
    report = IngestReport(processed=ProcessReport())
    waiting = messages_from(sources, account)
    for group in iter(lambda: list(islice(waiting, 50)), []):
        messages = [each for each in group if isinstance(each, FetchedMessage)]
        report.errors += [each for each in group if isinstance(each, Source)]
        report.known += len(messages) - desk.store.keep_raw(messages, now)
        if stop():
            break
    report.processed = process(desk, now, stop=stop, progress=progress)
    return report
