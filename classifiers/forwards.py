"""A colleague's forward recognised in text: marks, subject prefixes and the header block of the inner mail."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from classifiers.fields import mailboxes
from classifiers.mail import Mailbox
from classifiers.normalise import for_matching
from classifiers.quoting import header_block, mark_of

_PREFIX = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s{0,3})?([^\W\d_][\w. ̇]{0,14}?)\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?[:：]\s?"
)
_QUOTE = re.compile(r"^\s?(?:>|\|)\s?")
_MAILTO = re.compile(r"[\[<]\s?mailto:([^\]>\s]{3,320})[\]>]", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]{1,128}@[^\s<>()\[\],;:\"]{1,255}")
_MAX_NOTE = 1_500
_MAX_LINES = 20_000
_MAX_BLOCK_DISTANCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineForward:
    """The inner mail as text: the colleague's note, header fields as written, and the body below them."""

    note: str
    fields: dict[str, str]
    body: str


@cache
def _prefixes() -> dict[str, frozenset[str]]:
    data = tomllib.loads(resources.files("config").joinpath("data/quoting.toml").read_text("utf-8"))
    return {kind: frozenset(words) for kind, words in data["subject_prefixes"].items()}


def subject_prefix(subject: str) -> tuple[str | None, str]:
    """The outermost prefix of a subject as "forward", "reply" or null, and the subject without it."""
    match = _PREFIX.match(subject)
    if not match:
        return None, subject
    word = for_matching(match[1]).lower().replace("i̇", "i").strip(" .")
    for kind, words in _prefixes().items():
        if word in words:
            return kind, subject[match.end() :].strip()
    return None, subject


def find_inline(text: str, subject: str) -> InlineForward | None:
    """The forwarded mail in a text, or null; an answer that quotes a mail is not a forward of it.

    It needs a client's forward mark, or a forward's subject prefix and a header block below a short note.
    """
    prefix, _ = subject_prefix(subject)
    if prefix == "reply":
        return None
    lines = text.split("\n", _MAX_LINES)
    for place, line in enumerate(lines):
        kind = mark_of(line) if line.strip() else None
        if kind == "forwarded" or (kind == "original" and prefix == "forward"):
            found = _behind_mark(lines, place)
            if found:
                return found
    return _without_mark(lines) if prefix == "forward" else None


def _behind_mark(lines: list[str], place: int) -> InlineForward | None:
    inner = _unquoted(lines[place + 1 :])
    first = next((number for number, line in enumerate(inner) if line.strip()), len(inner))
    block = None
    for number in range(first, min(first + _MAX_BLOCK_DISTANCE, len(inner))):
        block = header_block(inner, number)
        if block:
            break
    note = "\n".join(lines[:place]).strip()
    if block:
        return InlineForward(note=note, fields=block.fields, body="\n".join(inner[block.end :]).strip("\n"))
    body = "\n".join(inner).strip("\n")
    return InlineForward(note=note, fields={}, body=body) if body else None


def _without_mark(lines: list[str]) -> InlineForward | None:
    length = 0
    for place, line in enumerate(lines):
        if length > _MAX_NOTE:
            return None
        if (":" in line or "：" in line) and header_block(lines, place):
            inner = _unquoted(lines[place:])
            block = header_block(inner, 0)
            if block:
                note = "\n".join(lines[:place]).strip(" \n_-")
                return InlineForward(note=note, fields=block.fields, body="\n".join(inner[block.end :]).strip("\n"))
        length += len(line)
    return None


def _unquoted(lines: list[str]) -> list[str]:
    """Lines without one level of quotation marks, when all of them carry it, as Apple's forwards do."""
    filled = [line for line in lines if line.strip()]
    if filled and all(_QUOTE.match(line) for line in filled):
        return [_QUOTE.sub("", line) for line in lines]
    return lines


def author_of(value: str) -> Mailbox:
    """The mailbox of a client's From line, which may be "Name [mailto:a@b]", "a@b <mailto:a@b>" or a bare name."""
    plain = value.strip().strip("*").strip()
    outside = _MAILTO.sub(" ", plain).strip()
    hidden = _MAILTO.search(plain)
    if hidden and not _ADDRESS.search(outside):
        return Mailbox(display=outside.strip("\"' "), address=hidden[1].lower())
    found = [box for box in mailboxes(outside) if box.address]
    if found:
        return found[0]
    match = _ADDRESS.search(outside)
    if match:
        display = outside[: match.start()].strip(" <(\"'")
        return Mailbox(display=display, address=match[0].lower())
    return Mailbox(display=outside.strip("\"' ;"), address="")
