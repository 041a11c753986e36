"""The MIME tree of one mail to what a person sees of it; attached mails are handed on, not read as body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Tree

from classifiers.charsets import decode
from classifiers.fields import decode_base64, decoded
from classifiers.mail import Attachment, Link
from classifiers.text import VisibleText, tidy, visible_text

MAX_TEXT = 1024 * 1024
MAX_DEPTH = 50
MAX_ATTACHED_MAILS = 20
_PAGE = re.compile(r"\s{0,100}<(?:!doctype html|html)[\s>]", re.IGNORECASE)
_WORD = re.compile(r"\w", re.UNICODE)
_URL = re.compile(r"https?://[^\s<>\"'｡。、，）)\]]{3,2000}", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([\w-]{2,40})", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """What was collected from the tree: pieces of text in order, attachments and attached mails unopened."""

    pieces: list[VisibleText] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    attached_mails: list[Tree] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def text(self) -> str:
        """Visible text of all parts, at most 1 MiB."""
        return "\n\n".join(piece.text for piece in self.pieces if piece.text)[:MAX_TEXT]

    @property
    def hidden(self) -> str:
        """Text that is in the HTML but that nobody sees."""
        return "\n".join(piece.hidden for piece in self.pieces if piece.hidden)[:MAX_TEXT]

    @property
    def links(self) -> tuple[Link, ...]:
        """Visible links of all parts."""
        return tuple(link for piece in self.pieces for link in piece.links)


def read_body(tree: Tree) -> Body:
    """Collect a mail's body; broken parts become defects, never errors."""
    body = Body()
    body.pieces = _pieces(tree, body, depth=0)
    return body


def _pieces(part: Tree, body: Body, *, depth: int) -> list[VisibleText]:
    kind = part.get_content_type()
    if depth > MAX_DEPTH:
        body.defects.append("nested too deeply, inner parts were not read")
        return []
    if kind == "message/rfc822" or kind == "message/global":
        _keep_attached_mail(part, body)
        return []
    if part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, Tree)]
        if kind == "multipart/alternative":
            return _most_human(children, body, depth=depth + 1)
        if kind == "multipart/report":
            children = children[:1]
        return [piece for child in children for piece in _pieces(child, body, depth=depth + 1)]
    if _is_shown(part, kind, depth):
        piece = _shown_text(part, kind, body)
        return [piece] if piece else []
    _keep_attachment(part, kind, body)
    return []


def _most_human(children: list[Tree], body: Body, *, depth: int) -> list[VisibleText]:
    """The last variant with words in it, since that is the one that clients show; HTML comes last.

    Plain texts in front of it are then not even decoded; what is no text is, since it may be an attachment.
    """
    last = _pieces(children[-1], body, depth=depth) if children else []
    if _has_words(last) and all(_is_shown(child, child.get_content_type(), depth) for child in children[:-1]):
        return last
    variants = [*(_pieces(child, body, depth=depth) for child in children[:-1]), last]
    return next((variant for variant in reversed(variants) if _has_words(variant)), last)


def _has_words(variant: list[VisibleText]) -> bool:
    return any(_WORD.search(piece.text) for piece in variant)


def _is_shown(part: Tree, kind: str, depth: int) -> bool:
    if kind not in ("text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"):
        return False
    if depth == 0:
        return True
    disposition = part.get_content_disposition()
    return disposition == "inline" or (disposition != "attachment" and not _filename(part))


def _shown_text(part: Tree, kind: str, body: Body) -> VisibleText | None:
    if body.size > 2 * MAX_TEXT:
        return None
    data = _payload(part)
    label = _charset(part, data, kind)
    text, defect = decode(data[: 4 * MAX_TEXT], label)
    if defect:
        body.defects.append(defect)
    if len(text) > MAX_TEXT:
        body.defects.append("text longer than 1 MiB, the rest was not read")
        text = text[:MAX_TEXT]
    body.size += len(text)
    if kind not in ("text/plain", "text/markdown") or _PAGE.match(text):
        return visible_text(text)
    if _parameter(part, "format").lower() == "flowed":
        text = unflowed(text, delsp=_parameter(part, "delsp").lower() == "yes")
    text = tidy(text)
    links = tuple(Link(text=url, href=url) for url in _URL.findall(text)[:200])
    return VisibleText(text=text, hidden="", links=links)


def _payload(part: Tree) -> bytes:
    """The decoded bytes of a leaf; whatever the transfer encoding's flaws."""
    try:
        data = part.get_payload(decode=True)
    except Exception:  # the standard library raises many kinds here for hostile payloads
        data = None
    if isinstance(data, bytes):
        return data
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _charset(part: Tree, data: bytes, kind: str) -> str | None:
    label = _parameter(part, "charset")
    if not label and kind == "text/html":
        match = _META_CHARSET.search(data[:2048])
        label = match[1].decode("ascii", "replace") if match else ""
    return label or None


def _parameter(part: Tree, name: str) -> str:
    if not _mentions(part, "content-type", name):
        return ""
    try:
        value = part.get_param(name)
    except Exception:  # RFC 2231 leftovers raise ValueError, IndexError and more
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return str(value).strip() if value else ""


def _mentions(part: Tree, field: str, name: str) -> bool:
    """Whether a field can have a parameter: to look costs a tenth of taking the field apart, which is done for few."""
    return name in str(part.get(field, "")).lower()


def _filename(part: Tree) -> str:
    if not _mentions(part, "content-disposition", "name") and not _mentions(part, "content-type", "name"):
        return ""
    try:
        name = part.get_filename()
    except Exception:  # as above
        return ""
    return decoded(str(name))[:255] if name else ""


def _keep_attachment(part: Tree, kind: str, body: Body) -> None:
    data = _payload(part)
    name = _filename(part)
    if name.lower().endswith(".eml") and kind in ("application/octet-stream", "text/plain", "application/eml"):
        _note_mail(message_from_bytes(data), body)
    digest = hashlib.sha256(data).hexdigest()
    body.attachments.append(Attachment(filename=name, content_type=kind[:100], size=len(data), sha256=digest))


def _keep_attached_mail(part: Tree, body: Body) -> None:
    """Note an attached mail, also one that a client wrapped in base64 against the rules."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(inner, Tree) and not inner.keys():
        text = inner.get_payload()
        data = text.encode("ascii", "surrogateescape") if isinstance(text, str) and text.isascii() else b""
        inner = message_from_bytes(decode_base64(data)) if data else None
    if isinstance(inner, Tree):
        _note_mail(inner, body)


def _note_mail(tree: Tree, body: Body) -> None:
    if tree.keys() and len(body.attached_mails) < MAX_ATTACHED_MAILS:
        body.attached_mails.append(tree)


def unflowed(text: str, *, delsp: bool) -> str:
    """RFC 3676 text with its soft line breaks undone; quote depth and the signature line are kept."""
    return "\n".join(_flowed_lines(text.replace("\r\n", "\n"), delsp=delsp))


def _flowed_lines(text: str, *, delsp: bool) -> Iterator[str]:
    pending, pending_depth = "", -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content[1:] if content.startswith(" ") else content
        mark = ">" * depth + " " if depth else ""
        if pending_depth == depth and content != "-- ":
            content = pending + content
        elif pending_depth >= 0:
            yield (">" * pending_depth + " " if pending_depth else "") + pending
        pending, pending_depth = "", -1
        if content.endswith(" ") and content != "-- ":
            pending, pending_depth = content[:-1] if delsp else content, depth
        else:
            yield mark + content
    if pending_depth >= 0:
        yield (">" * pending_depth + " " if pending_depth else "") + pending
