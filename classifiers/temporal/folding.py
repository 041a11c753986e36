"""Text folded for matching: lower case, no accents, one width; every character keeps its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPECIAL = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u301c\uff5e\u223c\u02dc", "~"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\uff07", "'"),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u3000\t\r\f\v", " "),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\u0131": "i",
    "\u0130": "i",
    "\u0142": "l",
    "\u0141": "l",
    "\u00f8": "o",
    "\u00d8": "o",
    "\u00ba": "\u00ba",
    "\u00aa": "\u00aa",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, where invisible characters were dropped, the place of each character in the original."""

    text: str
    places: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Give the span of the original text for a span of the folded one."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text; one character becomes one, invisible ones are dropped. A tab becomes a space."""
    places = None
    if _INVISIBLE.search(text):
        kept = tuple(place for place, letter in enumerate(text) if not _INVISIBLE.match(letter))
        text = "".join(text[place] for place in kept)
        places = kept
    return Folded(text.translate(_ASCII if text.isascii() else _LETTERS), places)


def _fold_letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if len(base) == 1 and base.isascii():
        return base.lower()
    whole = unicodedata.normalize("NFKC", letter).lower()
    return whole if len(whole) == 1 else letter


_ASCII = {code: _fold_letter(chr(code)) for code in range(128)}


class _Letters(dict[int, str]):
    """Code point -> folded letter, worked out when a text first has it; bounded by the number of code points."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_letter(chr(code))
        return folded


_LETTERS = _Letters(_ASCII)
