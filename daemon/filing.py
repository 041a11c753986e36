"""Filing: judged mails into matters, cases, trails and dispositions, all in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.vocabulary import CASE_KINDS, Authenticity, Disposition, Kind
from daemon.copies import distinct
from daemon.desk import Desk
from daemon.entries import ActEntry, Entry, MailEntry
from daemon.matters import Terms, fold
from daemon.reading import Read
from daemon.storage import casefile, ledger, matter_rows, message_rows
from daemon.storage.casefile import Saved
from daemon.storage.engine import Transaction
from daemon.storage.ledger import StoredMail


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filed:
    """A mail that went into a matter."""

    place_id: int
    message: int
    key: str
    is_repeat: bool
    """Its matter had the very same message before."""


def file_batch(
    tx: Transaction, mails: Sequence[StoredMail], judged: Mapping[int, Read], desk: Desk, now: datetime
) -> dict[Disposition, int]:
    """File a batch; `judged` is by place. Every place ends in one disposition, or none of this happens at all."""
    ends: dict[int, tuple[Disposition, str | None]] = {}
    filed: list[_Filed] = []
    for mail in mails:
        verdict = judged.get(mail.place_id)
        if message_rows.is_judged(tx, mail.raw_id):
            ends[mail.place_id] = (Disposition.DUPLICATE, None)
        elif verdict is None or verdict.mail is None:
            error = verdict.error if verdict else "was not judged"
            ends[mail.place_id] = (Disposition.QUARANTINED, error)
        elif _files(verdict):
            filed.append(_into_matter(tx, mail, verdict.mail, verdict.semantic_key, now))
        else:
            ends[mail.place_id] = (_beside(tx, mail, verdict, verdict.mail, desk.terms, now), None)
    ends |= {place: (end, None) for place, end in _refold(tx, filed, desk.terms, now).items()}
    return _dispose(tx, ends, now)


def _files(verdict: Read) -> bool:
    """A suspicious mail, an answer of a machine and our own letters change no case."""
    mail = verdict.mail
    if mail is None or verdict.is_automatic or mail.authenticity is Authenticity.SUSPICIOUS:
        return False
    return mail.kind in CASE_KINDS or (mail.own_reply and bool(mail.order_ids))


def _into_matter(tx: Transaction, stored: StoredMail, mail: MailEntry, semantic_key: str, now: datetime) -> _Filed:
    matter = matter_rows.matter_for(tx, stored.place.account, mail)
    message = message_rows.add(
        tx,
        raw_id=stored.raw_id,
        account=stored.place.account,
        mail=mail,
        semantic_key=semantic_key,
        matter=matter,
        untold=False,
        now=now,
    )
    is_repeat = len(_kin(matter_rows.entries_of(tx, matter))[mail.key]) > 1
    return _Filed(place_id=stored.place_id, message=message, key=mail.key, is_repeat=is_repeat)


def _beside(
    tx: Transaction, stored: StoredMail, verdict: Read, mail: MailEntry, terms: Terms, now: datetime
) -> Disposition:
    """A mail without a case: kept for the record, and told to the team when a person must look at it soon."""
    account = stored.place.account
    twin = message_rows.has_twin(tx, account, verdict.semantic_key)
    review = mail.review and not verdict.is_automatic
    recent = mail.sent_at + terms.past_after >= mail.read_at
    message_rows.add(
        tx,
        raw_id=stored.raw_id,
        account=account,
        mail=replace(mail, review=review and not twin),
        semantic_key=verdict.semantic_key,
        matter=None,
        untold=review and recent and not twin and mail.kind is not Kind.UNRELATED,
        now=now,
    )
    return Disposition.DUPLICATE if twin else Disposition.IGNORED


def _refold(tx: Transaction, filed: Sequence[_Filed], terms: Terms, now: datetime) -> dict[int, Disposition]:
    """Fold every matter that a mail went into, once, and say how each mail ended."""
    ends: dict[int, Disposition] = {}
    matters = message_rows.matters_of(tx, (each.message for each in filed))
    for matter in dict.fromkeys(matters.values()):
        here = [each for each in filed if matters[each.message] == matter]
        saved = refold(tx, matter, terms, now)
        news = {each.key for each in here if not each.is_repeat}
        for each in here:
            ends[each.place_id] = _end_of(each, saved, terms)
        for case in saved:
            if news & set(case.case.keys) and not case.case.is_quiet(terms.past_after):
                casefile.mark_untold(tx, case.id, True)
    return ends


def refold(tx: Transaction, matter: int, terms: Terms, now: datetime) -> list[Saved]:
    """Fold a matter from all its entries and write its cases."""
    entries = matter_rows.entries_of(tx, matter)
    folded = fold(entries, now, terms)
    authors = {entry.key: entry.by if isinstance(entry, ActEntry) else entry.sender for entry in entries}
    account = matter_rows.account_of(tx, matter)
    return casefile.save(tx, matter, account, folded, authors=authors, kin=_kin(entries), now=now)


def _kin(entries: Sequence[Entry]) -> dict[str, frozenset[str]]:
    """For each mail the keys of all copies of the same message, its own included."""
    groups = distinct([entry for entry in entries if isinstance(entry, MailEntry)])
    return {mail.key: frozenset(each.key for each in group) for group in groups for mail in group}


def _end_of(filed: _Filed, saved: Sequence[Saved], terms: Terms) -> Disposition:
    case = next((each.case for each in saved if filed.key in each.case.keys), None)
    if filed.is_repeat:
        return Disposition.DUPLICATE
    if case is None:
        return Disposition.IGNORED
    if case.is_quiet(terms.past_after):
        return Disposition.BACKFILLED
    return Disposition.FILED if case.opener == filed.key else Disposition.UPDATED


def _dispose(
    tx: Transaction, ends: Mapping[int, tuple[Disposition, str | None]], now: datetime
) -> dict[Disposition, int]:
    counts: dict[Disposition, int] = {}
    for place_id, (end, error) in ends.items():
        if ledger.dispose(tx, place_id, end, now, error=error):
            counts[end] = counts.get(end, 0) + 1
    return counts
