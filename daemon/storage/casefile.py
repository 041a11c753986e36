"""Cases in the database: a number for life, the state as folded, and the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from classifiers.normalise import clean_text
from config.vocabulary import Status
from daemon.cases import Case, Step, read_at, urgency
from daemon.entries import CaseEvent
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_all, new_id
from daemon.storage.schema import case_events, cases

CaseRow = Row[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A folded case under its number."""

    id: int
    case: Case


def number_of(case_id: int) -> str:
    """The printed form of a case's row: stable, short, sorted like the rows."""
    return f"CC-{case_id:06d}"


def id_of(number: str) -> int | None:
    """The row of a printed number; also "123" and "cc-123" are understood, anything else is null."""
    digits = number.strip().upper().removeprefix("CC-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One matter as it has been folded, ready to be saved."""

    matter: int
    account: str
    cases: Sequence[Case]
    authors: Mapping[str, str]
    """By whom each entry came, by its key."""
    kin: Mapping[str, frozenset[str]]
    """Which keys are copies of one message, by each of them."""


def save(tx: Transaction, folded: Sequence[Folded], now: datetime) -> dict[int, list[Saved]]:
    """Write the cases of matters, keep each number that was given, and extend the trails; the cases by matter.

    A number that is no case any more points to the one that took its mails.
    """
    rows: dict[int, list[CaseRow]] = {each.matter: [] for each in folded}
    query = select(cases).where(cases.c.matter_id.in_(list(rows)), cases.c.merged_into.is_(None))
    for row in tx.execute(query.order_by(cases.c.id)):
        rows[row.matter_id].append(row)
    saved = {each.matter: _write_all(tx, each, rows[each.matter], now) for each in folded}
    _extend_trails(tx, folded, saved, now)
    return saved


_REWRITE = update(cases).where(cases.c.id == bindparam("row"))


def _write_all(tx: Transaction, folded: Folded, rows: Sequence[CaseRow], now: datetime) -> list[Saved]:
    chosen = _rows_of(folded.cases, rows, folded.kin)
    saved: list[Saved] = []
    for case, row in zip(folded.cases, chosen, strict=True):
        previous = saved[-1].id if saved else None
        case_id = _write(tx, folded, case, row, previous, now)
        numbered = replace(case, number=number_of(case_id), previous=number_of(previous) if previous else None)
        saved.append(Saved(id=case_id, case=numbered))
    for row in rows:
        if row not in chosen:
            _merge(tx, row, saved, folded.kin, now)
    return saved


def _rows_of(
    folded: Sequence[Case], rows: Sequence[CaseRow], kin: Mapping[str, frozenset[str]]
) -> list[CaseRow | None]:
    """The row that has each case's number: the oldest whose opener is among the mails, else the oldest left over."""
    chosen: list[CaseRow | None] = []
    for case in folded:
        chosen.append(next((row for row in rows if row not in chosen and _holds(case, row, kin)), None))
    left = [row for row in rows if row not in chosen and not any(_holds(case, row, kin) for case in folded)]
    return [row if row is not None else (left.pop(0) if left else None) for row in chosen]


def _holds(case: Case, row: CaseRow, kin: Mapping[str, frozenset[str]]) -> bool:
    return bool(kin.get(row.opener, frozenset({row.opener})) & set(case.keys))


def _write(
    tx: Transaction, folded: Folded, case: Case, row: CaseRow | None, previous: int | None, now: datetime
) -> int:
    values = {
        "matter_id": folded.matter,
        "account": folded.account,
        "opener": case.opener,
        "status": case.status.value,
        "respond_by": case.respond_by,
        "state": to_json(replace(case, steps=(), clock=None, number="", previous=None)),
        "previous_id": previous,
        "updated_at": now,
    }
    if row is None:
        return new_id(tx, cases, {**values, "created_at": now})
    tx.execute(_REWRITE, {**values, "row": row.id})
    return int(row.id)


def _extend_trails(
    tx: Transaction, folded: Sequence[Folded], saved: Mapping[int, Sequence[Saved]], now: datetime
) -> None:
    """One line for each entry that has none yet; a copy of a message has its line already."""
    ids = [each.id for written in saved.values() for each in written]
    query = select(case_events.c.case_id, case_events.c.key).where(case_events.c.case_id.in_(ids))
    known = {(row.case_id, row.key) for row in tx.execute(query)}
    lines = [
        _line(each.id, step, matter.authors.get(step.key, ""), now)
        for matter in folded
        for each in saved[matter.matter]
        for step in each.case.steps
        if not any((each.id, key) in known for key in matter.kin.get(step.key, {step.key}))
    ]
    add_all(tx, case_events, lines)


def _line(case_id: int, step: Step, by: str, now: datetime) -> dict[str, object]:
    return {
        "case_id": case_id,
        "key": step.key,
        "at": now,
        "what": step.what,
        "happened_at": step.when,
        "why": clean_text(step.why),
        "by": clean_text(by),
    }


def _merge(
    tx: Transaction, row: CaseRow, saved: Sequence[Saved], kin: Mapping[str, frozenset[str]], now: datetime
) -> None:
    """A number whose mails turned out to be another case's."""
    home = next((each for each in saved if _holds(each.case, row, kin)), saved[0] if saved else None)
    if home is None:
        return
    tx.execute(update(cases).where(cases.c.id == row.id).values(merged_into=home.id, untold=False, updated_at=now))
    for case_id, what in ((row.id, f"joined to {home.case.number}"), (home.id, f"took over {number_of(row.id)}")):
        values = {"what": what, "happened_at": now, "why": "a mail showed that both are one matter", "by": "claimclock"}
        tx.execute(insert(case_events).values(case_id=case_id, at=now, **values))


def mark_untold(tx: Transaction, case_ids: Sequence[int], untold: bool) -> None:
    """Whether the team still has to be written to about these cases' newest events."""
    if case_ids:
        tx.execute(update(cases).where(cases.c.id.in_(case_ids)).values(untold=untold))


def untold_ids(tx: Transaction, limit: int) -> list[int]:
    """Cases with news that no letter tells yet, most urgent first."""
    query = select(cases.c.id).where(cases.c.untold).order_by(cases.c.respond_by.is_(None), cases.c.respond_by)
    return list(tx.scalars(query.limit(limit)))


def count_new(tx: Transaction, since: datetime) -> int:
    """How many cases were filed since an instant and are not over."""
    query = select(func.count()).where(cases.c.created_at > since, cases.c.merged_into.is_(None))
    return int(tx.scalar(query.where(cases.c.status != Status.CLOSED.value)) or 0)


def find(tx: Transaction, case_id: int, now: datetime) -> tuple[Case, int] | None:
    """A case and its matter; a number that was merged gives the case that it went into."""
    row = tx.execute(select(cases).where(cases.c.id == case_id)).first()
    while row is not None and row.merged_into is not None:
        row = tx.execute(select(cases).where(cases.c.id == row.merged_into)).first()
    return (_case(row, now), int(row.matter_id)) if row is not None else None


def ids_in(tx: Transaction, matter: int) -> list[int]:
    """The rows of a matter's cases, oldest first."""
    query = select(cases.c.id).where(cases.c.matter_id == matter, cases.c.merged_into.is_(None))
    return list(tx.scalars(query.order_by(cases.c.id)))


def listed(tx: Transaction, now: datetime, *, with_closed: bool) -> list[Case]:
    """All cases, most urgent first."""
    query = select(cases).where(cases.c.merged_into.is_(None))
    if not with_closed:
        query = query.where(cases.c.status != Status.CLOSED.value)
    return sorted((_case(row, now) for row in tx.execute(query)), key=urgency)


def trail(tx: Transaction, case_id: int) -> list[CaseEvent]:
    """What happened to a case, by the dates on which it happened."""
    query = (
        select(case_events)
        .where(case_events.c.case_id == case_id)
        .order_by(case_events.c.happened_at, case_events.c.id)
    )
    return [
        CaseEvent(at=row.at, what=row.what, when=row.happened_at, why=row.why, by=row.by) for row in tx.execute(query)
    ]


def _case(row: CaseRow, now: datetime) -> Case:
    previous = number_of(row.previous_id) if row.previous_id else None
    case = replace(from_json(Case, row.state), number=number_of(row.id), previous=previous)
    return read_at(case, now)
