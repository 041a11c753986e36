"""What a person wrote anew in a reply: without banner, quoted history, signature, phone line and disclaimer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classifiers.normalise import for_matching
from classifiers.quoting import split_quotes
from config.commands import command_words

_LONGEST = 20_000
_BRACKETS = re.compile(r"^[\s\-–—_*>|~=·•\[\]()（）【】<]+|[\s\-–—_*>|~=·•\[\]()（）【】]+$")
_SEPARATOR = re.compile(r"^\s*[-—_=]{4,}[^-—_=]{1,40}[-—_=]{4,}\s*$")
_RULE = re.compile(r"^\s*(?:[-–—_=*~─━]\s?){2,}\s*$")


def fresh_text(text: str, *, author: Sequence[str] = ()) -> str:
    """The fresh words of a reply, line by line; empty when there are none.

    `author` is what the person's signature may say: name and address.

    Words above the quotation count, below it when none stand above, and between its lines when it is answered inline.
    """
    return _without_trimmings(split_quotes(text[:_LONGEST]).own, {name.lower() for name in author if name})


def _without_trimmings(own: str, author: set[str]) -> str:
    words = command_words()
    kept: list[str] = []
    for line in own.split("\n"):
        plain = for_matching(_BRACKETS.sub("", line[:300])).lower().strip()
        if not kept and (_RULE.match(line) or line.lstrip(" *").lower().startswith(words.banners)):
            continue
        if not kept and plain.startswith(words.banners):
            continue
        if kept and (_RULE.match(line) or _SEPARATOR.match(line) or plain.rstrip(" ,.!，。！~") in words.closings):
            break
        if plain.startswith((*words.disclaimers, *words.mailers)):
            break
        kept.append(line)
    while kept and _is_signature(kept[-1], author):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _is_signature(line: str, author: set[str]) -> bool:
    """Whether a last line is empty, or nothing but the author's name or address."""
    plain = _BRACKETS.sub("", line).strip().lower()
    return not plain or plain in author
