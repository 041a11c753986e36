"""Digests: whose is due now, what it tells, and the row that says that this day has been decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.business_time import at_local
from config.calendars import WorkingTime, next_working_moment, spans_of
from config.settings import Person, Settings
from config.timing import work_of
from config.vocabulary import Status
from daemon.cases import Case
from daemon.desk import Post
from daemon.handed_in import missing_count, missing_in
from daemon.incidents import open_in
from daemon.storage import bundle_rows, casefile, digest_rows, ledger, message_rows, outbox_rows
from daemon.storage.bundle_rows import Item
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
    Lacking,
    ReviewLine,
    Trouble,
    digest_letter,
)
from responders.letter import Letter
from responders.mime import message_id_for

TEAM = ""
"""The reader's name of the team's digest."""

_LATEST = timedelta(hours=10)
"""A digest that is later than this behind its hour is left out: the next one is nearer."""
_MOST_ITEMS, _MOST_LISTED = 4, 200
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
    beats = settings.digest.heartbeat
    return sum(_send(store, post, settings, reader, day, healths, now, beats=beats) for reader, day in due)


def _send(
    store: Store,
    post: Post,
    settings: Settings,
    reader: Reader,
    day: str,
    healths: Sequence[Health],
    now: datetime,
    *,
    beats: bool,
) -> int:
    """One letter a language, since the team's digest goes to people who read different ones."""
    with store.write() as tx:
        groups = _by_language(reader, settings)
        letters = []
        for language, addresses in groups.items():
            facts = facts_for(tx, reader, healths, now, language=language)
            facts = replace(facts, is_heartbeat=beats and begins_week(reader, day))
            if not facts.is_empty or facts.is_heartbeat:
                letter = letter_of(facts, reader, post, now, language=language)
                suffix = f":{language}" if len(groups) > 1 else ""
                letters.append((_keyed(letter, suffix, post), addresses))
        first = letters[0][0] if letters else None
        why = first.subject if first else "nothing to say"
        if not digest_rows.decide(tx, reader.name, day, now, letter_key=first.key if first else None, why=why):
            return 0
        listed = listed_in(tx, reader, now)
        return sum(put_out(tx, post, letter, addresses, listed, now) for letter, addresses in letters)


def _by_language(reader: Reader, settings: Settings) -> dict[str, tuple[str, ...]]:
    """The reader's addresses by the language that each person reads."""
    found: dict[str, tuple[str, ...]] = {}
    people = {person.address: person.language or settings.team.language for person in settings.team.people}
    for address in reader.addresses:
        language = people.get(address, settings.team.language)
        found[language] = (*found.get(language, ()), address)
    return found


def _keyed(letter: Letter, suffix: str, post: Post) -> Letter:
    if not suffix:
        return letter
    key = letter.key + suffix
    return replace(letter, key=key, message_id=message_id_for(key, post.voice.instance, post.voice.domain))


def begins_week(reader: Reader, day: str) -> bool:
    """Whether no earlier day of the same week was a working day of the reader's."""
    today = date.fromisoformat(day)
    return not any(spans_of(reader.work, today - timedelta(days=ago)) for ago in range(1, today.weekday() + 1))


def put_out(
    tx: Transaction, post: Post, letter: Letter, addresses: Sequence[str], listed: Sequence[Item], now: datetime
) -> bool:
    """Put a letter that lists cases and mails into the outbox, so that an answer can speak of them."""
    bundle = bundle_rows.add(tx, letter.key, listed, now) if listed else None
    return outbox_rows.enqueue(tx, letter, post.copies(letter, addresses, bundle=bundle), now, None)


def listed_in(tx: Transaction, reader: Reader, now: datetime) -> list[Item]:
    """What an answer to the reader's digest may speak of: the cases with a clock, and the mails under their numbers."""
    cases = [case for case in casefile.listed(tx, now, with_closed=False) if case.clock is not None]
    items = [Item(code=case.number, case_id=casefile.id_of(case.number)) for case in cases if _concerns(case, reader)]
    mails = message_rows.review_list(tx, MOST_LINES)
    return [*items[:_MOST_LISTED], *(Item(code=str(number), message=mail.id) for number, mail in enumerate(mails, 1))]


def letter_of(facts: DigestFacts, reader: Reader, post: Post, now: datetime, *, language: str | None = None) -> Letter:
    """The digest in the reader's zone."""
    voice = replace(post.voice, zone=reader.zone, language=language or post.voice.language)
    return digest_letter(facts, team=voice, now=now)


def facts_for(
    tx: Transaction, reader: Reader, healths: Sequence[Health], now: datetime, *, language: str = "en"
) -> DigestFacts:
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
        back=work_begins(reader, now),
        cases=tuple(_with_missing(tx, case, now, look=place < MOST_CASES) for place, case in enumerate(shown)),
        elsewhere=len(open_cases) - len(shown),
        changes=tuple(_change(each) for each in happened if each.case.status is not Status.CLOSED),
        decided=tuple(_change(each) for each in happened if each.case.status is Status.CLOSED and not each.case.past),
        review=tuple(_review(mail, str(number)) for number, mail in enumerate(mails, 1)),
        review_total=digest_rows.review_count(tx),
        troubles=tuple(_troubles(tx, healths, begin)),
        lacking=_lacking(tx, shown, now, language),
        read=digest_rows.mails_read(tx, begin),
    )


def _lacking(tx: Transaction, cases: Sequence[Case], now: datetime, language: str) -> tuple[Lacking, ...]:
    """The most urgent cases that wait for evidence, and for what."""
    found = ((case.number, missing_in(tx, case, now, language=language)) for case in cases[:MOST_LINES])
    return tuple(Lacking(number=number, items=items[:_MOST_ITEMS]) for number, items in found if items)


def _concerns(case: Case, reader: Reader) -> bool:
    return reader.name == TEAM or case.holder in (None, reader.name)


def work_begins(reader: Reader, now: datetime) -> datetime | None:
    """When the reader begins to work after today: what is due before must be answered today."""
    today = now.astimezone(reader.zone).date()
    return next_working_moment(reader.work, at_local(today + timedelta(days=1), time(0), reader.zone))


def _with_missing(tx: Transaction, case: Case, now: datetime, *, look: bool) -> DigestCase:
    """A case with what evidence it lacks; only of those that the digest shows."""
    shown = digest_case(case)
    return replace(shown, missing=missing_count(tx, case, now)) if look else shown


def digest_case(case: Case) -> DigestCase:
    """A case whose clock runs, as a digest shows it."""
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


def _review(found: ReviewMail, code: str) -> ReviewLine:
    mail = found.mail
    return ReviewLine(
        is_suspicious=found.is_suspicious,
        sender=mail.sender,
        subject=mail.subject,
        because=mail.because[0] if mail.because else "",
        sent_at=mail.sent_at.astimezone(UTC),
        code=code,
    )


def _troubles(tx: Transaction, healths: Sequence[Health], since: datetime) -> list[Trouble]:
    found = [
        Trouble(key="failing", account=health.name, since=health.failing_since, why=health.last_error)
        for health in healths
        if health.failing_since is not None and health.name != OUTGOING
    ]
    failing = {trouble.account for trouble in found}
    found += [
        Trouble(key="incident", account=each.name, since=each.since, facts=each.facts)
        for each in open_in(tx)
        if each.about not in failing
    ]
    if quarantined := len(ledger.quarantined(tx)):
        found.append(Trouble(key="quarantined", count=quarantined))
    if undelivered := digest_rows.undelivered(tx, since):
        found.append(Trouble(key="undelivered", count=undelivered))
    return found
