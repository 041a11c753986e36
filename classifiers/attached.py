"""The files that a mail carries, with their bytes: bounded in number and size, named safely, never unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Tree

from classifiers.fields import decoded
from classifiers.filetypes import safe_name
from classifiers.prescan import bounded

MOST_FILES, MOST_BYTES = 40, 25 * 1024 * 1024
_MOST_DEPTH = 20
_LEAST_PICTURE = 12 * 1024
"""Pictures inside the text below this size are logos and signs of a signature."""
_SEALS = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar")
_NAMELESS = {"message/rfc822": "message.eml", "image/jpeg": "image.jpg", "image/png": "image.png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """One file."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFiles:
    """What was taken; `left` names what was too much."""

    files: tuple[AttachedFile, ...]
    left: tuple[str, ...] = ()


def files_in(raw: bytes) -> AttachedFiles:
    """The files of a mail as sent, in order; logos, seals and calendar entries are none."""
    safe = bounded(raw)
    if safe is None or safe.headers_only:
        return AttachedFiles(files=())
    try:
        tree = message_from_bytes(safe.raw)
    except Exception:  # the standard library raises many kinds for hostile input; such a mail carries nothing
        return AttachedFiles(files=())
    taken: list[AttachedFile] = []
    left: list[str] = []
    size = 0
    for name, data in _files(tree, 0):
        if len(taken) >= MOST_FILES or size + len(data) > MOST_BYTES:
            left.append(name)
            continue
        size += len(data)
        taken.append(AttachedFile(name=name, data=data))
    return AttachedFiles(files=tuple(taken), left=tuple(left[:MOST_FILES]))


def _files(part: Tree, depth: int) -> Iterator[tuple[str, bytes]]:
    kind = part.get_content_type()
    if kind.startswith("message/"):
        if kind in ("message/rfc822", "message/global"):
            yield _name(part, kind), _attached_mail(part)
        return
    if part.is_multipart():
        children = part.get_payload()
        if depth < _MOST_DEPTH and isinstance(children, list):
            for child in children:
                if isinstance(child, Tree):
                    yield from _files(child, depth + 1)
        return
    if not _is_text(part, kind, depth) and kind not in _SEALS:
        data = _payload(part)
        if data and not _is_logo(part, kind, data):
            yield _name(part, kind), data


def _is_text(part: Tree, kind: str, depth: int) -> bool:
    """The mail's own words."""
    if not kind.startswith("text/"):
        return False
    return depth == 0 or (part.get_content_disposition() != "attachment" and not _written_name(part))


def _is_logo(part: Tree, kind: str, data: bytes) -> bool:
    inline = part.get_content_disposition() != "attachment" and part.get("content-id") is not None
    return kind.startswith("image/") and inline and len(data) < _LEAST_PICTURE


def _attached_mail(part: Tree) -> bytes:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    try:
        return inner.as_bytes() if isinstance(inner, Tree) else _payload(part)
    except Exception:  # as above
        return b""


def _payload(part: Tree) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except Exception:  # as above
        return b""
    return data if isinstance(data, bytes) else b""


def _written_name(part: Tree) -> str:
    try:
        name = part.get_filename()
    except Exception:  # as above
        return ""
    return decoded(str(name)) if name else ""


def _name(part: Tree, kind: str) -> str:
    return safe_name(_written_name(part), fallback=_NAMELESS.get(kind, "file"))
