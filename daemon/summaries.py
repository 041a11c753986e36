"""Summaries: what a template may see of a case, from the case and its mails. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.cases import Case
from daemon.copies import distinct
from daemon.entries import MailEntry
from responders.summary import NO_EVIDENCE, CaseSummary, EvidenceOnFile, MailSummary


def mails_of(case: Case, entries: Sequence[MailEntry]) -> tuple[MailEntry, ...]:
    """The case's distinct messages, oldest first, the best copy of each."""
    best = {mail.key: group[0] for group in distinct(entries) for mail in group}
    return tuple(best[key] for key in case.keys if key in best)


def summary_of(
    case: Case, news: MailEntry, mails: Sequence[MailEntry], *, told: bool, evidence: EvidenceOnFile = NO_EVIDENCE
) -> CaseSummary:
    """What a letter about `news` may see of the case; `told` when it is not the first about it."""
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
        told=told,
        evidence=evidence,
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
