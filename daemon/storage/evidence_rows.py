"""Evidence in the database: files once by hash, what each proves in which case, and the lines of exports."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, false, func, insert, or_, select, update

from classifiers.normalise import clean_text
from config.vocabulary import Status
from daemon.entries import MailEntry
from daemon.storage import spool
from daemon.storage.codec import from_json
from daemon.storage.engine import Transaction
from daemon.storage.evidence_retention import ERASED_LINE
from daemon.storage.rows import add_all_unless_known, add_unless_known
from daemon.storage.schema import case_events, cases, evidence, evidence_files, export_lines, matters, messages, raws

ENDING = ".bin"
_KEYS = 500
"""Values in one IN (…): SQLite takes a limited number."""


# Every letter about a case asks these: a statement is made once, since to make one costs more than to run it.
_MERGED = select(cases.c.id).where(cases.c.merged_into.in_(bindparam("ids", expanding=True)))
_FILES = (
    select(evidence, evidence_files.c.sha256, evidence_files.c.size, evidence_files.c.media_type)
    .add_columns((evidence_files.c.body.is_(None) & evidence_files.c.spool.is_(None)).label("erased"))
    .join(evidence_files, evidence_files.c.id == evidence.c.file_id)
    .where(evidence.c.case_id.in_(bindparam("ids", expanding=True)))
    .order_by(evidence.c.id)
)
_LINES = select(export_lines).order_by(export_lines.c.id).limit(_KEYS)
_KEYED: BindParameter[Any] = bindparam("keys", expanding=True)
_BY_ORDER = _LINES.where(export_lines.c.order_id.in_(_KEYED))
_BY_CASE = _LINES.where(export_lines.c.case_id.in_(_KEYED), export_lines.c.order_id.is_(None))
_BY_PARCEL = _LINES.where(
    export_lines.c.parcel.in_(_KEYED), export_lines.c.order_id.is_(None), export_lines.c.case_id.is_(None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One piece of evidence of a case."""

    id: int
    case_id: int
    sha256: str
    size: int
    media: str
    name: str
    items: tuple[str, ...]
    source: str
    by: str
    said: str
    at: datetime
    erased: bool
    """Whether the bytes are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of an export."""

    sha256: str
    line: int
    name: str
    order_id: str | None
    parcel: str | None
    case_id: int | None
    facts: Mapping[str, str]
    cells: Mapping[str, Sequence[str]] | None
    """Header and cells, where they were kept."""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """One mail of a case's matter, and the row of its bytes."""

    mail: MailEntry
    raw_id: int


def messages_of(tx: Transaction, case_id: int, orders: Collection[str]) -> list[StoredMessage]:
    """The mails of a case's matter, and all others of the account that name one of its orders."""
    row = tx.execute(select(cases.c.matter_id, cases.c.account).where(cases.c.id == case_id)).one()
    named = [messages.c.entry.contains(f'"{order}"', autoescape=True) for order in orders]
    query = select(messages.c.entry, messages.c.raw_id).where(
        or_(messages.c.matter_id == row.matter_id, and_(messages.c.account == row.account, or_(false(), *named)))
    )
    found = tx.execute(query.order_by(messages.c.id))
    return [StoredMessage(mail=from_json(MailEntry, row.entry), raw_id=row.raw_id) for row in found]


def keep_file(tx: Transaction, sha256: str, data: bytes, media: str, now: datetime, *, spool_to: Path | None) -> int:
    """Store bytes once; the row of their hash. Bytes that had been erased are stored again."""
    large = spool_to is not None and len(data) > spool.SPOOL_ABOVE
    path = spool.put(spool_to, sha256, data, ending=ENDING) if spool_to is not None and large else None
    kept = {"body": None if large else data, "spool": path}
    row = {"sha256": sha256, "size": len(data), "media_type": media, "kept_at": now, **kept}
    if not add_unless_known(tx, evidence_files, row):
        gone = (evidence_files.c.body.is_(None), evidence_files.c.spool.is_(None))
        tx.execute(update(evidence_files).where(evidence_files.c.sha256 == sha256, *gone).values(**kept))
    return int(tx.scalar(select(evidence_files.c.id).where(evidence_files.c.sha256 == sha256)) or 0)


def add(
    tx: Transaction,
    case_id: int,
    file_id: int,
    *,
    name: str,
    items: Sequence[str],
    source: str,
    by: str,
    said: str,
    now: datetime,
) -> bool:
    """Link a file to a case; False when it was there: then what it proves is added to what it proved."""
    row = {
        "case_id": case_id,
        "file_id": file_id,
        "name": clean_text(name),
        "items": json.dumps(list(items)),
        "source": source,
        "by": clean_text(by),
        "said": clean_text(said)[:2000],
        "at": now,
    }
    if add_unless_known(tx, evidence, row):
        return True
    mine = (evidence.c.case_id == case_id, evidence.c.file_id == file_id)
    known = json.loads(tx.scalar(select(evidence.c["items"]).where(*mine)) or "[]")
    both = list(dict.fromkeys([*known, *items]))
    if both != known:
        tx.execute(update(evidence).where(*mine).values(items=json.dumps(both)))
    return False


