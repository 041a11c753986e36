"""Which store a mail is about: header, own text and links, sender's domain, a currency of one store; else nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from classifiers.fingerprint import Marks
from classifiers.mail import Message
from classifiers.normalise import for_matching
from classifiers.origin import Origin
from config.marketplaces import MARKETPLACES, by_currency, by_domain, by_id

_LONGEST = 60_000
_NAMED = re.compile(r"(?<![@\w-])(?:[a-z0-9-]+\.)*amazon\.((?:com?\.)?[a-z]{2,3})(?![\w-]|\.[a-z]{2})", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*@\S*")
_ID_KEYS = ("marketplaceid", "mons_sel_mkid", "marketplace", "mkid", "marketplace_id", "m")


def marketplace_of(message: Message, marks: Marks, origin: Origin, currency: str | None) -> tuple[str | None, str]:
    """The store's two letters, or null, and why, by the order of the contract's section 5.

    `currency` is the ISO code of the sum in the mail, null when there is none.
    """
    if marks.marketplace:
        return marks.marketplace, f"the mail's marks name the marketplace {marks.marketplace}"
    named = next(_named(message), None)
    if named:
        return named, f"text or links name the store {named}"
    if origin.marketplace:
        return origin.marketplace, f"the sender's domain belongs to the store {origin.marketplace}"
    only = by_currency(currency) if currency else None
    if only:
        return only.code, f"only one store uses {currency}"
    return None, ""


def _named(message: Message) -> Iterator[str]:
    """Stores by their names in the own text, then those that links lead to."""
    text = _ADDRESS.sub(" ", for_matching(f"{message.subject}\n{message.text[:_LONGEST]}"))
    for match in _NAMED.finditer(text):
        store = by_domain(f"amazon.{match[1].lower()}")
        if store:
            yield store.code
    for link in message.links:
        yield from _linked(link.href)


def _linked(href: str) -> Iterator[str]:
    try:
        parts = urlsplit(href)
    except ValueError:
        return
    host = (parts.hostname or "").lower()
    for key, values in parse_qs(parts.query).items():
        store = by_id(unquote(values[0])) if key.lower() in _ID_KEYS else None
        if store:
            yield store.code
            return
    store = by_domain(host) if host.rpartition("amazon.")[1] else None
    if store and (host == store.domain or host.endswith("." + store.domain)):
        yield store.code


ALL_CODES = frozenset(MARKETPLACES)
