"""`lessons list` and `lessons add`: what cases taught."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import Settings
from daemon.database import database_url, open_store
from daemon.deeds import Scene, carry_out
from daemon.faults import Refused
from daemon.handover import Done, Request
from daemon.learning import keep
from daemon.storage import lesson_rows
from daemon.storage.casefile import id_of
from daemon.terminal import Text, cell, console, instant, table
from daemon.workspace import settings_if_any
from responders.lessons import Lesson, LessonWords, lesson_line

ADD = "lesson"
"""The deed's name for the running service."""


def list_lessons(
    *, case: str | None, limit: int, as_json: bool, settings_path: Path | None, database: str | None
) -> int:
    """Print the lessons, newest first."""
    settings = settings_if_any(settings_path)
    case_id = id_of(case) if case else None
    if case and case_id is None:
        raise Refused(f"{case} is no case number; write it like CC-000123")
    with open_store(database_url(database, settings), lock=False) as store, store.read() as tx:
        found = lesson_rows.newest(tx, limit, case_id=case_id)
    if as_json:
        for lesson in found:
            print(json.dumps(_as_json(lesson), ensure_ascii=False))
    elif found:
        rows = [_row(lesson, settings) for lesson in found]
        console().print(table(("case", "when", "by", "about", "lesson"), rows, narrow=("case", "when")))
    else:
        console().print("No lessons yet. Answer the form that comes after a case, or use `claimclock lessons add`.")
    return 0


def add_lesson(
    number: str,
    words: LessonWords,
    *,
    by: str | None,
    now: datetime | None,
    settings_path: Path | None,
    database: str | None,
) -> int:
    """Keep what a case taught."""
    if words.is_empty:
        raise Refused("nothing was said; give --decided, --missing, --misread or --note")
    settings = settings_if_any(settings_path)
    arguments = {"number": number, "by": _author(by, settings), **asdict(words)}
    done = carry_out(ADD, add_it, arguments, settings=settings, database=database, now=now)
    print(done.text)
    return done.status


def add_it(scene: Scene, request: Request) -> Done:
    """Keep one lesson; Refused for a case that is not there."""
    said = request.arguments
    case = scene.store.case(str(said["number"]), scene.now)
    if case is None:
        raise Refused(f"there is no case {said['number']}; `claimclock cases list --all` names them all")
    words = LessonWords(**{field.name: str(said[field.name]) for field in fields(LessonWords)})
    with scene.store.write() as tx:
        is_new = keep(tx, case, words, by=str(said["by"]), now=scene.now)
    return Done(text=f"{case.number}: {'kept' if is_new else 'known already'}")


def _author(by: str | None, settings: Settings | None) -> str:
    """Who says so, as the team list has the name; any name without settings."""
    written = by or getpass.getuser()
    if settings is None:
        return written
    known = {name.casefold(): each.name for each in settings.team.people for name in (each.name, each.address)}
    if written.casefold() not in known:
        names = ", ".join(each.name for each in settings.team.people)
        raise Refused(f"{written} is nobody in the team; name yourself with --as, one of: {names}")
    return known[written.casefold()]


def _row(lesson: Lesson, settings: Settings | None) -> tuple[Text | str, ...]:
    of = lesson.of
    zone = ZoneInfo(settings.team.time_zone) if settings else ZoneInfo("UTC")
    about = " ".join(part for part in (of.kind, of.reason or "", of.marketplace or "", of.carrier, *of.asins) if part)
    said = lesson_line(lesson, (), "en").partition(": ")[2]
    return (cell(lesson.case or "-", "bold"), instant(lesson.at, zone), lesson.by, about.replace("_", " "), said)


def _as_json(lesson: Lesson) -> dict[str, object]:
    of, words = lesson.of, lesson.words
    return {
        "case": lesson.case or None,
        "at": lesson.at.isoformat(),
        "by": lesson.by,
        "outcome": lesson.outcome.value if lesson.outcome else None,
        "kind": of.kind.value,
        "reason": of.reason.value if of.reason else None,
        "marketplace": of.marketplace,
        "asins": list(of.asins),
        "carrier": of.carrier or None,
        "decided": words.decided,
        "missing": words.missing,
        "misread": words.misread,
        "other": words.other,
    }
