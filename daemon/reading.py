"""One stored mail, read and judged: everything that filing needs, and nothing of the bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from classifiers.assessment import Assessment, Told, assess, voter_text
from classifiers.authentication import wants_signatures
from classifiers.features import masked
from classifiers.fingerprint import marks_of
from classifiers.frame import framed_words
from classifiers.message import Message, UnreadableMail, read_message
from classifiers.normalise import clean_text
from classifiers.refunds import refund_told
from classifiers.settlement import settlement_of
from config.policy import Policy
from config.vocabulary import CASE_KINDS, Authenticity, Event, Kind
from daemon.bounces import Bounce, bounce_in
from daemon.copies import sketch_of
from daemon.entries import MailEntry
from daemon.replies import Reply, our_ids, reply_in, tagged_addresses
from daemon.signatures import DkimCheck, signed_by
from daemon.team_model import TeamModel, voter_for

OWN_REPLY = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
"""The notification type of Amazon's copy of a seller's own message."""

_EXCERPT = 600
_NO_TIME = datetime.fromtimestamp(0, UTC)
_AUTOMATIC = frozenset({"auto-replied", "auto-notified"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What every mail of one installation is judged by."""

    policy: Policy
    trusted_authserv: tuple[str, ...]
    marketplaces: tuple[tuple[str, str | None], ...]
    """Account and the store to assume for its mail that names none."""
    instance: str
    domain: str
    """Right side of our own Message-IDs."""
    reply_to: str = ""
    """Where answers go when it is not the From address; "+{token}" stands for the proof."""
    dkim: DkimCheck | None = None
    """Check signatures by DNS where no trusted server has spoken; null: do not."""
    team_model: TeamModel | None = None
    """The team's own statistical voter, in place of the shipped one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A stored mail on its way to be judged."""

    place_id: int
    account: str
    sha256: str
    raw: bytes
    internal_date: datetime | None
    read_at: datetime
    told: Told | None = None
    """What a person says that it is, when it is read again for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A mail's judgement, or the sentence why there is none."""

    place_id: int
    mail: MailEntry | None = None
    semantic_key: str = ""
    is_automatic: bool = False
    """Our own letter, an automatic reply or a delivery report: it opens no case and triggers no mail."""
    error: str = ""
    bounce: Bounce | None = None
    """Of a report that one of our letters did not arrive."""
    reply: Reply | None = None
    """Of a mail that answers one of our letters, in place of its judgement: it is never a case."""
    lesson: str = ""
    """Of a mail that is read again as a person says: its text to train on, without addresses and numbers."""


def read(unread: Unread, rules: Rules) -> Read:
    """Read and judge one mail; a mail that cannot be read gives an error, never an exception."""
    try:
        if unread.told is not None:
            return _read_as_told(unread, unread.told, rules)
        ours = _ours(rules)
        bounce = bounce_in(unread.raw, ours)
        reply = (
            None
            if bounce
            else reply_in(
                unread.raw,
                unread.internal_date or unread.read_at,
                ours=ours,
                tagged=tagged_addresses(rules.reply_to),
                trusted=rules.trusted_authserv,
            )
        )
        if reply is not None:
            return Read(place_id=unread.place_id, reply=reply)
        message = _message(unread)
        assessment = _assessed(unread, message, rules)
        return Read(
            place_id=unread.place_id,
            mail=entry_of(unread, message, assessment),
            semantic_key=_semantic_key(message),
            is_automatic=is_automatic(message, rules),
            bounce=bounce,
        )
    except UnreadableMail as error:
        return Read(place_id=unread.place_id, error=str(error))
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MemoryError) as error:
        return Read(place_id=unread.place_id, error=f"could not be judged: {type(error).__name__}: {error}"[:500])


def _read_as_told(unread: Unread, told: Told, rules: Rules) -> Read:
    message = _message(unread)
    return Read(
        place_id=unread.place_id,
        mail=entry_of(unread, message, _assessed(unread, message, rules, told)),
        lesson=clean_text(masked(voter_text(message, framed_words(message)))),
    )


def _assessed(unread: Unread, message: Message, rules: Rules, told: Told | None = None) -> Assessment:
    return assess(
        message,
        policy=rules.policy,
        trusted_authserv=rules.trusted_authserv,
        marketplace=dict(rules.marketplaces).get(unread.account),
        voter=voter_for(rules.team_model) if told is None else None,
        signed_by=_signers(unread, message, rules),
        told=told,
    )


