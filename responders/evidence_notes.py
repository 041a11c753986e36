"""What letters say of the exports: each fact with its source, and what in them should make people stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.phrasebook import Phrasebook
from responders.case_facts import Dispute, Settled, settled_of
from responders.cautions import Caution
from responders.quoting import plain_line
from responders.summary import CaseSummary

_SHOWN = (
    "fulfilled_by_amazon", "order_date", "ship_by", "ship_date", "carrier", "service", "first_scan", "promised_date",
    "delivery_status", "delivered_date", "delivery_place", "signed_by", "weight", "untracked", "return_requested",
    "return_reason", "return_status", "return_delivered", "refund_amount", "refund_date",
)  # fmt: skip
"""In the order in which people tell them."""


def fact_lines(summary: CaseSummary, phrases: Phrasebook) -> tuple[str, ...]:
    """Every settled fact with its source."""
    if not summary.evidence.facts:
        return ()
    settled = settled_of(summary)
    return tuple(_lines(settled, phrases))


def _lines(settled: Settled, phrases: Phrasebook) -> Iterator[str]:
    for name in _SHOWN:
        if (fact := settled.known.get(name)) is not None:
            value = {"name": phrases.say(f"export.{name}"), "value": spoken(fact.value), "source": fact.source}
            yield phrases.say("export.line", **{key: plain_line(each) for key, each in value.items()})


def evidence_cautions(summary: CaseSummary, phrases: Phrasebook) -> tuple[Caution, ...]:
    """Contradictions, several parcels, a parcel that came back, and a refund that was made already."""
    if not summary.evidence.facts:
        return ()
    settled = settled_of(summary)
    found: list[tuple[str, dict[str, str]]] = []
    if settled.disputes:
        found.append(("disputed", {"facts": " ".join(dispute_lines(settled.disputes, phrases))}))
    if parcels := [each for each in settled.spread if each.name != "delivery_state"]:
        found.append(("parcels", {"facts": " ".join(dispute_lines(parcels, phrases))}))
    state, status = settled.known.get("delivery_state"), settled.known.get("delivery_status")
    if state and state.value == "returned":
        found.append(("came_back", {"status": plain_line(status.value if status else state.value)}))
    if refund := settled.known.get("refund_amount"):
        found.append(("refund_made", {"amount": refund.value, "source": plain_line(refund.source)}))
    return tuple(
        Caution(
            key=key,
            title=phrases.say(f"caution.{key}.title"),
            text=phrases.say(f"caution.{key}.text", **values),
            grave=False,
        )
        for key, values in found
    )


def dispute_lines(disputes: Sequence[Dispute], phrases: Phrasebook) -> tuple[str, ...]:
    """Each fact with all its values and where each stands."""
    lines = []
    for dispute in disputes:
        key = f"export.{dispute.name}"
        if key not in phrases:
            continue
        values = [
            phrases.say("export.value", value=spoken(value), source=plain_line(source)) if source else value
            for value, source in dispute.values
        ]
        lines.append(f"{phrases.say(key)}: {' / '.join(plain_line(each) for each in values)}.")
    return tuple(lines)


def spoken(value: str) -> str:
    """A value for people: a day with a time of day without the T, a bare "yes" as a mark."""
    if value == "yes":
        return "✓"
    return f"{value[:10]} {value[11:]}" if len(value) == 16 and value[10] == "T" else value
