"""A mail that answers one of our letters, as it is handed to whoever obeys it: never a case, whatever it says."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from classifiers.authentication import reported_failure
from classifiers.automatic import written_by_machine
from classifiers.domains import is_amazon_domain
from classifiers.forwards import subject_prefix
from classifiers.fresh import fresh_text
from classifiers.mail import Attachment, Message
from classifiers.message import read_message
from classifiers.normalise import clean_text

_TOKEN = 32
_HEAD = 256 * 1024
_ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What counts of an answer to one of our letters."""

    identity: str
    """The same for every copy and replay of one reply: sender, proof, date and fresh text."""
    tokens: tuple[str, ...]
    """Proofs that it carries, the answered letter's first; perhaps forged, perhaps somebody else's."""
    sender: str
    """Addr-spec in lower case; empty when the mail names several authors or none."""
    message_id: str | None
    sent_at: datetime
    arrived_at: datetime
    subject: str
    fresh: str
    """The fresh text, without quotation and signature."""
    attachments: tuple[Attachment, ...]
    automatic: str | None
    """Why it counts as written by a machine; null for a person's."""
    failure: str | None
    """What a trusted server reports against its sender."""


def our_ids(instance: str, domain: str) -> re.Pattern[str]:
    """What the Message-IDs of our letters look like, without brackets; the group is the proof, if there is one."""
    ours = rf"(?:[0-9a-f]{{32}}|[0-9a-f]{{16}}\.([a-z2-7]{{{_TOKEN}}}))\.{re.escape(instance)}@{re.escape(domain)}"
    return re.compile(ours, re.IGNORECASE)


def tagged_addresses(reply_to: str) -> re.Pattern[str] | None:
    """What an address of ours with a proof in it looks like; null when the settings give no such address."""
    local, mark, domain = reply_to.partition("+{token}@")
    if not mark:
        return None
    return re.compile(rf"{re.escape(local)}\+([a-z2-7]{{{_TOKEN}}})@{re.escape(domain)}", re.IGNORECASE)


def reply_in(
    raw: bytes,
    arrived_at: datetime,
    *,
    ours: re.Pattern[str],
    trusted: tuple[str, ...],
    tagged: re.Pattern[str] | None = None,
) -> Reply | None:
    """The reply that a mail is, or null for any other: Amazon's own mails, forwards and our letters are others."""
    head = re.split(rb"\r?\n\r?\n", raw[:_HEAD], maxsplit=1)[0].decode("ascii", "replace")
    if not ours.search(head) and not (tagged and tagged.search(head)):
        return None
    message = read_message(raw, arrived_at=arrived_at, as_sent=True)
    named = [*message.in_reply_to, *reversed(message.references)]
    found = [match for each in named if (match := ours.fullmatch(each.strip()))]
    if tagged:
        addresses = (value for name in _ADDRESSED for value in message.header_values(name))
        found += [match for value in addresses for match in tagged.finditer(value)]
    if not found or _is_other(message, ours):
        return None
    fresh = clean_text(fresh_text(message.text, author=(message.author.display, message.author.address)))
    tokens = tuple(dict.fromkeys(match[1].lower() for match in found if match[1]))
    sender = _sender(message)
    return Reply(
        identity=_identity(sender, tokens[:1], message, fresh),
        tokens=tokens,
        sender=sender,
        message_id=message.message_id,
        sent_at=message.sent_at,
        arrived_at=arrived_at,
        subject=clean_text(message.subject),
        fresh=fresh,
        attachments=message.attachments,
        automatic=written_by_machine(message),
        failure=reported_failure(message, trusted_authserv=trusted),
    )


def _is_other(message: Message, ours: re.Pattern[str]) -> bool:
    if message.message_id and ours.fullmatch(message.message_id):
        return True
    return is_amazon_domain(message.author.domain) or subject_prefix(message.subject)[0] == "forward"


def _sender(message: Message) -> str:
    if len(message.from_) != 1 or len(message.header_values("from")) != 1:
        return ""
    return message.author.address.strip().lower()


def _identity(sender: str, tokens: tuple[str, ...], message: Message, fresh: str) -> str:
    parts = (sender, *tokens, message.sent_at.isoformat(), fresh)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
