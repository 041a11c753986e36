"""Mails from paths: files, folders, mbox, Maildir and standard input, one at a time and in order."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MBOX_START = re.compile(rb"From \S*.*\d{4}\s*$")
ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One mail and where it stands; or, with `error`, a path that could not be read."""

    name: str
    raw: bytes = b""
    error: str | None = None


def sources(paths: Iterable[str]) -> Iterator[Source]:
    """Every mail under the paths, in their order; what cannot be read is a Source with an error, never an exception."""
    for path in paths:
        try:
            yield from _standard_input() if path == "-" else _under(Path(path))
        except OSError as error:
            yield Source(name=shown(path), error=f"cannot be read: {error.strerror or error}")


def shown(path: str | Path) -> str:
    """A path as valid text; bytes that are no UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def _standard_input() -> Iterator[Source]:
    yield Source(name="-", raw=sys.stdin.buffer.read())


def _under(path: Path) -> Iterator[Source]:
    if not path.is_dir():
        yield from _in_file(path)
    elif is_maildir(path):
        yield from _in_maildir(path)
    else:
        yield from _in_folder(path)


def is_maildir(path: Path) -> bool:
    """Whether a folder has a Maildir's two folders of delivered mail."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _in_folder(path: Path) -> Iterator[Source]:
    """The .eml and .mbox files of a folder and its sub-folders, sorted by path."""
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in {".eml", ".mbox"} and file.is_file())
    if not found:
        yield Source(name=shown(path), error="holds no .eml file; name an mbox or a Maildir itself")
    for file in found:
        yield from sources([str(file)])


def _in_maildir(path: Path) -> Iterator[Source]:
    """The mails of a Maildir by their unique key, whatever their flags."""
    files = [file for folder in ("cur", "new") for file in (path / folder).iterdir() if not file.name.startswith(".")]
    for file in sorted(files, key=lambda file: file.name):
        name = f"{shown(path)}#{shown(file.name).partition(':')[0]}"
        try:
            yield Source(name=name, raw=file.read_bytes())
        except OSError as error:
            yield Source(name=name, error=f"cannot be read: {error.strerror or error}")


def _in_file(path: Path) -> Iterator[Source]:
    with path.open("rb") as file:
        if file.peek(5)[:5] == b"From " and path.suffix.lower() != ".eml":
            for number, raw in enumerate(split_mbox(file), start=1):
                yield Source(name=f"{shown(path)}#{number}", raw=raw)
        else:
            yield Source(name=shown(path), raw=file.read())


def split_mbox(file: BinaryIO) -> Iterator[bytes]:
    """The messages of an mbox without their From_ lines; `>From ` at a line's start is read as `From `.

    A message begins at a From_ line that ends in a year and stands first or behind an empty line (RFC 4155).
    """
    lines: list[bytes] | None = None
    behind_empty = True
    for line in file:
        if behind_empty and MBOX_START.match(line):
            if lines is not None:
                yield _unescaped(lines)
            lines = []
        elif lines is not None:
            lines.append(line)
        behind_empty = not line.strip(b"\r\n")
    if lines is not None:
        yield _unescaped(lines)


def _unescaped(lines: list[bytes]) -> bytes:
    if lines and not lines[-1].strip(b"\r\n"):
        lines.pop()  # the empty line that separates two messages belongs to neither
    return ESCAPED_FROM.sub(rb"\1", b"".join(lines))
