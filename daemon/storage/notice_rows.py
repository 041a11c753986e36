"""The ladder's decisions in the database: each is taken once, by a unique key of case, clock, step and person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from classifiers.normalise import clean_text
from config.ladder import APPEAL
from config.vocabulary import Status
from daemon.cases import Case
from daemon.ladder import Decision, NoticeState, Taken
from daemon.storage.casefile import number_of
from daemon.storage.codec import from_json
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known
from daemon.storage.schema import case_events, cases, notices


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case that can have a clock, with what the ladder must know of its row."""

    id: int
    account: str
    updated_at: datetime
    case: Case
    """Numbered; its `clock` is not read at any instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One decision as it stands in the database."""

    case_id: int
    clock: str
    step: str
    person: str
    letter: str
    due_at: datetime
    decided_at: datetime
    fire_at: datetime
    state: NoticeState
    late: bool
    reason: str
    letter_key: str | None


def open_marks(tx: Transaction) -> dict[int, datetime]:
    """When each case that can have a clock was last written, by its row."""
    return {row.id: row.updated_at for row in tx.execute(_OPEN)}


_OPEN = select(cases.c.id, cases.c.updated_at).where(
    cases.c.merged_into.is_(None), cases.c.status.in_((Status.OPEN.value, Status.DECIDED.value))
)


def open_cases(tx: Transaction, ids: Sequence[int]) -> list[OpenCase]:
    """The cases of these rows, in groups that every database takes in one statement."""
    found = []
    for start in range(0, len(ids), 500):
        query = select(cases.c.id, cases.c.account, cases.c.updated_at, cases.c.state)
        for row in tx.execute(query.where(cases.c.id.in_(ids[start : start + 500]))):
            case = _numbered(from_json(Case, row.state), row.id)
            found.append(OpenCase(id=row.id, account=row.account, updated_at=row.updated_at, case=case))
    return found


def _numbered(case: Case, case_id: int) -> Case:
    return replace(case, number=number_of(case_id))


def taken_for(tx: Transaction, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], list[Taken]]:
    """What was decided for these cases and clocks."""
    wanted = set(keys)
    found: dict[tuple[int, str], list[Taken]] = {key: [] for key in wanted}
    ids = sorted({case_id for case_id, _ in wanted})
    for start in range(0, len(ids), 500):
        query = select(notices).where(notices.c.case_id.in_(ids[start : start + 500])).order_by(notices.c.id)
        for row in tx.execute(query):
            if (row.case_id, row.clock) in wanted:
                found[(row.case_id, row.clock)].append(
                    Taken(step=row.step, person=row.person, state=NoticeState(row.state), fire_at=row.fire_at)
                )
    return found


def record(tx: Transaction, case_id: int, clock: str, decision: Decision, now: datetime) -> bool:
    """Write a decision; True when it is new, or changes one that waited. What was sent or left out stays as it is."""
    key = {"case_id": case_id, "clock": clock, "step": decision.step, "person": decision.person}
    values = {
        "letter": decision.letter,
        "due_at": decision.due_at,
        "decided_at": now,
        "fire_at": decision.fire_at,
        "state": decision.state.value,
        "late": decision.late,
        "reason": clean_text(decision.reason),
    }
    if add_unless_known(tx, notices, {**key, **values}):
        return True
    waited = [getattr(notices.c, name) == value for name, value in key.items()]
    waited.append(notices.c.state == NoticeState.WAITING.value)
    return tx.execute(update(notices).where(*waited).values(**values)).rowcount == 1


