"""Where sentences and clauses end, over tokens of any script; expressions and abbreviations are never cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from classifiers.temporal.reading import Reading

_ENDS = frozenset("!?\u3002\uff01\uff1f\u2026")
_STOPS = _ENDS | {".", "\n"}
_CLAUSE_ENDS = frozenset(",;()\u3001")
_BULLETS = frozenset("-*\u2022\u00b7\u25cf\u25aa\u2013\u30fb")
_WRAPPED = 50
_WRAPPED_HAN = 24
_LONGEST = 400
"""Tokens after which a sentence ends in any case, so that no text without marks makes one endless sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as token places, and the places of the marks that part its clauses."""

    start: int
    end: int
    marks: tuple[int, ...]
    is_question: bool
    opens_paragraph: bool

    def clauses_between(self, one: int, other: int) -> int:
        """Count the clause marks between two token places."""
        low, high = min(one, other), max(one, other)
        return sum(low <= mark < high for mark in self.marks)


def sentences(reading: Reading, kept_whole: Sequence[tuple[int, int]]) -> tuple[Sentence, ...]:
    """Cut a reading into sentences; `kept_whole` are token spans (expressions) inside which nothing is cut."""
    inside = {place for start, end in kept_whole for place in range(start, end)}
    marks, length = _clause_marks(reading), len(reading.tokens)
    found: list[Sentence] = []
    start, opens, last = 0, True, -1
    for place in [*(place for place, text in enumerate(reading.tokens.texts) if text in _STOPS), length]:
        for cut in _long_run(max(start + _LONGEST, last) + 1, place, inside):
            found.append(_sentence(reading, start, cut, opens, marks))
            start, opens = cut, False
        last = place
        if place < length and not (place in inside and place + 1 in inside) and _ends(reading, start, place):
            is_line = reading.tokens.kinds[place] == "line"
            if place > start or not is_line:
                found.append(_sentence(reading, start, place + 1, opens, marks))
            opens = is_line or (opens and place == start)
            start = place + 1
    if start < length:
        found.append(_sentence(reading, start, length, opens, marks))
    return tuple(found)


def _long_run(first: int, stop: int, inside: Set[int]) -> Iterator[int]:
    """Give where to cut a run of tokens without any mark, but not inside an expression."""
    place = first
    while place < stop:
        if place in inside and place + 1 in inside:
            place += 1
        else:
            yield place + 1
            place += 1 + _LONGEST + 1


def _ends(reading: Reading, start: int, place: int) -> bool:
    """Tell whether a mark or a line break ends the sentence."""
    if reading.tokens.kinds[place] == "line":
        return reading.tokens.kind(place + 1) == "line" or _line_ends(reading, start, place)
    return _mark_ends(reading, place) or place - start > _LONGEST


def _mark_ends(reading: Reading, place: int) -> bool:
    text = reading.tokens.texts[place]
    return text in _ENDS or (text == "." and _stop_ends(reading, place))


def _clause_marks(reading: Reading) -> list[int]:
    return [
        place
        for place, text in enumerate(reading.tokens.texts)
        if text in _CLAUSE_ENDS or (text == "-" and _is_dash(reading, place))
    ]


def _sentence(reading: Reading, start: int, end: int, opens: bool, marks: list[int]) -> Sentence:
    own = tuple(marks[bisect_left(marks, start) : bisect_left(marks, end)])
    question = any(reading.tokens.text(place) in {"?", "\uff1f"} for place in range(max(start, end - 2), end))
    return Sentence(start, end, own, question, opens)


def _is_dash(reading: Reading, place: int) -> bool:
    return not reading.tokens.touches(place) and not reading.tokens.touches(place + 1)


def _stop_ends(reading: Reading, place: int) -> bool:
    """Tell whether a full stop ends a sentence: space behind it, no abbreviation before, no small letter next."""
    tokens = reading.tokens
    if tokens.touches(place + 1):
        return False
    if tokens.touches(place) and reading.word(place - 1, "abbreviation"):
        return False
    if place + 1 >= len(tokens) or tokens.kind(place + 1) == "line":
        return True
    return not reading.original(place + 1, place + 2)[:1].islower()


def _line_ends(reading: Reading, start: int, place: int) -> bool:
    """Tell whether a line break ends a sentence: not when the line looks wrapped and the next one goes on."""
    tokens = reading.tokens
    first = place
    while first > start and tokens.kind(first - 1) != "line":
        first -= 1
        if place - first > _LONGEST:
            break
    if first >= place:
        return True
    length = tokens.ends[place - 1] - tokens.starts[first]
    limit = _WRAPPED_HAN if tokens.kind(place - 1) == "letter" else _WRAPPED
    if length < limit or tokens.text(place - 1) in {":", ".", "!", "?", "\u3002"}:
        return True
    following = tokens.text(place + 1)
    return following in _BULLETS or (tokens.kind(place + 1) == "digits" and tokens.text(place + 2) in {".", ")"})
