"""What is due in the outbox leaves, one message and one recipient at a time; nothing leaves the team list.

An attempt is claimed and committed before it is made, so a crash in between can only repeat a message, under the same
Message-ID, never lose one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from daemon.connection import ServerFault
from daemon.sending import Ambiguous, DeliveryState, Ending, Outcome, Permanent, Sender, Sent, Transient, Via
from daemon.storage.outbox_rows import Delivery

log = logging.getLogger(__name__)

RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
"""After the first attempts; then hourly. Sooner than RFC 5321, 4.5.4.1 proposes, since a deadline may be near."""

RETRY_LATER = timedelta(hours=1)
GIVE_UP_AFTER = {Via.MAIL: timedelta(days=5), Via.CHANNEL: timedelta(days=1)}
"""RFC 5321, 4.5.4.1: four to five days. A page that is a day old wakes nobody in time."""

RESEND_AMBIGUOUS_AFTER = timedelta(minutes=15)


class Outbox(Protocol):
    """The part of the store that holds the letters."""

    def claim_deliveries(self, owner: str, now: datetime, limit: int, *, via: Via) -> list[Delivery]:
        """Take deliveries that are due, for this owner and for the length of a lease."""
        ...

    def finish(self, delivery: Delivery, ending: Ending, now: datetime) -> bool:
        """Record how the attempt ended; False when the lease had passed to another owner."""
        ...


@dataclass(slots=True, kw_only=True)
class DrainReport:
    """How the attempts of one pass ended, and the fault of the server that ended the pass."""

    ended: list[tuple[Delivery, Ending]] = field(default_factory=list)
    fault: ServerFault | None = None

    def count(self, state: DeliveryState) -> int:
        """How many attempts ended so."""
        return sum(ending.state is state for _, ending in self.ended)


def drain(
    outbox: Outbox,
    sender: Sender,
    *,
    allowed: frozenset[str],
    envelope_from: str,
    owner: str,
    now: datetime,
    stop: Callable[[], bool] = lambda: False,
    via: Via = Via.MAIL,
) -> DrainReport:
    """Send what is due at `now` until nothing is, the server fails or `stop` says so.

    `allowed` are addresses, or names of channels, in lower case.
    """
    report = DrainReport()
    while report.fault is None and not stop() and (claimed := outbox.claim_deliveries(owner, now, 1, via=via)):
        for delivery in claimed:
            ending = _attempt(delivery, sender, allowed, envelope_from, now, report)
            if not outbox.finish(delivery, ending, now):
                log.warning("delivery %s: another worker took it over meanwhile", delivery.id)
            report.ended.append((delivery, ending))
            _tell(delivery, ending)
    return report


def _attempt(
    delivery: Delivery,
    sender: Sender,
    allowed: frozenset[str],
    envelope_from: str,
    now: datetime,
    report: DrainReport,
) -> Ending:
    if delivery.recipient.lower() not in allowed:
        return Ending(state=DeliveryState.REFUSED, due=None, reply=f"{delivery.recipient} {_OUTSIDE[delivery.via]}")
    try:
        outcome = sender.send(envelope_from, delivery.recipient, delivery.data)
    except ServerFault as fault:
        report.fault = fault
        outcome = Transient(reply=str(fault))
    return ending_of(delivery, outcome, now)


_OUTSIDE = {
    Via.MAIL: "is not in the team list",
    Via.CHANNEL: "is no channel of the settings",
}


def ending_of(delivery: Delivery, outcome: Outcome, now: datetime) -> Ending:
    """What becomes of a delivery after this outcome."""
    match outcome:
        case Sent(reply=reply):
            return Ending(state=DeliveryState.SENT, due=None, reply=reply)
        case Permanent(reply=reply):
            return Ending(state=DeliveryState.FAILED, due=None, reply=reply)
        case Ambiguous(reply=reply) if delivery.ambiguous_before:
            return Ending(state=DeliveryState.HELD, due=None, reply=reply)
        case Ambiguous(reply=reply):
            return Ending(state=DeliveryState.AMBIGUOUS, due=now + RESEND_AMBIGUOUS_AFTER, reply=reply)
        case Transient(reply=reply) if now - delivery.created_at > (limit := GIVE_UP_AFTER[delivery.via]):
            days = "five days" if limit.days == 5 else "a day"
            return Ending(state=DeliveryState.FAILED, due=None, reply=f"given up after {days}: {reply}")
        case Transient(reply=reply):
            return Ending(state=DeliveryState.PENDING, due=now + retry_after(delivery.attempts), reply=reply)


def retry_after(attempts: int) -> timedelta:
    """The wait after this many attempts: 1, 5, 15, 30 min, then an hour."""
    return RETRY_AFTER[attempts - 1] if 1 <= attempts <= len(RETRY_AFTER) else RETRY_LATER


def _tell(delivery: Delivery, ending: Ending) -> None:
    """One line an attempt: which delivery and how it ended; addresses only where somebody must act."""
    match ending.state:
        case DeliveryState.SENT:
            log.info("delivery %s: sent (%s)", delivery.id, ending.reply)
        case DeliveryState.REFUSED:
            log.error("delivery %s: %s; nothing was sent", delivery.id, ending.reply)
        case DeliveryState.FAILED | DeliveryState.HELD:
            log.error("delivery %s to %s: %s (%s)", delivery.id, delivery.recipient, ending.state, ending.reply)
        case _:
            log.warning("delivery %s: %s, again at %s (%s)", delivery.id, ending.state, ending.due, ending.reply)
