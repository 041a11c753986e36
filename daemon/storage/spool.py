"""Large messages and pieces of evidence as files beside the database, named by the hash of their bytes."""

from __future__ import annotations

import os
from pathlib import Path

SPOOL_ABOVE = 1024 * 1024
"""Bytes up to which a message lies in the database itself."""


def put(directory: Path, sha256: str, raw: bytes, *, ending: str = ".eml") -> str:
    """Write the bytes durably and give their path below `directory`; must come before the row that names it.

    A file without a row is litter; a row without a file would be a lost mail. `ending` keeps mails and evidence apart:
    each is dropped by itself.
    """
    relative = f"{sha256[:2]}/{sha256}{ending}"
    target = directory / relative
    if target.exists():
        return relative
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.part")
    with open(partial, "wb", opener=_private) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(target)
    for folder in (target.parent, directory):
        _sync(folder)
    return relative


def get(directory: Path, relative: str) -> bytes:
    """The bytes again."""
    return (directory / relative).read_bytes()


def drop(directory: Path, relative: str) -> None:
    """Remove the bytes; a file that is gone already is no fault."""
    (directory / relative).unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
