"""Which languages' words of time a mail is worth reading in: its own, and others whose unit words stand in it."""

from __future__ import annotations

from functools import cache

from classifiers.temporal.folding import fold
from classifiers.temporal.tokens import Tokens
from config.temporal import temporal_words
from config.vocabulary import LANGUAGES

_SCRIPT = {"ja", "zh"}
_TELLING = 4
"""Letters that a unit word needs to speak for its language: "dag" and "h" stand in several."""


@cache
def _telling_words() -> dict[str, frozenset[str]]:
    """Give word -> the languages that have it as the name of an hour, a day or a month."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        table = temporal_words(language)
        phrases = [
            phrase
            for section in ("unit", "weekday", "month")
            for row in table.get(section, {}).values()
            for phrase in row
        ]
        for phrase in phrases:
            word = fold(phrase.rstrip("*")).text
            if len(word) >= _TELLING and word.isalpha():
                found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def languages_to_read(language: str, tokens: Tokens) -> tuple[str, ...]:
    """Give the languages to read a mail in, its own first; the others only where they bring a word it does not have."""
    own = language if language in LANGUAGES else "en"
    telling, kinds = _telling_words(), tokens.kinds
    brought: list[str] = []
    for place in [place for place, word in enumerate(tokens.texts) if word in telling or kinds[place] == "letter"]:
        if kinds[place] == "letter":
            if own in _SCRIPT or "zh" in brought:
                continue
            brought += ["zh", "ja"]
        elif own not in (languages := telling[tokens.texts[place]]):
            brought += [one for one in sorted(languages) if one not in brought]
    return (own, *brought)
