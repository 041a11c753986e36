"""The columns, states and carriers of exports as data; headers and words are folded already."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWords:
    """Everything that exports.toml says."""

    columns: Mapping[str, str]
    """Folded header to the fact it gives."""
    returns: Mapping[str, str]
    """The same for a returns report, where it differs."""
    return_marks: frozenset[str]
    """Headers of which one makes a file a returns report."""
    personal: frozenset[str]
    """Headers of columns that name people."""
    names: frozenset[str]
    """Those of them that hold somebody's name."""
    states: tuple[tuple[str, tuple[str, ...]], ...]
    """State and its phrases; the first that fits wins."""
    authorised: tuple[str, ...]
    fulfilment: Mapping[str, frozenset[str]]
    carriers: Mapping[str, str]
    """Folded name to the carrier's own."""
    date_order: Mapping[str, str]
    """Carrier's own name to "mdy" or "dmy"."""
    months: tuple[tuple[str, int], ...]
    """(beginning, month), longest first."""
    most_bytes: int
    most_lines: int


@cache
def export_words() -> ExportWords:
    """The words of the shipped file."""
    table: dict[str, Any] = tomllib.loads(files("config").joinpath("data/exports.toml").read_text(encoding="utf-8"))
    months = [(word, int(month)) for month, words in table["months"].items() for word in words]
    return ExportWords(
        columns=_by_word(table["columns"]),
        returns=_by_word(table["returns"]),
        return_marks=frozenset(table["kinds"]["returns"]),
        personal=frozenset(table["personal"]["headers"]),
        names=frozenset(table["personal"]["names"]),
        states=tuple((state, tuple(words)) for state, words in table["states"].items()),
        authorised=tuple(table["authorised"]["words"]),
        fulfilment=MappingProxyType({side: frozenset(words) for side, words in table["fulfilment"].items()}),
        carriers=MappingProxyType({word: row["name"] for row in table["carrier"] for word in row["words"]}),
        date_order=MappingProxyType({name: order for order, names in table["date_order"].items() for name in names}),
        months=tuple(sorted(months, key=lambda pair: -len(pair[0]))),
        most_bytes=table["limits"]["megabytes"] * 1024 * 1024,
        most_lines=table["limits"]["lines"],
    )


def _by_word(rows: Mapping[str, list[str]]) -> Mapping[str, str]:
    """Each word to its name; a word that stands in two lists belongs to the first."""
    found: dict[str, str] = {}
    for name, words in rows.items():
        for word in words:
            found.setdefault(word, name)
    return MappingProxyType(found)
