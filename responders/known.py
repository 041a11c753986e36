"""What mails and exports have told, in the draft's own format; everything else is a marked slot, also what is torn."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache

from config.marketplaces import zone_of
from config.phrasebook import Phrasebook
from responders.case_facts import Settled, settled_of
from responders.evidence import files_for
from responders.quoting import plain_line
from responders.summary import CaseSummary

_DAYS = {
    "ship_date": "ship_date",
    "ship_by": "ship_by",
    "first_scan": "first_scan",
    "promised_date": "promised_date",
    "delivery_date": "delivered_date",
    "order_date": "order_date",
    "return_requested": "return_requested",
}
"""Placeholders of drafts that are days, and the facts that fill them."""


def known_facts(summary: CaseSummary, phrases: Phrasebook) -> dict[str, str]:
    """A value for every placeholder of a draft: the known fact, or the slot that names what is missing."""
    facts = dict(_slots_of(phrases))
    facts["mail_date"] = _day(summary.newest.sent_at, zone_of(summary.marketplace), phrases)
    if summary.order_ids:
        facts["order"] = plain_line(summary.order_ids[0])
    if summary.tracking_numbers:
        facts["tracking"] = plain_line(", ".join(summary.tracking_numbers))
    if summary.asins:
        facts["asin"] = plain_line(", ".join(summary.asins))
    if summary.amount:
        facts["amount"] = money(summary.amount, phrases)
    if summary.evidence.facts:
        facts |= _from_exports(settled_of(summary), phrases)
    return facts


def item_facts(summary: CaseSummary, key: str, facts: dict[str, str]) -> dict[str, str]:
    """The placeholders for the sentence of one evidence item: its file's name when there is one on file."""
    files = files_for(summary, key)
    return {**facts, "file": ", ".join(files)} if files else facts


def _from_exports(settled: Settled, phrases: Phrasebook) -> dict[str, str]:
    found = {
        name: spoken_day(settled.known[fact].value, phrases) for name, fact in _DAYS.items() if fact in settled.known
    }
    torn = {dispute.name for dispute in settled.disputes}
    if numbers := settled.many.get("tracking"):
        found["tracking"] = plain_line(", ".join(numbers)) if "tracking" not in torn else slot("slot.tracking", phrases)
    if numbers := settled.many.get("return_tracking"):
        found["return_tracking"] = plain_line(", ".join(numbers))
    for name, parts in (
        ("carrier", ("carrier", "service")),
        ("delivery_status", ("delivery_status", "delivered_date", "delivery_place")),
        ("return_status", ("return_status", "return_delivered")),
        ("refund_status", ("refund_amount", "refund_date")),
    ):
        if parts[0] in settled.known and torn.isdisjoint(parts):
            found[name] = ", ".join(
                dict.fromkeys(_value(settled, part, phrases) for part in parts if part in settled.known)
            )
    return found


def _value(settled: Settled, name: str, phrases: Phrasebook) -> str:
    value = settled.known[name].value
    if name == "refund_amount":
        amount, _, currency = value.partition(" ")
        return money((amount, currency), phrases)
    return spoken_day(value, phrases) if name.endswith(("_date", "_delivered")) else plain_line(value)


def spoken_day(value: str, phrases: Phrasebook) -> str:
    """An ISO 8601 day in the draft's language; with its time of day when the source gives one."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return plain_line(value)
    (pattern,) = phrases.raw("date")
    day = pattern.format(y=at.year, m=at.month, d=at.day)
    return f"{day} {at:%H:%M}" if "T" in value else day


@cache
def _slots_of(phrases: Phrasebook) -> tuple[tuple[str, str], ...]:
    return tuple((key.removeprefix("slot."), slot(key, phrases)) for key in phrases.keys if key.startswith("slot."))


def slot(key: str, phrases: Phrasebook) -> str:
    """The marked gap for one unknown fact."""
    return f"{phrases.say('open')}{phrases.say(key)}{phrases.say('close')}"


def money(amount: tuple[str, str], phrases: Phrasebook) -> str:
    """The sum with the language's decimal sign and the ISO 4217 code."""
    value, currency = amount
    return plain_line(f"{value.replace('.', phrases.say('decimal'))} {currency}")


def _day(instant: datetime, zone: tzinfo, phrases: Phrasebook) -> str:
    day = instant.astimezone(zone)
    (pattern,) = phrases.raw("date")
    return pattern.format(y=day.year, m=day.month, d=day.day)
