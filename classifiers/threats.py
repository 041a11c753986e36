"""Does a buyer threaten a claim, a chargeback, a bank dispute or a bad review; asking and denying are none."""

from __future__ import annotations

from classifiers.wording import Sentence, Wording
from config.vocabulary import Kind

_OBJECTS = ("threat_atoz", "threat_bank", "threat_review")


def threatens(kind: Kind, wording: Wording) -> tuple[bool, str]:
    """Whether the buyer threatens, and the words for it; always false for other kinds than a buyer's message."""
    if kind is not Kind.BUYER_MESSAGE:
        return False, ""
    for place, sentence in enumerate(wording.sentences):
        if _is_threat(sentence, wording.sentences[place - 1] if place else None):
            return True, sentence.phrase(*_OBJECTS)
    return False, ""


def _is_threat(sentence: Sentence, before: Sentence | None) -> bool:
    if sentence.names("threat_clear") and not sentence.names("threat_not"):
        return True
    if not sentence.names(*_OBJECTS) or sentence.names("threat_not") or sentence.question:
        return False
    intent = sentence.names("threat_intent")
    return intent or (before is not None and before.names("threat_intent") and sentence.short)
