"""The judgement of one mail: the steps in order, and the value that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from classifiers.action import action_required, says_no_action
from classifiers.authentication import Verdict, judge_authenticity
from classifiers.confidence import calibrated
from classifiers.findings import Amount, Assessment, Deadline, Vote
from classifiers.fingerprint import Marks, marks_of
from classifiers.frame import framed_words
from classifiers.funding import funded_by
from classifiers.identifiers import asins, case_ids, order_ids
from classifiers.kind import Judgement, Opinion, Told, judge_kind, told_kind
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
from config.vocabulary import CASE_KINDS, Authenticity, Event, FundedBy, Kind, Reason

if TYPE_CHECKING:
    from classifiers.deadline import Limits

__all__ = ["Amount", "Assessment", "Deadline", "Told", "Vote", "Voter", "as_json", "assess", "voter_text"]

_AMOUNT_KINDS = frozenset({*CASE_KINDS, Kind.SAFE_T, Kind.BUYER_MESSAGE})


class Voter(Protocol):
    """The statistical voter."""

    def vote(self, texts: Sequence[str]) -> Sequence[Opinion]:
        """One opinion a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A mail as the judges see it."""

    message: Message
    origin: Origin
    marks: Marks
    words: str | None
    """A buyer's own words inside Amazon's frame; null for other mail."""
    language: str
    wording: Wording
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a mail says beside its demand."""

    own: Wording
    store: str | None
    payer: FundedBy | None
    reason: Reason | None
    threat: bool
    amount: Amount | None
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """What a mail demands, and the sentences that say so."""

    required: bool
    deadline: Deadline | None
    because: tuple[str, ...]
    rules: tuple[str, ...]


def assess(
    message: Message,
    *,
    policy: Policy,
    trusted_authserv: Sequence[str] = (),
    marketplace: str | None = None,
    voter: Voter | None = None,
    signed_by: Sequence[str] = (),
    told: Told | None = None,
) -> Assessment:
    """Judge one mail; pure.

    `trusted_authserv` names the servers whose Authentication-Results are believed; `marketplace` is the store to assume
    for a mail that names none; `signed_by` are the domains whose DKIM signatures the caller has verified; `told` is
    what a person says that the mail is.
    """
    verdict = judge_authenticity(message, trusted_authserv=trusted_authserv, signed_by=signed_by)
    seen = _seen(message)
    judgement = _calibrated(_judged(seen, voter, told))
    facts = _facts(seen, judgement, marketplace)
    demand = _demand(seen, judgement, facts, policy)
    return Assessment(
        message_id=message.message_id,
        sent_at=message.sent_at,
        language=seen.language,
        marketplace=facts.store,
        kind=judgement.kind,
        event=judgement.event,
        confidence=judgement.confidence,
        review=_needs_a_person(judgement, verdict, seen, policy),
        authenticity=verdict.authenticity,
        action_required=demand.required,
        reason=facts.reason,
        order_ids=seen.orders,
        case_ids=case_ids(message),
        asins=asins(message),
        tracking_numbers=tracking_numbers(message),
        amount=facts.amount,
        funded_by=facts.payer,
        threatens_claim=facts.threat,
        deadline=demand.deadline,
        because=(*judgement.because, *demand.because, *facts.because, *demand.rules, *verdict.because),
        votes=judgement.votes,
    )


def _seen(message: Message) -> _Seen:
    """Read the mail once for everything that follows."""
    words = framed_words(message)
    language = language_of(message, words)
    return _Seen(
        message=message,
        origin=origin_of(message),
        marks=marks_of(message),
        words=words,
        language=language,
        wording=read_wording(message.subject, message.text, language),
        orders=order_ids(message),
    )


def _judged(seen: _Seen, voter: Voter | None, told: Told | None) -> Judgement:
    """Kind and event: what a person says outranks every vote; the voter is asked where the rest is not decisive."""
    judge = partial(
        judge_kind,
        seen.wording,
        origin=seen.origin,
        marks=seen.marks,
        display=read_wording(seen.message.author.display, "", seen.language),
        orders=len(seen.orders),
        framed=seen.words is not None,
    )
    judgement = judge()
    if told is not None:
        return told_kind(judgement, told, seen.wording, seen.marks)
    if voter is None or judgement.decisive:
        return judgement
    return judge(opinion=voter.vote([voter_text(seen.message, seen.words)])[0])


