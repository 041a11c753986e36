"""What was told to whom and when, and what came in, for looking back: read only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from daemon.cases import Case
from daemon.entries import ActEntry
from daemon.places import Place
from daemon.storage.casefile import number_of
from daemon.storage.codec import from_json
from daemon.storage.engine import Transaction
from daemon.storage.ledger import spooled
from daemon.storage.schema import (
    acts,
    cases,
    deliveries,
    generations,
    letters,
    mailboxes,
    matters,
    notices,
    places,
    raws,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotice:
    """One decision of the ladder with its case."""

    case_id: int
    account: str
    order: str
    kind: str
    marketplace: str
    clock: str
    step: str
    person: str
    letter: str
    due_at: datetime
    fire_at: datetime
    decided_at: datetime
    state: str
    late: bool
    reason: str
    letter_key: str | None

    @property
    def number(self) -> str:
        """Of the case."""
        return number_of(self.case_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLetter:
    """One letter and to whom it went."""

    key: str
    subject: str
    at: datetime
    case_id: int | None
    recipients: tuple[str, ...]
    states: tuple[str, ...]
    """Of its deliveries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A stored mail's place and times; its bytes are read one by one."""

    place: Place
    internal_date: datetime | None
    read_at: datetime
    raw_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenAct:
    """What a person said about a case, by what finds the case again in another database."""

    account: str
    family: str
    order: str
    entry: ActEntry


def notices_between(tx: Transaction, start: datetime, end: datetime) -> list[ToldNotice]:
    """Every decision whose moment of telling lies in a period, in order."""
    query = (
        select(notices, cases.c.account, cases.c.state.label("case_state"))
        .join(cases, cases.c.id == notices.c.case_id)
        .where(notices.c.fire_at >= start, notices.c.fire_at < end)
        .order_by(notices.c.fire_at, notices.c.id)
    )
    known: dict[int, Case] = {}
    found = []
    for row in tx.execute(query):
        if row.case_id not in known:
            known[row.case_id] = from_json(Case, row.case_state)
        case = known[row.case_id]
        found.append(
            ToldNotice(
                case_id=row.case_id,
                account=row.account,
                order=case.order_ids[0] if case.order_ids else "",
                kind=case.kind.value,
                marketplace=case.marketplace or "",
                clock=row.clock,
                step=row.step,
                person=row.person,
                letter=row.letter,
                due_at=row.due_at,
                fire_at=row.fire_at,
                decided_at=row.decided_at,
                state=row.state,
                late=row.late,
                reason=row.reason,
                letter_key=row.letter_key,
            )
        )
    return found


def letters_between(tx: Transaction, start: datetime, end: datetime) -> list[ToldLetter]:
    """Every letter that was written in a period, in order."""
    query = (
        select(letters, deliveries.c.recipient, deliveries.c.state)
        .join(deliveries, deliveries.c.letter_id == letters.c.id)
        .where(letters.c.created_at >= start, letters.c.created_at < end)
        .order_by(letters.c.created_at, letters.c.id, deliveries.c.id)
    )
    rows: dict[int, list[tuple[str, str]]] = {}
    heads = {}
    for row in tx.execute(query):
        heads[row.id] = row
        rows.setdefault(row.id, []).append((row.recipient, row.state))
    return [
        ToldLetter(
            key=head.key,
            subject=head.subject,
            at=head.created_at,
            case_id=head.case_id,
            recipients=tuple(to for to, _ in rows[letter]),
            states=tuple(state for _, state in rows[letter]),
        )
        for letter, head in heads.items()
    ]


def kept_mails(tx: Transaction, accounts: Sequence[str], boxes: Sequence[str]) -> list[KeptMail]:
    """Mails of accounts, or of their mailboxes where some are named, oldest reading first; each once an account."""
    query = (
        select(places, generations.c.uidvalidity, mailboxes.c.account, mailboxes.c.name, raws.c.read_at)
        .join(raws, raws.c.id == places.c.raw_id)
        .join(generations, generations.c.id == places.c.generation_id)
        .join(mailboxes, mailboxes.c.id == generations.c.mailbox_id)
        .order_by(raws.c.read_at, places.c.id)
    )
    if accounts:
        query = query.where(mailboxes.c.account.in_(accounts))
    if boxes:
        query = query.where(mailboxes.c.name.in_(boxes))
    found: dict[int, KeptMail] = {}
    for row in tx.execute(query):
        place = Place(account=row.account, mailbox=row.name, uidvalidity=row.uidvalidity, uid=row.uid)
        mail = KeptMail(place=place, internal_date=row.internal_date, read_at=row.read_at, raw_id=row.raw_id)
        found.setdefault(row.raw_id, mail)
    return list(found.values())


def bytes_of(tx: Transaction, raw_id: int) -> tuple[bytes | None, str | None]:
    """The bytes, and where they lie when they are large; both null when they were erased."""
    body = tx.scalar(select(raws.c.body).where(raws.c.id == raw_id))
    return (bytes(body) if body is not None else None), spooled(tx, [raw_id]).get(raw_id)


def spoken(tx: Transaction) -> Iterator[SpokenAct]:
    """What people said about matters that name an order, in the order in which they said it."""
    query = select(acts.c.entry, matters.c.account, matters.c.family, matters.c.order_id).join(
        matters, matters.c.id == acts.c.matter_id
    )
    for row in tx.execute(query.where(matters.c.order_id.is_not(None)).order_by(acts.c.id)):
        entry = from_json(ActEntry, row.entry)
        yield SpokenAct(account=row.account, family=row.family, order=row.order_id, entry=entry)


def live_case(tx: Transaction, account: str, family: str, order: str) -> int | None:
    """The newest case of a matter; null when there is none yet."""
    query = (
        select(cases.c.id)
        .join(matters, matters.c.id == cases.c.matter_id)
        .where(matters.c.account == account, matters.c.family == family, matters.c.order_id == order)
        .where(cases.c.merged_into.is_(None))
    )
    found: int | None = tx.scalar(query.order_by(cases.c.id.desc()).limit(1))
    return found
