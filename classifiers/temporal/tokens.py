"""Folded text to tokens, one way for all scripts: number, word, single Han or kana character, mark, line break."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    "(?P<digits>[0-9]+)|(?P<letter>[\u3005-\u3007\u3041-\u30fe\u3400-\u9fff\uf900-\ufaff])"
    "|(?P<word>[^\\W\\d_\u3005-\u3007\u3041-\u30fe\u3400-\u9fff\uf900-\ufaff]+)|(?P<line>\\n)|(?P<mark>[^\\s])"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text as four columns, which cost a third of one object a token."""

    texts: list[str]
    kinds: list[str]
    """digits, letter (Han or kana), word, line, mark"""
    starts: list[int]
    """Places in the folded text."""
    ends: list[int]

    def __len__(self) -> int:
        return len(self.texts)

    def text(self, place: int) -> str:
        """Give the text of a token; empty outside the mail."""
        return self.texts[place] if 0 <= place < len(self.texts) else ""

    def kind(self, place: int) -> str:
        """Give the kind of a token; empty outside the mail."""
        return self.kinds[place] if 0 <= place < len(self.kinds) else ""

    def touches(self, place: int) -> bool:
        """Tell whether nothing stands between this token and the one before it."""
        return 0 < place < len(self.texts) and self.ends[place - 1] == self.starts[place]


def tokenise(text: str) -> Tokens:
    """Split a folded text; linear in its length."""
    found = list(_TOKEN.finditer(text))
    return Tokens(
        [match[0] for match in found],
        [match.lastgroup or "mark" for match in found],
        [match.start() for match in found],
        [match.end() for match in found],
    )
