"""The judgement of one mail: the steps in order, and the value that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from classifiers.action import action_required, says_no_action
from classifiers.authentication import Verdict, judge_authenticity
from classifiers.findings import Amount, Assessment, Deadline, Vote
from classifiers.fingerprint import marks_of
from classifiers.frame import framed_words
from classifiers.funding import funded_by
from classifiers.identifiers import asins, case_ids, order_ids
from classifiers.kind import Judgement, Opinion, judge_kind
from classifiers.language import language_of
from classifiers.mail import Message
from classifiers.money import disputed_amount, only_currency, sums
from classifiers.origin import Origin, Role, origin_of
from classifiers.reasons import read_reason
from classifiers.store import marketplace_of
from classifiers.threats import threatens
from classifiers.tracking import tracking_numbers
from classifiers.wording import Wording, read_wording
from config.policy import Policy
from config.vocabulary import CASE_KINDS, Authenticity, Event, FundedBy, Kind

if TYPE_CHECKING:
    from classifiers.deadline import Limits

__all__ = ["Amount", "Assessment", "Deadline", "Vote", "Voter", "as_json", "assess"]

_AMOUNT_KINDS = frozenset({*CASE_KINDS, Kind.SAFE_T, Kind.BUYER_MESSAGE})


class Voter(Protocol):
    """The statistical voter."""

    def vote(self, texts: Sequence[str]) -> Sequence[Opinion]:
        """One opinion a text."""


def assess(
    message: Message,
    *,
    policy: Policy,
    trusted_authserv: Sequence[str] = (),
    marketplace: str | None = None,
    voter: Voter | None = None,
) -> Assessment:
    """Judge one mail; pure.

    `trusted_authserv` names the servers whose Authentication-Results are believed; `marketplace` is the store to assume
    for a mail that names none.
    """
    verdict = judge_authenticity(message, trusted_authserv=trusted_authserv)
    origin, marks = origin_of(message), marks_of(message)
    words = framed_words(message)
    language = language_of(message, words)
    wording = read_wording(message.subject, message.text, language)
    orders = order_ids(message)
    display = read_wording(message.author.display, "", language)
    judge = partial(
        judge_kind,
        wording,
        origin=origin,
        marks=marks,
        display=display,
        orders=len(orders),
        framed=words is not None,
    )
    judgement = judge()
    if voter is not None and not judgement.decisive:
        judgement = judge(opinion=voter.vote([f"{message.subject}\n{words or message.text}"])[0])
    own = _own_wording(message, words, judgement.kind, wording)
    payer, payer_phrase = funded_by(judgement.kind, judgement.event, wording)
    reason, reason_phrase = read_reason(judgement.kind, own, speaker_is_buyer=judgement.kind is Kind.BUYER_MESSAGE)
    threat, threat_phrase = threatens(judgement.kind, own)
    found = sums(wording)
    store, store_because = marketplace_of(message, marks, origin, only_currency(wording, found))
    store = store or marketplace
    limits = _limits(message, words, language, store, judgement, policy)
    limit_phrase = limits.stated.phrase if limits.stated and not limits.stated.doubtful else ""
    demanded, demand_phrase = action_required(judgement.kind, judgement.event, own, limit=limit_phrase)
    deadline = _deadline(limits, message, judgement, demanded, payer, wording, policy)
    return Assessment(
        message_id=message.message_id,
        sent_at=message.sent_at,
        language=language,
        marketplace=store,
        kind=judgement.kind,
        event=judgement.event,
        confidence=judgement.confidence,
        review=_needs_a_person(judgement, verdict, origin, wording, orders, policy),
        authenticity=verdict.authenticity,
        action_required=demanded,
        reason=reason,
        order_ids=orders,
        case_ids=case_ids(message),
        asins=asins(message),
        tracking_numbers=tracking_numbers(message),
        amount=disputed_amount(wording, found, marketplace=store) if judgement.kind in _AMOUNT_KINDS else None,
        funded_by=payer,
        threatens_claim=threat,
        deadline=deadline,
        because=(
            *judgement.because,
            *_reasons_for_people(
                ("what is demanded", demand_phrase if demanded else ""),
                ("who pays", payer_phrase),
                ("the reason", reason_phrase if reason else ""),
                ("the threat", threat_phrase),
            ),
            *([store_because] if store_because else []),
            *([deadline.rule] if deadline and deadline.rule else []),
            *verdict.because,
        ),
        votes=judgement.votes,
    )


def _own_wording(message: Message, words: str | None, kind: Kind, wording: Wording) -> Wording:
    """A buyer's message is judged by the buyer's words, without Amazon's frame."""
    if kind is not Kind.BUYER_MESSAGE or words is None:
        return wording
    return read_wording(message.subject, words, wording.language)


