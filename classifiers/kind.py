"""Which kind of mail it is: every judge votes with a weight and a reason, the weights are counted, doubt is said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

from classifiers.events import EventReading, read_event
from classifiers.findings import Vote
from classifiers.fingerprint import Marks
from classifiers.kindwords import CLAIM_NEWS, word_weights
from classifiers.origin import Origin, Role
from classifiers.wording import Wording
from config.vocabulary import CASE_KINDS, EVENTS_OF_KIND, Event, Kind

_SURE = 0.97
"""No vote of words makes a mail surer than this."""
_DOUBTED = 0.5
"""Confidence at most where signs of a case remain: such a mail is for a person to judge."""
_UNDERSTOOD = 2.0
"""Weight under which a mail from Amazon counts as not understood."""
_DECISIVE = 0.8
_DECISIVE_EVENT = 0.6
"""Confidence in kind and event from which on no second opinion is asked for."""
_QUESTIONS = frozenset({Event.OPENED, Event.INFO_REQUESTED, Event.REMINDER})
_STATISTICAL_WEIGHT = 2.5
_STANDS_OUT = 0.6
_LEAST_SHARE = 0.02
_DECIDED_MARKS = ("A_Z_CLAIM_RESPONDENT_CLOSE", "_CLOSE", "_DECISION")

_ROLES: Mapping[Role, tuple[Kind, float]] = {
    Role.ATOZ: (Kind.ATOZ_CLAIM, 6.0),
    Role.PAY_ATOZ: (Kind.ATOZ_CLAIM, 6.0),
    Role.CHARGEBACK: (Kind.CHARGEBACK, 6.0),
    Role.SAFE_T: (Kind.SAFE_T, 6.0),
    Role.CSBA: (Kind.CS_REQUEST, 5.0),
    Role.SUPPORT: (Kind.SUPPORT_CASE, 3.5),
    Role.RELAY: (Kind.BUYER_MESSAGE, 4.0),
    Role.PERFORMANCE: (Kind.ACCOUNT_HEALTH, 4.5),
    Role.MARKETING: (Kind.NOTICE, 6.0),
    Role.CONSUMER: (Kind.NOTICE, 5.0),
    Role.RETURNS_REFUNDS_ORDERS: (Kind.NOTICE, 1.5),
}


_ROUTINE = 3.0
_NEAR, _NEAR_SHARE = 1.5, 0.6
"""From which weight on, alone and beside the winner's, a case kind that lost is too near to be passed over."""
_MISTAKEN = frozenset({Kind.NOTICE, Kind.ACCOUNT_HEALTH, Kind.SUPPORT_CASE})
"""Kinds without a case that a case's mail is taken for when its signs are hidden."""
_WRITES: Mapping[Role, frozenset[Kind]] = {
    Role.RELAY: frozenset({Kind.BUYER_MESSAGE, Kind.CS_REQUEST, Kind.RETURN_REQUEST, Kind.NOTICE}),
    Role.SUPPORT: frozenset({Kind.SUPPORT_CASE, Kind.CS_REQUEST, Kind.ACCOUNT_HEALTH, Kind.NOTICE}),
    Role.ATOZ: frozenset({Kind.ATOZ_CLAIM, Kind.NOTICE}),
    Role.PAY_ATOZ: frozenset({Kind.ATOZ_CLAIM, Kind.NOTICE}),
    Role.CHARGEBACK: frozenset({Kind.CHARGEBACK, Kind.NOTICE}),
    Role.SAFE_T: frozenset({Kind.SAFE_T, Kind.NOTICE}),
    Role.CSBA: frozenset({Kind.CS_REQUEST, Kind.NOTICE}),
    Role.MARKETING: frozenset({Kind.NOTICE}),
    Role.CONSUMER: frozenset({Kind.NOTICE}),
}
"""What a known sender can write at all; the statistical voter is asked among these only."""


class Opinion(Protocol):
    """What the statistical voter says of one text."""

    @property
    def alternatives(self) -> tuple[tuple[Kind, float], ...]:
        """Every kind with its probability, the most probable first."""

    def events_of(self, kind: Kind) -> tuple[tuple[Event, float], ...]:
        """The events of a kind with their probability given the kind, the most probable first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Kind and event with their confidence, and whether a person must look."""

    kind: Kind
    event: Event | None
    confidence: float
    understood: bool
    """False for a mail that nothing but its sender explains."""
    decisive: bool
    """False where a second opinion is worth its time."""
    votes: tuple[Vote, ...]
    because: tuple[str, ...]


