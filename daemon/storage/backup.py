"""A consistent copy of a SQLite database, its large messages and its evidence, while the service goes on writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path


class BackupFailed(RuntimeError):
    """The copy was not made or is not sound; nothing of it is left. The sentence says why."""


def back_up(database: Path, target: Path) -> int:
    """Copy to `target`, and large messages to `target`.spool; the copy's size in bytes, messages included.

    The database first: a message is stored before the row that names it, so every row of the copy finds its file.
    """
    spool = target.with_name(target.name + ".spool")
    if not database.is_file():
        raise BackupFailed(f"there is no database {database}")
    for taken in (target, spool):
        if taken.exists():
            raise BackupFailed(f"{taken} exists already; name another file, a backup never replaces one")
    partial = target.with_name(target.name + ".part")
    try:
        _copy(database, partial)
        size = _copy_spool(database.with_name(database.name + ".spool"), spool)
        _sync(partial)
        partial.rename(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(spool, ignore_errors=True)
        raise BackupFailed(f"the copy to {target} failed: {error}") from error
    finally:
        for left in (partial, partial.with_name(partial.name + "-wal"), partial.with_name(partial.name + "-shm")):
            left.unlink(missing_ok=True)
    return size + target.stat().st_size


def _copy(database: Path, partial: Path) -> None:
    """In one step, so that it is of one moment: writers go on in the log, which is not moved meanwhile."""
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    original = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    with closing(original), closing(sqlite3.connect(partial)) as copy:
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise BackupFailed(f"the database is damaged ({found}); the copy was thrown away, keep your older backups")


def _copy_spool(spool: Path, target: Path) -> int:
    size = 0
    for file in sorted((*spool.glob("*/*.eml"), *spool.glob("*/*.bin"))):
        place = target / file.parent.name / file.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        place.chmod(0o600)
        _sync(place)
        size += place.stat().st_size
    return size


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
