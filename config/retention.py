"""How long the texts of mails and letters are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """After these times bytes, texts and letters are erased; numbers, clocks and the trail stay."""

    after_closing: timedelta = timedelta(days=90)
    """Of mail in a case, once all cases of its matter are closed."""
    other_mail: timedelta = timedelta(days=30)
    """Of mail that concerns no case, from the day on which it was read."""
