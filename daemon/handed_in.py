"""The files of an obeyed reply: into the case's evidence, in the transaction that ends the mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.attached import files_in
from config.vocabulary import CASE_KINDS
from daemon.cases import Case
from daemon.desk import Desk
from daemon.entries import MailEntry
from daemon.evidence import REPLY, Handed, Taken, evidence_of, take_in
from daemon.storage import casefile, evidence_rows, matter_rows
from daemon.storage.engine import Transaction
from daemon.summaries import mails_of, summary_of
from responders.evidence import item_keys, missing_of
from responders.intake import intake_line, left_line, missing_line, warning_lines
from responders.summary import CaseSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What became of a reply's files."""

    lines: tuple[str, ...] = ()
    """What to answer: each file, then what is missing."""
    kept: int = 0


def hand_in(tx: Transaction, raw_id: int, case: Case, said: str, *, by: str, desk: Desk, now: datetime) -> HandedIn:
    """Keep what the stored mail carries; what to answer of each and of what lacks. `said` is the remark."""
    case_id = casefile.id_of(case.number)
    if case_id is None or case.kind not in CASE_KINDS or desk.post is None:
        return HandedIn()
    carried = files_in(evidence_rows.mail_bytes(tx, raw_id, desk.store.spool))
    if not carried.files and not carried.left:
        return HandedIn()
    handed = [Handed(name=each.name, data=each.data, words=(said,) if said else ()) for each in carried.files]
    taken = take_in(tx, case_id, handed, source=REPLY, by=by, now=now, spool_to=desk.store.spool)
    lines = told(tx, case, taken, carried.left, language=desk.post.voice.language, now=now)
    return HandedIn(lines=lines, kept=sum(each.kept for each in taken))


def told(
    tx: Transaction, case: Case, taken: Sequence[Taken], left: Sequence[str], *, language: str, now: datetime
) -> tuple[str, ...]:
    """What became of the files, and what the case still lacks."""
    lines = [intake_line(each.name, each.key, each.items, each.count, language=language) for each in taken]
    if left:
        lines.append(left_line(left, language=language))
    summary = standing_of(tx, case, now)
    if summary is not None:
        lines += [*warning_lines(summary, language=language), missing_line(summary, language=language)]
    return tuple(line for line in lines if line)


def standing_of(tx: Transaction, case: Case, now: datetime) -> CaseSummary | None:
    """The case as a letter about it would see it, evidence included; null when no mail of it is left."""
    case_id = casefile.id_of(case.number)
    found = casefile.find(tx, case_id, now) if case_id is not None else None
    if found is None:
        return None
    entries = matter_rows.entries_of(tx, [found[1]])[found[1]]
    mails = mails_of(found[0], [entry for entry in entries if isinstance(entry, MailEntry)])
    newest = next((mail for mail in reversed(mails) if not mail.own_reply), None)
    if newest is None:
        return None
    return summary_of(found[0], newest, mails, told=True, evidence=evidence_of(tx, found[0]))


def missing_in(tx: Transaction, case: Case, now: datetime, *, language: str) -> tuple[str, ...]:
    """The pieces of evidence that a case lacks, in a few words each; none where nothing is to be answered any more."""
    summary = standing_of(tx, case, now) if case.clock is not None else None
    return missing_of(summary, language=language) if summary is not None else ()


def missing_count(tx: Transaction, case: Case, now: datetime) -> tuple[int, int]:
    """How many pieces of evidence a case lacks, and how many its checklist has."""
    summary = standing_of(tx, case, now) if case.clock is not None else None
    return (len(missing_of(summary, language="en")), len(item_keys(summary))) if summary is not None else (0, 0)
