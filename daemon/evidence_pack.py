"""One ZIP of a case: the statement as PDF, the originals, and the hash of each. Read-only, and for the team's hands."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from classifiers.domains import is_amazon_domain, is_relay_domain
from classifiers.export_values import folded
from classifiers.exports import read_export
from classifiers.filetypes import safe_name, type_of
from classifiers.message import UnreadableMail, read_message
from classifiers.redaction import MARK, Redactor, redactor
from config.exports import export_words
from config.phrasebook import team_phrases
from config.vocabulary import Authenticity
from daemon.cases import Case
from daemon.copies import distinct
from daemon.entries import MailEntry
from daemon.evidence_pdf import as_pdf
from daemon.evidence_pictures import small_upright
from daemon.evidence_verify import SUMS
from daemon.storage import casefile, evidence_rows
from daemon.storage.evidence_rows import FileRow, LineRow, StoredMessage
from daemon.storage.store import Store
from responders.statement import PackEvent, PackFile, PackMessage, statement
from responders.summary import CaseSummary

_TEXTS_OF_PEOPLE = frozenset({"noted", "taken", "assigned", "snoozed", "acknowledged"})
"""The team's own words and ways, which are nobody else's business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the pack holds."""

    pages: int
    originals: int
    left: int
    """Originals that a redacted pack leaves out."""


@dataclass(slots=True)
class _Pack:
    """The entries on their way, by name."""

    entries: dict[str, bytes]
    left: int = 0

    def put(self, folder: str, number: int, name: str, data: bytes) -> str:
        entry = f"{folder}/{number:02d}-{safe_name(name)}"
        self.entries[entry] = data
        return entry


def write_pack(
    store: Store,
    case: Case,
    files: Sequence[FileRow],
    summary: CaseSummary | None,
    target: Path,
    *,
    redacted: bool,
    now: datetime,
    zone: ZoneInfo,
    language: str,
    team: str,
) -> Made:
    """Write the pack to a file that is not there yet; what an interrupted run leaves is no pack."""
    case_id = casefile.id_of(case.number)
    assert case_id is not None, "the case has a number of ours"
    with store.read() as tx:
        ids = evidence_rows.rows_of_case(tx, case_id)
        lines = evidence_rows.lines_about(tx, case.order_ids, case.tracking_numbers, ids)
        stored = evidence_rows.messages_of(tx, case_id, case.order_ids)
        contents = [(row, evidence_rows.bytes_of(tx, row.sha256, store.spool)) for row in files]
        mails = [(each, evidence_rows.mail_bytes(tx, each.raw_id, store.spool)) for each in stored]
    clean = redactor(_names(lines, [each.mail for each in stored], contents)) if redacted else _as_it_is
    pack = _Pack(entries={})
    shown = [
        *_exhibits(pack, contents, clean, redacted=redacted),
        *_extracts(pack, lines, files, clean, redacted=redacted),
    ]
    messages = [*_messages(pack, mails, case, redacted=redacted), *_attached(contents, shown)]
    messages.sort(key=lambda message: message.sent_at)
    blocks = statement(
        case.number,
        _cover(case, language),
        summary,
        _events(store, case, redacted=redacted),
        shown,
        messages,
        redacted=redacted,
        clean=clean,
        now=now,
        zone=zone,
        language=language,
        team=team,
    )
    pdf, pages = as_pdf(blocks, title=f"{case.number} {', '.join(case.order_ids)}", footer=case.number)
    pack.entries = {"statement.pdf": pdf, **pack.entries}
    pack.entries["manifest.json"] = _manifest(case, shown, messages, now, redacted=redacted)
    originals = len(pack.entries) - 2
    _write(target, case.number, pack.entries, now)
    return Made(pages=pages, originals=originals, left=pack.left)


def _as_it_is(text: str) -> str:
    return text


def _cover(case: Case, language: str) -> list[tuple[str, str]]:
    phrases = team_phrases(language)
    amount = " ".join(case.amount) if case.amount else ""
    rows = (
        ("case", f"{case.number}, {phrases.say(f'kind.{case.kind}')}"),
        ("order", ", ".join(case.order_ids)),
        ("amount", amount),
        ("store", case.marketplace or ""),
        ("reason", phrases.say(f"reason.{case.reason or 'unknown'}")),
        ("support_case", ", ".join(case.support_case_ids)),
        ("asin", ", ".join(case.asins)),
        ("tracking", ", ".join(case.tracking_numbers)),
    )
    return [(phrases.say(f"row.{key}"), value) for key, value in rows if value]


def _events(store: Store, case: Case, *, redacted: bool) -> list[PackEvent]:
    return [
        PackEvent(when=event.when, what=event.what, why="" if redacted else event.why, by="" if redacted else event.by)
        for event in store.trail(case.number)
        if not (redacted and (event.what in _TEXTS_OF_PEOPLE or event.by == "claimclock"))
    ]


def _names(
    lines: Sequence[LineRow], mails: Sequence[MailEntry], contents: Sequence[tuple[FileRow, bytes | None]]
) -> Iterator[str]:
    """Everything that names the buyer: cells of the columns for people, and display names of writers beside Amazon."""
    words = export_words()
    for line in lines:
        for header, cell in zip(*_cells(line), strict=False):
            if folded(header) in words.personal and len(cell) >= 3 and not cell.isdigit():
                yield cell
        if "signed_by" in line.facts:
            yield line.facts["signed_by"]
    writers = [(mail.sender, mail.display) for mail in mails]
    for row, data in contents:
        if data is not None and row.media == "message/rfc822":
            with suppress(UnreadableMail):
                author = read_message(data, as_sent=True).author
                writers.append((author.address, author.display))
    for sender, display in writers:
        domain = sender.rpartition("@")[2]
        is_buyer = is_relay_domain(domain) or not is_amazon_domain(domain)
        if display and is_buyer and "amazon" not in display.lower():
            yield display


def _cells(line: LineRow) -> tuple[Sequence[str], Sequence[str]]:
    return (line.cells["header"], line.cells["cells"]) if line.cells else ((), ())


def _exhibits(
    pack: _Pack, contents: Sequence[tuple[FileRow, bytes | None]], clean: Callable[[str], str], *, redacted: bool
) -> Iterator[PackFile]:
    for number, (row, data) in enumerate(contents, start=1):
        kind = type_of(data, row.name).kind if data is not None else "unknown"
        given = _redacted_bytes(data, row.name, kind, clean) if redacted else data
        picture = small_upright(data) if data is not None and kind == "image" else None
        if redacted and kind == "image":
            given = picture  # the original may say where and with what it was taken
        if given is None:
            pack.left += 1
        name = clean(row.name)
        if redacted and kind == "image":
            name = f"{PurePath(name).stem}.jpg"
        yield PackFile(
            name=row.name,
            sha256=row.sha256,
            size=row.size,
            media=row.media,
            items=row.items,
            at=row.at,
            by=row.by,
            entry=pack.put("originals", number, name, given) if given is not None else "",
            picture=picture,
        )


def _redacted_bytes(data: bytes | None, name: str, kind: str, clean: Callable[[str], str]) -> bytes | None:
    """Of a table the columns for people are blotted out; what cannot be redacted is left out."""
    if data is None or kind not in ("table", "text") or not isinstance(clean, Redactor):
        return None
    export = read_export(data, name)
    if export is None:
        return None
    return _as_csv(export.header, [line.cells for line in export.lines], clean)


def _extracts(
    pack: _Pack,
    lines: Sequence[LineRow],
    beside: Sequence[FileRow],
    clean: Callable[[str], str],
    *,
    redacted: bool,
) -> Iterator[PackFile]:
    """The lines about this case of exports about many, as tables of their own."""
    known = {row.sha256 for row in beside}
    by_file: dict[str, list[LineRow]] = {}
    for line in lines:
        if line.sha256 not in known and line.cells:
            by_file.setdefault(line.sha256, []).append(line)
    for number, rows in enumerate(by_file.values(), start=len(beside) + 1):
        header = _cells(rows[0])[0]
        data = _as_csv(header, [_cells(row)[1] for row in rows], clean if redacted else None)
        name = f"{PurePath(rows[0].name).stem}.extract.csv"
        yield PackFile(
            name=f"{rows[0].name}, line{'s' if len(rows) > 1 else ''} {', '.join(str(row.line) for row in rows[:5])}",
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            media="text/csv",
            items=(),
            at=rows[0].at,
            by=rows[0].by,
            entry=pack.put("originals", number, clean(name), data),
        )


def _as_csv(header: Sequence[str], rows: Sequence[Sequence[str]], clean: Callable[[str], str] | None) -> bytes:
    personal = {place for place, name in enumerate(header) if folded(name) in export_words().personal}
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(header)
    for row in rows:
        cells = list(row)
        if clean is not None:
            cells = [MARK if place in personal and cell else clean(cell) for place, cell in enumerate(cells)]
        writer.writerow(cells)
    return made.getvalue().encode()


def _messages(
    pack: _Pack, mails: Sequence[tuple[StoredMessage, bytes]], case: Case, *, redacted: bool
) -> Iterator[PackMessage]:
    """The case's messages as text, and what else was written about its orders, oldest first, each once."""
    groups = distinct([each.mail for each, _ in mails])
    wanted = {next((mail.key for mail in group if mail.key in case.keys), group[0].key) for group in groups}
    chosen = [
        each
        for each in sorted(mails, key=lambda each: each[0].mail.sent_at)
        if each[0].mail.key in wanted and each[0].mail.authenticity is not Authenticity.SUSPICIOUS
    ]
    for number, (stored, raw) in enumerate(chosen, start=1):
        mail = stored.mail
        pack.left += redacted and bool(raw)
        yield PackMessage(
            sent_at=mail.sent_at,
            sender=mail.sender,
            subject=mail.subject,
            text=_text_of(raw, mail.excerpt),
            sha256=mail.key,
            entry="" if redacted or not raw else pack.put("mails", number, f"{mail.sent_at:%Y-%m-%d}.eml", raw),
        )


