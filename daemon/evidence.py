"""Evidence comes in: files are kept, typed, linked to what they prove; exports become facts.

All in the caller's transaction. The ways in are a reply, the folder and the command line; what is on file is read here
for every letter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifiers.exports import Export, ExportLine, read_export
from classifiers.filetypes import FileType, safe_name, type_of
from classifiers.proofs import proved_by
from daemon.cases import Case
from daemon.storage import casefile, evidence_rows
from daemon.storage.engine import Transaction
from daemon.storage.evidence_rows import LineRow
from responders.evidence import short_of
from responders.summary import EvidenceOnFile, Exhibit, StatedFact

REPLY, FOLDER, COMMAND, EXPORT = "reply", "folder", "command", "export"
"""The ways in."""

MOST_OF_CASE = 300
"""Files of one case; more than any dispute needs."""

_PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file that somebody hands in; `words` say more about it: its folders, or what was written beside it."""

    name: str
    data: bytes
    words: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    """What people say that it proves: keys of the policy's items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of it."""

    name: str
    key: str
    """Of [evidence] in the team phrases: ticked, unknown, again, table, refused_…"""
    items: tuple[str, ...] = ()
    count: int = 0
    """Lines of a table that are about the case."""

    @property
    def kept(self) -> bool:
        """Whether it is on file now."""
        return not self.key.startswith("refused")


def take_in(
    tx: Transaction,
    case_id: int,
    files: Sequence[Handed],
    *,
    source: str,
    by: str,
    now: datetime,
    spool_to: Path | None,
) -> list[Taken]:
    """Keep files for one case, each once, and write what came into its trail."""
    found = casefile.find(tx, case_id, now)
    if found is None:
        raise LookupError(f"there is no case with the row {case_id}")
    case = found[0]
    home = casefile.id_of(case.number)
    assert home is not None, "the case has a number of ours"
    held = len(evidence_rows.files_of(tx, evidence_rows.rows_of_case(tx, home)))
    taken = []
    for each in files:
        one = _take(tx, home, case, each, held=held, source=source, by=by, now=now, spool_to=spool_to)
        held += one.kept
        taken.append(one)
    if news := [each for each in taken if each.kept and each.key != "again"]:
        evidence_rows.note(tx, home, "; ".join(_noted(each) for each in news), by, now)
    return taken


def _noted(taken: Taken) -> str:
    items = ", ".join(short_of(key, "en") for key in taken.items)  # a trail is in English
    return f"{taken.name} ({items})" if items else taken.name


def _take(
    tx: Transaction,
    case_id: int,
    case: Case,
    handed: Handed,
    *,
    held: int,
    source: str,
    by: str,
    now: datetime,
    spool_to: Path | None,
) -> Taken:
    name = safe_name(handed.name)
    type_ = type_of(handed.data, name)
    why = "empty" if not handed.data else "program" if type_.media in _PROGRAMS else ""
    if why or held >= MOST_OF_CASE:
        return Taken(name=name, key=f"refused_{why or 'many'}")
    sha256 = hashlib.sha256(handed.data).hexdigest()
    export = read_export(handed.data, name) if type_.kind in ("table", "text") else None
    about: list[ExportLine] = []
    if export is not None:
        about = keep_export(tx, export, sha256, name, by=by, now=now, case=(case_id, case))
    items = _items(handed, name, type_, about)
    if export is not None and len(about) < len(export.lines):
        # Other orders stand in it: the lines about this case are kept, the others' buyers are nobody's evidence here.
        return Taken(name=name, key="table" if about else "unknown", items=items, count=len(about))
    file_id = evidence_rows.keep_file(tx, sha256, handed.data, type_.media, now, spool_to=spool_to)
    is_new = evidence_rows.add(
        tx, case_id, file_id, name=name, items=items, source=source, by=by, said="; ".join(handed.words), now=now
    )
    return Taken(name=name, key=("ticked" if items else "unknown") if is_new else "again", items=items)


def _items(handed: Handed, name: str, type_: FileType, about: Sequence[ExportLine]) -> tuple[str, ...]:
    facts = {fact for line in about for fact, _ in line.facts}
    texts = () if handed.proves else (name, *handed.words)  # what people say outweighs a name
    return tuple(dict.fromkeys([*handed.proves, *proved_by(*texts, kind=type_.kind, facts=facts)]))


