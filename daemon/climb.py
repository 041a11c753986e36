"""Climbing the ladder: look at every open case, decide what is due, write the letters, all in one transaction a sweep.

`Watchlist` remembers the open cases, their plans and what was decided, so that a sweep costs little when nothing is
due; the database's unique key has the last word on what is new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon import paging
from daemon.acts import HEEDED
from daemon.cases import Armed
from daemon.desk import Post
from daemon.handed_in import missing_in
from daemon.ladder import Decision, NoticeState, Taken, due_steps, snooze_end
from daemon.moments import Plan, plan_of, running
from daemon.relieving import end_ladder
from daemon.roster import Roster
from daemon.storage import bundle_rows, notice_rows, outbox_rows
from daemon.storage.bundle_rows import Item
from daemon.storage.engine import Transaction
from daemon.storage.notice_rows import Had, Notice, OpenCase
from daemon.storage.store import Store
from responders.escalation import CaseNotice, step_letter

_HOUR = timedelta(hours=1)
_BUNDLE = timedelta(minutes=10)
_IDLE = timedelta(hours=6)
"""How long a case is not looked at when nothing of it is ahead."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """One open case as it was last read."""

    open: OpenCase
    armed: Armed | None = None
    plan: Plan | None = None
    taken: list[Taken] | None = None
    look_at: datetime | None = None
    """Before this instant nothing can come due; null to look now."""


@dataclass(slots=True, kw_only=True)
class Watchlist:
    """The open cases in memory; a new roster needs a new list."""

    roster: Roster
    cases: dict[int, Watched] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A decision for one person that is to be told now."""

    case: OpenCase
    plan: Plan
    step: str
    person: str
    letter: str
    due_at: datetime
    late: bool

    @property
    def key(self) -> tuple[int, str, str, str]:
        """Of the notice."""
        return (self.case.id, self.plan.clock, self.step, self.person)


def climb(store: Store, post: Post | None, watch: Watchlist, now: datetime) -> int:
    """Decide what is due for all open cases and put the letters into the outbox; how many letters."""
    refresh(store, watch)
    with store.read() as tx:
        load_taken(tx, watch, now)
        ended, held = notice_rows.stopped_ladders(tx, 500) + quieted(watch), notice_rows.held(tx)
    decided = [(watched, decide(watched, watch.roster, now)) for watched in watch.cases.values()]
    work = [(watched, decisions) for watched, decisions in decided if decisions]
    if not work and not ended and not held:
        return 0
    with store.write() as tx:
        letters = sum(end_ladder(tx, post, watch.roster, case_id, now) for case_id in ended)
        for case_id in watch.cases.keys() & set(ended):
            watch.cases[case_id].taken = watch.cases[case_id].look_at = None
        due = [each for watched, decisions in work for each in _record(tx, watched, decisions, now)]
        return letters + _tell(tx, post, watch, due, held, now)


def quieted(watch: Watchlist) -> list[int]:
    """Cases of which the ladder has told, and whose clock runs on without anybody being told any more."""
    return [
        watched.open.id
        for watched in watch.cases.values()
        if watched.armed is not None
        and watched.armed.quiet
        and any(each.state in notice_rows.LIVE for each in watched.taken or ())
    ]


def refresh(store: Store, watch: Watchlist) -> None:
    """Read the cases that were written since they were last read, and drop those that have no clock any more."""
    with store.read() as tx:
        marks = notice_rows.open_marks(tx)
        for gone in watch.cases.keys() - marks.keys():
            del watch.cases[gone]
        changed = [
            case_id
            for case_id, mark in marks.items()
            if case_id not in watch.cases or watch.cases[case_id].open.updated_at != mark
        ]
        for case in notice_rows.open_cases(tx, changed):
            watch.cases[case.id] = Watched(open=case)


