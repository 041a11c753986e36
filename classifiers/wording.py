"""A mail's own words as sentences with the phrases found in them; every later judge reads this, none reads raw text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from classifiers.lexicon import Sighting, fold, lexicon
from classifiers.normalise import for_matching
from config.languages import UNSPACED
from config.vocabulary import Reason

_SHORT_WORDS = 6
_WRAPPED_AT = 58
_LONGEST_READ = 60_000
"""Characters of the own text that are searched for phrases; a notice says what it is long before that."""
_BREAK = re.compile(r"\n+|\t|。+|[!?;](?=[\s\u3040-\u9fff])|\.(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b\w{1,2}|\b(?:nos?|art|bzw|inkl|tel|bestell|ord|ref|approx|usw|evtl|zzgl|prof|mrs|núm|num|sra?|str|vgl|adv))$",
    re.I,
)
_RULER = re.compile(r"^[\s\-=_*~#>.·•—–]+$")
_WORDS = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FOREIGN_SKIPPED = frozenset({"if", "ask"})
_DEMANDS = frozenset({"action", "need_info", "remind", "help_needed", "reply_hint", "if"})
_REASONS = frozenset(f"reason.{reason.value}" for reason in Reason)
_MISSING = frozenset({"reason.item_not_received", "reason.missing_parts", "reason.late_delivery"})
_WORDS_ABOUT_REASONS = {"odr": _REASONS, "answer_word": _MISSING, "reason_stated": _MISSING}
"""A missing answer or invoice is no missing parcel, the defect rate no defect."""
_ANSWER_REACH = {True: 18, False: 4}
"""How near, in characters, such a word must stand, in spaced and in unspaced writing."""
_SHADES = {
    "courtesy": _DEMANDS,
    "if_any": frozenset({"if", "if_first"}),
    "no_action": frozenset({"action", "need_info"}),
    "what_to_do": frozenset({"action", "need_info"}),
    "wrote_you": frozenset({"remind"}),
    "wants_back": frozenset({"refunded", "granted", "amazon_pays", "credited"}),
    "no_money": frozenset({"reason.item_not_received"}),
    **dict.fromkeys(_REASONS, frozenset({"remind"})),
}
"""Concepts that explain others away where both stand in the same words."""
_SPOKEN_AT_END = frozenset({"ja", "tr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, heading or table cell; `index` counts from the first body sentence, -1 is the subject."""

    index: int
    start: int
    """Place of its first character in the wording's folded text."""
    text: str
    sightings: tuple[Sighting, ...]
    short: bool
    """True for headings, cells and the like: at most six words."""
    supposed_from: int
    """Place in the text from which on it only supposes (if, once, whether); past the end when it states."""
    stated: frozenset[str]
    """Concepts that are stated here and not only supposed."""
    named: frozenset[str]
    """Concepts that occur here, stated or supposed."""

    @property
    def question(self) -> bool:
        """True when it ends in a question mark."""
        return self.text.rstrip().endswith(("?", "？"))

    def says(self, *concepts: str) -> bool:
        """True when one of the concepts is stated here and not only supposed."""
        return not self.stated.isdisjoint(concepts)

    def names(self, *concepts: str) -> bool:
        """True when one of the concepts occurs here, stated or supposed."""
        return not self.named.isdisjoint(concepts)

    def says_apart(self, concept: str, other: str) -> bool:
        """True when a concept is stated in words that are no part of another one's ("nothing was debited")."""
        spans = [(seen.start, seen.end) for seen in self.sightings if seen.concept == other]
        return any(
            seen.concept == concept
            and seen.start < self.supposed_from
            and not any(start < seen.end and seen.start < end for start, end in spans)
            for seen in self.sightings
        )

    def phrase(self, *concepts: str) -> str:
        """The words of the longest sighting of these concepts, empty when there is none."""
        spans = [(s.end - s.start, s.start, s.end) for s in self.sightings if s.concept in concepts]
        _, start, end = max(spans, default=(0, 0, 0))
        return self.text[start:end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Subject and own text of one mail, read once."""

    language: str
    subject: Sentence
    body: tuple[Sentence, ...]
    folded: str = field(repr=False)
    """Subject, line feed and own text, NFKC, lower case, without accents; wrapped lines joined."""
    stated: frozenset[str] = field(repr=False)
    """Concepts that any sentence states."""
    named: frozenset[str] = field(repr=False)
    """Concepts that occur in any sentence."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Subject first, then the body in its order."""
        return (self.subject, *self.body)

    def saying(self, *concepts: str) -> Iterator[Sentence]:
        """Sentences that state one of the concepts, subject first."""
        if self.stated.isdisjoint(concepts):
            return iter(())
        return (sentence for sentence in self.sentences if not sentence.stated.isdisjoint(concepts))

    def says(self, *concepts: str) -> bool:
        """True when any sentence states one of the concepts."""
        return not self.stated.isdisjoint(concepts)

    def names(self, *concepts: str) -> bool:
        """True when any sentence mentions one of the concepts, stated or supposed."""
        return not self.named.isdisjoint(concepts)

    def phrase(self, *concepts: str) -> str:
        """The words of the first statement of one of the concepts, empty when there is none."""
        return next((sentence.phrase(*concepts) for sentence in self.saying(*concepts)), "")


def read_wording(subject: str, text: str, language: str) -> Wording:
    """Find the phrases of the language's pack, and of the English one, in a subject and the sender's own text."""
    unspaced = language in UNSPACED
    lines = unwrapped(for_matching(text[:_LONGEST_READ]), unspaced=unspaced)
    whole = for_matching(subject).replace("\n", " ") + "\n" + lines
    folded = fold(whole)
    if len(folded) != len(whole):
        whole = folded
    found = list(_sightings(folded, language))
    found.sort(key=lambda sighting: sighting.start)
    starts = [sighting.start for sighting in found]
    sentences: list[Sentence] = []
    for start, end in _spans(whole):
        here = found[bisect_right(starts, start - 1) : bisect_right(starts, end - 1)]
        sentences.append(_sentence(len(sentences) - 1, whole, start, end, here, language))
    if not sentences or sentences[0].index != -1:
        raise AssertionError("the subject is always the first sentence")
    return Wording(
        language=language,
        subject=sentences[0],
        body=tuple(sentences[1:]),
        folded=folded,
        stated=frozenset().union(*(sentence.stated for sentence in sentences)),
        named=frozenset().union(*(sentence.named for sentence in sentences)),
    )


def _sightings(folded: str, language: str) -> Iterable[Sighting]:
    yield from lexicon(language).sightings(folded)
    if language != "en":
        yield from (seen for seen in lexicon("en").sightings(folded) if seen.concept not in _FOREIGN_SKIPPED)


def _sentence(index: int, whole: str, start: int, end: int, found: list[Sighting], language: str) -> Sentence:
    own = _unshadowed(
        [Sighting(s.concept, s.start - start, s.end - start) for s in found], _ANSWER_REACH[language not in UNSPACED]
    )
    text = whole[start:end]
    supposed_from = _supposed_from(own, len(text), language)
    # Where words are not parted, a phrase's gap can reach over the "otherwise" that begins what is only supposed.
    dense = language in UNSPACED
    return Sentence(
        index=index,
        start=start,
        text=text,
        sightings=own,
        short=_is_short(text),
        supposed_from=supposed_from,
        stated=frozenset(seen.concept for seen in own if (seen.end if dense else seen.start + 1) <= supposed_from),
        named=frozenset(seen.concept for seen in own),
    )


def _unshadowed(sightings: list[Sighting], answer_reach: int) -> tuple[Sighting, ...]:
    """Without sightings that another one explains away: courtesy is no demand, a buyer's story no reminder."""
    kept = sightings
    for shades, reach in ((_WORDS_ABOUT_REASONS, answer_reach), (_SHADES, 0)):
        shadows = [seen for seen in kept if seen.concept in shades]
        if shadows:
            kept = [seen for seen in kept if not any(_hides(shadow, seen, shades, reach) for shadow in shadows)]
    return tuple(kept)


def _hides(shadow: Sighting, seen: Sighting, shades: Mapping[str, frozenset[str]], reach: int) -> bool:
    near = shadow.start - reach < seen.end and seen.start < shadow.end + reach
    return near and seen.concept in shades[shadow.concept]


def _is_short(text: str) -> bool:
    if _HAN.search(text):
        return len(text) <= 4 * _SHORT_WORDS
    return len(_WORDS.findall(text)) <= _SHORT_WORDS


def _supposed_from(sightings: tuple[Sighting, ...], length: int, language: str) -> int:
    marks = [s for s in sightings if s.concept == "if" or (s.concept == "if_first" and s.start <= 2)]
    if not marks:
        return length + 1
    first = marks[0]
    at_end = language in _SPOKEN_AT_END
    return 0 if at_end or first.start <= length // 5 else first.start


def unwrapped(text: str, *, unspaced: bool = False) -> str:
    """Join lines that a mail program broke at its margin; paragraphs, lists, cells and short lines stay apart."""
    lines = text.split("\n")
    joined: list[str] = []
    previous = ""
    for line in lines:
        if joined and _continues(previous, line, unspaced=unspaced):
            joined[-1] += ("" if unspaced else " ") + line.strip()
        else:
            joined.append(line)
        previous = line
    return "\n".join(joined)


def _continues(previous: str, line: str, *, unspaced: bool) -> bool:
    margin = _WRAPPED_AT // 2 if unspaced else _WRAPPED_AT
    if not margin <= len(previous) <= 110 or not line.strip() or "\t" in line or "\t" in previous:
        return False
    first = line.lstrip()[0]
    return first.isalnum() and not _RULER.match(line) and previous.rstrip()[-1:] not in ".!?:;。！？："


def _spans(whole: str) -> Iterator[tuple[int, int]]:
    """Sentence spans; the first is the subject whatever it holds."""
    head = whole.index("\n")
    yield 0, head
    start = head + 1
    for mark in _BREAK.finditer(whole, head + 1):
        if mark[0] == "." and _ABBREVIATION.search(whole, max(start, mark.start() - 12), mark.start()):
            continue
        yield from _trimmed(whole, start, mark.end())
        start = mark.end()
    yield from _trimmed(whole, start, len(whole))


def _trimmed(whole: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = whole[start:end]
    core = piece.strip()
    if core and not _RULER.match(core):
        offset = start + len(piece) - len(piece.lstrip())
        yield offset, offset + len(core)