def _signers(unread: Unread, message: Message, rules: Rules) -> tuple[str, ...]:
    """The one place where judging reaches for the network, and only for signed mail that no server vouches for."""
    if rules.dkim is None or not wants_signatures(message, trusted_authserv=rules.trusted_authserv):
        return ()
    return signed_by(unread.raw, rules.dkim)


def _message(unread: Unread) -> Message:
    """The message; one that tells no time at all is taken as sent when it was read here."""
    message = read_message(unread.raw, arrived_at=unread.internal_date)
    if message.arrived_at is None and message.sent_at == _NO_TIME:
        return read_message(unread.raw, arrived_at=unread.read_at)
    return message


def _ours(rules: Rules) -> re.Pattern[str]:
    return our_ids(rules.instance, rules.domain)


def is_automatic(message: Message, rules: Rules) -> bool:
    """RFC 3834: our own letters, answers of machines, and reports about deliveries."""
    outer = dict(reversed(message.outer_headers))
    if "x-claimclock" in outer or message.header("x-claimclock") is not None:
        return True
    if _ours(rules).fullmatch(outer.get("message-id", "").strip().strip("<>")):
        return True
    submitted = outer.get("auto-submitted", "").partition(";")[0].strip().lower()
    return submitted in _AUTOMATIC or outer.get("content-type", "").strip().lower().startswith("multipart/report")


def entry_of(unread: Unread, message: Message, judged: Assessment) -> MailEntry:
    """What a case keeps of a judged mail."""
    is_copy = judged.kind is Kind.NOTICE and marks_of(message).notification_type == OWN_REPLY
    is_matter = is_copy or judged.kind in CASE_KINDS or judged.kind is Kind.SUPPORT_CASE
    is_suspicious = judged.authenticity is Authenticity.SUSPICIOUS
    is_closed_request = judged.kind is Kind.CS_REQUEST and judged.event is Event.CLOSED
    return MailEntry(
        key=unread.sha256,
        read_at=unread.read_at,
        sent_at=judged.sent_at,
        arrived_at=message.arrived_at,
        message_id=judged.message_id,
        references=tuple(dict.fromkeys((*message.in_reply_to, *message.references))),
        subject=clean_text(message.subject),
        sender=message.author.address,
        excerpt=clean_text(message.text[:_EXCERPT]),
        language=judged.language,
        forwarded_by=message.forwarded_by.address if message.forwarded_by else None,
        kind=judged.kind,
        event=judged.event,
        own_reply=is_copy,
        authenticity=judged.authenticity,
        review=judged.review,
        marketplace=judged.marketplace,
        order_ids=judged.order_ids,
        case_ids=judged.case_ids,
        asins=judged.asins,
        tracking_numbers=judged.tracking_numbers,
        amount=(judged.amount.value, judged.amount.currency) if judged.amount else None,
        reason=judged.reason,
        funded_by=judged.funded_by,
        action_required=judged.action_required,
        deadline=judged.deadline,
        settled=settlement_of(message, judged.language) if is_closed_request else None,
        because=judged.because,
        sketch=sketch_of(message.text) if is_matter else (),
        display=message.author.display,
        hosts=_hosts(message) if is_suspicious else (),
        refund=refund_told(message, judged.language) if _may_tell_a_refund(judged) and not is_copy else None,
        threatens=judged.threatens_claim,
    )


def _may_tell_a_refund(judged: Assessment) -> bool:
    return (
        judged.kind is Kind.NOTICE
        and bool(judged.order_ids)
        and judged.authenticity is not Authenticity.SUSPICIOUS
        and not judged.review
    )


def _hosts(message: Message) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for link in message.links[:50]:
        try:
            host = urlsplit(link.href).hostname
        except ValueError:
            continue
        if host:
            found[host] = None
    return tuple(found)


def _semantic_key(message: Message) -> str:
    """The same for copies whose transport bytes differ; forgeable, so it links copies and drops nothing."""
    text = " ".join(message.text.split())
    parts = (message.message_id or "", message.sent_at.isoformat(), message.author.address, message.subject, text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