def keep_export(
    tx: Transaction,
    export: Export,
    sha256: str,
    name: str,
    *,
    by: str,
    now: datetime,
    case: tuple[int, Case] | None = None,
) -> list[ExportLine]:
    """Keep the lines of an export, and give those about the case.

    Cells, which name buyers, are kept for orders with a case only.
    """
    if evidence_rows.was_erased(tx, sha256):
        return []
    about = _lines_of_case(tx, export, case[0], case[1]) if case else []
    numbers = {line.number for line in about}
    with_case = evidence_rows.orders_with_cases(tx, (line.order_id for line in export.lines if line.order_id))
    rows = []
    for line in export.lines:
        mine = line.number in numbers
        keep_cells = mine or line.order_id in with_case
        loose = mine and line.order_id is None and case is not None
        rows.append(
            {
                "sha256": sha256,
                "line": line.number,
                "name": name,
                "order_id": line.order_id,
                "parcel": line.parcel,
                "case_id": case[0] if loose and case else None,
                "facts": json.dumps(dict(line.facts), ensure_ascii=True),
                "cells": json.dumps({"header": export.header, "cells": line.cells}) if keep_cells else None,
                "by": by,
                "at": now,
            }
        )
    evidence_rows.add_lines(tx, rows)
    if case:
        evidence_rows.claim_lines(tx, sha256, [line.number for line in about if line.order_id is None], case[0])
    return about


def _lines_of_case(tx: Transaction, export: Export, case_id: int, case: Case) -> list[ExportLine]:
    """Lines that name the case's order or one of its parcels; of a table about one parcel alone, all."""
    parcels = {*case.tracking_numbers, *_parcels_of(tx, case_id, case)}
    found = [
        line
        for line in export.lines
        if line.order_id in case.order_ids or (line.order_id is None and line.parcel in parcels)
    ]
    if found or any(line.order_id for line in export.lines):
        return found
    return list(export.lines) if len({line.parcel for line in export.lines}) == 1 else []


def _parcels_of(tx: Transaction, case_id: int, case: Case) -> set[str]:
    rows = evidence_rows.lines_about(tx, case.order_ids, (), [case_id])
    return {row.facts["tracking"] for row in rows if "tracking" in row.facts}


def evidence_of(tx: Transaction, case: Case) -> EvidenceOnFile:
    """Everything on file about a case."""
    case_id = casefile.id_of(case.number)
    if case_id is None:
        return EvidenceOnFile()
    ids = evidence_rows.rows_of_case(tx, case_id)
    files = evidence_rows.files_of(tx, ids)
    lines = evidence_rows.lines_about(tx, case.order_ids, case.tracking_numbers, ids)
    exhibits = [Exhibit(name=row.name, items=row.items, at=row.at, by=row.by) for row in files]
    exhibits += _extracts(lines, {row.sha256 for row in files})
    return EvidenceOnFile(exhibits=tuple(exhibits), facts=tuple(_facts(lines)))


def _extracts(lines: Sequence[LineRow], beside: Collection[str]) -> list[Exhibit]:
    """Exports of which only some lines are about the case."""
    by_file: dict[str, list[LineRow]] = {}
    for line in lines:
        if line.sha256 not in beside:
            by_file.setdefault(line.sha256, []).append(line)
    return [_extract(rows) for rows in by_file.values()]


def _extract(rows: Sequence[LineRow]) -> Exhibit:
    numbers = ", ".join(str(row.line) for row in rows[:5])
    return Exhibit(
        name=f"{rows[0].name}, line{'s' if len(rows) > 1 else ''} {numbers}",
        items=proved_by(kind="table", facts={fact for row in rows for fact in row.facts}),
        at=rows[0].at,
        by=rows[0].by,
    )


def _facts(lines: Sequence[LineRow]) -> list[StatedFact]:
    return [
        StatedFact(
            name=name, value=value, parcel=line.parcel or "", source=f"{line.name}, line {line.line}", at=line.at
        )
        for line in lines
        for name, value in line.facts.items()
    ]
