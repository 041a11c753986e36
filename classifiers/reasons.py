"""The reason that a mail states, and only when it states one; lists of examples and explanations state none."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.wording import Sentence, Wording
from config.vocabulary import REASON_KINDS, Kind, Reason

_PREFIX = "reason."
_EARLY = 3
_MOST_IN_ONE_SENTENCE = 3
"""A sentence that names more kinds of trouble than this lists examples."""
_FIRST = (
    Reason.RETURN_REFUSED,
    Reason.CANCELLED_NOT_REFUNDED,
    Reason.RETURN_NOT_REFUNDED,
    Reason.UNAUTHORIZED,
)
"""Reasons that take up another one ("I sent the broken one back and see no refund"): they win when near."""


def read_reason(kind: Kind, wording: Wording, *, speaker_is_buyer: bool = False) -> tuple[Reason | None, str]:
    """The stated reason and the words for it; null for kinds that carry none and when none is stated."""
    if kind not in REASON_KINDS:
        return None, ""
    if kind is Kind.ATOZ_CLAIM and any(s.says("property_damage") for s in wording.sentences[:4]):
        return Reason.OTHER, wording.phrase("property_damage")
    labelled = next(_labelled(wording), None)
    scores = _scores(kind, wording, speaker_is_buyer)
    if labelled is not None:
        reason, phrase = labelled
        if reason is not Reason.OTHER or not scores:
            better = _better(reason, scores)
            return better, phrase
    if not scores:
        return (Reason.OTHER, labelled[1]) if labelled else _other(kind, wording)
    best = _best(scores)
    return best, wording.phrase(_PREFIX + best.value)


def _other(kind: Kind, wording: Wording) -> tuple[Reason | None, str]:
    """`other` for a stated trouble that is none of the contract's: an invoice, a wrong size, a change of mind."""
    for sentence in wording.saying("reason_stated"):
        if sentence.index < 0 or sentence.names("customer", "buyer_says", "contacted") or kind is Kind.BUYER_MESSAGE:
            return Reason.OTHER, sentence.phrase("reason_stated")
    return None, ""


def _better(reason: Reason, scores: dict[Reason, float]) -> Reason:
    """A label says "defective" where the details say that the return is not refunded: the details win."""
    if reason is Reason.RETURN_NOT_REFUNDED and Reason.CANCELLED_NOT_REFUNDED in scores:
        return Reason.CANCELLED_NOT_REFUNDED
    if reason in _FIRST:
        return reason
    telling = [first for first in _FIRST if scores.get(first, 0) >= 2.5 and first is not Reason.UNAUTHORIZED]
    return telling[0] if telling else reason


def _best(scores: dict[Reason, float]) -> Reason:
    most = max(scores.values())
    for first in _FIRST:
        if scores.get(first, 0.0) >= 0.6 * most:
            return first
    return max(scores, key=lambda reason: scores[reason])


def _scores(kind: Kind, wording: Wording, speaker_is_buyer: bool) -> dict[Reason, float]:
    scores: dict[Reason, float] = {}
    for sentence in wording.sentences:
        named = _named(sentence)
        if not named or len(named) > _MOST_IN_ONE_SENTENCE or _explains(sentence):
            continue
        if sentence.question and not speaker_is_buyer and sentence.index >= 0 and not sentence.short:
            continue
        for reason in named:
            if reason is not Reason.UNAUTHORIZED or kind in (Kind.CHARGEBACK, Kind.BUYER_MESSAGE):
                scores[reason] = scores.get(reason, 0.0) + _weight(sentence)
    return _with_unpaid(wording, scores)


def _explains(sentence: Sentence) -> bool:
    """What the guarantee is for, or a subject about a missing answer: no reason is stated there."""
    return (sentence.names("explains") and (sentence.names("guarantee") or len(_named(sentence)) > 1)) or (
        sentence.index < 0 and sentence.names("answer_word") and sentence.names("remind", "reason.item_not_received")
    )


def _weight(sentence: Sentence) -> float:
    weight = 1.6 if sentence.index <= _EARLY else 1.0
    weight += 1.0 if sentence.names("buyer_says") else 0.0
    return weight + (0.5 if sentence.index < 0 else 0.0)


def _with_unpaid(wording: Wording, scores: dict[Reason, float]) -> dict[Reason, float]:
    """A return or a cancellation in one sentence and the missing money in the next belong together."""
    unpaid = wording.says("no_money") or Reason.RETURN_NOT_REFUNDED in scores
    returned = wording.says("returned_it")
    cancelled = wording.says("cancelled_it")
    if not unpaid:
        return scores
    if cancelled and not returned and Reason.CANCELLED_NOT_REFUNDED not in scores:
        money = scores.pop(Reason.RETURN_NOT_REFUNDED, 0.0)
        scores[Reason.CANCELLED_NOT_REFUNDED] = max(money, 1.6)
    elif returned and not scores:
        scores[Reason.RETURN_NOT_REFUNDED] = 1.6
    return scores


def _named(sentence: Sentence) -> list[Reason]:
    names = {
        seen.concept
        for seen in sentence.sightings
        if seen.concept.startswith(_PREFIX) and seen.start < sentence.supposed_from
    }
    reasons = [Reason(name.removeprefix(_PREFIX)) for name in sorted(names)]
    if Reason.WRONG_ITEM in reasons and sentence.names("listing_word"):
        reasons = [Reason.NOT_AS_DESCRIBED if reason is Reason.WRONG_ITEM else reason for reason in reasons]
    return list(dict.fromkeys(reasons))


def _labelled(wording: Wording) -> Iterator[tuple[Reason, str]]:
    """Values behind a label such as "Reason:"; in a table the value is the next cell."""
    for place, sentence in enumerate(wording.body):
        label = next((seen for seen in sentence.sightings if seen.concept == "label_reason"), None)
        if label is None or label.start > 3:
            continue
        rest = sentence.text[label.end :].strip(" :：=-–\t")
        value = sentence if len(rest) >= 2 else wording.body[place + 1] if place + 1 < len(wording.body) else None
        if value is None or (value is not sentence and value.names("label_details", "label_order")):
            continue
        named = _named(value)
        if named:
            yield _best(dict.fromkeys(named, 1.0)), value.text
        elif value.names("reason_other", "reason_stated"):
            yield Reason.OTHER, value.text
