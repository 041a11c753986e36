"""The evidence folder: whole files are taken once, by the order or case that their path names; nothing is ever changed.

A file counts as whole when its size and time are the same at two looks. One whose order has no case yet waits for it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from classifiers.exports import read_export
from classifiers.filetypes import safe_name, type_of
from daemon.desk import Desk
from daemon.evidence import FOLDER, Handed, keep_export, take_in
from daemon.storage import casefile, evidence_rows
from daemon.storage.engine import Transaction
from daemon.sweep import Notice, post

log = logging.getLogger(__name__)

LARGEST = 100 * 1024 * 1024
"""Bytes of one file."""

_MOST_A_LOOK, _BYTES_A_LOOK = 100, 256 * 1024 * 1024
_MOST_ENTRIES, _MOST_DEPTH = 20_000, 5
_PROBLEMS_A_LOOK = 5
_ORDER = re.compile(
    r"(?<!\d)(\d{3}|D\d{2})-(\d{7})-(\d{7})(?!\d)|(?<!\d)(?!20\d\d[01]\d[0-3])(\d{3})(\d{7})(\d{7})(?!\d)"
)
"""As written, or the bare digits of exports, which must not be a camera's time stamp."""
_CASE = re.compile(r"(?<![A-Za-z])CC-(\d{1,12})(?!\d)", re.IGNORECASE)
_PASSED_OVER = re.compile(
    r"^(?:\.|~\$|thumbs\.db$|desktop\.ini$)|\.(?:part|partial|tmp|temp|crdownload|download|filepart|!ut|lock)$|~$",
    re.IGNORECASE,
)

_Stamp = tuple[int, int, int]
"""Size, time of change in nanoseconds, inode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whose file it is, as its path says."""

    orders: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    """Rows of case numbers."""
    words: tuple[str, ...] = ()
    """Names of the other folders on the way, nearest first."""


@dataclass(slots=True)
class _Mark:
    stamp: _Stamp
    settled: bool = False
    """Taken, or told of: nothing more to do while the file stays as it is."""
    order: str = ""
    """The order whose case it waits for."""


REASONS = ("too_large", "too_many", "several", "no_case", "no_order", "unreadable", "empty", "program", "many")
"""Why a file is not taken: keys of [evidence_file] in the team phrases."""


class _Trouble(Exception):
    """Why a file cannot be taken; of REASONS."""


class EvidenceFolder:
    """What is known of the files in the folder; a new process reads each file once more and finds it known."""

    def __init__(self) -> None:
        self._marks: dict[Path, _Mark] = {}

    def look(self, desk: Desk, folder: Path | None, operator: str, now: datetime) -> int:
        """Take what is whole and new; how many letters were written about files that cannot be taken."""
        if folder is None:
            return 0
        problems: list[tuple[Path, str]] = []
        for path in self._due(desk, folder, problems):
            try:
                self._take(desk, folder, path, now)
            except _Trouble as trouble:
                problems.append((path, str(trouble)))
        for path, _ in problems:
            if path in self._marks:
                self._marks[path].settled = True
        return post(
            desk, [_notice(folder, path, why, desk) for path, why in problems[:_PROBLEMS_A_LOOK]], operator, now
        )

    def _due(self, desk: Desk, folder: Path, problems: list[tuple[Path, str]]) -> list[Path]:
        """Files that are the same as at the last look and not done with, within what one look may take."""
        found = dict(_files(folder, problems))
        self._marks = {path: mark for path, mark in self._marks.items() if path in found}
        stable = []
        for path, stamp in found.items():
            mark = self._marks.get(path)
            if mark is None or mark.stamp != stamp:
                self._marks[path] = _Mark(stamp)
            elif not mark.settled:
                stable.append(path)
        waiting = {self._marks[path].order for path in stable} - {""}
        with desk.store.read() as tx:
            ready = evidence_rows.orders_with_cases(tx, waiting) if waiting else set()
        chosen, size = list[Path](), 0
        for path in stable:
            mark = self._marks[path]
            if mark.order and mark.order not in ready:
                continue
            size += mark.stamp[0]
            if chosen and (size > _BYTES_A_LOOK or len(chosen) >= _MOST_A_LOOK):
                break
            chosen.append(path)
        return chosen

    def _take(self, desk: Desk, folder: Path, path: Path, now: datetime) -> None:
        mark = self._marks[path]
        if mark.stamp[0] > LARGEST:
            raise _Trouble("too_large")
        named = named_by(path.relative_to(folder))
        with desk.store.read() as tx:
            case_ids = _cases(tx, named, now)
        if named.orders and not case_ids:
            mark.order = named.orders[0]
            return
        data = _whole(path, mark.stamp)
        if data is None:
            del self._marks[path]  # it changes still
            return
        with desk.store.write() as tx:
            if case_ids and evidence_rows.knows_file(tx, hashlib.sha256(data).hexdigest(), case_ids):
                pass  # taken before this process began, and perhaps erased since
            elif case_ids:
                handed = Handed(name=path.name, data=data, words=named.words)
                for case_id in case_ids:
                    taken = take_in(
                        tx, case_id, [handed], source=FOLDER, by="folder", now=now, spool_to=desk.store.spool
                    )
                    if not taken[0].kept:
                        raise _Trouble(taken[0].key.removeprefix("refused_"))
            else:
                _take_export(tx, path.name, data, now)
        mark.settled = True
        log.info("evidence folder: took %s", path.relative_to(folder))


