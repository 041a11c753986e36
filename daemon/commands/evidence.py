"""`evidence`: hand files in for a case, see what is there and what is missing, make a pack and check one."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from classifiers.proofs import item_called
from config.evidence import evidence_policy
from config.phrasebook import team_phrases
from daemon.cases import Case
from daemon.database import database_url, open_store
from daemon.deeds import Scene, carry_out
from daemon.evidence import COMMAND, Handed, take_in
from daemon.evidence_folder import LARGEST
from daemon.faults import Refused
from daemon.handed_in import standing_of, told
from daemon.handover import Done, Request
from daemon.storage import casefile, evidence_rows
from daemon.storage.evidence_rows import FileRow
from daemon.storage.store import Store
from daemon.terminal import Text, cell, console, instant, plain, table
from daemon.workspace import settings_if_any
from responders.case_facts import Settled, settled_of
from responders.evidence import files_for, item_keys
from responders.evidence_notes import dispute_lines, fact_lines
from responders.summary import CaseSummary

ADD = "evidence"
"""The deed's name for the running service."""


def add(
    number: str,
    files: Sequence[Path],
    *,
    proves: Sequence[str],
    by: str | None,
    now: datetime | None,
    settings_path: Path | None,
    database: str | None,
) -> int:
    """Hand files in for a case and print what they prove and what is missing; Refused when one cannot be read."""
    settings = settings_if_any(settings_path)
    for file in files:
        _check(file)
    arguments = {
        "number": number,
        "names": [file.name for file in files],
        "proves": [_item(each) for each in proves],
        "by": by or getpass.getuser(),
        "language": settings.team.language if settings else "en",
    }
    done = carry_out(ADD, add_it, arguments, settings=settings, database=database, now=now, files=files)
    print(done.text)
    return done.status


def add_it(scene: Scene, request: Request) -> Done:
    """The deed: keep the files; what is printed is what a reply would be answered."""
    said, store = request.arguments, scene.store
    case_id = casefile.id_of(str(said["number"]))
    handed = [
        Handed(name=name, data=path.read_bytes(), proves=tuple(said["proves"]))
        for name, path in zip(said["names"], request.files, strict=True)
    ]
    with store.write() as tx:
        found = casefile.find(tx, case_id, scene.now) if case_id is not None else None
        if found is None or case_id is None:
            raise Refused(f"there is no case {said['number']}; `claimclock cases list --all` names them all")
        taken = take_in(tx, case_id, handed, source=COMMAND, by=str(said["by"]), now=scene.now, spool_to=store.spool)
        lines = told(tx, found[0], taken, (), language=str(said["language"]), now=scene.now)
    return Done(text="\n".join(lines), status=0 if all(each.kept for each in taken) else 1)


def _check(file: Path) -> None:
    if not file.is_file():
        raise Refused(f"there is no file {file}")
    if file.stat().st_size > LARGEST:
        raise Refused(f"{file} is larger than 100 MB; shorten the video or make the pictures smaller")


def _item(said: str) -> str:
    key = item_called(said)
    if key is None:
        raise Refused(f'"{said}" is no piece of evidence; known: {", ".join(evidence_policy().items)}')
    return key


def list_(number: str, *, as_json: bool, now: datetime | None, settings_path: Path | None, database: str | None) -> int:
    """Print a case's checklist, its files and what exports say."""
    settings, at = settings_if_any(settings_path), now or datetime.now(UTC)
    with open_store(database_url(database, settings), lock=False) as store:
        case, files, summary = read(store, number, at)
    if as_json:
        print(json.dumps(_as_json(case, files, summary), ensure_ascii=False))
        return 0
    zone = ZoneInfo(settings.team.time_zone if settings else "UTC")
    for part in _sheet(case, files, summary, settings.team.language if settings else "en", zone):
        console().print(part, soft_wrap=isinstance(part, Text))
    return 0


def read(store: Store, number: str, at: datetime) -> tuple[Case, list[FileRow], CaseSummary | None]:
    """A case, its files and how a letter would see it; Refused for an unknown number."""
    case = store.case(number, at)
    case_id = casefile.id_of(case.number) if case else None
    if case is None or case_id is None:
        raise Refused(f"there is no case {number}; `claimclock cases list --all` names them all")
    with store.read() as tx:
        files = evidence_rows.files_of(tx, evidence_rows.rows_of_case(tx, case_id))
        return case, files, standing_of(tx, case, at)


