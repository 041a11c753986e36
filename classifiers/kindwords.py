"""What a mail's words say of its kind, by the part that its sender plays; every weight names its concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifiers.origin import Origin, Role
from classifiers.wording import Wording
from config.vocabulary import Kind

CLAIM_NEWS = ("filed", "decision", "granted", "denied", "withdrawn", "appeal_reviewed", "closed", "remind")
"""Concepts that tell what happened to a claim."""
_A_FEW = 2
_EARLY = 2.0
_CLEAR = 4.5
_TOLD_IN_CLAIMS = frozenset({"order_notice", "refund_notice", "undelivered"})
"""What is routine elsewhere and the story of the matter in a clear claim: "not delivered", "order received"."""
_CASE_IN_SUBJECT = re.compile(r"\bcase\s?id\b|\[case\b", re.IGNORECASE)

_Weight = tuple[Kind, float, *tuple[str, ...]]
"""A kind, how strongly the words speak for it, and the concepts that do."""


def word_weights(wording: Wording, origin: Origin, display: Wording, orders: int, framed: bool) -> Iterator[_Weight]:
    """What the words alone speak for, given who writes; `orders` is how many order ids the mail holds."""
    if origin.role is Role.RELAY:
        yield from _relay_weights(wording, display, framed)
    elif origin.role is Role.SUPPORT:
        yield from _support_weights(wording, orders)
    else:
        claims = list(_claim_weights(wording, origin, orders))
        yield from claims
        yield from _side_weights(wording, claimed=any(weight >= _CLEAR for _, weight, *_ in claims))
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
    points += 1.5 if _near(wording, "your_customer") >= _EARLY else 0.0
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
    about_buyer += 1.0 if orders == 1 and wording.names("customer") and _harmed(wording) else 0.0
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
    told = wording.subject.says(*CLAIM_NEWS) and wording.subject.names("claim", "filed")
    if told and not named and 1 <= orders <= _A_FEW:
        yield Kind.ATOZ_CLAIM, 3.5, *CLAIM_NEWS
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


def _side_weights(wording: Wording, *, claimed: bool) -> Iterator[_Weight]:
    found: dict[Kind, tuple[float, str]] = {}
    for concept, kind, subject, early, late in _SIDES:
        if claimed and concept in _TOLD_IN_CLAIMS:
            continue
        weight = {3.0: subject, 2.0: early, 1.0: late, 0.0: 0.0}[_near(wording, concept)]
        if weight > found.get(kind, (0.0, ""))[0]:
            found[kind] = (weight, concept)
    for kind, (weight, concept) in found.items():
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
    ("consumer_paid", Kind.NOTICE, 5.5, 5.5, 2.0),
    ("policy_news", Kind.NOTICE, 5.5, 2.0, 0.3),
)
"""Concept, the kind it speaks for, and its weight in the subject, in the first sentences and further down.

For one kind the strongest counts alone: a claim mail that speaks of shipment, refund and payment is no notice thrice.
"""


def _request_weights(wording: Wording, display: Wording, orders: int) -> Iterator[_Weight]:
    points = customer_service_points(wording, display)
    if points >= 2.5 and _near(wording, "contacted"):
        yield Kind.CS_REQUEST, points, "contacted"
    elif 1 <= orders <= _A_FEW and _near(wording, "contacted") >= _EARLY and _troubled(wording):
        yield Kind.CS_REQUEST, 3.0, "contacted"
    if _CASE_IN_SUBJECT.search(wording.subject.text):
        yield Kind.SUPPORT_CASE, 3.5
        yield from _support_weights(wording, orders)


def _troubled(wording: Wording) -> bool:
    """Something went wrong for the buyer, or the buyer wants something done."""
    wants = wording.says("refund_ask", "buyer_demand", "action")
    return wants or _harmed(wording)


def _harmed(wording: Wording) -> bool:
    return any(name.startswith("reason.") for s in wording.sentences for name in s.stated)
