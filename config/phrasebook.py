"""Language data for letters: team phrases (en, zh) and the building blocks of drafts (twelve languages)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

TEAM_LANGUAGES = ("en", "zh")
"""Languages in which letters explain things to the team."""

type_of_entry = str | tuple[str, ...]


class PhraseMissing(LookupError):
    """A phrase or one of its placeholders is not there; the message names the file's key."""


class _Strict(dict[str, str]):
    def __missing__(self, key: str) -> str:
        raise PhraseMissing(f"no value for placeholder {{{key}}}")


class Phrasebook:
    """The phrases of one file by dotted key; a phrase is a sentence or a tuple of sentences."""

    def __init__(self, language: str, entries: Mapping[str, type_of_entry]) -> None:
        self.language = language
        self._entries = entries

    def __contains__(self, key: object) -> bool:
        """True when the dotted key is there."""
        return key in self._entries

    @property
    def keys(self) -> frozenset[str]:
        """Every dotted key."""
        return frozenset(self._entries)

    def raw(self, key: str) -> tuple[str, ...]:
        """The sentences behind `key`, placeholders unfilled; raises PhraseMissing."""
        entry = self._entries.get(key)
        if entry is None:
            raise PhraseMissing(f"{self.language}: no phrase {key}")
        return (entry,) if isinstance(entry, str) else entry

    def say(self, key: str, /, **values: str) -> str:
        """The one sentence behind `key`, filled in; raises PhraseMissing."""
        entry = self._entries.get(key)
        if isinstance(entry, str):
            return entry.format_map(_Strict(values)) if "{" in entry or "}" in entry else entry
        return " ".join(self.lines(key, **values))

    def lines(self, key: str, /, **values: str) -> tuple[str, ...]:
        """Every sentence behind `key`, filled in; raises PhraseMissing."""
        return tuple(sentence.format_map(_Strict(values)) for sentence in self.raw(key))


def flatten(table: Mapping[str, object], prefix: str = "") -> dict[str, type_of_entry]:
    """A nested TOML table as dotted keys; lists of strings become tuples."""
    flat: dict[str, type_of_entry] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{key}.")
        elif isinstance(value, list):
            flat[key] = tuple(cast(list[str], value))
        else:
            flat[key] = str(value)
    return flat


def _read(path: str, language: str) -> Phrasebook:
    text = files("config").joinpath(path).read_text(encoding="utf-8")
    return Phrasebook(language, MappingProxyType(flatten(tomllib.loads(text))))


@cache
def team_phrases(language: str) -> Phrasebook:
    """What letters say to the team; English for a language that is neither en nor zh."""
    chosen = language if language in TEAM_LANGUAGES else "en"
    return _read(f"data/phrases/{chosen}.toml", chosen)


@cache
def answer_phrases(language: str) -> Phrasebook:
    """What replies are answered with; English for a language that is neither en nor zh."""
    chosen = language if language in TEAM_LANGUAGES else "en"
    return _read(f"data/answers/{chosen}.toml", chosen)


@cache
def digest_phrases(language: str) -> Phrasebook:
    """The words of digests; English for a language that is neither en nor zh."""
    chosen = language if language in TEAM_LANGUAGES else "en"
    return _read(f"data/digest/{chosen}.toml", chosen)


@cache
def lesson_phrases(language: str) -> Phrasebook:
    """The post-mortem form and lessons in letters; English for a language that is neither en nor zh."""
    chosen = language if language in TEAM_LANGUAGES else "en"
    return _read(f"data/lessons/{chosen}.toml", chosen)


@cache
def report_phrases(language: str) -> Phrasebook:
    """The words of the report; English for a language that is neither en nor zh."""
    chosen = language if language in TEAM_LANGUAGES else "en"
    return _read(f"data/report/{chosen}.toml", chosen)


@cache
def draft_phrases(language: str) -> Phrasebook:
    """The building blocks of a draft in one of the twelve languages; raises FileNotFoundError for another."""
    return _read(f"data/drafts/{language}.toml", language)
