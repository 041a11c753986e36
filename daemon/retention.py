"""Retention: mail, texts and letters are erased a set time after they were needed; a batch a transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.retention import Retention
from daemon.storage import evidence_retention, retention_rows
from daemon.storage.store import Store

log = logging.getLogger(__name__)

_BATCH = 200
_EVERY = 1_000_000
"""As good as no limit: for counting."""


@dataclass(slots=True, kw_only=True)
class Erased:
    """What was erased, or would be."""

    mails: int = 0
    letters: int = 0
    """One for each recipient."""
    answers: int = 0
    """Rows about answers to our letters, whose mails are counted above."""
    files: int = 0
    """Pieces of evidence, and exports."""
    size: int = 0
    """Bytes of both."""


def due(store: Store, terms: Retention, now: datetime) -> Erased:
    """What `erase` would erase at `now`."""
    closed, other = now - terms.after_closing, now - terms.other_mail
    with store.read() as tx:
        mails = retention_rows.due_mails(tx, closed, other, _EVERY)
        replies = retention_rows.due_replies(tx, other, _EVERY)
        letters = retention_rows.due_letters(tx, closed, other, _EVERY)
        words = retention_rows.due_words(tx, closed, other, _EVERY)
        files = evidence_retention.due_files(tx, closed, _EVERY)
        exports = evidence_retention.due_exports(tx, closed, other, _EVERY)
    size = sum(row.size for rows in (mails, replies, letters, files) for row in rows)
    return Erased(
        mails=len(mails) + len(replies),
        letters=len(letters),
        answers=len(words),
        files=len(files) + len(exports),
        size=size,
    )


def erase(store: Store, terms: Retention, now: datetime, *, stop: Callable[[], bool]) -> Erased:
    """Erase what is due at `now`; what is left when `stop` turns true is erased the next time."""
    erased = Erased()
    while not stop() and _erase_some(store, terms, now, erased):
        pass
    if erased.mails or erased.letters or erased.files:
        log.info(
            "retention: the texts of %d mails and %d letters, and %d pieces of evidence were erased",
            erased.mails,
            erased.letters,
            erased.files,
        )
    return erased


def _erase_some(store: Store, terms: Retention, now: datetime, erased: Erased) -> bool:
    closed, other = now - terms.after_closing, now - terms.other_mail
    with store.write() as tx:
        mails = retention_rows.due_mails(tx, closed, other, _BATCH)
        replies = retention_rows.due_replies(tx, other, _BATCH)
        letters = retention_rows.due_letters(tx, closed, other, _BATCH)
        retention_rows.redact_mails(tx, mails)
        retention_rows.erase_bytes(tx, (row.raw_id for row in (*mails, *replies)))
        retention_rows.erase_letters(tx, letters)
        words = retention_rows.due_words(tx, closed, other, _BATCH)
        retention_rows.erase_words(tx, words)
        files = evidence_retention.due_files(tx, closed, _BATCH)
        exports = evidence_retention.due_exports(tx, closed, other, _BATCH)
        evidence_retention.erase_files(tx, [row.id for row in files])
        evidence_retention.erase_exports(tx, exports, now)
    store.forget_spooled(row.spool for row in (*mails, *replies, *files) if row.spool)
    erased.mails += len(mails) + len(replies)
    erased.letters += len(letters)
    erased.files += len(files) + len(exports)
    erased.size += sum(row.size for rows in (mails, replies, letters, files) for row in rows)
    erased.answers += len(words)
    return bool(mails or replies or letters or files or exports or words)
