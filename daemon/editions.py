"""Who gets the further editions of the digest, and what they tell: at a hand-over of the rota, and once a week.

Each is decided once and has a row among the digests: `shift:QUEUE:NAME` with the minute (yymmddHHMM, UTC), since turns
may change several times a day, and `week:NAME` with the local day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median

from config.business_time import at_local
from config.rota import Queue, on_call
from config.settings import Person, Settings
from config.timing import work_of
from config.vocabulary import Outcome
from daemon.cases import Case
from daemon.desk import Post
from daemon.digesting import Reader, begins_week, day_due, digest_case, put_out, work_begins
from daemon.reporting import report_cases
from daemon.roster import Roster, roster_of
from daemon.storage import casefile, digest_rows, matter_rows
from daemon.storage.bundle_rows import Item
from daemon.storage.engine import Transaction
from daemon.storage.store import Store
from responders.digest import DigestFacts
from responders.editions import Week, WeekFacts, shift_letter, week_letter
from responders.report import ReportCase

WEEKS = 6
"""How many weeks are compared."""


def send_editions(store: Store, post: Post | None, settings: Settings, now: datetime) -> int:
    """Write the editions that are due; how many letters."""
    if post is None:
        return 0
    written = 0
    if settings.digest.shift and settings.rota.queues:
        written += sum(_hand_over(store, post, settings, queue, now) for queue in settings.rota.queues)
    if settings.digest.weekly:
        written += sum(_week(store, post, settings, person, now) for person in leads_of(settings))
    return written


def leads_of(settings: Settings) -> tuple[Person, ...]:
    """The team's leads, and those of its queues."""
    named = {name for queue in settings.rota.queues for name in queue.leads}
    return tuple(person for person in settings.team.people if person.lead or person.name in named)


def _hand_over(store: Store, post: Post, settings: Settings, queue: Queue, now: datetime) -> bool:
    """The queue's open cases for whoever has come on call since the last look; the first look only takes note."""
    who, prefix = on_call(settings.rota, queue, now), f"shift:{queue.name}:"
    person = next((each for each in settings.team.people if each.name == who), None)
    if person is None:
        return False
    with store.read() as tx:
        last = digest_rows.last_reader(tx, prefix)
    if last == prefix + person.name:
        return False
    reader = _reader(settings, person)
    day = now.astimezone(reader.zone).date().isoformat()
    with store.write() as tx:
        before = last.removeprefix(prefix) if last else ""
        key = f"digest:{prefix}{person.name}:{now:%Y%m%dT%H%M}"
        cases = _of_queue(tx, roster_of(settings), queue, now) if last else []
        facts = DigestFacts(
            reader=person.name, day=day, since=None, back=work_begins(reader, now), cases=tuple(map(digest_case, cases))
        )
        letter = shift_letter(facts, queue=queue.name, before=before, key=key, team=post.voice.to(person), now=now)
        why, minute = letter.subject if last else "the first look at the rota", f"{now:%y%m%d%H%M}"
        letter_key = key if last else None
        if not digest_rows.decide(tx, prefix + person.name, minute, now, letter_key=letter_key, why=why) or not last:
            return False
        listed = [Item(code=case.number, case_id=casefile.id_of(case.number)) for case in cases]
        return put_out(tx, post, letter, (person.address,), listed, now)


def _of_queue(tx: Transaction, roster: Roster, queue: Queue, now: datetime) -> list[Case]:
    """The queue's cases with a running clock, most urgent first."""
    cases = [case for case in casefile.listed(tx, now, with_closed=False) if case.clock is not None]
    found = [(case, casefile.find(tx, casefile.id_of(case.number) or 0, now)) for case in cases]
    accounts = matter_rows.accounts_of(tx, sorted({each[1] for _, each in found if each}))
    return [case for case, each in found if each and roster.queue(accounts[each[1]], case.marketplace) == queue]


def _reader(settings: Settings, person: Person) -> Reader:
    """The person as a reader, at the hour of the own digest or the team's."""
    at = settings.digest.people.get(person.name) or settings.digest.team or time(8, 0)
    work = work_of(person, settings.working_time)
    return Reader(name=person.name, at=at, work=work, addresses=(person.address,))


def _week(store: Store, post: Post, settings: Settings, person: Person, now: datetime) -> bool:
    reader = _reader(settings, person)
    day = day_due(reader, now)
    if day is None or not begins_week(reader, day):
        return False
    with store.read() as tx:
        if digest_rows.decided_at(tx, f"week:{person.name}", day) is not None:
            return False
    with store.write() as tx:
        key = f"digest:week:{person.name}:{day}"
        facts = week_facts(tx, reader, day, now)
        letter = week_letter(facts, key=key, team=post.voice.to(person), now=now) if _says_something(facts) else None
        why = letter.subject if letter else "nothing to say"
        decided = digest_rows.decide(tx, f"week:{person.name}", day, now, letter_key=key if letter else None, why=why)
        return decided and letter is not None and put_out(tx, post, letter, reader.addresses, [], now)


def _says_something(facts: WeekFacts) -> bool:
    busy = any(week.opened or week.won or week.lost or week.overdue for week in facts.weeks)
    return busy or facts.open_now > 0


def week_facts(tx: Transaction, reader: Reader, day: str, now: datetime) -> WeekFacts:
    """The last complete weeks before a day, on the reader's clock."""
    today = date.fromisoformat(day)
    monday = today - timedelta(days=today.weekday())
    cases, begins = report_cases(tx, now), [monday - timedelta(days=7 * ago) for ago in range(WEEKS, 0, -1)]
    open_cases = [case for case in casefile.listed(tx, now, with_closed=False) if case.clock is not None]
    overdue = [case for case in open_cases if case.clock is not None and case.clock.respond_by < now]
    weeks = [_counted(tx, cases, begin, reader) for begin in begins]
    first = next((place for place, week in enumerate(weeks) if week.opened or week.won or week.lost), len(weeks) - 1)
    return WeekFacts(
        reader=reader.name,
        day=day,
        weeks=tuple(weeks[min(first, len(weeks) - 2) :]),
        open_now=len(open_cases),
        overdue_now=len(overdue),
    )


def _counted(tx: Transaction, cases: Sequence[ReportCase], monday: date, reader: Reader) -> Week:
    start = at_local(monday, time(0), reader.zone)
    end = at_local(monday + timedelta(days=7), time(0), reader.zone)
    answered = [
        (case.answered_at - case.opened_at) / timedelta(hours=1)
        for case in cases
        if case.answered_at is not None and start <= case.answered_at < end and case.answered_at >= case.opened_at
    ]
    ended = [case.outcome for case in cases if case.ended_at is not None and start <= case.ended_at < end]
    return Week(
        first=monday,
        last=monday + timedelta(days=6),
        opened=sum(start <= case.opened_at < end for case in cases),
        answered_in=median(answered) if answered else None,
        overdue=digest_rows.overdue_between(tx, start, end),
        won=ended.count(Outcome.WON),
        lost=ended.count(Outcome.LOST),
    )