def _limits(
    message: Message, words: str | None, language: str, marketplace: str | None, judgement: Judgement, policy: Policy
) -> Limits:
    # Imported here because deadline.py takes its types from this module.
    from classifiers.deadline import read_limits

    kind = judgement.kind
    read = replace(message, text=words) if kind is Kind.BUYER_MESSAGE and words is not None else message
    return read_limits(
        read,
        language=language,
        marketplace=marketplace,
        kind=kind,
        event=judgement.event,
        count_public_holidays=policy.count_public_holidays,
    )


def _deadline(
    limits: Limits,
    message: Message,
    judgement: Judgement,
    demanded: bool,
    payer: FundedBy | None,
    wording: Wording,
    policy: Policy,
) -> Deadline | None:
    from classifiers.deadline import settle_deadline

    kind, event = judgement.kind, judgement.event
    return settle_deadline(
        _waiting(limits, kind, event, demanded, wording),
        message=message,
        kind=kind,
        event=event,
        action_required=demanded,
        funded_by=payer,
        no_answer_will_be_asked=event is Event.OPENED and wording.says("never_asked"),
        policy=policy,
    )


def _waiting(limits: Limits, kind: Kind, event: Event | None, demanded: bool, wording: Wording) -> Limits:
    """In a first notice that asks for nothing now, a named window starts when Amazon asks (contract, section 5)."""
    idle = kind is Kind.ATOZ_CLAIM and event is Event.OPENED and not demanded and says_no_action(wording)
    if not idle or limits.stated is None or limits.conditional is not None:
        return limits
    return replace(limits, stated=None, conditional=limits.stated, says_no_action=True)


def _needs_a_person(
    judgement: Judgement, verdict: Verdict, origin: Origin, wording: Wording, orders: Sequence[str], policy: Policy
) -> bool:
    if verdict.authenticity is Authenticity.SUSPICIOUS or judgement.confidence < policy.review_below:
        return True
    if judgement.kind is Kind.UNRELATED:
        return bool(orders) and wording.names("guarantee", "chargeback", "claim")
    return origin.role is not Role.FOREIGN and not judgement.understood


def _reasons_for_people(*pairs: tuple[str, str]) -> list[str]:
    return [f'{what}: "{phrase}"' for what, phrase in pairs if phrase]


def as_json(assessment: Assessment, *, source: str) -> dict[str, object]:
    """The contract's JSON line (section 2), in its order of fields."""
    return {
        "source": source,
        "message_id": assessment.message_id,
        "sent_at": assessment.sent_at.isoformat(),
        "language": assessment.language,
        "marketplace": assessment.marketplace,
        "kind": assessment.kind.value,
        "event": assessment.event.value if assessment.event else None,
        "confidence": assessment.confidence,
        "review": assessment.review,
        "authenticity": assessment.authenticity.value,
        "action_required": assessment.action_required,
        "reason": assessment.reason.value if assessment.reason else None,
        "order_ids": list(assessment.order_ids),
        "case_ids": list(assessment.case_ids),
        "asins": list(assessment.asins),
        "tracking_numbers": list(assessment.tracking_numbers),
        "amount": _amount_json(assessment.amount),
        "funded_by": assessment.funded_by.value if assessment.funded_by else None,
        "threatens_claim": assessment.threatens_claim,
        "deadline": _deadline_json(assessment.deadline),
        "because": list(assessment.because),
    }


def _amount_json(amount: Amount | None) -> dict[str, str] | None:
    return {"value": amount.value, "currency": amount.currency} if amount else None


def _deadline_json(deadline: Deadline | None) -> dict[str, str | None] | None:
    if deadline is None:
        return None
    return {
        "respond_by": _instant(deadline.respond_by),
        "target": _instant(deadline.target),
        "basis": deadline.basis.value,
        "phrase": deadline.phrase,
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
