"""Erasing evidence that is no longer needed: bytes, names and lines go; hashes and what was proved stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from config.vocabulary import Status
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_all_unless_known
from daemon.storage.schema import cases, evidence, evidence_files, export_lines, matters

ERASED_LINE = 0
"""Number of the row that stays of an erased export, so that the same file is not read again."""

_HAS_BYTES = or_(evidence_files.c.body.is_not(None), evidence_files.c.spool.is_not(None))


def due_files(tx: Transaction, closed: datetime, limit: int) -> Sequence[Any]:
    """Files with bytes of which every case was closed long ago: rows of id, spool path and size."""
    needed = exists().where(evidence.c.file_id == evidence_files.c.id, evidence.c.case_id.not_in(_quiet(closed)))
    query = select(evidence_files.c.id, evidence_files.c.spool, evidence_files.c.size).where(_HAS_BYTES, ~needed)
    return tx.execute(query.order_by(evidence_files.c.id).limit(limit)).all()


def due_exports(tx: Transaction, closed: datetime, other: datetime, limit: int) -> list[str]:
    """Hashes of exports of which no line is needed any more."""
    live = and_(
        matters.c.order_id == export_lines.c.order_id,
        cases.c.matter_id == matters.c.id,
        cases.c.id.not_in(_quiet(closed)),
    )
    needed: ColumnElement[bool] = or_(
        export_lines.c.at >= other,
        exists(select(cases.c.id).select_from(cases.join(matters, matters.c.id == cases.c.matter_id)).where(live)),
        and_(export_lines.c.case_id.is_not(None), export_lines.c.case_id.not_in(_quiet(closed))),
        and_(export_lines.c.order_id.is_(None), export_lines.c.at >= closed),  # perhaps a parcel of an open case
    )
    kept = select(export_lines.c.sha256).where(needed)
    query = select(export_lines.c.sha256).where(export_lines.c.line != ERASED_LINE, export_lines.c.sha256.not_in(kept))
    return list(tx.scalars(query.distinct().limit(limit)))


def erase_files(tx: Transaction, file_ids: Sequence[int]) -> None:
    """Forget bytes, and what the files were called and said to be."""
    tx.execute(update(evidence_files).where(evidence_files.c.id.in_(file_ids)).values(body=None, spool=None))
    tx.execute(update(evidence).where(evidence.c.file_id.in_(file_ids)).values(name="", said=""))


def erase_exports(tx: Transaction, hashes: Sequence[str], now: datetime) -> None:
    """Forget all lines; one empty row of each file stays."""
    tx.execute(delete(export_lines).where(export_lines.c.sha256.in_(hashes)))
    row = {"line": ERASED_LINE, "name": "", "facts": "{}", "by": "", "at": now}
    add_all_unless_known(tx, export_lines, [{"sha256": sha256, **row} for sha256 in hashes])


def _quiet(closed: datetime) -> Any:
    """Cases that were closed before then, and numbers that were merged into others of their matter."""
    over = and_(cases.c.status == Status.CLOSED.value, cases.c.updated_at < closed)
    return select(cases.c.id).where(over)
