"""The twelve language packs: what Amazon, buyers and banks say, as lists of phrases per concept.

A phrase is written in lower case; accents do not matter. `*` stands for the rest of a word (or, in front, for the
start of a compound), a space for any gap between two words, `..` for up to three words in between and `...` for up
to eight, `(a|b)` for a choice and `(a )?` for something that may be missing. Japanese and Chinese are written without
spaces; `..` is then a few characters.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from config.vocabulary import LANGUAGES

UNSPACED = frozenset({"ja", "zh"})
"""Languages written without spaces between words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePack:
    """One language's phrases by concept; reasons are the concepts `reason.<contract word>`."""

    code: str
    concepts: Mapping[str, tuple[str, ...]]
    characters: Mapping[int, str]
    """Characters that are read as another one (traditional as simplified Chinese), for `str.translate`."""

    @property
    def spaced(self) -> bool:
        """True when words are separated by spaces."""
        return self.code not in UNSPACED


@cache
def language_pack(code: str) -> LanguagePack:
    """The pack of one of the twelve languages; raises KeyError for any other code."""
    if code not in LANGUAGES:
        raise KeyError(code)
    text = files("config").joinpath(f"data/languages/{code}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    concepts = {name: tuple(phrases) for name, phrases in data["concepts"].items()}
    concepts |= {f"reason.{name}": tuple(phrases) for name, phrases in data.get("reasons", {}).items()}
    pairs = data.get("characters", {"traditional": "", "simplified": ""})
    characters = dict(zip(map(ord, pairs["traditional"]), pairs["simplified"], strict=True))
    return LanguagePack(code=code, concepts=MappingProxyType(concepts), characters=MappingProxyType(characters))