def judge_kind(
    wording: Wording,
    *,
    origin: Origin,
    marks: Marks,
    display: Wording,
    orders: int,
    framed: bool,
    opinion: Opinion | None = None,
) -> Judgement:
    """Count the votes of sender, marks, words and, where given, the statistical voter.

    `display` is the sender's name read like a text; `orders` is how many order ids the mail holds; `framed` is true
    when a buyer's words stand in Amazon's message frame.
    """
    if origin.role is Role.FOREIGN:
        vote = Vote(judge="sender", kind=Kind.UNRELATED, weight=6.0, because=f"{origin.because} is not Amazon")
        return Judgement(
            kind=Kind.UNRELATED,
            event=None,
            confidence=0.95,
            understood=True,
            decisive=True,
            votes=(vote,),
            because=(vote.because,),
        )
    votes = tuple(_all_votes(wording, origin, marks, display, orders, framed, opinion))
    totals = _totals(votes)
    kind = max(totals, key=lambda name: totals[name])
    decided = (marks.notification_type or "").endswith(_DECIDED_MARKS)
    reading = _settled_event(kind, read_event(kind, wording, decided_mark=decided), opinion, wording)
    own = [vote for vote in votes if vote.kind is kind]
    strongest = max(own, key=lambda vote: vote.weight, default=None)
    because = (
        strongest.because if strongest else "nothing tells the kind",
        *([reading.because] if reading.because else []),
    )
    told = sum(vote.weight for vote in own if vote.judge != "statistics") >= _UNDERSTOOD
    understood = told and not _may_be_a_case(kind, wording, votes, totals, orders)
    return Judgement(
        kind=kind,
        event=reading.event,
        confidence=round(
            min(_SURE if understood else _DOUBTED, _confidence(kind, totals) * (0.5 + 0.5 * reading.certainty)), 3
        ),
        understood=understood,
        decisive=_confidence(kind, totals) >= _DECISIVE and reading.certainty >= _DECISIVE_EVENT,
        votes=votes,
        because=because,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person says that a mail is; `event` null to read it from the words."""

    kind: Kind
    event: Event | None = None


def told_kind(judgement: Judgement, told: Told, wording: Wording, marks: Marks) -> Judgement:
    """The judgement as a person corrects it: nothing outranks that, and nothing is left to review."""
    decided = (marks.notification_type or "").endswith(_DECIDED_MARKS)
    reading = read_event(told.kind, wording, decided_mark=decided)
    vote = Vote(judge="a person", kind=told.kind, weight=9.0, because=f"a person says that it is {told.kind.value}")
    return Judgement(
        kind=told.kind,
        event=(told.event or reading.event or Event.OPENED) if told.kind in EVENTS_OF_KIND else None,
        confidence=1.0,
        understood=True,
        decisive=True,
        votes=(*judgement.votes, vote),
        because=(vote.because,),
    )


def _all_votes(
    wording: Wording,
    origin: Origin,
    marks: Marks,
    display: Wording,
    orders: int,
    framed: bool,
    opinion: Opinion | None,
) -> Iterator[Vote]:
    yield from _sender_votes(origin)
    yield from _mark_votes(marks)
    yield from _word_votes(wording, origin, display, orders, framed)
    if opinion is not None:
        yield from _statistical_votes(origin, opinion)


def _sender_votes(origin: Origin) -> Iterator[Vote]:
    known = _ROLES.get(origin.role)
    if known:
        yield Vote(judge="sender", kind=known[0], weight=known[1], because=origin.because)
    elif origin.role is Role.POSES_AS_AMAZON:
        for role, (kind, weight) in _ROLES.items():
            if f"posing as {role.value}" in origin.because:
                yield Vote(judge="sender", kind=kind, weight=weight / 2, because=origin.because)


def _statistical_votes(origin: Origin, opinion: Opinion) -> Iterator[Vote]:
    """The likeliest kind among those that such a sender writes; an abstention when none stands out."""
    allowed = _WRITES.get(origin.role, frozenset(Kind) - {Kind.UNRELATED})
    shares = [(kind, share) for kind, share in opinion.alternatives if kind in allowed]
    total = sum(share for _, share in shares)
    if total > _LEAST_SHARE:
        kind, share = max(shares, key=lambda pair: pair[1])
        chance = share / total
        weight = _STATISTICAL_WEIGHT * chance if chance >= _STANDS_OUT else 0.0
        because = f"reads like {kind.value} ({chance:.0%} of what such a sender writes)"
        yield Vote(judge="statistics", kind=kind if weight else None, weight=round(weight, 2), because=because)


def _mark_votes(marks: Marks) -> Iterator[Vote]:
    name = marks.notification_type or ""
    fitting = [prefix for prefix in _mark_table() if name.startswith(prefix)]
    if fitting:
        kind = Kind(_mark_table()[max(fitting, key=len)])
        # A message through the buyers' system may be Amazon's customer service: the mark hardly counts there.
        weight = {Kind.NOTICE: 5.0, Kind.BUYER_MESSAGE: 1.0}.get(kind, 4.0)
        yield Vote(judge="marks", kind=kind, weight=weight, because=f"machine mark {name} in the {marks.where}")


def _word_votes(wording: Wording, origin: Origin, display: Wording, orders: int, framed: bool) -> Iterator[Vote]:
    for kind, weight, *concepts in word_weights(wording, origin, display, orders, framed):
        if weight:
            phrase = wording.phrase(*concepts) if concepts else ""
            said = f'the words "{phrase}"' if phrase else "the shape of the text"
            yield Vote(judge="words", kind=kind, weight=round(weight, 2), because=f"{said} point to {kind.value}")


def _totals(votes: Iterable[Vote]) -> dict[Kind, float]:
    totals: dict[Kind, float] = {Kind.NOTICE: 0.5}
    for vote in votes:
        if vote.kind is not None:
            totals[vote.kind] = totals.get(vote.kind, 0.0) + vote.weight
    return totals


def _may_be_a_case(
    kind: Kind, wording: Wording, votes: Iterable[Vote], totals: Mapping[Kind, float], orders: int
) -> bool:
    """A general sender's mail that no machine mark shows as routine, with signs of a buyer's trouble: never silence."""
    if kind is Kind.NOTICE and not orders and wording.subject.says("policy_news", "marketing"):
        return False
    votes = [vote for vote in votes if vote.kind is kind]
    routine = {vote.judge for vote in votes if vote.weight > _ROUTINE}
    known = "marks" in routine or (kind is Kind.NOTICE and "sender" in routine)
    if kind not in _MISTAKEN or known:
        return False
    near = max(totals.get(case, 0.0) for case in CASE_KINDS)
    if near >= _NEAR and near >= _NEAR_SHARE * totals[kind]:
        return True
    if kind is not Kind.NOTICE or not orders:
        return False
    if routine:
        asked = wording.says("contacted", "buyer_demand", "need_info") and wording.names("customer")
        return asked and not wording.subject.says("cancel_request", "order_notice", "own_copy")
    return wording.names("claim", "customer", "guarantee", "chargeback", "contacted") and (
        wording.says(*CLAIM_NEWS) or wording.says("remind", "need_info", "action", "contacted", "refund_ask")
    )


def _confidence(kind: Kind, totals: Mapping[Kind, float]) -> float:
    best = totals[kind]
    second = max((weight for name, weight in totals.items() if name is not kind), default=0.0)
    margin = (best - second) / max(best, 1.0)
    support = min(1.0, best / 5.0)
    return 0.5 + 0.25 * min(1.0, 1.6 * margin) + 0.25 * support


def _settled_event(kind: Kind, reading: EventReading, opinion: Opinion | None, wording: Wording) -> EventReading:
    """The words' event; where they are unsure, the one that the statistical voter finds likeliest for this kind."""
    likely = opinion.events_of(kind) if opinion is not None and kind in EVENTS_OF_KIND else ()
    if not likely:
        return reading
    event, share = likely[0]
    if event is reading.event:
        return EventReading(event=event, certainty=min(1.0, reading.certainty + 0.15), because=reading.because)
    asked = reading.event in _QUESTIONS and wording.says("action", "need_info", "remind")
    if asked and event not in _QUESTIONS and not wording.subject.says("decision", "granted", "denied"):
        return reading
    if reading.certainty < _DECISIVE_EVENT and share >= _STANDS_OUT:
        return EventReading(
            event=event, certainty=0.65, because=f"the words leave it open; it reads like {event.value}"
        )
    return reading


@cache
def _mark_table() -> Mapping[str, str]:
    text = files("config").joinpath("data/kinds.toml").read_text(encoding="utf-8")
    marks: dict[str, str] = tomllib.loads(text)["marks"]
    return marks
