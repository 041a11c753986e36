"""How Amazon's customer service closed its request: what the closing mail says about the money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from classifiers.lexicon import fold
from classifiers.mail import Message
from classifiers.normalise import for_matching
from config.settlement import CLASSES, settlement_phrases
from config.vocabulary import Outcome

_OUTCOMES = {"none": Outcome.WON, "charged": Outcome.LOST, "refunded": Outcome.REFUNDED, "solved": Outcome.WON}
_READ = 20_000
_GAP = r"[^.!?;。！？；]{0,40}?"
_WRAP = re.compile(r"\s+")


def settlement_of(message: Message, language: str) -> Outcome | None:
    """Won (closed without a refund), lost (the seller is charged), refunded, or null when the mail names none."""
    text = _WRAP.sub(" ", fold(for_matching(f"{message.subject}. {message.text[:_READ]}")))
    for name, pattern in _patterns(language if language in settlement_phrases() else "en"):
        if pattern.search(text):
            return _OUTCOMES[name]
    return None


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = settlement_phrases()[language]
    return tuple((name, re.compile("|".join(_expressions(table[name])))) for name in CLASSES)


def _expressions(phrases: tuple[str, ...]) -> Iterator[str]:
    for phrase in phrases:
        yield _GAP.join(_part(fold(for_matching(part.strip()))) for part in phrase.split("…"))


def _part(text: str) -> str:
    """A part begins at a word's start, where the script has words; only a short last word must also end there."""
    if not text.isascii():
        return re.escape(text)
    return rf"(?<!\w){re.escape(text)}" + (r"(?!\w)" if len(text.split()[-1]) <= 3 else "")
