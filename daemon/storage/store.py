"""The store: opened once, one transaction a step; its parts are ledger, cases, mails, outbox and facts."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from config.vocabulary import Disposition
from daemon.cases import Case
from daemon.entries import CaseEvent
from daemon.places import FetchedMessage, Place
from daemon.sending import Ending, Via
from daemon.storage import casefile, fact_rows, ledger, mailbox_rows, message_rows, migrate, outbox_rows, spool
from daemon.storage.engine import (
    StoreBusy,
    StoreUnusable,
    Transaction,
    WriterLock,
    parsed,
    reading_engine,
    writing_engine,
)
from daemon.storage.ledger import Quarantined, StoredMail
from daemon.storage.mailbox_rows import MailboxState
from daemon.storage.message_rows import ReviewMail
from daemon.storage.outbox_rows import Delivery
from daemon.storage.rows import add_unless_known
from daemon.storage.schema import facts
from responders.letter import Letter

__all__ = ["Store", "StoreBusy", "StoreUnusable"]


class Fence(Protocol):
    """Which accounts this process has, when several processes write to one database (`leases.py`)."""

    def accounts(self) -> Sequence[str]:
        """Those whose mail may be filed here."""
        ...

    def check(self, tx: Transaction, accounts: Collection[str]) -> None:
        """Raises unless all of these are still this process's."""
        ...