def named_by(path: PurePath) -> Named:
    """Whose file a path below the folder names: the file itself first, then its folders from the nearest outwards."""
    parts = [path.name, *reversed(path.parts[:-1])]
    for place, part in enumerate(parts):
        orders = {_order(match) for match in _ORDER.finditer(part)}
        numbers = {int(match[1]) for match in _CASE.finditer(part)}
        if len(orders) + len(numbers) > 1:
            raise _Trouble("several")
        if orders or numbers:
            words = tuple(each for each in parts[1:] if not (_ORDER.search(each) or _CASE.search(each)))
            return Named(orders=tuple(orders), numbers=tuple(numbers), words=words[:place] or words)
    return Named(words=tuple(parts[1:]))


def _order(match: re.Match[str]) -> str:
    return "-".join(part for part in match.groups() if part)


def _cases(tx: Transaction, named: Named, now: datetime) -> list[int]:
    if named.orders:
        return evidence_rows.cases_of_order(tx, named.orders[0])
    for number in named.numbers:
        if casefile.find(tx, number, now) is None:
            raise _Trouble("no_case")
    return list(named.numbers)


def _take_export(tx: Transaction, name: str, data: bytes, now: datetime) -> None:
    """A file that names no order must be a table of orders or parcels."""
    shown = safe_name(name)
    export = read_export(data, shown) if type_of(data, shown).kind in ("table", "text") else None
    if export is None or not export.lines:
        raise _Trouble("no_order")
    sha256 = hashlib.sha256(data).hexdigest()
    if evidence_rows.knows_export(tx, sha256):
        return
    keep_export(tx, export, sha256, shown, by="folder", now=now)
    for order in evidence_rows.orders_with_cases(tx, {line.order_id for line in export.lines if line.order_id}):
        for case_id in evidence_rows.cases_of_order(tx, order):
            evidence_rows.note(tx, case_id, f"{shown}: facts about {order}", "folder", now)


def _files(folder: Path, problems: list[tuple[Path, str]]) -> Iterator[tuple[Path, _Stamp]]:
    """Ordinary files below the folder with their stamps, no links, nothing hidden or half named."""
    todo, count = [(folder, 0)], 0
    while todo:
        here, depth = todo.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            problems.append((here, "unreadable"))
            continue
        for entry in entries:
            count += 1
            if count > _MOST_ENTRIES:
                problems.append((folder, "too_many"))
                return
            if _PASSED_OVER.search(entry.name) or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False) and depth < _MOST_DEPTH:
                todo.append((Path(entry.path), depth + 1))
            elif entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                yield Path(entry.path), _stamp(found)


def _stamp(found: os.stat_result) -> _Stamp:
    return (found.st_size, found.st_mtime_ns, found.st_ino)


def _whole(path: Path, stamp: _Stamp) -> bytes | None:
    """The bytes, or null when the file is another than the one that was looked at."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _Trouble("unreadable") from error
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode) or _stamp(before) != stamp:
            return None
        data = file.read(LARGEST + 1)
        return data if _stamp(os.fstat(file.fileno())) == stamp and len(data) == stamp[0] else None


def _notice(folder: Path, path: Path, why: str, desk: Desk) -> Notice:
    """Told once for a file as it is; a changed file is another."""
    shown = path.relative_to(folder) if path != folder else folder
    said = desk.post.voice.phrases.say(f"evidence_file.{why}") if desk.post else why
    occasion = hashlib.sha256(f"{shown}\0{why}".encode("utf-8", "replace")).hexdigest()[:16]
    return Notice(name="evidence_file", facts={"path": str(shown), "error": said}, occasion=occasion)
