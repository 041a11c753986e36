"""Entries of a matter, built by hand: what judgement would have made of invented mails."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from classifiers.assessment import Deadline
from config.vocabulary import Authenticity, Basis, Event, Kind, Outcome
from daemon.copies import sketch_of
from daemon.entries import ActEntry, ActKind, MailEntry

DAY_ONE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDER = "026-1234567-7654321"


def at(hours: float) -> datetime:
    """So many hours after the first mail."""
    return DAY_ONE + timedelta(hours=hours)


def limit(hours: float, basis: Basis = Basis.STATED, *, phrase: str | None = None) -> Deadline:
    """A clock that ends so many hours after the first mail."""
    return Deadline(respond_by=at(hours), target=None, basis=basis, phrase=phrase, rule="")


def mail(event: Event | None, hours: float = 0, **changes: Any) -> MailEntry:
    """A verified A-to-z mail about ORDER, read as it was sent; the text differs with event and hour."""
    text = changes.pop(
        "text", f"{event} written in the hour {hours} about the parcel of order {ORDER}, with more words"
    )
    seed = changes.pop("seed", f"{event}{hours}{text}{sorted(changes.items(), key=str)}")
    entry = MailEntry(
        key=hashlib.sha256(seed.encode()).hexdigest(),
        read_at=at(hours),
        sent_at=at(hours),
        arrived_at=at(hours),
        message_id=f"{event}-{hours}@amazonses.example",
        references=(),
        subject=f"{event} {hours}",
        sender="atoz-guarantee-no-reply@amazon.co.uk",
        excerpt=text,
        language="en",
        forwarded_by=None,
        kind=Kind.ATOZ_CLAIM,
        event=event,
        own_reply=False,
        authenticity=Authenticity.VERIFIED,
        review=False,
        marketplace="UK",
        order_ids=(ORDER,),
        case_ids=(),
        asins=(),
        tracking_numbers=(),
        amount=None,
        reason=None,
        funded_by=None,
        action_required=True,
        deadline=None,
        settled=None,
        because=(),
        sketch=sketch_of(text),
    )
    return replace(entry, **changes)


def request(event: Event | None, hours: float = 0, **changes: Any) -> MailEntry:
    """A customer-service request."""
    return mail(event, hours, **{"kind": Kind.CS_REQUEST, "sender": "cs-reply@amazon.co.uk", **changes})


def own_reply(hours: float, **changes: Any) -> MailEntry:
    """A copy of the team's own reply."""
    return mail(None, hours, kind=Kind.NOTICE, own_reply=True, sender="donotreply@amazon.com", **changes)


def act(what: ActKind, hours: float, *, outcome: Outcome | None = None) -> ActEntry:
    """What Ana said."""
    return ActEntry(key=f"act-{what}-{hours}", at=at(hours), what=what, by="Ana", outcome=outcome, note="")
