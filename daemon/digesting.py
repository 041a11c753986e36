"""Digests: whose is due now, what it tells, and the row that says that this day has been decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.business_time import at_local
from config.calendars import WorkingTime, next_working_moment, spans_of
from config.settings import Person, Settings
from config.timing import work_of
from config.vocabulary import Status
from daemon.cases import Case
from daemon.desk import Post
from daemon.handed_in import missing_count
from daemon.storage import casefile, digest_rows, ledger, message_rows, outbox_rows
from daemon.storage.digest_rows import Happened
from daemon.storage.engine import Transaction
from daemon.storage.message_rows import ReviewMail
from daemon.storage.store import Store
from daemon.supervisor import OUTGOING, Health
from responders.digest import (
    MOST_CASES,
    MOST_LINES,
    Change,
    DigestCase,
    DigestFacts,
    ReviewLine,
    Trouble,
    digest_letter,
)
from responders.letter import Letter

TEAM = ""
"""The reader's name of the team's digest."""

_LATEST = timedelta(hours=10)
"""A digest that is later than this behind its hour is left out: the next one is nearer."""
_FIRST_LOOK = timedelta(days=1)
"""What the first digest counts as new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose digest it is, when it is due, and when its reader works."""

    name: str
    """Of the person; TEAM for everybody who has no own digest."""
    at: time
    work: WorkingTime
    addresses: tuple[str, ...]

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock counts."""
        return self.work.zone


def readers_of(settings: Settings) -> tuple[Reader, ...]:
    """Everybody who gets a digest."""
    plan, work = settings.digest, settings.working_time
    own = tuple(
        Reader(name=person.name, at=plan.people[person.name], work=work_of(person, work), addresses=(person.address,))
        for person in settings.team.people
        if person.name in plan.people
    )
    rest = tuple(person.address for person in settings.team.people if person.name not in plan.people)
    if plan.team is None or not rest:
        return own
    return (Reader(name=TEAM, at=plan.team, work=work, addresses=rest), *own)


def reader_for(settings: Settings, person: Person | None) -> Reader:
    """The reader of a preview, also of one that the settings plan no digest for."""
    planned = {reader.name: reader for reader in readers_of(settings)}
    name = person.name if person else TEAM
    work = work_of(person, settings.working_time) if person else settings.working_time
    addresses = (person.address,) if person else tuple(sorted(settings.team.addresses))
    return planned.get(name) or Reader(name=name, at=time(8, 0), work=work, addresses=addresses)


def day_due(reader: Reader, now: datetime) -> str | None:
    """The local day whose digest is due by now; null before its hour, long after it, and on days off."""
    day = now.astimezone(reader.zone).date()
    due = at_local(day, reader.at, reader.zone)
    if not due <= now <= due + _LATEST or not spans_of(reader.work, day):
        return None
    return day.isoformat()


def send_digests(store: Store, post: Post | None, settings: Settings, healths: Sequence[Health], now: datetime) -> int:
    """Decide every digest that is due, once a reader and day; how many letters were written."""
    if post is None:
        return 0
    due = [(reader, day) for reader in readers_of(settings) if (day := day_due(reader, now))]
    with store.read() as tx:
        due = [(reader, day) for reader, day in due if digest_rows.decided_at(tx, reader.name, day) is None]
    return sum(_send(store, post, reader, day, healths, now) for reader, day in due)


def _send(store: Store, post: Post, reader: Reader, day: str, healths: Sequence[Health], now: datetime) -> bool:
    with store.write() as tx:
        facts = facts_for(tx, reader, healths, now)
        letter = None if facts.is_empty else letter_of(facts, reader, post, now)
        why = "nothing to say" if letter is None else letter.subject
        if not digest_rows.decide(tx, reader.name, day, now, letter_key=letter.key if letter else None, why=why):
            return False
        return letter is not None and outbox_rows.enqueue(tx, letter, post.copies(letter, reader.addresses), now, None)