def _attached(contents: Sequence[tuple[FileRow, bytes | None]], shown: Sequence[PackFile]) -> Iterator[PackMessage]:
    """Mails that were handed in as evidence, as text as well."""
    for (row, data), file in zip(contents, shown, strict=False):
        if data is None or row.media != "message/rfc822":
            continue
        try:
            message = read_message(data, arrived_at=row.at, as_sent=True)
        except UnreadableMail:
            continue
        yield PackMessage(
            sent_at=message.sent_at,
            sender=message.author.address,
            subject=message.subject,
            text=_text_of(data, ""),
            sha256=row.sha256,
            entry=file.entry,
        )


def _text_of(raw: bytes, otherwise: str) -> str:
    """All that a person sees of a mail; `otherwise` when its bytes are gone."""
    try:
        message = read_message(raw, as_sent=True)
    except UnreadableMail:
        return otherwise
    return "\n\n".join(part for part in (message.text, message.signature, message.quoted) if part) or otherwise


def _manifest(
    case: Case, files: Sequence[PackFile], messages: Sequence[PackMessage], now: datetime, *, redacted: bool
) -> bytes:
    """What was packed, for programs; names of people are in it only when the pack is whole."""
    found = {
        "case": case.number,
        "orders": list(case.order_ids),
        "made": now.isoformat(),
        "redacted": redacted,
        "files": [
            {
                "entry": file.entry,
                "sha256": file.sha256,
                "size": file.size,
                "type": file.media,
                "items": list(file.items),
            }
            | ({} if redacted else {"name": file.name, "by": file.by, "at": file.at.isoformat()})
            for file in files
        ],
        "messages": [
            {"entry": message.entry, "sha256": message.sha256, "sent": message.sent_at.isoformat()}
            for message in messages
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _write(target: Path, number: str, entries: dict[str, bytes], now: datetime) -> None:
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in entries.items())
    partial = target.with_name(target.name + ".part")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as pack:
            for name, data in (*entries.items(), (SUMS, sums.encode())):
                entry = zipfile.ZipInfo(f"{number}/{name}", date_time=now.timetuple()[:6])
                entry.external_attr = 0o600 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                pack.writestr(entry, data)
        os.link(partial, target)  # unlike a rename it never replaces a file
    finally:
        partial.unlink(missing_ok=True)
