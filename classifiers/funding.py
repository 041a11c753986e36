"""Who pays a granted claim or a decided appeal, where the mail says so."""

from __future__ import annotations

from classifiers.wording import Wording
from config.vocabulary import Event, FundedBy, Kind

_DECIDED = frozenset({Event.GRANTED, Event.APPEAL_GRANTED, Event.APPEAL_DENIED})


def funded_by(kind: Kind, event: Event | None, wording: Wording) -> tuple[FundedBy | None, str]:
    """`amazon`, `seller` or null, with the words for it; null for everything but a decided claim."""
    if kind is not Kind.ATOZ_CLAIM or event not in _DECIDED:
        return None, ""
    if wording.says("amazon_pays"):
        return FundedBy.AMAZON, wording.phrase("amazon_pays")
    if event is Event.APPEAL_GRANTED:
        return None, ""
    for sentence in wording.saying("debit", "seller_pays", "nodebit"):
        if sentence.says_apart("debit", "nodebit") or (sentence.says("seller_pays") and not sentence.says("nodebit")):
            return FundedBy.SELLER, sentence.phrase("debit", "seller_pays")
        if event is Event.GRANTED:
            return FundedBy.AMAZON, sentence.phrase("nodebit")
    return None, ""
