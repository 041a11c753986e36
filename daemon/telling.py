"""Telling: news that people must hear become letters in the outbox; a mark in the database stays until they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from config.vocabulary import Status
from daemon.cases import Case
from daemon.copies import distinct
from daemon.desk import Desk, Post
from daemon.entries import MailEntry
from daemon.storage import casefile, matter_rows, message_rows, outbox_rows
from daemon.storage.engine import Transaction
from daemon.storage.message_rows import ReviewMail
from responders.letter import Letter
from responders.suggest import suggestion_letter
from responders.summary import CaseSummary, MailSummary
from responders.suspicious import DoubtfulMail, review_letter, warning_letter

_AT_ONCE = 50
_STILL_NEWS = timedelta(days=2)
"""A matter that ended longer ago, and that nobody was ever told of, needs nobody."""


def tell(desk: Desk, now: datetime) -> int:
    """Put letters about all untold news into the outbox; how many. Call it when no stored mail waits any more.

    Then a matter whose decision came in together with its opening is told once, as it stands.
    """
    letters = 0
    while True:
        with desk.store.read() as tx:
            cases, mails = casefile.untold_ids(tx, _AT_ONCE), message_rows.review_list(tx, _AT_ONCE, untold_only=True)
        if not cases and not mails:
            return letters
        with desk.store.write() as tx:
            letters += sum(_tell_case(tx, case_id, desk.post, now) for case_id in cases)
            letters += sum(_tell_mail(tx, mail, desk.post, now) for mail in mails)


def _tell_case(tx: Transaction, case_id: int, post: Post | None, now: datetime) -> bool:
    casefile.mark_untold(tx, case_id, False)
    found = casefile.find(tx, case_id, now)
    if found is None or post is None:
        return False
    case, matter = found
    entries = [entry for entry in matter_rows.entries_of(tx, [matter])[matter] if isinstance(entry, MailEntry)]
    mails = mails_of(case, entries)
    news = news_of(case, mails, told=outbox_rows.has_letters(tx, case_id), now=now)
    if news is None:
        return False
    letter = suggestion_letter(summary_of(case, news, mails), team=post.voice, now=now)
    return outbox_rows.enqueue(tx, letter, post.copies(letter), now, case_id)


def _tell_mail(tx: Transaction, doubtful: ReviewMail, post: Post | None, now: datetime) -> bool:
    message_rows.mark_told(tx, doubtful.id)
    if post is None:
        return False
    letter = _letter_about(doubtful, post, now)
    return outbox_rows.enqueue(tx, letter, post.copies(letter), now, None)


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


def mails_of(case: Case, entries: Sequence[MailEntry]) -> tuple[MailEntry, ...]:
    """The case's distinct messages, oldest first, the best copy of each."""
    best = {mail.key: group[0] for group in distinct(entries) for mail in group}
    return tuple(best[key] for key in case.keys if key in best)


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


def summary_of(case: Case, news: MailEntry, mails: Sequence[MailEntry]) -> CaseSummary:
    """What a letter about `news` may see of the case."""
    clock = case.clock
    shown = mails[: mails.index(news) + 1]
    return CaseSummary(
        number=case.number,
        kind=case.kind,
        event=news.event,
        status=case.status,
        outcome=case.outcome,
        marketplace=case.marketplace,
        order_ids=case.order_ids,
        support_case_ids=case.support_case_ids,
        asins=case.asins,
        tracking_numbers=case.tracking_numbers,
        amount=case.amount,
        reason=case.reason,
        funded_by=news.funded_by,
        action_required=news.action_required,
        respond_by=clock.respond_by if clock else None,
        target=clock.target if clock else None,
        basis=clock.basis if clock else None,
        phrase=clock.phrase if clock else None,
        rule=clock.rule if clock else "",
        review=case.review,
        because=news.because,
        previous=case.previous,
        mails=tuple(_mail_summary(mail) for mail in shown),
    )


def _mail_summary(mail: MailEntry) -> MailSummary:
    return MailSummary(
        sent_at=mail.sent_at,
        event=mail.event,
        subject=mail.subject,
        sender=mail.sender,
        excerpt=mail.excerpt,
        language=mail.language,
        authenticity=mail.authenticity,
        forwarded_by=mail.forwarded_by,
    )
