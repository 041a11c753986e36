"""What a file is by its first bytes, whatever its name claims, and a name that is safe to show and to store."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from classifiers.normalise import clean_text, without_invisible

CLASSES = ("image", "video", "document", "table", "text", "mail", "page", "archive", "unknown")
"""What people call it: of data/proofs.toml."""

_LONGEST_NAME = 120
_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF-", "application/pdf", "document"),
    (0, b"\xff\xd8\xff", "image/jpeg", "image"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "image"),
    (0, b"GIF87a", "image/gif", "image"),
    (0, b"GIF89a", "image/gif", "image"),
    (0, b"BM", "image/bmp", "image"),
    (0, b"II*\0", "image/tiff", "image"),
    (0, b"MM\0*", "image/tiff", "image"),
    (8, b"WEBP", "image/webp", "image"),
    (4, b"ftypheic", "image/heic", "image"),
    (4, b"ftypheix", "image/heic", "image"),
    (4, b"ftypmif1", "image/heif", "image"),
    (4, b"ftypavif", "image/avif", "image"),
    (4, b"ftypqt", "video/quicktime", "video"),
    (4, b"ftyp", "video/mp4", "video"),
    (0, b"\x1aE\xdf\xa3", "video/webm", "video"),
    (8, b"AVI ", "video/x-msvideo", "video"),
    (0, b"\x00\x00\x01\xba", "video/mpeg", "video"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "document"),
    (0, b"{\\rtf", "application/rtf", "document"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "archive"),
    (0, b"\x1f\x8b", "application/gzip", "archive"),
    (0, b"MZ", "application/x-msdownload", "unknown"),
    (0, b"\x7fELF", "application/x-executable", "unknown"),
)
_OFFICE = (
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis", "application/vnd.oasis.opendocument"),
)
_FIELD = re.compile(rb"(?:[A-Za-z][A-Za-z-]{1,40}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3}", re.MULTILINE)
_MAIL_FIELDS = re.compile(
    rb"^(?:from|received|message-id|return-path|delivered-to|date):", re.IGNORECASE | re.MULTILINE
)
_PAGE = re.compile(rb"\s{0,200}(?:<!--.{0,500}?-->\s{0,50})?<(?:!doctype html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u2028\u2029]+')
_DOTS = re.compile(r"\.{2,}")
_DEVICES = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """A media type, and what people call it (of CLASSES)."""

    media: str
    kind: str


def type_of(data: bytes, name: str = "") -> FileType:
    """The type by magic bytes; the name only tells tables from other text."""
    if data.startswith(b"PK\x03\x04"):
        head = data[:4000]
        office = next((media for mark, media in _OFFICE if mark in head), None)
        is_sheet = office is not None and ("sheet" in office)
        return FileType(
            media=office or "application/zip", kind="table" if is_sheet else "document" if office else "archive"
        )
    for place, magic, media, kind in _MAGIC:
        if data[place : place + len(magic)] == magic and (place != 8 or data.startswith(b"RIFF")):
            return FileType(media=media, kind=kind)
    return _type_of_text(data[:64_000], name)


def _type_of_text(head: bytes, name: str) -> FileType:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not head or (not wide and _BINARY.search(head)):
        return FileType(media="application/octet-stream", kind="unknown")
    if _PAGE.match(head):
        return FileType(media="text/html", kind="page")
    if _FIELD.match(head.lstrip()) and _MAIL_FIELDS.search(head):
        return FileType(media="message/rfc822", kind="mail")
    first = head.split(b"\n", 1)[0]
    tabular = max(first.count(b"\t"), first.count(b";"), first.count(b",")) >= 2
    if name.lower().endswith((".csv", ".tsv")) or (tabular and name.lower().endswith((".txt", ".tab"))):
        return FileType(media="text/csv", kind="table")
    return FileType(media="text/plain", kind="text")


def safe_name(name: str, *, fallback: str = "file") -> str:
    """A file's name without folders, control and bidi characters and device names, at most 120 characters."""
    text = unicodedata.normalize("NFC", clean_text(without_invisible(name.replace("\n", " "))))
    last = re.split(r"[/\\]", text)[-1]
    flat = _DOTS.sub(".", _UNSAFE.sub("_", last)).strip(" ._")
    if _DEVICES.match(flat):
        flat = f"_{flat}"
    if len(flat) > _LONGEST_NAME:
        stem, dot, ending = flat.rpartition(".")
        keep = f".{ending}" if dot and len(ending) <= 8 else ""
        flat = (stem if keep else flat)[: _LONGEST_NAME - len(keep)].rstrip() + keep
    return flat or fallback
