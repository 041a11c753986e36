"""What an answer must not say, as data: phrase patterns by language and kind, and what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_DENSE = frozenset({"ja", "zh"})
_SPECIAL = re.compile(r"[*…()|?\[\]+ ]|[^*…()|?\[\]+ ]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneRules:
    """The rules of one language: one compiled pattern a kind of fault, and the better wording a kind."""

    patterns: Mapping[str, re.Pattern[str]]
    better: Mapping[str, str]


@cache
def tone_rules(language: str) -> ToneRules:
    """The rules for one of the twelve languages; raises FileNotFoundError for another."""
    table = tomllib.loads(files("config").joinpath(f"data/tone/{language}.toml").read_text(encoding="utf-8"))
    return ToneRules(
        patterns=MappingProxyType(
            {kind: _compiled(phrases, dense=language in _DENSE) for kind, phrases in table["words"].items()}
        ),
        better=MappingProxyType(dict(table["better"])),
    )


def _compiled(phrases: list[str], *, dense: bool) -> re.Pattern[str]:
    body = "|".join(_pattern(phrase.strip(), dense=dense) for phrase in phrases)
    return re.compile(body if dense else rf"(?<!\w)(?:{body})(?!\w)")


def _pattern(phrase: str, *, dense: bool) -> str:
    """The regular expression of one phrase: * more of the word, … a short gap, the other signs as they are there."""
    gap = r"[^。！？\n]{0,8}?" if dense else r"(?:[^\s.!?]+\s+){0,4}?"
    signs = {"*": r"\w{0,14}", "…": gap, " ": "" if dense else r"\s+"}
    out = "".join(
        signs.get(piece, piece if piece in "()|?[]+" else re.escape(piece)) for piece in _SPECIAL.findall(phrase)
    )
    return out if dense else out.replace(rf"{gap}\s+", gap)
