"""Whether a pack is as it was packed: the hash of every file against its list, nothing more and nothing less."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from daemon.faults import Refused

SUMS = "SHA256SUMS"
"""The list, in the form that `sha256sum -c` reads."""

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_MOST_FILES, _MOST_BYTES = 5_000, 4 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many files the list has, and what is wrong."""

    files: int
    problems: tuple[str, ...]


def verify_pack(path: Path) -> Verified:
    """Read every file of a pack once; Refused for what is no pack."""
    try:
        with zipfile.ZipFile(path) as pack:
            return _verify(pack, path)
    except FileNotFoundError as error:
        raise Refused(f"there is no file {path}") from error
    except zipfile.BadZipFile as error:
        raise Refused(f"{path} is no pack: {error}") from error


def _verify(pack: zipfile.ZipFile, path: Path) -> Verified:
    entries = [entry for entry in pack.infolist() if not entry.is_dir()]
    lists = [entry.filename for entry in entries if entry.filename.rpartition("/")[2] == SUMS]
    if len(lists) != 1 or len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise Refused(f"{path} is no pack of evidence")
    base = lists[0].removesuffix(SUMS)
    wanted = {base + name: digest for digest, name in _listed(pack, lists[0])}
    problems = [
        f"{entry.filename}: stands in no list" for entry in entries if entry.filename not in {*wanted, lists[0]}
    ]
    if len({entry.filename for entry in entries}) != len(entries):
        problems.append("a name stands in it twice")
    present = {entry.filename for entry in entries}
    for name, digest in wanted.items():
        if name not in present:
            problems.append(f"{name}: is missing")
        elif (why := _wrong(pack, name, digest)) is not None:
            problems.append(f"{name}: {why}")
    return Verified(files=len(wanted), problems=tuple(problems))


def _listed(pack: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    text = pack.read(name).decode("utf-8", "replace")
    return [(match[1], match[2]) for line in text.splitlines() if (match := _LINE.fullmatch(line))]


def _wrong(pack: zipfile.ZipFile, name: str, digest: str) -> str | None:
    made = hashlib.sha256()
    try:
        with pack.open(name) as file:
            while part := file.read(1024 * 1024):
                made.update(part)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        return f"cannot be read ({error})"
    return None if made.hexdigest() == digest else "is not what was packed"