def load_taken(tx: Transaction, watch: Watchlist, now: datetime) -> None:
    """Plan the clocks that run now, and read what was decided about them."""
    wanted = {}
    for watched in watch.cases.values():
        if watched.look_at is not None and now < watched.look_at:
            continue
        armed = running(watched.open.case, now)
        if armed != watched.armed or (armed is not None and watched.plan is None):
            watched.armed, watched.taken = armed, None
            case = watched.open
            watched.plan = plan_of(case.case, armed, case.account, watch.roster) if armed is not None else None
        if watched.plan is not None and watched.taken is None:
            wanted[(watched.open.id, watched.plan.clock)] = watched
    for key, taken in notice_rows.taken_for(tx, wanted).items():
        wanted[key].taken = taken


def decide(watched: Watched, roster: Roster, now: datetime) -> tuple[Decision, ...]:
    """What is due for one case; notes when the next look is needed."""
    if watched.look_at is not None and now < watched.look_at:
        return ()
    if watched.plan is None or watched.taken is None:
        watched.look_at = None if watched.plan else now + _IDLE
        return ()
    case = watched.open
    decisions = due_steps(case.case, watched.plan, watched.taken, case.account, roster, now)
    watched.look_at = None if decisions else _next_look(watched, watched.plan, watched.taken, roster, now)
    return decisions


def _next_look(watched: Watched, plan: Plan, taken: Sequence[Taken], roster: Roster, now: datetime) -> datetime:
    """The earliest instant at which anything more can come due: never too late, perhaps too early."""
    ahead = [moment.due for moment in plan.moments]
    ahead += [each.fire_at for each in taken if each.state is NoticeState.WAITING]
    ahead += [each.fire_at + roster.ladder.next_after for each in taken if each.state is not NoticeState.SKIPPED]
    ahead += [end for said in watched.open.case.said if (end := snooze_end(plan, said))]
    ahead += [armed.deadline.respond_by for armed in watched.open.case.clocks]
    # Somebody who comes back, or steps in, can be the next in line that a page has been waiting for.
    ahead += [away.end for away in roster.rota.absences] + [each.start for each in roster.rota.overrides]
    return min((instant for instant in ahead if instant > now), default=now + _IDLE)


def _record(tx: Transaction, watched: Watched, decisions: Iterable[Decision], now: datetime) -> list[Due]:
    """Write decisions; those that are to be told now. One that somebody else has taken meanwhile is not told again."""
    plan, due = watched.plan, []
    assert plan is not None, "only a case with a plan has decisions"
    for each in decisions:
        if not notice_rows.record(tx, watched.open.id, plan.clock, each, now) or each.state is not NoticeState.SENT:
            continue
        notice_rows.note(tx, watched.open.id, f"{each.letter} to {each.person}", f"{each.step}: {each.reason}", now)
        due.append(
            Due(
                case=watched.open,
                plan=plan,
                step=each.step,
                person=each.person,
                letter=each.letter,
                due_at=each.due_at,
                late=each.late,
            )
        )
    watched.taken, watched.look_at = None, None
    return due


def _tell(
    tx: Transaction, post: Post | None, watch: Watchlist, due: Sequence[Due], held: Sequence[Notice], now: datetime
) -> int:
    """One letter a person about all that is due for the person, within the limit of an hour."""
    fresh: dict[str, list[Due]] = defaultdict(list)
    for each in due:
        fresh[each.person].append(each)
    old: dict[str, list[Due]] = defaultdict(list)
    for notice in held:
        if (again := _again(notice, watch)) is not None:
            old[notice.person].append(again)
        else:
            mine = (notice.case_id, notice.clock, notice.step, notice.person)
            notice_rows.told_by(tx, [mine], "", NoticeState.SKIPPED, now)
    had = notice_rows.letters_since(tx, now - _HOUR)
    people = [person for person in watch.roster.by_name if person in fresh or person in old]
    told = [
        each
        for who in people
        for each in _tell_one(tx, post, watch, who, fresh[who], old[who], had.get(who, Had()), now)
    ]
    if post is not None:
        paging.put_out(tx, post, watch.roster, told, now)
    return len({each.person for each in told})


