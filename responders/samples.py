"""Invented cases, one for each situation: what `check` renders a team's templates with, and what a preview shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from config.vocabulary import (
    CASE_KINDS,
    EVENTS_OF_KIND,
    Authenticity,
    Basis,
    Event,
    FundedBy,
    Kind,
    Outcome,
    Reason,
    Status,
)
from responders.digest import Change, DigestCase, DigestFacts, ReviewLine, Trouble
from responders.escalation import CaseNotice
from responders.report import Report, ReportCase, build_report
from responders.summary import CaseSummary, MailSummary

_SENT = datetime(2026, 3, 9, 7, 40, tzinfo=UTC)

_LIVE = frozenset({None, Event.OPENED, Event.INFO_REQUESTED, Event.REMINDER})

SAMPLE_NOW = _SENT + timedelta(hours=6)
"""An instant within the samples' limits."""


def sample_mail(event: Event | None, *, language: str = "en") -> MailSummary:
    """One invented mail from Amazon."""
    return MailSummary(
        sent_at=_SENT,
        event=event,
        subject="Order 701-1234567-7654321",
        sender="no-reply@amazon.com",
        excerpt="We ask you to look into the order named above.",
        language=language,
        authenticity=Authenticity.VERIFIED,
        forwarded_by=None,
    )


def sample_case(
    kind: Kind, event: Event | None, *, reason: Reason | None = Reason.ITEM_NOT_RECEIVED, language: str = "en"
) -> CaseSummary:
    """One invented case with a stated limit of 48 hours."""
    return CaseSummary(
        number="CC-000017",
        kind=kind,
        event=event,
        status=Status.OPEN if event in _LIVE else Status.DECIDED if event is Event.GRANTED else Status.CLOSED,
        outcome=None,
        marketplace="US",
        order_ids=("701-1234567-7654321",),
        support_case_ids=(),
        asins=(),
        tracking_numbers=(),
        amount=("34.90", "USD"),
        reason=reason,
        funded_by=None,
        action_required=True,
        respond_by=_SENT + timedelta(hours=48),
        target=None,
        basis=Basis.STATED,
        phrase="within 48 hours",
        rule="48 hours from the mail's Date",
        review=False,
        because=("invented for a preview",),
        previous=None,
        mails=(sample_mail(event, language=language),),
    )


def sample_cases() -> tuple[CaseSummary, ...]:
    """One case for each kind and event, and for each way in which a claim is granted or opened."""
    plain = tuple(sample_case(kind, event) for kind in sorted(CASE_KINDS) for event in sorted(EVENTS_OF_KIND[kind]))
    claim, granted = (sample_case(Kind.ATOZ_CLAIM, event) for event in (Event.OPENED, Event.GRANTED))
    return (
        *plain,
        replace(claim, action_required=False, basis=Basis.CONDITIONAL, lessons=("A lesson of a sample.",)),
        replace(claim, respond_by=None, basis=None, phrase=None, reason=None, order_ids=(), amount=None),
        replace(granted, funded_by=FundedBy.AMAZON, status=Status.CLOSED, respond_by=None, basis=None, phrase=None),
        *(replace(case, status=Status.OPEN) for case in plain if case.status is Status.CLOSED),
        replace(granted, funded_by=FundedBy.SELLER, basis=Basis.POLICY, phrase=None),
    )


def sample_notice(letter: str) -> CaseNotice:
    """One invented step of the ladder, of ladder.LETTERS."""
    return CaseNotice(
        number="CC-000017",
        kind=Kind.ATOZ_CLAIM,
        order="701-1234567-7654321",
        marketplace="US",
        respond_by=_SENT + timedelta(hours=48),
        basis=Basis.STATED,
        letter=letter,
        due_at=SAMPLE_NOW,
        late=letter == "overdue",
        holder="Ana",
        key=f"sample:{letter}",
    )


def sample_digest() -> DigestFacts:
    """One invented digest with a line in every section."""
    due = DigestCase(
        number="CC-000017",
        kind=Kind.ATOZ_CLAIM,
        order="701-1234567-7654321",
        marketplace="US",
        respond_by=_SENT + timedelta(hours=20),
        basis=Basis.STATED,
        holder="",
        review=True,
    )
    doubtful = ReviewLine(
        is_suspicious=True, sender="a@sample.example", subject="A sample", because="a sample", sent_at=_SENT
    )
    return DigestFacts(
        reader="",
        day="2026-03-09",
        since=_SENT - timedelta(days=1),
        back=_SENT + timedelta(days=1),
        cases=(due, replace(due, number="CC-000018", respond_by=_SENT + timedelta(hours=70), holder="Bo")),
        changes=(Change(number="CC-000019", kind=Kind.CHARGEBACK, what="answered", by="Bo"),),
        review=(doubtful,),
        review_total=1,
        troubles=(Trouble(key="quarantined", count=1),),
    )


def sample_report() -> Report:
    """One invented report with a line in every section."""
    won = ReportCase(
        number="CC-000017",
        kind=Kind.ATOZ_CLAIM,
        reason=Reason.WRONG_ITEM,
        outcome=Outcome.WON,
        is_over=True,
        marketplace="US",
        agent="Ana",
        amount=(Decimal("34.90"), "USD"),
        opened_at=_SENT,
        answered_at=SAMPLE_NOW,
        ended_at=SAMPLE_NOW,
        evidence=("packing_record",),
        asins=("B0SAMPLE01",),
        carrier="UPS",
        buyer="B-0a1b2c3d",
        threatened_before=True,
    )
    lost = replace(won, number="CC-000018", outcome=Outcome.LOST, agent="", evidence=(), answered_at=None)
    return build_report([won, lost], first=_SENT - timedelta(days=30), last=_SENT + timedelta(days=1))