def letter_of(facts: DigestFacts, reader: Reader, post: Post, now: datetime) -> Letter:
    """The digest in the reader's zone."""
    return digest_letter(facts, team=replace(post.voice, zone=reader.zone), now=now)


def facts_for(tx: Transaction, reader: Reader, healths: Sequence[Health], now: datetime) -> DigestFacts:
    """What a reader's digest tells, all of one moment."""
    since = digest_rows.last_sent(tx, reader.name)
    begin = since or now - _FIRST_LOOK
    open_cases = [case for case in casefile.listed(tx, now, with_closed=False) if case.clock is not None]
    shown = [case for case in open_cases if reader.name == TEAM or case.holder in (None, reader.name)]
    happened = [each for each in digest_rows.changed_since(tx, begin, now) if _concerns(each.case, reader)]
    mails = message_rows.review_list(tx, MOST_LINES)
    return DigestFacts(
        reader=reader.name,
        day=now.astimezone(reader.zone).date().isoformat(),
        since=since,
        back=_back(reader, now),
        cases=tuple(_with_missing(tx, case, now, look=place < MOST_CASES) for place, case in enumerate(shown)),
        elsewhere=len(open_cases) - len(shown),
        changes=tuple(_change(each) for each in happened if each.case.status is not Status.CLOSED),
        decided=tuple(_change(each) for each in happened if each.case.status is Status.CLOSED and not each.case.past),
        review=tuple(_review(mail) for mail in mails),
        review_total=digest_rows.review_count(tx),
        troubles=tuple(_troubles(tx, healths, begin)),
    )


def _concerns(case: Case, reader: Reader) -> bool:
    return reader.name == TEAM or case.holder in (None, reader.name)


def _back(reader: Reader, now: datetime) -> datetime | None:
    """When the reader begins to work after today: what is due before must be answered today."""
    today = now.astimezone(reader.zone).date()
    return next_working_moment(reader.work, at_local(today + timedelta(days=1), time(0), reader.zone))


def _with_missing(tx: Transaction, case: Case, now: datetime, *, look: bool) -> DigestCase:
    """A case with what evidence it lacks; only of those that the digest shows."""
    shown = _case(case)
    return replace(shown, missing=missing_count(tx, case, now)) if look else shown


def _case(case: Case) -> DigestCase:
    if case.clock is None:
        raise ValueError(f"{case.number} has no clock")
    return DigestCase(
        number=case.number,
        kind=case.kind,
        order=case.order_ids[0] if case.order_ids else "",
        marketplace=case.marketplace or "",
        respond_by=case.clock.respond_by,
        basis=case.clock.basis,
        holder=case.holder or "",
        review=case.review,
    )


def _change(each: Happened) -> Change:
    case = each.case
    is_person = bool(each.by) and "@" not in each.by
    outcome = case.outcome if case.status is Status.CLOSED else None
    return Change(number=case.number, kind=case.kind, what=each.what, by=each.by if is_person else "", outcome=outcome)


def _review(found: ReviewMail) -> ReviewLine:
    mail = found.mail
    return ReviewLine(
        is_suspicious=found.is_suspicious,
        sender=mail.sender,
        subject=mail.subject,
        because=mail.because[0] if mail.because else "",
        sent_at=mail.sent_at.astimezone(UTC),
    )


def _troubles(tx: Transaction, healths: Sequence[Health], since: datetime) -> list[Trouble]:
    found = [
        Trouble(key="failing", account=health.name, since=health.failing_since, why=health.last_error)
        for health in healths
        if health.failing_since is not None and health.name != OUTGOING
    ]
    if quarantined := len(ledger.quarantined(tx)):
        found.append(Trouble(key="quarantined", count=quarantined))
    if undelivered := digest_rows.undelivered(tx, since):
        found.append(Trouble(key="undelivered", count=undelivered))
    return found
