"""What the mails have told, in the draft's own format; everything else is a marked slot."""

from __future__ import annotations

from functools import cache

from config.marketplaces import zone_of
from config.phrasebook import Phrasebook
from responders.quoting import plain_line
from responders.summary import CaseSummary


def known_facts(summary: CaseSummary, phrases: Phrasebook) -> dict[str, str]:
    """A value for every placeholder of a draft: the known fact, or the slot that names what is missing."""
    facts = dict(_slots_of(phrases))
    facts["mail_date"] = _date(summary, phrases)
    if summary.order_ids:
        facts["order"] = plain_line(summary.order_ids[0])
    if summary.tracking_numbers:
        facts["tracking"] = plain_line(", ".join(summary.tracking_numbers))
    if summary.asins:
        facts["asin"] = plain_line(", ".join(summary.asins))
    if summary.amount:
        facts["amount"] = money(summary.amount, phrases)
    return facts


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


def _date(summary: CaseSummary, phrases: Phrasebook) -> str:
    day = summary.newest.sent_at.astimezone(zone_of(summary.marketplace))
    (pattern,) = phrases.raw("date")
    return pattern.format(y=day.year, m=day.month, d=day.day)
