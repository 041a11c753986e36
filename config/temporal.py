"""The words of time of each language as data: units, months, weekdays, prepositions, cue words of the demand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from config.vocabulary import LANGUAGES

WordTable = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Section -> value -> phrases, as written in the data file (any case, with accents)."""


@cache
def temporal_words(language: str) -> WordTable:
    """Read the word table of one of the twelve languages, or "common" (zones, digits); KeyError for any other."""
    if language not in {*LANGUAGES, "common"}:
        raise KeyError(language)
    text = files("config").joinpath(f"data/temporal/{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType({section: _phrases(rows) for section, rows in tomllib.loads(text).items()})


def _phrases(rows: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Split each row's comma-separated phrases."""
    return MappingProxyType(
        {value: tuple(phrase for part in text.split(",") if (phrase := part.strip())) for value, text in rows.items()}
    )
