"""Filing: judged mails into matters, cases, trails and dispositions, all in the caller's one transaction."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from config.vocabulary import CASE_KINDS, Authenticity, Disposition, Kind
from daemon.bounces import Bounce
from daemon.copies import distinct
from daemon.desk import Desk
from daemon.entries import ActEntry, Entry, MailEntry
from daemon.matters import Terms, fold
from daemon.reading import Read
from daemon.storage import casefile, ledger, matter_rows, message_rows, outbox_rows
from daemon.storage.casefile import Folded, Saved
from daemon.storage.engine import Transaction, one_at_a_time
from daemon.storage.ledger import StoredMail
from daemon.storage.message_rows import JudgedMail
from responders.operator import operator_letter

log = logging.getLogger(__name__)


class FiledElsewhere(RuntimeError):
    """Another process was faster; nothing of this batch is filed here, and nothing is lost."""


def file_batch(
    tx: Transaction, mails: Sequence[StoredMail], judged: Mapping[int, Read], desk: Desk, now: datetime
) -> dict[Disposition, int]:
    """File a batch; `judged` is by place. Every place ends in one disposition, or none of this happens at all."""
    one_at_a_time(tx)
    ends: dict[int, tuple[Disposition, str | None]] = {}
    into_matters: list[tuple[StoredMail, Read, MailEntry]] = []
    beside: list[tuple[StoredMail, Read, MailEntry]] = []
    seen: set[int] = set()
    for stored in mails:
        verdict = judged.get(stored.place_id)
        if stored.is_known or stored.raw_id in seen:
            ends[stored.place_id] = (Disposition.DUPLICATE, None)
        elif verdict is None or verdict.mail is None:
            ends[stored.place_id] = (Disposition.QUARANTINED, verdict.error if verdict else "was not judged")
        else:
            seen.add(stored.raw_id)
            (into_matters if _files(verdict.mail, verdict) else beside).append((stored, verdict, verdict.mail))
    filed = _file_all(tx, into_matters, desk.terms, now) | _keep_all(tx, beside, desk.terms, now)
    ends |= {place: (end, None) for place, end in filed.items()}
    for verdict in judged.values():
        if verdict.bounce is not None:
            _note_bounce(tx, verdict.bounce, desk, now)
    if ledger.dispose_all(tx, ends, now) != len(ends):
        raise FiledElsewhere("another claimclock has filed a mail of this batch meanwhile; run the command again")
    desk.store.check_fence(tx, {mail.place.account for mail in mails})
    return dict(Counter(end for end, _ in ends.values()))


def _note_bounce(tx: Transaction, bounce: Bounce, desk: Desk, now: datetime) -> None:
    """Record it with the delivery and tell the operator, once; never about a letter to the operator."""
    for failed in outbox_rows.bounced(tx, bounce.message_ids, bounce.recipients, bounce.why, now):
        log.error("delivery %s to %s came back: %s", failed.id, failed.recipient, bounce.why)
        if desk.post is None or desk.team is None or failed.key.startswith("operator:"):
            continue
        facts = {"recipient": failed.recipient, "letter": failed.key, "reply": bounce.why}
        letter = operator_letter("delivery_failed", facts, team=desk.post.voice, now=now, occasion=str(failed.id))
        outbox_rows.enqueue(tx, letter, desk.post.copies(letter, [desk.team.operator]), now, None)


def _files(mail: MailEntry, verdict: Read) -> bool:
    """A suspicious mail, an answer of a machine and our own letters change no case."""
    if verdict.is_automatic or mail.authenticity is Authenticity.SUSPICIOUS:
        return False
    if mail.kind is Kind.SUPPORT_CASE:
        return bool(mail.case_ids) and not mail.review  # may turn out to follow up a customer-service request
    return mail.kind in CASE_KINDS or (mail.own_reply and bool(mail.order_ids))


def _keep_all(
    tx: Transaction, mails: Sequence[tuple[StoredMail, Read, MailEntry]], terms: Terms, now: datetime
) -> dict[int, Disposition]:
    """Mails without a case: kept for the record, and told to the team when a person must look at them soon."""
    ends: dict[int, Disposition] = {}
    known = message_rows.twins_of(tx, ((stored.place.account, verdict.semantic_key) for stored, verdict, _ in mails))
    rows: list[JudgedMail] = []
    for stored, verdict, mail in mails:
        twin = (stored.place.account, verdict.semantic_key)
        is_news = mail.review and not verdict.is_automatic and twin not in known
        recent = mail.sent_at + terms.past_after >= mail.read_at
        rows.append(
            JudgedMail(
                raw_id=stored.raw_id,
                account=stored.place.account,
                mail=replace(mail, review=is_news),
                semantic_key=verdict.semantic_key,
                matter=None,
                untold=is_news and recent and mail.kind is not Kind.UNRELATED,
            )
        )
        ends[stored.place_id] = Disposition.DUPLICATE if twin in known else Disposition.IGNORED
        known.add(twin)
    message_rows.add_all(tx, rows, now)
    return ends


def _file_all(
    tx: Transaction, mails: Sequence[tuple[StoredMail, Read, MailEntry]], terms: Terms, now: datetime
) -> dict[int, Disposition]:
    """Join each mail to its matter, fold every matter once, and say how each mail ended."""
    matters = _matters_of(tx, mails)
    rows = [
        JudgedMail(
            raw_id=stored.raw_id,
            account=stored.place.account,
            mail=mail,
            semantic_key=verdict.semantic_key,
            matter=matters[stored.place_id],
            untold=False,
        )
        for stored, verdict, mail in mails
    ]
    message_rows.add_all(tx, rows, now)
    touched = set(matters.values())
    entries = matter_rows.entries_of(tx, touched)
    saved = refold(tx, entries, terms, now)
    repeats = {matter: _repeats(entries[matter]) for matter in touched}
    kin = {matter: _kin(entries[matter]) for matter in touched}
    ends: dict[int, Disposition] = {}
    news: set[str] = set()
    for stored, _, mail in mails:
        matter = matters[stored.place_id]
        if mail.key in repeats[matter]:
            ends[stored.place_id] = Disposition.DUPLICATE
        else:
            # A case names the best copy of a message, which is not always the one that came first.
            copies = kin[matter][mail.key]
            ends[stored.place_id] = _end_of(copies, saved[matter], terms)
            news |= copies
    _mark_news(tx, news, saved, terms)
    return ends


def _matters_of(tx: Transaction, mails: Sequence[tuple[StoredMail, Read, MailEntry]]) -> dict[int, int]:
    """The matter of each place's mail, when all have been joined: a later mail can show two matters to be one."""
    moved: dict[int, int] = {}
    matters = {
        stored.place_id: matter_rows.matter_for(tx, stored.place.account, mail, moved) for stored, _, mail in mails
    }
    for place, matter in matters.items():
        while matter in moved:
            matter = moved[matter]
        matters[place] = matter
    return matters