def _tell_one(
    tx: Transaction,
    post: Post | None,
    watch: Watchlist,
    who: str,
    fresh: Sequence[Due],
    old: Sequence[Due],
    had: Had,
    now: datetime,
) -> list[paging.Told]:
    limit = watch.roster.ladder.letters_per_hour
    if limit and had.count >= limit and not _must_go(fresh, old, had, now):
        notice_rows.told_by(tx, [each.key for each in fresh], "", NoticeState.HELD, now)
        return []
    if post is None:
        return []
    everything = [*fresh, *old]
    voice = post.voice.to(watch.roster.by_name[who])
    letter = step_letter(
        _shown_all(tx, everything, voice.language, now),
        reader=who,
        team=voice,
        now=now,
        limit=limit if old or (limit and had.count + 1 == limit) else None,
        held=tuple(dict.fromkeys(each.case.case.number for each in old)),
    )
    address = watch.roster.by_name[who].address
    copies = post.copies(letter, (address,), bundle=_bundle(tx, letter.key, everything, now))
    sent = outbox_rows.enqueue(tx, letter, copies, now, _only_case(everything))
    notice_rows.told_by(tx, [each.key for each in everything], letter.key, NoticeState.SENT, now)
    return [_told(each) for each in everything] if sent else []


def _must_go(fresh: Sequence[Due], old: Sequence[Due], had: Had, now: datetime) -> bool:
    """Beyond the limit: that a case is overdue is told at once, its repetitions in one letter every ten minutes."""
    if any(each.letter == "overdue" and "+" not in each.step for each in fresh):
        return True
    waits = had.last is not None and now - had.last < _BUNDLE
    return not waits and any(each.letter == "overdue" for each in (*fresh, *old))


def _told(due: Due) -> paging.Told:
    steps = {moment.key: moment.step for moment in due.plan.moments}
    step = steps.get(due.step.partition(">")[0])
    return paging.Told(notice=_shown(due), person=due.person, step=step, case_id=due.case.id)


def _bundle(tx: Transaction, key: str, dues: Sequence[Due], now: datetime) -> int | None:
    """What an answer to a letter about several cases may speak of; null for a letter about one."""
    cases = {due.case.id: due.case.case.number for due in dues}
    if len(cases) < 2:
        return None
    return bundle_rows.add(tx, key, [Item(code=number, case_id=case) for case, number in cases.items()], now)


def _only_case(dues: Sequence[Due]) -> int | None:
    ids = {each.case.id for each in dues}
    return ids.pop() if len(ids) == 1 else None


def _again(notice: Notice, watch: Watchlist) -> Due | None:
    """What was held back, if its clock still runs and nobody has acknowledged it since."""
    watched = watch.cases.get(notice.case_id)
    if watched is None or watched.plan is None or watched.plan.clock != notice.clock:
        return None
    if any(said.what in HEEDED and said.at >= notice.decided_at for said in watched.open.case.said):
        return None
    return Due(
        case=watched.open,
        plan=watched.plan,
        step=notice.step,
        person=notice.person,
        letter=notice.letter,
        due_at=notice.due_at,
        late=notice.late,
    )


def _shown_all(tx: Transaction, dues: Sequence[Due], language: str, now: datetime) -> list[CaseNotice]:
    """The notices, with what evidence each case still lacks."""
    missing = {due.case.id: missing_in(tx, due.case.case, now, language=language) for due in dues[:_MOST_LOOKED_UP]}
    return [replace(_shown(due), missing=missing.get(due.case.id, ())) for due in dues]


_MOST_LOOKED_UP = 20


def _shown(due: Due) -> CaseNotice:
    case = due.case.case
    return CaseNotice(
        number=case.number,
        kind=case.kind,
        order=case.order_ids[0] if case.order_ids else "",
        marketplace=case.marketplace or "",
        respond_by=due.plan.respond_by,
        basis=due.plan.clock.partition(":")[0],
        letter=due.letter,
        due_at=due.due_at,
        late=due.late,
        holder=case.holder or "",
        key="\0".join(str(part) for part in due.key),
    )
