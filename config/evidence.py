"""Evidence policy as data: which facts and which items answer a reason, with the explanation for the team."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from config.vocabulary import Kind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceText:
    """One evidence item in one team language."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """One evidence item: who can get it, when it applies, and its text by team language."""

    key: str
    who: str
    """Key of the role in the team phrases: shipping, warehouse, support, accounts, carrier, catalogue, supplier."""
    condition: str | None
    """Key of a condition in the team phrases, such as high_value; null for an item that always applies."""
    texts: Mapping[str, EvidenceText]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePolicy:
    """The whole policy: items by key, and the keys of facts and items by reason ("unknown" for no reason)."""

    items: Mapping[str, EvidenceRule]
    facts_of: Mapping[str, tuple[str, ...]]
    items_of: Mapping[str, tuple[str, ...]]
    extra_of: Mapping[str, tuple[str, ...]]
    """Further items by kind, whatever the reason."""

    def facts(self, reason: Reason | None) -> tuple[str, ...]:
        """Keys of the facts to state, in order."""
        return self.facts_of[reason.value if reason else "unknown"]

    def item_keys(self, kind: Kind, reason: Reason | None) -> tuple[str, ...]:
        """Keys of the items to show, strongest first, each once."""
        chosen = self.items_of[reason.value if reason else "unknown"] + self.extra_of.get(kind.value, ())
        return tuple(dict.fromkeys(chosen))


@cache
def evidence_policy() -> EvidencePolicy:
    """The shipped policy."""
    table = tomllib.loads(files("config").joinpath("data/evidence.toml").read_text(encoding="utf-8"))
    return EvidencePolicy(
        items=MappingProxyType({key: _rule(key, row) for key, row in table["item"].items()}),
        facts_of=MappingProxyType({key: tuple(row["facts"]) for key, row in table["reason"].items()}),
        items_of=MappingProxyType({key: tuple(row["items"]) for key, row in table["reason"].items()}),
        extra_of=MappingProxyType({key: tuple(row["items"]) for key, row in table["extra"].items()}),
    )


def _rule(key: str, row: Mapping[str, object]) -> EvidenceRule:
    texts = {name: EvidenceText(**text) for name, text in row.items() if isinstance(text, dict)}
    condition = row.get("condition")
    return EvidenceRule(
        key=key,
        who=str(row["who"]),
        condition=str(condition) if condition else None,
        texts=MappingProxyType(texts),
    )
