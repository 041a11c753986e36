"""Notices that the seller's buyer got money back: whether a mail is one, and which sum it tells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from classifiers.fingerprint import marks_of
from classifiers.mail import Message
from classifiers.money import sums
from classifiers.wording import read_wording

_MARK = "REFUND_"
"""What the notification types of refunds done begin with."""
_NO_NEWS = ("refund_ask", "consumer", "buyer_demand")
"""Words of mail that asks for a refund, or that tells of one for the reader's own purchase."""
_SIGNS = frozenset({"$", "¥"})
"""Signs that several currencies share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund that a notice tells of; no value when it names no sum."""

    value: str = ""
    currency: str = ""
    """ISO 4217, or a sign where it alone stands there."""

    def covers(self, amount: tuple[str, str] | None) -> bool:
        """Whether it can be the whole of a disputed sum: false only when it is certainly less."""
        if amount is None or not self.value:
            return True
        same = self.currency == amount[1] or self.currency in _SIGNS
        return not same or Decimal(self.value) >= Decimal(amount[0])


def refund_told(message: Message, language: str) -> Refund | None:
    """The refund that a routine notice of Amazon tells of, its largest sum; null for any other mail."""
    wording = read_wording(message.subject, message.text, language)
    is_marked = (marks_of(message).notification_type or "").startswith(_MARK)
    if wording.says(*_NO_NEWS) or not (is_marked or wording.says("refund_notice")):
        return None
    best = max(sums(wording), key=lambda one: one.value, default=None)
    return Refund(value=str(best.value), currency=best.currency) if best is not None else Refund()
