"""What the exports say about one order, settled: what all agree on, what they contradict, what differs by parcel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from responders.summary import CaseSummary, EvidenceOnFile, StatedFact

MANY = frozenset({"tracking", "return_tracking", "sku", "asin"})
"""Facts of which an order can have several."""
PROGRESS = frozenset({"delivery_status", "return_status", "refund_amount", "delivery_state", "return_delivered"})
"""Facts that go on: what was taken in last counts."""
OF_ITEM = frozenset({"return_status", "return_delivered", "return_requested", "weight"})
"""Facts that differ from item to item of one order without contradiction."""
OF_PARCEL = frozenset(
    {"carrier", "ship_date", "first_scan", "delivered_date", "delivery_status", "delivery_state", "delivery_place"}
    | {"signed_by", "weight"}
)
"""Facts that each parcel of an order has for itself."""
DAYS = frozenset(
    {"order_date", "ship_date", "ship_by", "first_scan", "promised_date", "delivered_date"}
    | {"return_requested", "return_delivered", "refund_date"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A fact on which everything agrees; `source` is where it was read first."""

    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A fact on which the sources contradict each other: each value with where it stands."""

    name: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The facts of a case as far as they can be relied on."""

    known: Mapping[str, Known]
    many: Mapping[str, tuple[str, ...]]
    """Values of the facts of which there can be several."""
    disputes: tuple[Dispute, ...]
    spread: tuple[Dispute, ...]
    """What differs from parcel to parcel: no contradiction, but not one value either."""

    def day(self, name: str) -> str:
        """The day of a known fact, ISO 8601; empty when it is not known."""
        found = self.known.get(name)
        return found.value[:10] if found else ""


def settled_of(summary: CaseSummary) -> Settled:
    """The case's facts; tracking numbers of its mails that no export confirms are a contradiction, not a guess."""
    settled = settle(summary.evidence)
    listed, told = settled.many.get("tracking", ()), summary.tracking_numbers
    returned = settled.many.get("return_tracking", ())
    strange = [number for number in told if number not in listed and number not in returned]
    if not listed or not strange:
        return settled
    sources = {fact.value: fact.source for fact in summary.evidence.facts if fact.name == "tracking"}
    values = (*((number, "") for number in strange), *((number, sources.get(number, "")) for number in listed))
    return Settled(
        known=settled.known,
        many=settled.many,
        disputes=(*settled.disputes, Dispute(name="tracking", values=values)),
        spread=settled.spread,
    )


def settle(evidence: EvidenceOnFile) -> Settled:
    """Every fact by name: one value, several, or a contradiction; nothing is chosen between sources."""
    by_name: dict[str, list[StatedFact]] = {}
    for fact in evidence.facts:
        by_name.setdefault(fact.name, []).append(fact)
    known: dict[str, Known] = {}
    many: dict[str, tuple[str, ...]] = {}
    disputes: list[Dispute] = []
    spread: list[Dispute] = []
    for name, facts in by_name.items():
        if name in MANY:
            many[name] = tuple(dict.fromkeys(fact.value for fact in facts))
            continue
        facts = _summed(facts) if name == "refund_amount" else facts
        parcels = _by_parcel(facts) if name in OF_PARCEL else {"": facts}
        torn = [dispute for each in parcels.values() if (dispute := _dispute(name, _current(name, each)))]
        (spread if name in OF_ITEM else disputes).extend(torn)
        firsts = [_current(name, each)[-1] for each in parcels.values()]
        if not torn and len({_compared(name, fact.value) for fact in firsts}) == 1:
            best = max(_current(name, facts), key=lambda fact: len(fact.value))
            known[name] = Known(value=best.value, source=best.source)
        elif not torn:
            spread.append(Dispute(name=name, values=tuple((fact.value, fact.parcel) for fact in firsts)))
    disputes += _impossible(known)
    shaky = {dispute.name for dispute in disputes}
    return Settled(
        known=MappingProxyType({name: fact for name, fact in known.items() if name not in shaky}),
        many=MappingProxyType(many),
        disputes=tuple(disputes),
        spread=tuple(spread),
    )


def _by_parcel(facts: Iterable[StatedFact]) -> dict[str, list[StatedFact]]:
    """Facts by tracking number; lines without one speak of the only parcel, if there is only one."""
    found: dict[str, list[StatedFact]] = {}
    for fact in facts:
        found.setdefault(fact.parcel, []).append(fact)
    if "" in found and len(found) == 2:
        loose = found.pop("")
        next(iter(found.values())).extend(loose)
    return found


def _current(name: str, facts: list[StatedFact]) -> list[StatedFact]:
    """All statements, or of what goes on those that were taken in last."""
    if name not in PROGRESS:
        return facts
    last = max(fact.at for fact in facts)
    return [fact for fact in facts if fact.at == last]


def _summed(facts: list[StatedFact]) -> list[StatedFact]:
    """Refunds of one report, a line an item, as one sum; of several reports the last one counts."""
    lines = _current("refund_amount", facts)
    currencies = {fact.value.partition(" ")[2] for fact in lines}
    files = {fact.source.rpartition(", ")[0] for fact in lines}
    if len(lines) < 2 or len(currencies) > 1 or len(files) > 1:
        return lines
    total = sum(Decimal(fact.value.partition(" ")[0]) for fact in lines)
    return [replace(lines[0], value=f"{total} {currencies.pop()}")]


def _dispute(name: str, facts: list[StatedFact]) -> Dispute | None:
    values: dict[str, tuple[str, str]] = {}
    for fact in facts:
        values.setdefault(_compared(name, fact.value), (fact.value, fact.source))
    return Dispute(name=name, values=tuple(values.values())) if len(values) > 1 else None


def _compared(name: str, value: str) -> str:
    return value[:10] if name in DAYS else "".join(value.casefold().split())


def _impossible(known: Mapping[str, Known]) -> list[Dispute]:
    """Days that cannot follow each other as they are written."""
    found = []
    for earlier, later in (("ship_date", "delivered_date"), ("order_date", "ship_date")):
        first, second = known.get(earlier), known.get(later)
        if first and second and first.value[:10] > second.value[:10]:
            values = ((first.value, first.source), (second.value, second.source))
            found += [Dispute(name=earlier, values=values), Dispute(name=later, values=values)]
    return found
