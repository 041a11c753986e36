"""Lessons in the database: each said once, found again by what cases are compared by."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from classifiers.normalise import clean_text
from config.vocabulary import Kind, Outcome, Reason, Status
from daemon.storage.casefile import id_of, number_of
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known
from daemon.storage.schema import cases, letters
from daemon.storage.schema_lessons import lessons
from responders.lessons import LONGEST, Lesson, LessonWords, Likeness

_MOST_READ, _MOST_COMPARED, _MOST_ASINS = 2_000, 300, 20


def add(tx: Transaction, lesson: Lesson) -> bool:
    """Keep a lesson; False when the same person has said the same of the same case before."""
    words = lesson.words
    parts = (words.decided, words.missing, words.misread, words.other)
    decided, missing, misread, other = (clean_text(part)[:LONGEST] for part in parts)
    said = "\0".join((lesson.case, lesson.by, decided, missing, misread, other))
    row = {
        "case_id": id_of(lesson.case) if lesson.case else None,
        "at": lesson.at,
        "by": clean_text(lesson.by)[:200],
        "kind": lesson.of.kind.value,
        "outcome": lesson.outcome.value if lesson.outcome else None,
        "reason": lesson.of.reason.value if lesson.of.reason else None,
        "marketplace": lesson.of.marketplace,
        "asins": " ".join(lesson.of.asins),
        "carrier": clean_text(lesson.of.carrier)[:80],
        "decided": decided,
        "missing": missing,
        "misread": misread,
        "other": other,
        "digest": hashlib.sha256(said.encode("utf-8", "replace")).hexdigest(),
    }
    return add_unless_known(tx, lessons, row)


def newest(tx: Transaction, limit: int = _MOST_READ, *, case_id: int | None = None) -> list[Lesson]:
    """The lessons, newest first; of one case alone when it is given."""
    query = select(lessons).order_by(lessons.c.at.desc(), lessons.c.id.desc()).limit(limit)
    if case_id is not None:
        query = query.where(lessons.c.case_id == case_id)
    return [_lesson(row) for row in tx.execute(query)]


def candidates(tx: Transaction, of: Likeness) -> list[Lesson]:
    """The newest lessons of cases with the same reason or one of the same articles."""
    same = [lessons.c.asins.contains(asin, autoescape=True) for asin in of.asins[:_MOST_ASINS]]
    if of.reason is not None:
        same.append(lessons.c.reason == of.reason.value)
    if not same:
        return []
    query = select(lessons).where(or_(*same)).order_by(lessons.c.at.desc(), lessons.c.id.desc())
    return [_lesson(row) for row in tx.execute(query.limit(_MOST_COMPARED))]


def is_told(tx: Transaction, case_id: int) -> bool:
    """Whether anybody has said what a case taught."""
    return tx.scalar(select(lessons.c.id).where(lessons.c.case_id == case_id).limit(1)) is not None


def form_key(case_id: int, outcome: Outcome) -> str:
    """Key of the letter that asks what a case taught: one for each end of it."""
    return f"lesson:{number_of(case_id)}:{outcome}"


def ended_unasked(tx: Transaction, *, since: datetime, outcomes: Collection[Outcome], limit: int) -> list[int]:
    """Cases that ended since an instant and were told to the team, but that nobody was asked about."""
    query = (
        select(cases.c.id)
        .where(cases.c.status == Status.CLOSED.value, cases.c.merged_into.is_(None), ~cases.c.untold)
        .where(cases.c.updated_at > since)
        .order_by(cases.c.updated_at)
    )
    ids = list(tx.scalars(query.limit(limit)))
    keys = {form_key(each, outcome): each for each in ids for outcome in outcomes}
    asked = {keys[key] for key in tx.scalars(select(letters.c.key).where(letters.c.key.in_(list(keys))))}
    return [each for each in ids if each not in asked]


def _lesson(row: Row[Any]) -> Lesson:
    return Lesson(
        case=number_of(row.case_id) if row.case_id is not None else "",
        at=row.at,
        by=row.by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        of=Likeness(
            kind=Kind(row.kind),
            reason=Reason(row.reason) if row.reason else None,
            marketplace=row.marketplace,
            asins=tuple(row.asins.split()),
            carrier=row.carrier,
        ),
        words=LessonWords(decided=row.decided, missing=row.missing, misread=row.misread, other=row.other),
    )
