"""Evidence policy as data: which facts and items answer a reason, when an item applies, by when, and what proves it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from config.vocabulary import Kind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceText:
    """One evidence item in one team language."""

    what: str
    why: str
    short: str
    """A few words for lists and answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """One evidence item: who can get it, when it applies, and its text by team language."""

    key: str
    who: str
    """Key of the role in the team phrases: shipping, warehouse, support, accounts, carrier, catalogue, supplier."""
    lead: timedelta
    """Working time before the target by which it must be there."""
    condition: str | None
    """Key of a condition in the team phrases, such as high_value; null for an item that always applies."""
    texts: Mapping[str, EvidenceText]
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a file must be to prove an item: words in its name of a fitting type, or facts that a table states."""

    types: frozenset[str]
    """Of `filetypes.CLASSES`."""
    words: tuple[str, ...]
    """Folded words and phrases, English and Chinese among them."""
    facts: tuple[str, ...]
    """All of these; empty when no table can prove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePolicy:
    """The whole policy: items by key, and the keys of facts and items by reason ("unknown" for no reason)."""

    items: Mapping[str, EvidenceRule]
    facts_of: Mapping[str, tuple[str, ...]]
    items_of: Mapping[str, tuple[str, ...]]
    extra_of: Mapping[str, tuple[str, ...]]
    """Further items by kind, whatever the reason."""
    shown_unknown: Mapping[str, bool]
    """By condition: whether an item is shown while nothing tells whether it applies."""
    high_value: Mapping[str, Decimal]
    """By ISO 4217 code: from which amount an order counts as valuable."""

    def facts(self, reason: Reason | None) -> tuple[str, ...]:
        """Keys of the facts to state, in order."""
        return self.facts_of[reason.value if reason else "unknown"]

    def item_keys(self, kind: Kind, reason: Reason | None) -> tuple[str, ...]:
        """Keys of the items to show, strongest first, each once, whatever their conditions."""
        chosen = self.items_of[reason.value if reason else "unknown"] + self.extra_of.get(kind.value, ())
        return tuple(dict.fromkeys(chosen))


@cache
def evidence_policy() -> EvidencePolicy:
    """The shipped policy."""
    table, proofs = _read("evidence.toml"), _read("proofs.toml")
    leads = {who: timedelta(hours=hours) for who, hours in table["lead_hours"].items()}
    return EvidencePolicy(
        items=MappingProxyType(
            {key: _rule(key, row, leads, proofs["item"][key]) for key, row in table["item"].items()}
        ),
        facts_of=MappingProxyType({key: tuple(row["facts"]) for key, row in table["reason"].items()}),
        items_of=MappingProxyType({key: tuple(row["items"]) for key, row in table["reason"].items()}),
        extra_of=MappingProxyType({key: tuple(row["items"]) for key, row in table["extra"].items()}),
        shown_unknown=MappingProxyType({key: word == "show" for key, word in table["condition"].items()}),
        high_value=MappingProxyType({code: Decimal(sum_) for code, sum_ in table["high_value"].items()}),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("config").joinpath(f"data/{name}").read_text(encoding="utf-8"))


def _rule(
    key: str, row: Mapping[str, Any], leads: Mapping[str, timedelta], proof: Mapping[str, list[str]]
) -> EvidenceRule:
    texts = {name: EvidenceText(**text) for name, text in row.items() if isinstance(text, dict)}
    condition = row.get("condition")
    return EvidenceRule(
        key=key,
        who=str(row["who"]),
        lead=leads[str(row["who"])],
        condition=str(condition) if condition else None,
        texts=MappingProxyType(texts),
        proof=Proof(types=frozenset(proof["types"]), words=tuple(proof["words"]), facts=tuple(proof.get("facts", ()))),
    )
