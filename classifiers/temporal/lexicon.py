"""A language's words of time as a trie over tokens, so that phrases of any script are found the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from classifiers.temporal.folding import fold
from classifiers.temporal.tokens import Tokens, tokenise
from config.temporal import temporal_words

_NOTHING: dict[str, tuple[str, int]] = {}
_REMEMBERED = 20_000
"""First words whose nodes are kept; a bound, so that hostile mail cannot fill the memory."""


@dataclass(slots=True)
class _Node:
    exact: dict[str, _Node] = field(default_factory=dict)
    prefixes: dict[str, _Node] = field(default_factory=dict)
    suffixes: dict[str, _Node] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    """word class -> value, for the phrases that end here"""


@dataclass(frozen=True, slots=True)
class First:
    """What the first word of a phrase leads to."""

    nodes: list[_Node]
    ends: tuple[tuple[str, str], ...]
    """(word class, value) of the phrases that are this word alone"""
    goes_on: bool
    reach: frozenset[str]
    """The classes of all phrases that begin so"""


_NO_PHRASE = First(nodes=[], ends=(), goes_on=False, reach=frozenset())


class _Seen(dict[str, First]):
    """Word -> what it leads to, worked out when a text first has the word."""

    def __init__(self, work_out: Callable[[str], First]) -> None:
        self._work_out = work_out

    def __missing__(self, word: str) -> First:
        self[word] = first = self._work_out(word)
        return first


def _classes_from(node: _Node) -> set[str]:
    """Give the classes of the phrases that end at a node or behind it."""
    found = set(node.ends)
    for table in (node.exact, node.prefixes, node.suffixes):
        for following in table.values():
            found |= _classes_from(following)
    return found


class Lexicon:
    """Phrases of several word classes; "word*" stands for every word that begins so, "*word" for one that ends so."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (word class, value, phrase) triples."""
        self._root = _Node()
        self._seen = _Seen(self._first)
        self._longest_affix = 0
        for word_class, value, phrase in entries:
            self._add(word_class, value, phrase)

    def _add(self, word_class: str, value: str, phrase: str) -> None:
        node = self._root
        words = tokenise(fold(phrase).text).texts
        place = 0
        while place < len(words):
            word = words[place]
            if word == "*" and place + 1 < len(words):
                self._longest_affix = max(self._longest_affix, len(words[place + 1]))
                node = node.suffixes.setdefault(words[place + 1], _Node())
                place += 2
            elif words[place + 1 : place + 2] == ["*"]:
                self._longest_affix = max(self._longest_affix, len(word))
                node = node.prefixes.setdefault(word, _Node())
                place += 2
            else:
                node = node.exact.setdefault(word, _Node())
                place += 1
        node.ends.setdefault(word_class, value)

    def firsts(self, words: Iterable[str]) -> list[First]:
        """Look each word up as the first of a phrase; remembered, since most words of a mail begin none."""
        seen = self._seen
        if len(seen) > _REMEMBERED:
            seen.clear()
        return [seen[word] for word in words]

    def at(self, tokens: Tokens, place: int, first: First | None = None) -> dict[str, tuple[str, int]]:
        """Give word class -> (value, place behind) of the longest phrase of each class that begins at a token."""
        words = tokens.texts
        first = first or self._seen[words[place]]
        if not first.nodes:
            return _NOTHING
        found = {word_class: (value, place + 1) for word_class, value in first.ends}
        if not first.goes_on:
            return found
        nodes, place = first.nodes, place + 1
        while place < len(words):
            word = words[place]
            nodes = [following for node in nodes for following in self._step(node, word)]
            if not nodes:
                break
            place += 1
            for node in nodes:
                for word_class, value in node.ends.items():
                    found[word_class] = (value, place)
        return found

    def _first(self, word: str) -> First:
        nodes = self._step(self._root, word)
        if not nodes:
            return _NO_PHRASE
        return First(
            nodes=nodes,
            ends=tuple({name: value for node in nodes for name, value in node.ends.items()}.items()),
            goes_on=any(node.exact or node.prefixes or node.suffixes for node in nodes),
            reach=frozenset(name for node in nodes for name in _classes_from(node)),
        )

    def _step(self, node: _Node, word: str) -> list[_Node]:
        following = [node.exact[word]] if word in node.exact else []
        longest = min(len(word), self._longest_affix)
        if node.prefixes:
            lengths = range(longest, 0, -1)
            following += next(([node.prefixes[word[:n]]] for n in lengths if word[:n] in node.prefixes), [])
        if node.suffixes:
            lengths = range(longest, 0, -1)
            following += next(([node.suffixes[word[-n:]]] for n in lengths if word[-n:] in node.suffixes), [])
        return following


def _entries(table: Mapping[str, Mapping[str, tuple[str, ...]]], sections: Iterable[str]) -> list[tuple[str, str, str]]:
    return [
        (section, value, phrase)
        for section in sections
        for value, phrases in table.get(section, {}).items()
        for phrase in phrases
    ]


@cache
def grammar_words(language: str) -> Lexicon:
    """Give the words of the grammar of one language with the common ones (zones, numerals)."""
    common, own = temporal_words("common"), temporal_words(language)
    sections = sorted({*common, *own} - {"cues"})
    return Lexicon([*_entries(own, sections), *_entries(common, sections)])


@cache
def cue_words(language: str) -> Lexicon:
    """Give the cue words of the demand of one language; the class is the cue's name."""
    return Lexicon(
        (cue, "", phrase) for cue, phrases in temporal_words(language).get("cues", {}).items() for phrase in phrases
    )
