"""When to try a server again after a fault, and what `status` may say of it; pure, kept as facts in the store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from config.settings import Settings
from daemon.connection import (
    BadCertificate,
    NoStartTls,
    ServerFault,
    Throttled,
    TokenRefused,
    TokenUnavailable,
    WrongPassword,
)

OUTGOING = "outgoing mail"
"""The name under which the SMTP server's health is kept beside the accounts'."""

HEARTBEAT = "heartbeat"
"""The fact that says when the service last went through its rounds."""

LOCK_OUT_STEPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
"""After a refused login; the last one repeats. Faster trying locks accounts at many providers."""

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
UNHINTED_PATIENCE = timedelta(minutes=5)
"""When a server asks to wait and does not say how long; twice as long each time."""
LONGEST_PATIENCE = timedelta(hours=1)
"""Whatever a server says: a mailbox that nobody looks into for longer is worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a server has been doing: an account's name (or OUTGOING), instants in aware UTC."""

    name: str
    host: str
    last_success: datetime | None = None
    last_error: str = ""
    """One sentence; empty when the last try went well."""
    error: str = ""
    """The fault's class name, such as WrongPassword; empty when the last try went well."""
    failing_since: datetime | None = None
    failures: int = 0
    """In a row."""
    next_try: datetime | None = None
    """Not before this; null for the usual rhythm."""

    def is_due(self, now: datetime) -> bool:
        """Whether a try may be made."""
        return self.next_try is None or self.next_try <= now


def succeeded(health: Health, now: datetime) -> Health:
    """The health after a try that went well."""
    return replace(health, last_success=now, last_error="", error="", failing_since=None, failures=0, next_try=None)


def failed(health: Health, fault: Exception, now: datetime, *, chance: float) -> Health:
    """The health after a fault; `chance` from 0 to 1 spreads the tries of many accounts."""
    failures = health.failures + 1
    return replace(
        health,
        last_error=str(fault),
        error=type(fault).__name__,
        failing_since=health.failing_since or now,
        failures=failures,
        next_try=now + wait_after(fault, failures, chance=chance),
    )


def forgiven(health: Health) -> Health:
    """The health after somebody mended the settings: the next try may be made at once."""
    return replace(health, failures=0, next_try=None)


def wait_after(fault: Exception, failures: int, *, chance: float) -> timedelta:
    """How long to leave a server alone after this many faults in a row."""
    if isinstance(fault, Throttled):
        if fault.retry_after is not None:
            return min(max(fault.retry_after, FIRST_WAIT), LONGEST_PATIENCE)
        return min(UNHINTED_PATIENCE * 2.0 ** min(failures - 1, 8), LONGEST_PATIENCE) * (1 + chance)
    if isinstance(fault, TokenUnavailable) and fault.retry_after is not None:
        return min(max(fault.retry_after, FIRST_WAIT), LONGEST_PATIENCE)
    if isinstance(fault, WrongPassword | TokenRefused | BadCertificate | NoStartTls):
        return LOCK_OUT_STEPS[min(failures, len(LOCK_OUT_STEPS)) - 1] * (1 + 0.1 * chance)
    longest = min(FIRST_WAIT * 2 ** min(failures - 1, 12), LONGEST_WAIT)
    return timedelta(seconds=longest.total_seconds() * (0.5 + 0.5 * chance))


def told(health: Health, fault: Exception, now: datetime) -> str:
    """The one log line of a fault: the sentence and when the next try is."""
    wait = round(((health.next_try or now) - now).total_seconds())
    after = "" if health.failures == 1 else f", {health.failures} times in a row"
    kind = "" if isinstance(fault, ServerFault) else f"{health.name} ({health.host}): "
    return f"{kind}{fault}{after}; next try in {wait} s"


class Facts(Protocol):
    """The part of the store that holds small named facts."""

    def get_fact(self, name: str) -> str | None:
        """The value, or null."""
        ...

    def set_fact(self, name: str, value: str, now: datetime) -> None:
        """Keep the value."""
        ...


def read_health(facts: Facts, name: str, host: str) -> Health:
    """What is known of a server; a blank sheet for a new one or another host."""
    text = facts.get_fact(f"health:{name}")
    if text is None:
        return Health(name=name, host=host)
    row = json.loads(text)
    if row.get("host") != host:
        return Health(name=name, host=host)
    for key in ("last_success", "failing_since", "next_try"):
        row[key] = datetime.fromisoformat(row[key]) if row[key] else None
    return Health(**row)


def write_health(facts: Facts, health: Health, now: datetime) -> None:
    """Keep it for `status` and for the next start, so that a restart does not hammer a server."""
    row = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(health).items()}
    facts.set_fact(f"health:{health.name}", json.dumps(row), now)


def all_health(facts: Facts, settings: Settings) -> Sequence[Health]:
    """Every account's health in the settings' order, then the outgoing server's."""
    return [
        *(read_health(facts, account.name, account.server.host) for account in settings.accounts),
        read_health(facts, OUTGOING, settings.smtp.host),
    ]