def _calibrated(judgement: Judgement) -> Judgement:
    return replace(judgement, confidence=calibrated(judgement.confidence))


def voter_text(message: Message, words: str | None) -> str:
    """What the statistical voter reads of a mail and is trained on: the subject, then the own words."""
    return f"{message.subject}\n{words or message.text}"


def _facts(seen: _Seen, judgement: Judgement, marketplace: str | None) -> _Facts:
    """What the mail says beside its demand: reason, threat, who pays, how much, for which store."""
    kind, wording = judgement.kind, seen.wording
    own = _own_wording(seen, kind)
    payer, payer_phrase = funded_by(kind, judgement.event, wording)
    is_buyers = kind is Kind.BUYER_MESSAGE
    reason, reason_phrase = read_reason(kind, own, speaker_is_buyer=is_buyers)
    threat, threat_phrase = threatens(kind, own)
    found = sums(wording)
    store, store_because = marketplace_of(seen.message, seen.marks, seen.origin, only_currency(wording, found))
    store = store or marketplace
    said = (("who pays", payer_phrase), ("the reason", reason_phrase if reason else ""), ("the threat", threat_phrase))
    return _Facts(
        own=own,
        store=store,
        payer=payer,
        reason=reason,
        threat=threat,
        amount=disputed_amount(wording, found, marketplace=store) if kind in _AMOUNT_KINDS else None,
        because=(*_reasons_for_people(*said), *([store_because] if store_because else [])),
    )


def _demand(seen: _Seen, judgement: Judgement, facts: _Facts, policy: Policy) -> _Demand:
    """Whether something is demanded, and by when."""
    limits = _limits(seen, facts.store, judgement, policy)
    limit_phrase = limits.stated.phrase if limits.stated and not limits.stated.doubtful else ""
    required, phrase = action_required(judgement.kind, judgement.event, facts.own, limit=limit_phrase)
    deadline = _deadline(limits, seen, judgement, required, facts.payer, policy)
    return _Demand(
        required=required,
        deadline=deadline,
        because=tuple(_reasons_for_people(("what is demanded", phrase if required else ""))),
        rules=(deadline.rule,) if deadline and deadline.rule else (),
    )


def _own_wording(seen: _Seen, kind: Kind) -> Wording:
    """A buyer's message is judged by the buyer's words, without Amazon's frame."""
    if kind is not Kind.BUYER_MESSAGE or seen.words is None:
        return seen.wording
    return read_wording(seen.message.subject, seen.words, seen.language)


def _limits(seen: _Seen, marketplace: str | None, judgement: Judgement, policy: Policy) -> Limits:
    # Imported here because deadline.py takes its types from this module.
    from classifiers.deadline import read_limits

    kind, message, words = judgement.kind, seen.message, seen.words
    read = replace(message, text=words) if kind is Kind.BUYER_MESSAGE and words is not None else message
    return read_limits(
        read,
        language=seen.language,
        marketplace=marketplace,
        kind=kind,
        event=judgement.event,
        count_public_holidays=policy.count_public_holidays,
    )


def _deadline(
    limits: Limits, seen: _Seen, judgement: Judgement, demanded: bool, payer: FundedBy | None, policy: Policy
) -> Deadline | None:
    from classifiers.deadline import settle_deadline

    kind, event, wording = judgement.kind, judgement.event, seen.wording
    return settle_deadline(
        _waiting(limits, kind, event, demanded, wording),
        message=seen.message,
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
    if not idle or limits.conditional is not None:
        return limits
    return replace(limits, stated=None, conditional=limits.stated or limits.only_window, says_no_action=True)


def _needs_a_person(judgement: Judgement, verdict: Verdict, seen: _Seen, policy: Policy) -> bool:
    if verdict.authenticity is Authenticity.SUSPICIOUS or judgement.confidence < policy.review_below:
        return True
    if judgement.kind is Kind.UNRELATED:
        return bool(seen.orders) and seen.wording.names("guarantee", "chargeback", "claim")
    return seen.origin.role is not Role.FOREIGN and not judgement.understood


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