class Store:
    """An open database; safe for several threads, of which one writes at a time."""

    def __init__(self, url: str, *, lock: bool, spool_to: Path | None) -> None:
        """Use `Store.open`."""
        address = parsed(url)
        self._lock: WriterLock | None = None
        self._is_writer = lock
        self._spool = spool_to
        self._writing = threading.RLock()
        self.fence: Fence | None = None
        """Set by a service that shares the database."""
        self.schema_before: str | None = None
        """The schema that the database had before it was opened; null for a new one."""
        if address.get_backend_name() == "sqlite":
            database = Path(str(address.database))
            if not database.parent.is_dir():
                raise StoreUnusable(f"there is no directory {database.parent} for the database")
            self._spool = spool_to or database.with_name(database.name + ".spool")
            self._lock = WriterLock(database) if lock or not database.exists() else None
        self._writer, self._reader = writing_engine(address), reading_engine(address)
        try:
            self._bring_up(Path(str(address.database)))
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, url: str, *, lock: bool, spool: Path | None = None) -> Self:
        """Open and migrate; `lock` for whoever writes: StoreBusy when another process does (SQLite).

        `spool` is where large messages lie; by default beside a SQLite file, and inside PostgreSQL.
        """
        return cls(url, lock=lock, spool_to=spool)

    def _bring_up(self, database: Path) -> None:
        """Migrate; a mere reader finds the schema already there, or takes the writers' lock for a moment."""
        try:
            if self._lock is None and self._writer.dialect.name == "sqlite":
                with self._reader.connect() as connection:
                    self.schema_before = migrate.current(connection)
                    if self.schema_before == migrate.head():
                        return
                self._lock = WriterLock(database)
            self.schema_before = migrate.upgrade(self._writer)
        except DatabaseError as error:
            raise StoreUnusable(f"the database {self._writer.url!r} cannot be opened: {error.orig}") from error
        if not self._is_writer and self._lock is not None:
            self._lock.release()
            self._lock = None

    def close(self) -> None:
        """Close every connection and give the lock back."""
        self._reader.dispose()
        self._writer.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One writing transaction; it commits at the end of the block and rolls back when the block raises."""
        if not self._is_writer:
            raise RuntimeError("this store was opened for reading")
        with self._writing, self._writer.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One reading transaction: everything in the block is of one moment."""
        with self._reader.begin() as tx:
            yield tx

    @property
    def spool(self) -> Path | None:
        """Where large messages and files lie; null when they lie in the database."""
        return self._spool

    @property
    def is_shared(self) -> bool:
        """Whether several processes may write at once."""
        return self._writer.dialect.name == "postgresql"

    def check_fence(self, tx: Transaction, accounts: Collection[str]) -> None:
        """Just before a commit about these accounts' mail: raises when another process has taken them over."""
        if self.fence is not None:
            self.fence.check(tx, accounts)

    # The ledger

    def note_mailbox(
        self, account: str, mailbox: str, *, uidvalidity: int, uidnext: int | None, exists: int, now: datetime
    ) -> MailboxState:
        """Record what an EXAMINE said; another UIDVALIDITY begins a new reign."""
        with self.write() as tx:
            return mailbox_rows.note_mailbox(
                tx, account, mailbox, uidvalidity=uidvalidity, uidnext=uidnext, exists=exists, now=now
            )

    def mailbox_states(self) -> list[MailboxState]:
        """Every mailbox as it was last examined."""
        with self.read() as tx:
            return mailbox_rows.mailbox_states(tx)

    def known_uids(self, state: MailboxState, low: int, high: int) -> set[int]:
        """The UIDs from `low` to `high` that need not be asked for."""
        with self.read() as tx:
            return mailbox_rows.known_uids(tx, state.generation, low, high)

    def missing_uids(self, state: MailboxState) -> list[int]:
        """UIDs that gave no bytes so far and are still asked for."""
        with self.read() as tx:
            return mailbox_rows.missing_uids(tx, state.generation)

    def note_scanned(self, state: MailboxState, upto: int) -> None:
        """Every UID up to `upto` has a place now."""
        with self.write() as tx:
            mailbox_rows.note_scanned(tx, state.generation, upto)

    def keep_raw(self, fetched: Sequence[FetchedMessage], now: datetime) -> int:
        """Store bytes before anything looks at them; the number of places that were new."""
        with self.write() as tx:
            new = ledger.keep_raw(tx, fetched, now, spool_to=self._spool)
            self.check_fence(tx, {message.place.account for message in fetched})
            return new

    def note_unfetchable(self, place: Place, why: str, now: datetime, *, vanished: bool = False) -> None:
        """Keep a row for a UID that gave no message."""
        with self.write() as tx:
            ledger.note_unfetchable(tx, place, why, now, vanished=vanished)

    def take(self, limit: int = 64, *, most_bytes: int = 16 * 1024 * 1024, suspects: bool = False) -> list[StoredMail]:
        """Mails without a disposition, their attempt counted and committed before anybody reads them."""
        with self.write() as tx:
            of = self.fence.accounts() if self.fence else None
            taken = ledger.take(tx, limit, most_bytes, suspects=suspects, of=of)
            paths = ledger.spooled(tx, (mail.raw_id for mail in taken))
        return [self._with_bytes(mail, paths.get(mail.raw_id)) for mail in taken]

    def _with_bytes(self, mail: StoredMail, path: str | None) -> StoredMail:
        if path is None or self._spool is None:
            return mail
        return replace(mail, raw=spool.get(self._spool, path))

    def spooled_bytes(self, path: str | None) -> bytes | None:
        """The bytes of a large message that lies in a file; null without one."""
        return spool.get(self._spool, path) if path is not None and self._spool is not None else None

    def forget_spooled(self, paths: Iterable[str]) -> None:
        """Remove files of large messages, after the rows that named them are gone."""
        for path in paths:
            if self._spool is not None:
                spool.drop(self._spool, path)

    def forgive(self, mail: StoredMail) -> None:
        """Take the attempts at a mail back: the processes that read mail are at fault, not this mail."""
        with self.write() as tx:
            ledger.forgive(tx, mail.place_id)

    def quarantine(self, place_id: int, error: str, now: datetime) -> None:
        """End a place whose mail cannot be read; its bytes stay."""
        with self.write() as tx:
            ledger.dispose(tx, place_id, Disposition.QUARANTINED, now, error=error)

    def quarantined(self) -> list[Quarantined]:
        """What could not be read, newest first."""
        with self.read() as tx:
            return ledger.quarantined(tx)

    def release(self, place: Place) -> bool:
        """Let a quarantined mail be tried again."""
        with self.write() as tx:
            return ledger.release(tx, place) > 0

    def release_all(self) -> int:
        """Let all quarantined mail be tried again; how many."""
        with self.write() as tx:
            return ledger.release(tx)

    def disposition_counts(self) -> dict[Disposition, int]:
        """How many places ended how."""
        with self.read() as tx:
            return ledger.disposition_counts(tx)

    def waiting(self) -> int:
        """How many stored mails have no disposition yet."""
        with self.read() as tx:
            return ledger.waiting(tx)

    # Cases

    def cases(self, all_: bool, now: datetime) -> list[Case]:
        """Cases as they stand at `now`, most urgent first; `all_` includes closed ones."""
        with self.read() as tx:
            return casefile.listed(tx, now, with_closed=all_)

    def case(self, number: str, now: datetime) -> Case | None:
        """One case by its number; a number that was merged gives the case that it went into."""
        found = self._found(number, now)
        return found[0] if found else None

    def trail(self, number: str) -> list[CaseEvent]:
        """What happened to a case, oldest first."""
        case_id = casefile.id_of(number)
        with self.read() as tx:
            return casefile.trail(tx, case_id) if case_id is not None else []

    def review_list(self, limit: int = 200) -> list[ReviewMail]:
        """Mails outside cases that a person must look at, newest first."""
        with self.read() as tx:
            return message_rows.review_list(tx, limit)

    def _found(self, number: str, now: datetime) -> tuple[Case, int] | None:
        case_id = casefile.id_of(number)
        with self.read() as tx:
            return casefile.find(tx, case_id, now) if case_id is not None else None

    # The outbox

    def enqueue(self, letter: Letter, copies: Mapping[str, bytes], now: datetime) -> bool:
        """Put a letter in, finished for each recipient; False when its key is known: it is never sent twice."""
        with self.write() as tx:
            return outbox_rows.enqueue(tx, letter, copies, now, None)

    def claim_deliveries(
        self, owner: str, now: datetime, limit: int, lease: timedelta = timedelta(minutes=15), *, via: Via = Via.MAIL
    ) -> list[Delivery]:
        """Due deliveries for one attempt each."""
        with self.write() as tx:
            return outbox_rows.claim(tx, owner, now, limit, lease, via)

    def finish(self, delivery: Delivery, ending: Ending, now: datetime) -> bool:
        """Record how an attempt ended; False when the lease had been lost."""
        with self.write() as tx:
            return outbox_rows.finish(tx, delivery, ending, now)

    def held_back(self, now: datetime) -> dict[str, int]:
        """Due letters that wait because somebody got too many within an hour, by recipient."""
        with self.read() as tx:
            return outbox_rows.held_back(tx, now)

    def outbox_counts(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        with self.read() as tx:
            return outbox_rows.counts(tx)

    def oldest_waiting(self) -> datetime | None:
        """When the oldest letter that has not left was written."""
        with self.read() as tx:
            return outbox_rows.oldest_waiting(tx)

    # Facts

    def get_fact(self, name: str) -> str | None:
        """A small named fact."""
        with self.read() as tx:
            return tx.scalar(select(facts.c.value).where(facts.c.name == name))

    def facts(self, prefix: str = "") -> dict[str, str]:
        """All facts whose name begins with `prefix`."""
        with self.read() as tx:
            return fact_rows.named(tx, prefix)

    def set_fact(self, name: str, value: str, now: datetime) -> None:
        """Remember a fact in place of the one of that name."""
        with self.write() as tx:
            tx.execute(delete(facts).where(facts.c.name == name))
            add_unless_known(tx, facts, {"name": name, "value": value, "at": now})

    def settle_fact(self, name: str, value: str, now: datetime) -> str:
        """Remember a fact unless there is one of that name; what counts from then on."""
        if (known := self.get_fact(name)) is not None:
            return known
        with self.write() as tx:
            add_unless_known(tx, facts, {"name": name, "value": value, "at": now})
            return str(tx.scalar(select(facts.c.value).where(facts.c.name == name)))
