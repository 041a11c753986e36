"""Who pays a granted claim or a decided appeal, where the mail says so."""

from __future__ import annotations

import re

from classifiers.wording import Sentence, Wording
from config.vocabulary import Event, FundedBy, Kind

_SUM = re.compile(r"[1-9]")
_DECIDED = frozenset({Event.GRANTED, Event.APPEAL_GRANTED, Event.APPEAL_DENIED})


def funded_by(kind: Kind, event: Event | None, wording: Wording) -> tuple[FundedBy | None, str]:
    """`amazon`, `seller` or null, with the words for it; null for everything but a decided claim."""
    if kind is not Kind.ATOZ_CLAIM or event not in _DECIDED:
        return None, ""
    if event is not Event.APPEAL_GRANTED:
        for sentence in wording.saying("debit", "seller_pays"):
            if _is_charged(sentence) and not sentence.names("if"):
                return FundedBy.SELLER, sentence.phrase("debit", "seller_pays")
    if wording.says("amazon_pays"):
        return FundedBy.AMAZON, wording.phrase("amazon_pays")
    payer = _payer_in_a_row(wording)
    if payer is not None:
        return payer
    if event is Event.GRANTED and wording.says("nodebit"):
        return FundedBy.AMAZON, wording.phrase("nodebit")
    return None, ""


def _payer_in_a_row(wording: Wording) -> tuple[FundedBy, str] | None:
    """Who stands in a table beside "paid by", or a debit with its sum; null when there is no such row."""
    for label, value in zip(wording.body, wording.body[1:], strict=False):
        if label.short and value.short and label.names("payer_word"):
            if "amazon" in value.text.lower() or value.names("us_word"):
                return FundedBy.AMAZON, f"{label.text} {value.text}"
            if value.names("seller_word"):
                return FundedBy.SELLER, f"{label.text} {value.text}"
        if label.short and label.names("debit_row") and _SUM.search(value.text):
            return FundedBy.SELLER, f"{label.text} {value.text}"
    return None


def _is_charged(sentence: Sentence) -> bool:
    """The seller's account pays: it goes before "we have … the amount", which may be the same words."""
    if not sentence.says("nodebit"):
        return True
    return sentence.says_apart("debit", "nodebit") and not sentence.says("amazon_pays")
