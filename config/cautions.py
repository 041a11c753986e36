"""Words that take a matter out of routine, and each store's language, as data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("config").joinpath("data/cautions.toml").read_text(encoding="utf-8"))


@cache
def _pattern(section: str) -> re.Pattern[str]:
    words = sorted({word for group in _table()[section].values() for word in group}, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if word.isascii() or not _is_cjk(word))
    dense = "|".join(re.escape(word) for word in words if _is_cjk(word))
    parts = [rf"(?<!\w)(?:{spaced})(?!\w)"] + ([dense] if dense else [])
    return re.compile("|".join(parts))


def _is_cjk(word: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" for char in word)


def injury_words(text: str) -> str | None:
    """The first word of `text` that speaks of injury, fire or damage, in any of the languages; null for none."""
    found = _pattern("injury").search(text.lower())
    return found.group() if found else None


def fba_words(text: str) -> str | None:
    """The first words that say that Amazon shipped the order; null for none."""
    found = _pattern("fba").search(text.lower())
    return found.group() if found else None


def store_language(marketplace: str | None) -> str:
    """The language in which to write to a store's Amazon; English when the store is not known."""
    return str(_table()["store_language"].get(marketplace or "", "en"))