def told_by(
    tx: Transaction, told: Iterable[tuple[int, str, str, str]], letter_key: str, state: NoticeState, now: datetime
) -> None:
    """Note which letter told decisions (case, clock, step, person), or that they are held back or left out."""
    for case_id, clock, step, person in told:
        mine = (
            notices.c.case_id == case_id,
            notices.c.clock == clock,
            notices.c.step == step,
            notices.c.person == person,
        )
        values = {"letter_key": letter_key or None, "state": state.value, "fire_at": now}
        tx.execute(update(notices).where(*mine).values(**values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """How many letters of the ladder a person got lately, and when the last one went."""

    count: int = 0
    last: datetime | None = None


def letters_since(tx: Transaction, since: datetime) -> dict[str, Had]:
    """What each person got since an instant."""
    query = (
        select(notices.c.person, func.count(notices.c.letter_key.distinct()), func.max(notices.c.fire_at))
        .where(notices.c.fire_at > since, notices.c.letter_key.is_not(None))
        .group_by(notices.c.person)
    )
    return {row[0]: Had(count=row[1], last=row[2]) for row in tx.execute(query)}


def held(tx: Transaction) -> list[Notice]:
    """What was held back, oldest first."""
    return [_notice(row) for row in tx.execute(_HELD)]


_HELD = select(notices).where(notices.c.state == NoticeState.HELD.value).order_by(notices.c.id)


def notices_of(tx: Transaction, case_id: int) -> list[Notice]:
    """Every decision about a case, in the order in which they were taken."""
    query = select(notices).where(notices.c.case_id == case_id).order_by(notices.c.decided_at, notices.c.id)
    return [_notice(row) for row in tx.execute(query)]


def _notice(row: Any) -> Notice:
    values = {name: getattr(row, name) for name in Notice.__dataclass_fields__}
    return Notice(**{**values, "state": NoticeState(values["state"])})


def stopped_ladders(tx: Transaction, limit: int) -> list[int]:
    """Cases whose answer is given or whose matter has ended since the ladder last told of them."""
    return list(tx.scalars(_STOPPED, {"most": limit}))


def alarmed(tx: Transaction, case_id: int) -> list[str]:
    """Who was told more than a reminder by a ladder that still climbs, in the order of telling."""
    query = select(notices.c.person).where(
        notices.c.case_id == case_id, notices.c.state == NoticeState.SENT.value, notices.c.letter != "reminder"
    )
    return list(dict.fromkeys(tx.scalars(query.order_by(notices.c.id))))


def stop(tx: Transaction, case_id: int, now: datetime) -> str:
    """Say in the trail that the ladder stopped and why, and end what waited; an appeal's ladder goes on.

    What the trail's last line says happened; empty when it has none.
    """
    query = select(case_events.c.what, case_events.c.why).where(case_events.c.case_id == case_id)
    last = tx.execute(query.where(case_events.c.key != "").order_by(case_events.c.id.desc()).limit(1)).first()
    why = ": ".join(part for part in (last.what, last.why) if part) if last else "nothing is due any more"
    status = tx.scalar(select(cases.c.status).where(cases.c.id == case_id))
    mine = [notices.c.case_id == case_id]
    if status == Status.DECIDED.value:
        mine.append(~notices.c.clock.startswith(f"{APPEAL}:"))
    sent = update(notices).where(*mine, notices.c.state == NoticeState.SENT.value)
    tx.execute(sent.values(state=NoticeState.ENDED.value))
    waiting = notices.c.state.in_((NoticeState.WAITING.value, NoticeState.HELD.value))
    ended = {"state": NoticeState.SKIPPED.value, "reason": clean_text(why), "decided_at": now}
    tx.execute(update(notices).where(*mine, waiting).values(**ended))
    note(tx, case_id, "ladder stopped", why, now)
    return str(last.what) if last else ""


LIVE = (NoticeState.SENT, NoticeState.WAITING, NoticeState.HELD)
"""States of a ladder that still climbs."""
_STOPPED = (
    select(cases.c.id)
    .join(notices, notices.c.case_id == cases.c.id)
    .where(
        notices.c.state.in_([state.value for state in LIVE]),
        or_(
            cases.c.status.in_((Status.ANSWERED.value, Status.CLOSED.value)),
            and_(cases.c.status == Status.DECIDED.value, ~notices.c.clock.startswith(f"{APPEAL}:")),
        ),
    )
    .distinct()
    .order_by(cases.c.id)
    .limit(bindparam("most"))
)


def note(tx: Transaction, case_id: int, what: str, why: str, now: datetime) -> None:
    """A line of the ladder in a case's trail."""
    values = {"what": what, "happened_at": now, "why": clean_text(why), "by": "claimclock"}
    tx.execute(insert(case_events).values(case_id=case_id, at=now, **values))
