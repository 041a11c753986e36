"""Telling: news that people must hear become letters in the outbox; a mark in the database stays until they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.ladder import APPEAL
from config.vocabulary import Status
from daemon.cases import Case
from daemon.desk import Desk, Post
from daemon.entries import MailEntry
from daemon.evidence import evidence_of
from daemon.learning import with_lessons
from daemon.storage import bundle_rows, casefile, matter_rows, message_rows, outbox_rows
from daemon.storage.bundle_rows import Item
from daemon.storage.engine import Transaction
from daemon.storage.message_rows import ReviewMail
from daemon.summaries import mails_of, summary_of
from responders.escalation import CaseNotice, storm_letter
from responders.letter import Letter
from responders.suggest import suggestion_letter
from responders.suspicious import DoubtfulMail, review_letter, warning_letter

_AT_ONCE = 50
_STORM_HOUR, _STORM_PAUSE, _STORM_TOLD = timedelta(hours=1), timedelta(minutes=10), "storm:told"
_MOST_IN_STORM = 500
_STILL_NEWS = timedelta(days=2)
"""A matter that ended longer ago, and that nobody was ever told of, needs nobody."""


def tell(desk: Desk, now: datetime) -> int:
    """Put letters about all untold news into the outbox; how many.

    Call it when no stored mail waits any more, or when some hundreds are filed: then a matter whose decision came
    in together with its opening is mostly told once, as it stands.
    """
    stormy = is_stormy(desk, now)
    letters = int(stormy and _tell_storm(desk, now))
    while True:
        with desk.store.read() as tx:
            cases = [] if stormy else casefile.untold_ids(tx, _AT_ONCE)
            mails = message_rows.review_list(tx, _AT_ONCE, untold_only=True)
        if not cases and not mails:
            return letters
        with desk.store.write() as tx:
            letters += sum(_tell_case(tx, case_id, desk.post, now) for case_id in cases)
            letters += sum(_tell_mail(tx, mail, desk.post, now) for mail in mails)


def is_stormy(desk: Desk, now: datetime) -> bool:
    """Whether so many cases came in within the hour that one letter stands for all."""
    if not desk.storm_cases:
        return False
    with desk.store.read() as tx:
        return casefile.count_new(tx, now - _STORM_HOUR) > desk.storm_cases


def _tell_storm(desk: Desk, now: datetime) -> bool:
    """One letter about all cases with untold news, at most every ten minutes; what comes between waits for the next."""
    last = desk.store.get_fact(_STORM_TOLD)
    if last is not None and now - datetime.fromisoformat(last) < _STORM_PAUSE:
        return False
    with desk.store.write() as tx:
        found = [news_in(tx, case_id, now) for case_id in casefile.untold_ids(tx, _MOST_IN_STORM)]
        shown = [_in_storm(news.case, news.mail) for news in found if news]
        if not shown or desk.post is None:
            return False
        count = casefile.count_new(tx, now - _STORM_HOUR)
        letter = storm_letter(shown, count=count, team=desk.post.voice, now=now)
        listed = [Item(code=each.number, case_id=casefile.id_of(each.number)) for each in shown]
        copies = desk.post.copies(letter, bundle=bundle_rows.add(tx, letter.key, listed, now))
        written = outbox_rows.enqueue(tx, letter, copies, now, None)
    desk.store.set_fact(_STORM_TOLD, now.isoformat(), now)
    return written


def _in_storm(case: Case, news: MailEntry) -> CaseNotice:
    clock = case.clock
    return CaseNotice(
        number=case.number,
        kind=case.kind,
        order=case.order_ids[0] if case.order_ids else "",
        marketplace=case.marketplace or "",
        respond_by=clock.respond_by if clock else None,
        basis=APPEAL if case.status is Status.DECIDED else clock.basis.value if clock else "",
        letter="reminder",
        due_at=news.read_at,
        late=False,
        holder=case.holder or "",
        key=f"{case.number}:{news.key}",
    )


def _tell_case(tx: Transaction, case_id: int, post: Post | None, now: datetime) -> bool:
    news = news_in(tx, case_id, now)
    if news is None or post is None:
        return False
    summary = summary_of(news.case, news.mail, news.mails, told=news.told, evidence=evidence_of(tx, news.case))
    summary = with_lessons(tx, summary, news.case, post.voice.language)
    letter = suggestion_letter(summary, team=post.voice, now=now)
    return outbox_rows.enqueue(tx, letter, post.copies(letter), now, case_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What people must hear of."""

    case: Case
    mail: MailEntry
    mails: tuple[MailEntry, ...]
    """The case's distinct messages, oldest first."""
    told: bool
    """Whether the team was written to about the case before."""


def news_in(tx: Transaction, case_id: int, now: datetime) -> News | None:
    """A case's news and its mails, now counted as told; null when nobody must hear of it."""
    casefile.mark_untold(tx, [case_id], False)
    found = casefile.find(tx, case_id, now)
    if found is None:
        return None
    case, matter = found
    entries = [entry for entry in matter_rows.entries_of(tx, [matter])[matter] if isinstance(entry, MailEntry)]
    mails = mails_of(case, entries)
    told = outbox_rows.has_letters(tx, case_id)
    mail = news_of(case, mails, told=told, now=now)
    return News(case=case, mail=mail, mails=mails, told=told) if mail is not None else None


def _tell_mail(tx: Transaction, doubtful: ReviewMail, post: Post | None, now: datetime) -> bool:
    message_rows.mark_told(tx, doubtful.id)
    if post is None:
        return False
    letter = _letter_about(doubtful, post, now)
    bundle = bundle_rows.add(tx, letter.key, [Item(code="1", message=doubtful.id)], now)
    return outbox_rows.enqueue(tx, letter, post.copies(letter, bundle=bundle), now, None)


def _letter_about(doubtful: ReviewMail, post: Post, now: datetime) -> Letter:
    mail = doubtful.mail
    described = DoubtfulMail(
        key=mail.key,
        place=f"{doubtful.account}, {doubtful.mailbox}",
        sent_at=mail.sent_at,
        display=mail.display,
        sender=mail.sender,
        subject=mail.subject,
        excerpt=mail.excerpt,
        kind=mail.kind,
        order_ids=mail.order_ids,
        because=mail.because,
        hosts=mail.hosts,
    )
    write = warning_letter if doubtful.is_suspicious else review_letter
    return write(described, team=post.voice, now=now)


def news_of(case: Case, mails: Sequence[MailEntry], *, told: bool, now: datetime) -> MailEntry | None:
    """The mail that people must hear of: the newest event, unless the case has been answered or ended unheard of.

    `told` says whether the team was ever written to about this case.
    """
    newest = next((mail for mail in reversed(mails) if not mail.own_reply), None)
    if newest is None or case.status is Status.ANSWERED:
        return None
    if case.status is Status.CLOSED and not told and now - newest.sent_at > _STILL_NEWS:
        return None
    return newest
