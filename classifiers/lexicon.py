"""Phrases of a language pack as one index, so that a text is read once whatever the number of phrases."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from config.languages import language_pack

_LEAD = 3
_MOST_KNOWN = 20_000
"""Words whose phrases are remembered at a time."""
_WORD = re.compile(r"\w+")
_LEAD_SPACED = re.compile(r"\w+")
_LEAD_UNSPACED = re.compile(r"[^ *.(\[?]+")
_PIECE = re.compile(r"\.\.\.|\.\.|\)\*|[*() |?]|[^*() |?.]+|\.")
_IDLE_TAIL = re.compile(r"(?:\s*\.\.\.?\s*\([^()]*\)[?*]|\s*\.\.\.?)\s*$")
"""A gap before something that may be missing at a phrase's end says nothing."""
_BETWEEN = r"[^\w.!?;\n\t]"
_SPACED = {
    "...": rf"(?:{_BETWEEN}+\w+){{0,8}}?{_BETWEEN}+",
    "..": rf"(?:{_BETWEEN}+\w+){{0,3}}?{_BETWEEN}+",
    " ": r"[ '\-]+",
    "*": r"\w*",
}
_UNSPACED = {
    "...": r"[^。!?;\n\t]{0,24}?",
    "..": r"[^。!?;\n\t]{0,9}?",
    " ": r"\s*",
    "*": r"\w*",
}
_MARKS = dict.fromkeys(range(0x300, 0x370))
_SINGLE = str.maketrans("İIıŁłØøĐđ", "iiillooDd")


class Sighting(NamedTuple):
    """A phrase found in a text: its concept and where it stands."""

    concept: str
    start: int
    end: int


_Probe = tuple[int, str, Callable[[str, int], re.Match[str] | None]]


