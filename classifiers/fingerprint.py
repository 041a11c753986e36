"""Machine marks that Amazon's systems leave in header and footer; they classify, they prove nothing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.mail import Message
from config.marketplaces import by_id

_TOKEN = re.compile(r"[A-Z][A-Z0-9_]{3,80}")
_IN_LINK = re.compile(r"[?&](?:amp;)?(?:communicationName|nt|customAttribute1Value)=([A-Z][A-Z0-9_]{3,80})(?![\w])")
_MARKETPLACE_IN_LINK = re.compile(
    r"(?:marketplaceI[dD]|marketplace_id|mons_sel_mkid|mkid|mp_id|marketplace)=(?:amzn1\.mp\.o\.)?([A-Z0-9]{12,15})(?![A-Z0-9])"
)
_WATERMARK = re.compile(r"\bSPC-[A-Z]{2}Amazon-\d{6,20}\b")
_THREAD = re.compile(r"\[commMgrTok:[^\]\s]{4,200}\]")
_REDIRECT = re.compile(r"[?&](?:amp;)?u=([A-Za-z0-9_-]{12,1200}={0,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the machine marks say; `where` is "header", "footer" or empty when there is no notification type."""

    notification_type: str | None
    where: str
    marketplace: str | None
    """The store's two letters from a header or from the marketplace id in a link, else null."""
    watermark: bool
    """Whether Amazon's watermark or thread token stands in the text."""


def marks_of(message: Message) -> Marks:
    """Read the notification type (header first, then footer links), the marketplace id and the watermark."""
    kind, where = _notification_type(message)
    return Marks(
        notification_type=kind,
        where=where,
        marketplace=_marketplace(message),
        watermark=bool(_WATERMARK.search(message.text) or _THREAD.search(message.text)),
    )


def _notification_type(message: Message) -> tuple[str | None, str]:
    for value in message.header_values("x-space-notification-type"):
        match = _TOKEN.search(value.upper())
        if match:
            return match[0], "header"
    for address in _addresses(message):
        match = _IN_LINK.search(address)
        if match and "_" in match[1]:
            return match[1], "footer"
    return None, ""


def _marketplace(message: Message) -> str | None:
    for value in message.header_values("x-marketplace-id"):
        store = by_id(value.strip())
        if store:
            return store.code
    for address in _addresses(message):
        match = _MARKETPLACE_IN_LINK.search(address)
        store = by_id(match[1]) if match else None
        if store:
            return store.code
    return None


def _addresses(message: Message) -> Iterator[str]:
    """Every link, and behind a redirect the address that it leads to."""
    for link in message.links:
        yield link.href
        match = _REDIRECT.search(link.href)
        if match and (target := _decoded(match[1])):
            yield target


def _decoded(text: str) -> str:
    try:
        data = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return ""
    return data.decode("utf-8", "replace")
