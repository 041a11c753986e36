"""A text with its words looked up: the place from which the grammar reads numbers and word classes."""

from __future__ import annotations

from classifiers.temporal.folding import Folded, fold
from classifiers.temporal.lexicon import Lexicon, grammar_words
from classifiers.temporal.tokens import Tokens, tokenise

_LONGEST_NUMBER = 4


class Reading:
    """One text in one language; all places are token places, every method is O(1) in the text's length."""

    def __init__(self, text: str, language: str, *, folded: Folded | None = None, tokens: Tokens | None = None) -> None:
        """Look at `text` with the words of `language`; fold and tokens may be shared between languages."""
        self.source = text
        self.language = language
        self.folded = folded or fold(text)
        self.tokens = tokens or tokenise(self.folded.text)
        self._lexicon: Lexicon = grammar_words(language)
        self._known: list[dict[str, tuple[str, int]] | None] = [None] * len(self.tokens)

    def classes(self, place: int) -> dict[str, tuple[str, int]]:
        """Give word class -> (value, place behind) of the phrases that begin here."""
        if not 0 <= place < len(self._known):
            return {}
        known = self._known[place]
        if known is None:
            known = self._known[place] = self._lexicon.at(self.tokens, place)
        return known

    def word(self, place: int, *word_classes: str) -> tuple[str, int] | None:
        """Give (value, place behind) of the longest phrase of one of these classes, or null."""
        known = self.classes(place)
        if not known:
            return None
        found = [match for name in word_classes if (match := known.get(name))]
        return max(found, key=lambda match: match[1]) if found else None

    def skip(self, place: int, *word_classes: str, marks: str = "", most: int = 3) -> int:
        """Give the place behind up to `most` phrases of these classes or of these punctuation marks."""
        for _ in range(most):
            match = self.word(place, *word_classes)
            if match is not None:
                place = match[1]
            elif marks and self.tokens.text(place) and self.tokens.text(place) in marks:
                place += 1
            else:
                break
        return place

    def is_upper(self, place: int, end: int) -> bool:
        """Tell whether the words from `place` up to `end` stand in capitals in the original."""
        return self.original(place, end).isupper()

    def original(self, place: int, end: int) -> str:
        """Give the mail's own words from a token place up to another."""
        start, stop = self.span(place, end)
        return self.source[start:stop]

    def span(self, place: int, end: int) -> tuple[int, int]:
        """Give the span in the original text of the tokens from `place` up to `end`."""
        return self.folded.original(self.tokens[place].start, self.tokens[end - 1].end)

    def digits(self, place: int, longest: int = _LONGEST_NUMBER) -> int | None:
        """Give the number written in digits at this place, if it has at most `longest` of them."""
        if self.tokens.kind(place) == "digits" and len(self.tokens.text(place)) <= longest:
            return int(self.tokens.text(place))
        return None

    def number(self, place: int) -> tuple[int, int] | None:
        """Give (number, place behind) in digits, in Han numerals or in words up to 99; null when there is none."""
        digits = self.digits(place)
        if digits is not None:
            return digits, place + 1
        return self._han_number(place) or self._word_number(place)

    def _han_number(self, place: int) -> tuple[int, int] | None:
        total, current, start = 0, None, place
        while place - start < 6 and (match := self.classes(place).get("cjk_digit")):
            value = int(match[0])
            if value >= 10:
                total += (1 if current is None else current) * value
                current = None
            else:
                current = value if current is None else current * 10 + value
            place = match[1]
        return None if place == start else (total + (current or 0), place)

    def _word_number(self, place: int) -> tuple[int, int] | None:
        match = self.word(place, "number")
        if match is None:
            return None
        value, behind = int(match[0]), match[1]
        if value % 10 == 0 and 20 <= value <= 90:
            further = self.word(self.skip(behind, "number_joint", marks="-", most=2), "number")
            if further is not None and 0 < int(further[0]) < 20:
                return value + int(further[0]), further[1]
        return value, behind