def _sheet(
    case: Case, files: Sequence[FileRow], summary: CaseSummary | None, language: str, zone: ZoneInfo
) -> Iterator[object]:
    phrases, policy = team_phrases(language), evidence_policy()
    yield cell(f"{case.number}  {case.kind}", "bold")
    for key in item_keys(summary) if summary else ():
        names = files_for(summary, key) if summary else ()
        rule = policy.items[key]
        text = rule.texts[phrases.language]
        if names:
            yield cell(f"[x] {text.short}: {plain(', '.join(names))}", "green")
        else:
            yield cell(f"[ ] {text.short}").append(f"  ({key}; {phrases.say(f'who.{rule.who}')})", style="dim")
    if files:
        rows = [
            (row.name, row.media, _size(row.size), row.source, row.by, instant(row.at, zone), row.sha256[:12])
            for row in files
        ]
        yield Text("")
        yield table(("file", "type", "size", "came by", "from", "when", "sha256"), rows, narrow=("size", "sha256"))
    if summary is not None and summary.evidence.facts:
        yield Text("")
        for line in fact_lines(summary, phrases):
            yield Text(f"- {line}")
        for line in dispute_lines(settled_of(summary).disputes, phrases):
            yield cell(f"! contradicts: {line}", "bold red")


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} kB"


def _as_json(case: Case, files: Sequence[FileRow], summary: CaseSummary | None) -> dict[str, object]:
    settled = settled_of(summary) if summary else None
    keys = item_keys(summary) if summary else ()
    items = [{"item": key, "files": list(files_for(summary, key))} for key in keys] if summary else []
    return {
        "case": case.number,
        "items": items,
        "missing": [each["item"] for each in items if not each["files"]],
        "files": [_file_json(row) for row in files],
        "facts": _facts_json(settled) if settled else {},
        "disputes": [
            {"fact": dispute.name, "values": [{"value": value, "source": source} for value, source in dispute.values]}
            for dispute in (settled.disputes if settled else ())
        ],
    }


def _file_json(row: FileRow) -> dict[str, object]:
    return {
        "name": row.name,
        "sha256": row.sha256,
        "size": row.size,
        "type": row.media,
        "items": list(row.items),
        "source": row.source,
        "by": row.by,
        "at": row.at.isoformat(),
        "erased": row.erased,
    }


def _facts_json(settled: Settled) -> dict[str, object]:
    known = {name: {"value": fact.value, "source": fact.source} for name, fact in settled.known.items()}
    return known | {name: list(values) for name, values in settled.many.items()}


def pack(
    number: str,
    *,
    output: Path | None,
    redacted: bool,
    now: datetime | None,
    settings_path: Path | None,
    database: str | None,
) -> int:
    """Write a case's pack; Refused when the file is there already."""
    from daemon.evidence_pack import write_pack

    settings, at = settings_if_any(settings_path), now or datetime.now(UTC)
    with open_store(database_url(database, settings), lock=False) as store:
        case, files, summary = read(store, number, at)
        target = output or Path(f"{case.number}{'-redacted' if redacted else ''}.zip")
        if target.exists():
            raise Refused(f"{target} exists already; name another file with --output")
        zone = ZoneInfo(settings.team.time_zone if settings else "UTC")
        language, team = (settings.team.language, settings.team.name) if settings else ("en", "")
        made = write_pack(
            store, case, files, summary, target, redacted=redacted, now=at, zone=zone, language=language, team=team
        )
    print(f"{target}: {made.pages} page(s), {made.originals} original file(s), {made.left} left out")
    if redacted:
        print("Pictures are in it as they are: look at each before you give it to anybody.")
    return 0


def verify(path: Path) -> int:
    """Check every hash of a pack; exit status 1 when something is not as it was packed."""
    from daemon.evidence_verify import verify_pack

    found = verify_pack(path)
    for problem in found.problems:
        print(problem)
    if found.problems:
        print(f"{path}: NOT as it was packed")
        return 1
    print(f"{path}: {found.files} file(s), all as they were packed")
    return 0
