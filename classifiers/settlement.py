"""How Amazon's customer service closed its request: what the closing mail says about the money."""

from __future__ import annotations

from classifiers.mail import Message
from classifiers.wording import read_wording
from config.vocabulary import Outcome


def settlement_of(message: Message, language: str) -> Outcome | None:
    """Refunded, lost (the seller is charged), won (closed without a refund), or null when the mail names none."""
    wording = read_wording(message.subject, message.text, language)
    if wording.says("debit") and not wording.says("nodebit"):
        return Outcome.LOST
    if wording.says("you_refunded", "refunded"):
        return Outcome.REFUNDED
    if wording.says("nodebit", "fav_seller"):
        return Outcome.WON
    return None
