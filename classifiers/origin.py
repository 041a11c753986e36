"""Who speaks: which of Amazon's senders, an imitator, or somebody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from functools import cache

from classifiers.domains import amazon_data, is_amazon_domain, is_relay_domain, store_of
from classifiers.fingerprint import marks_of
from classifiers.lookalike import (
    disguises_name,
    imitates_domain,
    is_bare_name,
    is_department,
    mentions_name,
    speaks_for_department,
)
from classifiers.mail import Mailbox, Message
from classifiers.normalise import for_matching

__all__ = ["Origin", "Role", "is_amazon_domain", "origin_of", "posing_as_amazon"]


class Role(StrEnum):
    """The sender's part in the play; the last two are not Amazon."""

    ATOZ = "atoz"
    PAY_ATOZ = "pay_atoz"
    CHARGEBACK = "chargeback"
    SAFE_T = "safe_t"
    SUPPORT = "support"
    CSBA = "csba"
    RELAY = "relay"
    RETURNS_REFUNDS_ORDERS = "notification"
    PERFORMANCE = "performance"
    MARKETING = "marketing"
    CONSUMER = "consumer"
    AMAZON_OTHER = "amazon_other"
    POSES_AS_AMAZON = "poses_as_amazon"
    FOREIGN = "foreign"


_GENERAL = {Role.RETURNS_REFUNDS_ORDERS, Role.AMAZON_OTHER, Role.CONSUMER}
_ANSWERS_FOR_ONE_STORE = {Role.RELAY, Role.SUPPORT, Role.CSBA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The sender judged by address and name; whether it is proved is another question."""

    role: Role
    amazon: bool
    """Whether the sender's domain is Amazon's, or a forwarded mail names Amazon without an address."""
    marketplace: str | None
    """The store to which the sender's domain belongs; null for `amazon.com`'s no-reply senders, which write for all."""
    because: str
    posed: Role | None = None
    """The part that an imitator plays, where its name or address tells."""


def origin_of(message: Message) -> Origin:
    """Judge the sender of the (inner) mail."""
    author = message.author
    if is_amazon_domain(author.domain):
        return _amazon(author)
    if not author.address and message.forwarded_by is not None:
        return _nameless_forward(message)
    posing = posing_as_amazon(message)
    if posing:
        posed = _posed_role(author)
        said = f", posing as {posed.value}" if posed else ""
        because = posing + said
        return Origin(role=Role.POSES_AS_AMAZON, amazon=False, marketplace=None, because=because, posed=posed)
    return Origin(role=Role.FOREIGN, amazon=False, marketplace=None, because=f"sender {author.address or 'unknown'}")


def _amazon(author: Mailbox) -> Origin:
    role = Role.RELAY if is_relay_domain(author.domain) else _role_of_sender(author)
    store = store_of(author.domain)
    if store == "US" and role not in _ANSWERS_FOR_ONE_STORE:
        store = None
    return Origin(role=role, amazon=True, marketplace=store, because=f"sender {author.address}")


def _role_of_sender(author: Mailbox) -> Role:
    """The role by the local part; where that is a general one, the display name may tell more."""
    if author.domain in amazon_data()["domains"]["marketing"]:
        return Role.MARKETING
    role = _role_of_local_part(author.address)
    return (_role_of_display(author.display) or role) if role in _GENERAL else role


def _role_of_local_part(address: str) -> Role:
    local = address.rpartition("@")[0]
    return next((role for role, pattern in _patterns() if pattern.match(local)), Role.AMAZON_OTHER)


def _posed_role(author: Mailbox) -> Role | None:
    """What an imitator wants to be taken for: by its name, else by its address."""
    role = _role_of_display(author.display) or _role_of_local_part(author.address)
    if role not in _GENERAL:
        return role
    return Role.RELAY if amazon_data()["domains"]["relay_label"] in author.domain else None


@cache
def _patterns() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    senders = amazon_data()["senders"]
    return tuple(
        (Role(role), re.compile("|".join(translate(glob) for glob in globs))) for role, globs in senders.items()
    )


@cache
def _reserved_names() -> re.Pattern[str]:
    return re.compile("|".join(translate(glob) for glob in amazon_data()["imitation"]["sender_names"]))


def _role_of_display(display: str) -> Role | None:
    plain = for_matching(display).lower()
    for role, phrases in amazon_data()["displays"].items():
        if any(phrase in plain for phrase in phrases):
            return Role(role)
    return None


def _nameless_forward(message: Message) -> Origin:
    """A forward whose client left out the address or the whole header: name, marks and signature are all there is."""
    author = message.author
    role = _role_of_display(author.display)
    marks = marks_of(message)
    signature = _department_signature(message)
    if not author.display and (marks.watermark or marks.notification_type or signature):
        because = f"forwarded text with Amazon's marks, {signature or marks.notification_type or 'watermark'}"
        return Origin(role=Role.AMAZON_OTHER, amazon=True, marketplace=None, because=because)
    if role or is_department(author.display):
        because = f'forwarded mail of "{author.display}", address left out'
        return Origin(role=role or Role.AMAZON_OTHER, amazon=True, marketplace=None, because=because)
    return Origin(role=Role.FOREIGN, amazon=False, marketplace=None, because="forwarded mail without a readable sender")


def posing_as_amazon(message: Message) -> str | None:
    """Why a mail from a foreign domain pretends to be Amazon's, or null; a vendor who names Amazon does not."""
    author = message.author
    domain = author.domain
    if is_amazon_domain(domain) or not author.address:
        return None
    if imitates_domain(domain):
        return f"the sender's domain {domain} imitates Amazon's"
    if disguises_name(author.display):
        return f"the sender's name \"{author.display}\" is Amazon's in disguised letters"
    if speaks_for_department(author.display) and not (is_bare_name(author.display) and _is_internal(message)):
        return f'"{author.display}" writes from {domain}, which is not Amazon\'s'
    if _reserved_names().match(author.address.rpartition("@")[0]):
        return f"{author.address} uses the name of a sender of Amazon's on a foreign domain"
    signature = _department_signature(message)
    if signature and not _is_internal(message) and not is_bounce(message):
        return f'signed "{signature}" but sent from {domain}, which is not Amazon\'s'
    if mentions_name(domain) and any(is_department(box.display) for box in message.reply_to):
        return f"the sender's domain {domain} imitates Amazon's"
    return None


def is_bounce(message: Message) -> bool:
    """Whether a mail server or an absence notice speaks, which carries other people's words without forwarding them."""
    if message.author.address.partition("@")[0] in ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon"):
        return True
    if (message.header("auto-submitted") or "").lower().startswith("auto-replied"):
        return True
    kind = (message.header("content-type") or "").lower()
    return kind.startswith("multipart/report") or message.header("x-failed-recipients") is not None


def _is_internal(message: Message) -> bool:
    """Whether the mail goes from the team to the team, where Amazon's text is passed around."""
    return any(box.domain == message.author.domain for box in message.to)


def _department_signature(message: Message) -> str | None:
    """A department's name that stands alone in a line at the end of the text."""
    if message.forwarded_by is None and message.quoted and not message.text.strip():
        return None
    lines = [line.strip(" \t-–—|*_,.") for line in f"{message.text}\n{message.signature}".split("\n")]
    last = [line for line in lines if line][-8:]
    for distance, line in enumerate(reversed(last)):
        if len(line) > 70 or "\t" in line or not speaks_for_department(line):
            continue
        bare = for_matching(line).lower().removeprefix("amazon").lstrip(".").replace(".", "")
        if len(bare) > 5 or distance < 3:
            return line
    return None
