"""Who pays a granted claim or a decided appeal, where the mail says so."""

from __future__ import annotations

from classifiers.wording import Sentence, Wording
from config.vocabulary import Event, FundedBy, Kind

_DECIDED = frozenset({Event.GRANTED, Event.APPEAL_GRANTED, Event.APPEAL_DENIED})


def funded_by(kind: Kind, event: Event | None, wording: Wording) -> tuple[FundedBy | None, str]:
    """`amazon`, `seller` or null, with the words for it; null for everything but a decided claim."""
    if kind is not Kind.ATOZ_CLAIM or event not in _DECIDED:
        return None, ""
    if event is not Event.APPEAL_GRANTED:
        for sentence in wording.saying("debit", "seller_pays"):
            if _is_charged(sentence):
                return FundedBy.SELLER, sentence.phrase("debit", "seller_pays")
    if wording.says("amazon_pays"):
        return FundedBy.AMAZON, wording.phrase("amazon_pays")
    if event is Event.GRANTED and wording.says("nodebit"):
        return FundedBy.AMAZON, wording.phrase("nodebit")
    return None, ""


def _is_charged(sentence: Sentence) -> bool:
    """The seller's account pays: it goes before "we have … the amount", which may be the same words."""
    if not sentence.says("nodebit"):
        return True
    return sentence.says_apart("debit", "nodebit") and not sentence.says("amazon_pays")
