"""Folded text to tokens, one way for all scripts: number, word, single Han or kana character, mark, line break."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    "(?P<digits>[0-9]+)|(?P<letter>[\u3005-\u3007\u3041-\u30fe\u3400-\u9fff\uf900-\ufaff])"
    "|(?P<word>[^\\W\\d_\u3005-\u3007\u3041-\u30fe\u3400-\u9fff\uf900-\ufaff]+)|(?P<line>\\n)|(?P<mark>[^\\s])"
)


class Token(NamedTuple):
    """One token; `start` and `end` are places in the folded text."""

    text: str
    kind: str
    """digits, letter (Han or kana), word, line, mark"""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, and whether two neighbours touch."""

    all: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, place: int) -> Token:
        return self.all[place]

    def text(self, place: int) -> str:
        """Give the text of a token; empty outside the mail."""
        return self.all[place].text if 0 <= place < len(self.all) else ""

    def kind(self, place: int) -> str:
        """Give the kind of a token; empty outside the mail."""
        return self.all[place].kind if 0 <= place < len(self.all) else ""

    def touches(self, place: int) -> bool:
        """Tell whether nothing stands between this token and the one before it."""
        return 0 < place < len(self.all) and self.all[place - 1].end == self.all[place].start


def tokenise(text: str) -> Tokens:
    """Split a folded text; linear in its length."""
    return Tokens(
        tuple(Token(match.group(), match.lastgroup or "mark", *match.span()) for match in _TOKEN.finditer(text))
    )
