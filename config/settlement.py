"""How customer service says what became of the money; the phrases stand in data/settlement.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

CLASSES = ("none", "charged", "refunded", "solved")
"""In the order in which they decide."""


@cache
def settlement_phrases() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Language, class, phrases."""
    text = files("config").joinpath("data/settlement.toml").read_text(encoding="utf-8")
    return {language: {name: tuple(table[name]) for name in CLASSES} for language, table in tomllib.loads(text).items()}
