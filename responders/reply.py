"""The draft as an unsent message that a person opens, completes and sends from a mail client; we never send it."""

from __future__ import annotations

import re

from config.marketplaces import by_domain
from responders.draft import Draft, Purpose
from responders.letter import Enclosure
from responders.mime import UnsafeLetter, unsent_bytes
from responders.summary import CaseSummary, MailSummary

_DEAF = re.compile(r"no[._-]?reply|do[._-]?not[._-]?reply|nobody|bounce|auto-communication|non-rispondere|naoresponda")


def reply_files(summary: CaseSummary, draft: Draft) -> dict[Purpose, Enclosure]:
    """One .eml for each variant that is answered by mail; none when the answer's address is not Amazon's own.

    A forwarded mail gets none: its reply belongs to the mailbox that received the original.
    """
    address = reply_address(summary.newest)
    if not draft.channel.by_mail or address is None:
        return {}
    files: dict[Purpose, Enclosure] = {}
    for number, variant in enumerate(draft.variants, start=1):
        try:
            content = unsent_bytes(
                recipient=address, subject=draft.subject, text=variant.body, in_reply_to=summary.newest.message_id
            )
        except UnsafeLetter:
            return {}
        name = f"reply-{number}.eml"
        files[variant.purpose] = Enclosure(filename=name, content_type="application/octet-stream", content=content)
    return files


def reply_address(mail: MailSummary) -> str | None:
    """Where a reply to this mail goes, null when nobody reads there or when it is not an address of Amazon's."""
    address = (mail.reply_to or mail.sender).lower()
    local, _, domain = address.rpartition("@")
    if mail.forwarded_by or not local or _DEAF.search(local) or by_domain(domain) is None:
        return None
    return address
