"""A text with its words looked up: the place from which the grammar reads numbers and word classes."""

from __future__ import annotations

from classifiers.temporal.folding import Folded, fold
from classifiers.temporal.lexicon import Lexicon, grammar_words
from classifiers.temporal.tokens import Tokens, tokenise

_LONGEST_NUMBER = 4
_NUMERALS = frozenset({"number", "cjk_digit"})
_NOTHING: dict[str, tuple[str, int]] = {}


class Reading:
    """One text in one language; all places are token places, every method is O(1) in the text's length."""

    def __init__(self, text: str, language: str, *, folded: Folded | None = None, tokens: Tokens | None = None) -> None:
        """Look at `text` with the words of `language`; fold and tokens may be shared between languages."""
        self.source = text
        self.language = language
        self.folded = folded or fold(text)
        self.tokens = tokens or tokenise(self.folded.text)
        self._lexicon: Lexicon = grammar_words(language)
        self._firsts = self._lexicon.firsts(self.tokens.texts)
        self._known: dict[int, dict[str, tuple[str, int]]] = {}
        self._numbers: dict[int, tuple[int, int] | None] = {}

    def classes(self, place: int) -> dict[str, tuple[str, int]]:
        """Give word class -> (value, place behind) of the phrases that begin here."""
        if not 0 <= place < len(self._firsts) or not (first := self._firsts[place]).nodes:
            return _NOTHING
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._lexicon.at(self.tokens, place, first)
        return known

    def may_be(self, place: int, word_classes: frozenset[str]) -> bool:
        """Tell cheaply whether a phrase of one of these classes can begin here; false is certain."""
        return 0 <= place < len(self._firsts) and not self._firsts[place].reach.isdisjoint(word_classes)

    def places(self, word_classes: frozenset[str]) -> list[int]:
        """Give the tokens that are numbers or may begin a phrase of one of these classes, from left to right."""
        kinds = self.tokens.kinds
        return [
            place
            for place, first in enumerate(self._firsts)
            if kinds[place] == "digits" or not first.reach.isdisjoint(word_classes)
        ]

    def word(self, place: int, *word_classes: str) -> tuple[str, int] | None:
        """Give (value, place behind) of the longest phrase of one of these classes, or null."""
        firsts = self._firsts
        if not 0 <= place < len(firsts) or firsts[place].reach.isdisjoint(word_classes):
            return None
        known = self.classes(place)
        best = None
        for name in word_classes:
            match = known.get(name)
            if match is not None and (best is None or match[1] > best[1]):
                best = match
        return best

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
        return self.folded.original(self.tokens.starts[place], self.tokens.ends[end - 1])

    def digits(self, place: int, longest: int = _LONGEST_NUMBER) -> int | None:
        """Give the number written in digits at this place, if it has at most `longest` of them."""
        if self.tokens.kind(place) != "digits":
            return None
        text = self.tokens.texts[place]
        return int(text) if len(text) <= longest else None

    def number(self, place: int) -> tuple[int, int] | None:
        """Give (number, place behind) in digits, in Han numerals or in words up to 99; null when there is none."""
        digits = self.digits(place)
        if digits is not None:
            return digits, place + 1
        if not self.may_be(place, _NUMERALS):
            return None
        if place not in self._numbers:
            self._numbers[place] = self._han_number(place) or self._word_number(place)
        return self._numbers[place]

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
