"""The words of commands by reply as data: names of commands and kinds, greetings, closings, words of time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWords:
    """Everything in lower case NFKC; phrases of one meaning are ordered longest first."""

    commands: tuple[tuple[str, str], ...]
    """(phrase, command), longest phrase first."""
    whole_line: frozenset[str]
    """Commands that are obeyed as a whole line or before a separator only."""
    taken_back: tuple[str, ...]
    denied: tuple[str, ...]
    hedges: tuple[str, ...]
    """What makes a remark's command uncertain."""
    unfinished: tuple[str, ...]
    """What says that it is still to come; of an outcome's lesson it says nothing."""
    turns: tuple[str, ...]
    """What a sentence begins with that takes something back."""
    nods: tuple[str, ...]
    """What stands in front of a command and means nothing."""
    everything: tuple[str, ...]
    """What means all the cases that a letter lists."""
    ignore: tuple[str, ...]
    """What takes a mail off the review list."""
    courtesies: tuple[str, ...]
    conjunctions: tuple[str, ...]
    greetings: tuple[str, ...]
    banners: tuple[str, ...]
    closings: frozenset[str]
    disclaimers: tuple[str, ...]
    mailers: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    """(phrase, kind), longest phrase first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWords:
    """The words of "quiet until"; each list longest first."""

    default_time: time
    longest_days: int
    lists: Mapping[str, tuple[str, ...]]
    numerals: Mapping[str, int]
    months: tuple[str, ...]
    """How their English names begin, January first."""
    weekdays: tuple[tuple[str, int], ...]
    """(name, day), Monday is 0, longest name first."""


@cache
def command_words() -> CommandWords:
    """The words of the shipped file."""
    table = _table()
    return CommandWords(
        commands=_pairs(table["words"]),
        whole_line=frozenset(table["rules"]["whole_line"]),
        taken_back=_longest_first(table["rules"]["taken_back"]),
        denied=_longest_first(table["rules"]["denied"]),
        hedges=_longest_first(table["rules"]["hedges"]),
        unfinished=_longest_first(table["rules"]["unfinished"]),
        turns=_longest_first(table["rules"]["turns"]),
        everything=_longest_first(table["rules"]["everything"]),
        ignore=_longest_first(table["rules"]["ignore"]),
        nods=_longest_first(table["rules"]["nods"]),
        courtesies=_longest_first(table["rules"]["courtesies"]),
        conjunctions=_longest_first(table["rules"]["conjunctions"]),
        greetings=_longest_first(table["openings"]["greetings"]),
        banners=tuple(table["openings"]["banners"]),
        closings=frozenset(table["endings"]["closings"]),
        disclaimers=tuple(table["endings"]["disclaimers"]),
        mailers=tuple(table["endings"]["mailers"]),
        kinds=_pairs(table["kinds"]),
    )


@cache
def time_words() -> TimeWords:
    """The words of time of the shipped file."""
    table = _table()["until"]
    hour, _, minute = str(table["default_time"]).partition(":")
    ordered = ("weekdays", "months")
    names = [(name, day) for day, row in enumerate(table["weekdays"]) for name in row]
    lists = {key: _longest_first(row) for key, row in table.items() if isinstance(row, list) and key not in ordered}
    return TimeWords(
        default_time=time(int(hour), int(minute)),
        longest_days=int(table["longest_days"]),
        lists=MappingProxyType(lists),
        numerals=MappingProxyType(dict(sorted(table["numerals"].items(), key=lambda row: -len(row[0])))),
        months=tuple(table["months"]),
        weekdays=tuple(sorted(names, key=lambda row: -len(row[0]))),
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("config").joinpath("data/commands.toml").read_text(encoding="utf-8"))


def _longest_first(row: list[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(row), key=lambda word: (-len(word), word)))


def _pairs(rows: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    pairs = [(word, name) for name, row in rows.items() for word in row]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))
