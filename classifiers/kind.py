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
from classifiers.origin import Origin, Role
from classifiers.wording import Wording
from config.vocabulary import CASE_KINDS, EVENTS_OF_KIND, Event, Kind

_SURE = 0.97
"""No vote of words makes a mail surer than this."""
_UNDERSTOOD = 2.0
"""Weight under which a mail from Amazon counts as not understood."""
_DECISIVE = 0.8
_DECISIVE_EVENT = 0.6
"""Confidence in kind and event from which on no second opinion is asked for."""
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
    reading = _settled_event(kind, read_event(kind, wording, decided_mark=decided), opinion)
    own = [vote for vote in votes if vote.kind is kind]
    strongest = max(own, key=lambda vote: vote.weight, default=None)
    because = (
        strongest.because if strongest else "nothing tells the kind",
        *([reading.because] if reading.because else []),
    )
    return Judgement(
        kind=kind,
        event=reading.event,
        confidence=round(min(_SURE, _confidence(kind, totals) * (0.5 + 0.5 * reading.certainty)), 3),
        understood=totals[kind] >= _UNDERSTOOD,
        decisive=_confidence(kind, totals) >= _DECISIVE and reading.certainty >= _DECISIVE_EVENT,
        votes=votes,
        because=because,
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
        weight = 4.0 if kind in CASE_KINDS or kind is not Kind.NOTICE else 5.0
        yield Vote(judge="marks", kind=kind, weight=weight, because=f"machine mark {name} in the {marks.where}")


def _word_votes(wording: Wording, origin: Origin, display: Wording, orders: int, framed: bool) -> Iterator[Vote]:
    for kind, weight, *concepts in _word_weights(wording, origin, display, orders, framed):
        if weight:
            phrase = wording.phrase(*concepts) if concepts else ""
            said = f'the words "{phrase}"' if phrase else "the shape of the text"
            yield Vote(judge="words", kind=kind, weight=round(weight, 2), because=f"{said} point to {kind.value}")


_Weight = tuple[Kind, float, *tuple[str, ...]]


def _word_weights(wording: Wording, origin: Origin, display: Wording, orders: int, framed: bool) -> Iterator[_Weight]:
    if origin.role is Role.RELAY:
        yield from _relay_weights(wording, display, framed)
    elif origin.role is Role.SUPPORT:
        yield from _support_weights(wording, orders)
    else:
        yield from _claim_weights(wording, origin, orders)
        yield from _side_weights(wording)
        yield from _request_weights(wording, display, orders)


def _relay_weights(wording: Wording, display: Wording, framed: bool) -> Iterator[_Weight]:
    points = customer_service_points(wording, display)
    if points >= 2.5 and not (framed and points < 4):
        yield Kind.CS_REQUEST, 3.0 + points, "contacted", "reply_hint", "cs_name", "label_details"
    returns = _near(wording, "return_template") + (1.0 if wording.says("return_authorised", "return_decide") else 0.0)
    if returns >= 3 and not framed:
        yield Kind.RETURN_REQUEST, 1.0 + returns, "return_template"


def customer_service_points(wording: Wording, display: Wording) -> float:
    """How much of Amazon's customer-service template a relay mail has."""
    points = 2.0 if _near(wording, "contacted") >= 1 else 0.0
    labels = [name for name in ("label_order", "label_reason", "label_details") if _labels(wording, name)]
    points += {0: 0.0, 1: 0.5, 2: 2.0, 3: 2.5}[len(labels)]
    points += 1.5 if wording.says("reply_hint") else 0.0
    points += 3.0 if display.says("cs_name") else 0.0
    points += 1.0 if any(s.short and s.names("cs_name") for s in wording.body) else 0.0
    points += 0.5 if wording.says("cs_name") else 0.0
    return points


def _labels(wording: Wording, name: str) -> bool:
    return any(seen.concept == name and seen.start <= 2 for s in wording.body for seen in s.sightings)


def _near(wording: Wording, *concepts: str) -> float:
    """Three for the subject, two for the first sentences, one further down, nothing when absent."""
    return max((3.0 if s.index < 0 else 2.0 if s.index <= 4 else 1.0 for s in wording.saying(*concepts)), default=0.0)


def _support_weights(wording: Wording, orders: int) -> Iterator[_Weight]:
    about_buyer = {0: 0.0, 1: 1.5, 2: 1.0}.get(orders, 0.5) + 0.5 * _near(wording, "customer")
    about_buyer += min(2.0, _near(wording, "contacted"))
    about_buyer += 1.0 if wording.says("buyer_demand", "refund_ask", "cs_name") else 0.0
    about_own = 0.5 * (_near(wording, "support_topic") + _near(wording, "health"))
    if about_buyer >= 2.5 and wording.names("customer", "contacted", "cs_name"):
        yield Kind.CS_REQUEST, about_buyer + 2.0, "contacted", "buyer_demand", "customer"
    if about_own:
        yield Kind.SUPPORT_CASE, about_own, "support_topic", "health"


def _claim_weights(wording: Wording, origin: Origin, orders: int) -> Iterator[_Weight]:
    news = wording.says("filed", "granted", "denied", "withdrawn", "appeal_reviewed", "fav_seller", "fav_buyer") or (
        wording.says("remind", "need_info") and wording.names("claim")
    )
    named = _near(wording, "guarantee")
    if named or origin.role in (Role.ATOZ, Role.PAY_ATOZ):
        weight = (
            named
            + (2.0 if news and named else 0.0)
            + (0.5 if orders == 1 else -2.5 if orders > 3 or not orders else 0.0)
        )
        yield Kind.ATOZ_CLAIM, max(0.0, weight), "filed", "guarantee"
    disputed = _near(wording, "chargeback")
    if disputed >= 2:
        yield Kind.CHARGEBACK, disputed + (1.0 if orders == 1 else -1.0 if orders > 3 else 0.0), "chargeback"
    own = _near(wording, "safet")
    if own >= 2:
        yield Kind.SAFE_T, own + 3.0, "safet"


def _side_weights(wording: Wording) -> Iterator[_Weight]:
    for concept, kind, subject, early, late in _SIDES:
        near = _near(wording, concept)
        weight = {3.0: subject, 2.0: early, 1.0: late, 0.0: 0.0}[near]
        if weight:
            yield kind, weight, concept


_SIDES = (
    ("health", Kind.ACCOUNT_HEALTH, 4.0, 2.0, 0.7),
    ("return_template", Kind.RETURN_REQUEST, 4.0, 2.0, 0.5),
    ("own_copy", Kind.NOTICE, 6.0, 5.0, 0.0),
    ("undelivered", Kind.NOTICE, 5.0, 4.0, 0.5),
    ("cancel_request", Kind.NOTICE, 4.5, 2.0, 0.0),
    ("refund_notice", Kind.NOTICE, 4.0, 1.0, 0.0),
    ("order_notice", Kind.NOTICE, 4.0, 1.0, 0.0),
    ("payout", Kind.NOTICE, 4.5, 1.5, 0.3),
    ("report", Kind.NOTICE, 4.0, 1.0, 0.0),
    ("marketing", Kind.NOTICE, 4.0, 2.0, 0.5),
    ("consumer", Kind.NOTICE, 2.0, 2.0, 0.5),
)
"""Concept, the kind it speaks for, and its weight in the subject, in the first sentences and further down."""


def _request_weights(wording: Wording, display: Wording, orders: int) -> Iterator[_Weight]:
    points = customer_service_points(wording, display)
    if points >= 2.5 and _near(wording, "contacted"):
        yield Kind.CS_REQUEST, points, "contacted"
    if wording.subject.says("support_mark"):
        yield Kind.SUPPORT_CASE, 3.0, "support_mark"


def _totals(votes: Iterable[Vote]) -> dict[Kind, float]:
    totals: dict[Kind, float] = {Kind.NOTICE: 0.5}
    for vote in votes:
        if vote.kind is not None:
            totals[vote.kind] = totals.get(vote.kind, 0.0) + vote.weight
    return totals


def _confidence(kind: Kind, totals: Mapping[Kind, float]) -> float:
    best = totals[kind]
    second = max((weight for name, weight in totals.items() if name is not kind), default=0.0)
    margin = (best - second) / max(best, 1.0)
    support = min(1.0, best / 5.0)
    return 0.5 + 0.25 * min(1.0, 1.6 * margin) + 0.25 * support


def _settled_event(kind: Kind, reading: EventReading, opinion: Opinion | None) -> EventReading:
    """The words' event; where they are unsure, the one that the statistical voter finds likeliest for this kind."""
    likely = opinion.events_of(kind) if opinion is not None and kind in EVENTS_OF_KIND else ()
    if not likely:
        return reading
    event, share = likely[0]
    if event is reading.event:
        return EventReading(event=event, certainty=min(1.0, reading.certainty + 0.15), because=reading.because)
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