@dataclass(slots=True)
class _Bucket:
    """The phrases of one key by concept; compiled when a text first has the key."""

    phrases: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    compiled: tuple[tuple[str, re.Pattern[str]], ...] | None = None

    def patterns(self, *, spaced: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """One pattern for each concept that has a phrase with this key."""
        if self.compiled is None:
            self.compiled = tuple((name, _compile(phrases, spaced=spaced)) for name, phrases in self.phrases.items())
        return self.compiled


class Lexicon:
    """All phrases of one language, found in one pass over a folded text; linear in its length."""

    def __init__(self, code: str) -> None:
        pack = language_pack(code)
        self._spaced = pack.spaced
        self._characters = dict(pack.characters)
        self._words: dict[str, _Bucket] = defaultdict(_Bucket)
        self._stems: dict[str, _Bucket] = defaultdict(_Bucket)
        self._inner: dict[str, _Bucket] = defaultdict(_Bucket)
        self._known: dict[str, tuple[_Probe, ...]] = {}
        for concept, phrases in pack.concepts.items():
            for phrase in phrases:
                plain = fold(phrase).translate(self._characters)
                self._add(concept, _IDLE_TAIL.sub("", plain).strip())

    def _add(self, concept: str, phrase: str) -> None:
        for written in _variants(phrase):
            inner, variant = written.startswith("*"), written.lstrip("*")
            lead = _lead(variant, spaced=self._spaced)
            if not lead:
                raise ValueError(f"phrase without a literal beginning: {phrase!r}")
            whole_word = self._spaced and variant[len(lead) : len(lead) + 1] not in ("*", "(", "[", "?")
            if inner:
                self._inner[lead[:_LEAD]].phrases[concept].append(variant)
            elif whole_word:
                self._words[lead].phrases[concept].append(variant)
            else:
                self._stems[lead[: _LEAD if self._spaced else 2]].phrases[concept].append(variant)

    def sightings(self, text: str) -> list[Sighting]:
        """Every phrase in a folded text, in the order of its start; phrases may overlap."""
        found: list[Sighting] = []
        text = text.translate(self._characters) if self._characters else text
        known, probes = self._known, self._spaced_probes if self._spaced else self._unspaced_probes
        for key, at in self._keys(text):
            entries = known.get(key)
            if entries is None:
                entries = known[key] = probes(key)
            for offset, concept, match in entries:
                seen = match(text, at + offset)
                if seen and seen.end() > at:
                    found.append(Sighting(concept, at + offset, seen.end()))
        if len(known) > _MOST_KNOWN:
            known.clear()
        return found

    def _keys(self, text: str) -> list[tuple[str, int]]:
        if self._spaced:
            return [(match[0], match.start()) for match in _WORD.finditer(text)]
        return [(text[at : at + 2], at) for at in range(len(text))]

    def _spaced_probes(self, word: str) -> tuple[_Probe, ...]:
        buckets = [(0, self._words.get(word))]
        buckets += [(0, self._stems.get(word[:size])) for size in range(1, min(_LEAD, len(word)) + 1)]
        places = range(2, len(word) - 2) if self._inner and len(word) > _LEAD + 3 else range(0)
        buckets += [(place, self._inner.get(word[place : place + _LEAD])) for place in places]
        return self._compiled(buckets)

    def _unspaced_probes(self, pair: str) -> tuple[_Probe, ...]:
        sizes = (1, 2) if len(pair) == 2 else (1,)
        return self._compiled([(0, self._stems.get(pair[:size])) for size in sizes])

    def _compiled(self, buckets: list[tuple[int, _Bucket | None]]) -> tuple[_Probe, ...]:
        return tuple(
            (place, concept, pattern.match)
            for place, bucket in buckets
            if bucket is not None
            for concept, pattern in bucket.patterns(spaced=self._spaced)
        )


@cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of one language, built once."""
    return Lexicon(code)


def fold(text: str) -> str:
    """Lower case without accents, for comparing; kana keep their voice marks."""
    if text.isascii():
        return text.lower()
    plain = text.translate(_SINGLE).lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", plain).translate(_MARKS))


def _lead(variant: str, *, spaced: bool) -> str:
    match = (_LEAD_SPACED if spaced else _LEAD_UNSPACED).match(variant)
    return match[0] if match else ""


def _compile(phrases: list[str], *, spaced: bool) -> re.Pattern[str]:
    return re.compile("|".join(_expression(phrase, spaced=spaced) for phrase in dict.fromkeys(phrases)))


def _expression(phrase: str, *, spaced: bool) -> str:
    table = _SPACED if spaced else _UNSPACED
    parts: list[str] = []
    pieces = _PIECE.findall(phrase)
    for place, piece in enumerate(pieces):
        if piece in ("(", ")", "|", "?", ")*"):
            parts.append("(?:" if piece == "(" else piece)
        elif piece != " " or not _touches_gap(pieces, place):
            parts.append(table.get(piece) or _literal(piece, spaced=spaced))
    open_end = phrase.endswith("*") and not phrase.endswith(")*")
    tail = r"(?!\w)" if spaced and not open_end else ""
    return "".join(parts) + tail


def _literal(piece: str, *, spaced: bool) -> str:
    escaped = re.escape(piece).replace(r"\[", "[").replace(r"\]", "]")
    return escaped.replace(r"\-", r"[ '\-]+").replace("'", r"[ '\-]*") if spaced else escaped


def _touches_gap(pieces: list[str], place: int) -> bool:
    return any(piece in ("..", "...") for piece in pieces[max(0, place - 1) : place + 2])


def _variants(phrase: str) -> Iterator[str]:
    """The phrase once for each way its leading choice can go, until it begins with a letter."""
    phrase = phrase.lstrip(" .")
    if not phrase.startswith("("):
        yield phrase
        return
    close = _closing(phrase)
    rest, optional, repeated = phrase[close + 1 :], False, ""
    if rest[:1] in ("?", "*"):
        optional, repeated = True, phrase[: close + 2] if rest[0] == "*" else ""
        rest = rest[1:]
    for option in _options(phrase[1:close]):
        yield from _variants(option + repeated + rest)
    if optional:
        yield from _variants(rest)


def _closing(phrase: str) -> int:
    depth = 0
    for place, char in enumerate(phrase):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place
    raise ValueError(f"unbalanced phrase: {phrase!r}")


def _options(inside: str) -> list[str]:
    options, depth = [""], 0
    for char in inside:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            options.append("")
        else:
            options[-1] += char
    return options