def add_lines(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Lines of an export; those that are there already stay as they are."""
    for start in range(0, len(rows), _KEYS):
        add_all_unless_known(tx, export_lines, rows[start : start + _KEYS])


def claim_lines(tx: Transaction, sha256: str, lines: Sequence[int], case_id: int) -> None:
    """Lines that name no order are about this case, unless another one has them."""
    loose = (
        export_lines.c.order_id.is_(None),
        export_lines.c.case_id.is_(None),
        export_lines.c.line.in_(lines[:_KEYS]),
    )
    tx.execute(update(export_lines).where(export_lines.c.sha256 == sha256, *loose).values(case_id=case_id))


def knows_export(tx: Transaction, sha256: str) -> bool:
    """Whether the lines of this file were taken in before."""
    return tx.scalar(select(export_lines.c.id).where(export_lines.c.sha256 == sha256).limit(1)) is not None


def was_erased(tx: Transaction, sha256: str) -> bool:
    """Whether the lines of this file were erased after their time: then they are not taken in again."""
    query = select(export_lines.c.id).where(export_lines.c.sha256 == sha256, export_lines.c.line == ERASED_LINE)
    return tx.scalar(query) is not None


def knows_file(tx: Transaction, sha256: str, case_ids: Collection[int]) -> bool:
    """Whether every one of these cases has the file."""
    query = select(func.count()).join(evidence_files, evidence_files.c.id == evidence.c.file_id)
    query = query.select_from(evidence).where(evidence_files.c.sha256 == sha256, evidence.c.case_id.in_(list(case_ids)))
    return int(tx.scalar(query) or 0) >= len(case_ids)


def rows_of_case(tx: Transaction, case_id: int) -> list[int]:
    """The case's row, and those of the numbers that were merged into it."""
    found, fresh = [case_id], [case_id]
    while fresh:
        fresh = list(tx.scalars(_MERGED, {"ids": fresh}))
        found += fresh
    return found


def files_of(tx: Transaction, case_ids: Collection[int]) -> list[FileRow]:
    """The evidence of these case rows, oldest first."""
    return [_file(row) for row in tx.execute(_FILES, {"ids": list(case_ids)})]


def _file(row: Any) -> FileRow:
    return FileRow(
        id=row.id,
        case_id=row.case_id,
        sha256=row.sha256,
        size=row.size,
        media=row.media_type,
        name=row.name,
        items=tuple(json.loads(row._mapping["items"])),
        source=row.source,
        by=row.by,
        said=row.said,
        at=row.at,
        erased=bool(row.erased),
    )


def bytes_of(tx: Transaction, sha256: str, spool_from: Path | None) -> bytes | None:
    """The bytes of a file; null when they were erased."""
    row = tx.execute(
        select(evidence_files.c.body, evidence_files.c.spool).where(evidence_files.c.sha256 == sha256)
    ).first()
    if row is None:
        return None
    if row.spool is not None and spool_from is not None:
        return spool.get(spool_from, row.spool)
    return bytes(row.body) if row.body is not None else None


def lines_about(
    tx: Transaction, orders: Collection[str], parcels: Collection[str], case_ids: Collection[int]
) -> list[LineRow]:
    """Lines about these orders, and about their parcels where a line names no order; oldest first."""
    found = _lines(tx, _BY_ORDER, orders) + _lines(tx, _BY_CASE, case_ids)
    sent = {fact for row in found for name, fact in row.facts.items() if name in ("tracking", "return_tracking")}
    found += _lines(tx, _BY_PARCEL, [*parcels, *sent][:_KEYS])
    unique = {(row.sha256, row.line): row for row in found}
    return sorted(unique.values(), key=lambda row: (row.at, row.sha256, row.line))


def _lines(tx: Transaction, query: Select[Any], keys: Collection[object]) -> list[LineRow]:
    rows = tx.execute(query, {"keys": list(keys)}).all() if keys else []
    return [
        LineRow(
            sha256=row.sha256,
            line=row.line,
            name=row.name,
            order_id=row.order_id,
            parcel=row.parcel,
            case_id=row.case_id,
            facts=json.loads(row.facts),
            cells=json.loads(row.cells) if row.cells else None,
            by=row.by,
            at=row.at,
        )
        for row in rows
    ]


def mail_bytes(tx: Transaction, raw_id: int, spool_from: Path | None) -> bytes:
    """The bytes of a stored mail; empty when they were erased."""
    row = tx.execute(select(raws.c.body, raws.c.spool).where(raws.c.id == raw_id)).first()
    if row is None:
        return b""
    if row.spool is not None and spool_from is not None:
        return spool.get(spool_from, row.spool)
    return bytes(row.body or b"")


def cases_of_order(tx: Transaction, order_id: str) -> list[int]:
    """The live case rows about an order: the open ones, else the newest; none when no case names it."""
    live = cases.c.merged_into.is_(None)
    by_matter = select(cases.c.id, cases.c.status).join(matters, matters.c.id == cases.c.matter_id)
    rows = tx.execute(by_matter.where(matters.c.order_id == order_id, live).order_by(cases.c.id)).all()
    if not rows:
        named = cases.c.state.contains(f'"{order_id}"', autoescape=True)
        rows = tx.execute(select(cases.c.id, cases.c.status).where(named, live).order_by(cases.c.id)).all()
    running = [row.id for row in rows if row.status != Status.CLOSED.value]
    return running or [row.id for row in rows[-1:]]


def orders_with_cases(tx: Transaction, orders: Iterable[str]) -> set[str]:
    """Which of these orders have a case."""
    wanted, found = list(dict.fromkeys(orders)), set[str]()
    for start in range(0, len(wanted), _KEYS):
        part = wanted[start : start + _KEYS]
        found.update(
            order
            for order in tx.scalars(
                select(matters.c.order_id)
                .join(cases, cases.c.matter_id == matters.c.id)
                .where(matters.c.order_id.in_(part))
            )
            if order
        )
    return found


def note(tx: Transaction, case_id: int, why: str, by: str, now: datetime) -> None:
    """A line about evidence in the case's trail."""
    values = {"what": "evidence", "happened_at": now, "why": clean_text(why)[:2000], "by": clean_text(by)}
    tx.execute(insert(case_events).values(case_id=case_id, at=now, **values))
