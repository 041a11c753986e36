"""A look at the bytes before any parser sees them: hard budgets that keep hostile mail cheap, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BYTES = 30 * 1024 * 1024
MAX_TEXT_BYTES = 6 * 1024 * 1024
MAX_HEADER_BYTES = 256 * 1024
MAX_FIELD_BYTES = 16 * 1024
MAX_FIELDS = 1_000
MAX_SAME_FIELDS = 40
MAX_CONTAINERS = 100
MAX_BOUNDARY_LINES = 1_000
MAX_LINES = 450_000
_ALWAYS_KEPT = frozenset(
    b"from sender reply-to to cc subject date message-id in-reply-to references received authentication-results "
    b"content-type content-transfer-encoding content-disposition mime-version return-path "
    b"x-space-notification-type x-marketplace-id auto-submitted".split()
)
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,76}[ \t]{0,4}:")
_CONTAINER = re.compile(rb"content-type:[ \t\n]{0,8}(?:multipart|message)/", re.IGNORECASE)
_HOLDS_MORE_THAN_TEXT = re.compile(rb"content-type:[ \t\n]{0,8}(?!text/)[a-z]", re.IGNORECASE)
_PART_FIELD = re.compile(rb"(?:^|\n)content-[a-z-]{2,30}:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE)
_BARE_CR = re.compile(rb"\r")
_EMPTY_LINES = re.compile(rb"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """Bytes that are safe to parse, lines ended by LF; `headers_only` when the body was given up."""

    raw: bytes
    headers_only: bool
    defects: tuple[str, ...]


def bounded(raw: bytes) -> Bounded | None:
    """Cut a mail down to its budgets; null when there is no header field in it at all."""
    defects: list[str] = []
    if len(raw) > MAX_BYTES:
        raw = raw[:MAX_BYTES]
        defects.append("longer than 30 MiB, the rest was not read")
    head, body = _split(raw)
    fields = _from_first_field(head, defects)
    if fields is None:
        return None
    head = _within_budget(fields, defects)
    if len(body) > MAX_TEXT_BYTES and not _HOLDS_MORE_THAN_TEXT.search(head):
        body = body[:MAX_TEXT_BYTES]
        defects.append("text longer than 6 MiB, the rest was not read")
    if body.count(b"\n") > MAX_LINES // 4:
        body = _EMPTY_LINES.sub(b"\n\n", body)
    reason = _why_body_is_given_up(head, body)
    if reason:
        defects.append(f"{reason}; only the header was read")
        return Bounded(raw=head + b"\n", headers_only=True, defects=tuple(defects))
    return Bounded(raw=head + b"\n" + body, headers_only=False, defects=tuple(defects))


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Header block (each line ended) and body; bare CR is a blank in the header, so that it cannot make fields."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if b"\r" in raw:
        raw = raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n")
        if b"\n" not in raw:
            raw = raw.replace(b"\r", b"\n")
    head, gap, body = raw.partition(b"\n\n")
    head = head.replace(b"\r", b" ").replace(b"\0", b"")
    if b"\r" in body:
        body = _BARE_CR.sub(b"\n", body)
    return (head + b"\n", body) if gap else _without_gap(head)


def _without_gap(head: bytes) -> tuple[bytes, bytes]:
    """No empty line parts header and body: then the body begins behind the last field and its folded lines."""
    lines = head.split(b"\n")
    last = next((place for place in range(len(lines) - 1, -1, -1) if _FIELD_NAME.match(lines[place])), len(lines) - 1)
    end = last + 1
    while end < len(lines) and lines[end][:1] in (b" ", b"\t"):
        end += 1
    return b"\n".join(lines[:end]) + b"\n", b"\n".join(lines[end:])


def _from_first_field(head: bytes, defects: list[str]) -> bytes | None:
    """The header without an mbox line or stray lines in front; null when no field is there."""
    start = 0
    for _ in range(20):
        if _FIELD_NAME.match(head, start) and not head.startswith((b"From ", b">From "), start):
            break
        end = head.find(b"\n", start)
        if end < 0 or end + 1 >= len(head):
            return None
        start = end + 1
    else:
        return None
    if start and not head.startswith((b"From ", b">From ")):
        defects.append("lines in front of the header were skipped")
    return head[start:]


def _within_budget(head: bytes, defects: list[str]) -> bytes:
    lines = head.split(b"\n")
    lines.pop()
    broken = any(line[:1] not in b" \t" and not _FIELD_NAME.match(line) for line in lines)
    if not broken and len(lines) <= MAX_FIELDS and len(head) <= MAX_FIELD_BYTES:
        return head
    fields = _fields(lines, defects)
    kept: list[bytes] = []
    seen: dict[bytes, int] = {}
    size = 0
    for name, value in fields:
        seen[name] = seen.get(name, 0) + 1
        known = name in _ALWAYS_KEPT
        value = value[: MAX_FIELD_BYTES if known or len(value) <= MAX_FIELD_BYTES else 1_000]
        over = size + len(value) > MAX_HEADER_BYTES or len(kept) >= MAX_FIELDS
        if seen[name] > MAX_SAME_FIELDS or (over and not (known and seen[name] <= 3)):
            continue
        kept.append(value.rstrip(b"\n"))
        size += len(value)
    if len(kept) < len(fields) or size < len(head) - len(lines):
        defects.append("header block over its budget, cut")
    return b"\n".join(kept) + b"\n"


def _fields(lines: list[bytes], defects: list[str]) -> list[tuple[bytes, bytes]]:
    """Fields with their folded lines; a line that is neither goes to the field above, as a lost fold."""
    pieces: list[tuple[bytes, list[bytes]]] = []
    strays = 0
    for line in lines:
        if line[:1] in b" \t" and line:
            if pieces:
                pieces[-1][1].append(line)
        elif _FIELD_NAME.match(line):
            pieces.append((line.partition(b":")[0].strip().lower(), [line]))
        elif pieces:
            strays += 1
            pieces[-1][1].append(b" " + line)
    if strays:
        defects.append(f"{strays} header line(s) without a field name, read as folded")
    return [(name, b"\n".join(parts)) for name, parts in pieces]


def _why_body_is_given_up(head: bytes, body: bytes) -> str | None:
    if body.count(b"\n") > MAX_LINES:
        return "more lines than any mail has"
    if b"\n--" not in body and not body.startswith(b"--") and not _CONTAINER.search(head):
        return None
    containers = len(_CONTAINER.findall(head)) + len(_CONTAINER.findall(body))
    if containers > MAX_CONTAINERS:
        return f"{containers} nested or attached mails and multiparts"
    if containers and body.count(b"\n--") > MAX_BOUNDARY_LINES:
        return "more than 1000 boundary lines"
    if any(len(match[0]) > MAX_FIELD_BYTES for match in _PART_FIELD.finditer(body)):
        return "a part with an oversized header field"
    return None