def refold(
    tx: Transaction, entries: Mapping[int, Sequence[Entry]], terms: Terms, now: datetime
) -> dict[int, list[Saved]]:
    """Fold matters from all their entries and write their cases."""
    accounts = matter_rows.accounts_of(tx, entries)
    folded = [
        Folded(
            matter=matter,
            account=accounts[matter],
            cases=fold(held, now, terms),
            authors={entry.key: entry.by if isinstance(entry, ActEntry) else entry.sender for entry in held},
            kin=_kin(held),
        )
        for matter, held in entries.items()
    ]
    return casefile.save(tx, folded, now)


def _groups(entries: Sequence[Entry]) -> Sequence[Sequence[MailEntry]]:
    return distinct([entry for entry in entries if isinstance(entry, MailEntry)])


def _kin(entries: Sequence[Entry]) -> dict[str, frozenset[str]]:
    """The keys of all copies of one message, by each of them."""
    return {mail.key: frozenset(each.key for each in group) for group in _groups(entries) for mail in group}


def _repeats(entries: Sequence[Entry]) -> set[str]:
    """Keys of mails that are copies of one that was recorded before them."""
    recorded = {entry.key: number for number, entry in enumerate(entries)}
    return {
        mail.key
        for group in _groups(entries)
        for mail in group
        if recorded[mail.key] > min(recorded[each.key] for each in group)
    }


def _end_of(copies: frozenset[str], saved: Sequence[Saved], terms: Terms) -> Disposition:
    case = next((each.case for each in saved if copies & set(each.case.keys)), None)
    if case is None:
        return Disposition.IGNORED
    if case.is_quiet(terms.past_after):
        return Disposition.BACKFILLED
    return Disposition.FILED if case.opener in copies else Disposition.UPDATED


def _mark_news(tx: Transaction, news: set[str], saved: Mapping[int, Sequence[Saved]], terms: Terms) -> None:
    written = (each for cases in saved.values() for each in cases)
    told = [each.id for each in written if news & set(each.case.keys) and not each.case.is_quiet(terms.past_after)]
    casefile.mark_untold(tx, told, True)
