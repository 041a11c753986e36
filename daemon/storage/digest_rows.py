"""Which digests were decided, and what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from daemon.cases import Case
from daemon.storage.casefile import find
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known
from daemon.storage.schema import case_events, cases, deliveries, digests, messages, notices, places

_MOST_CHANGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A case as it stands, and the newest line of its trail."""

    case: Case
    what: str
    by: str


def decided_at(tx: Transaction, reader: str, day: str | None = None) -> datetime | None:
    """When a reader's digest was last decided, or that of a day."""
    query = select(func.max(digests.c.decided_at)).where(digests.c.reader == reader)
    at: datetime | None = tx.scalar(query if day is None else query.where(digests.c.day == day))
    return at


def last_sent(tx: Transaction, reader: str) -> datetime | None:
    """When the reader's last digest was written: what changed since is new to the reader."""
    query = select(func.max(digests.c.decided_at)).where(digests.c.reader == reader, digests.c.letter_key.is_not(None))
    at: datetime | None = tx.scalar(query)
    return at


def decide(tx: Transaction, reader: str, day: str, now: datetime, *, letter_key: str | None, why: str) -> bool:
    """Record the decision of a reader's day; False when it was decided before."""
    row = {"reader": reader, "day": day, "decided_at": now, "letter_key": letter_key, "why": why}
    return add_unless_known(tx, digests, row)


def changed_since(tx: Transaction, since: datetime, now: datetime) -> list[Happened]:
    """Every case whose trail grew since an instant, with its newest line; newest first."""
    query = (
        select(case_events.c.case_id, case_events.c.what, case_events.c.by)
        .join(cases, cases.c.id == case_events.c.case_id)
        .where(case_events.c.at > since, cases.c.merged_into.is_(None))
        .order_by(case_events.c.id.desc())
    )
    newest: dict[int, tuple[str, str]] = {}
    for row in tx.execute(query.limit(_MOST_CHANGES)):
        newest.setdefault(row.case_id, (row.what, row.by))
    found = [(find(tx, case_id, now), what, by) for case_id, (what, by) in newest.items()]
    return [Happened(case=each[0], what=what, by=by) for each, what, by in found if each is not None]


def review_count(tx: Transaction) -> int:
    """How many mails outside cases a person must look at."""
    query = select(func.count()).where(messages.c.review, messages.c.matter_id.is_(None))
    return int(tx.scalar(query) or 0)


def mails_read(tx: Transaction, since: datetime) -> int:
    """How many mails came to an end since an instant."""
    query = select(func.count()).select_from(places).where(places.c.disposed_at > since)
    return int(tx.scalar(query) or 0)


def last_reader(tx: Transaction, prefix: str) -> str | None:
    """The newest reader whose name begins so, such as whoever had the last shift."""
    query = select(digests.c.reader).where(digests.c.reader.startswith(prefix, autoescape=True))
    found: str | None = tx.scalar(query.order_by(digests.c.decided_at.desc(), digests.c.id.desc()).limit(1))
    return found


def overdue_between(tx: Transaction, since: datetime, until: datetime) -> int:
    """How many cases people were told to be overdue for the first time in [since, until)."""
    first = (
        select(notices.c.case_id, func.min(notices.c.fire_at).label("at"))
        .where(notices.c.letter == "overdue", notices.c.state != "skipped")
        .group_by(notices.c.case_id)
        .subquery()
    )
    return int(tx.scalar(select(func.count()).where(first.c.at >= since, first.c.at < until)) or 0)


def undelivered(tx: Transaction, since: datetime) -> int:
    """How many letters ended without reaching their reader since an instant."""
    states = ("failed", "held", "refused")
    query = select(func.count()).where(deliveries.c.state.in_(states), deliveries.c.ended_at > since)
    return int(tx.scalar(query) or 0)
