"""Bytes to Message: what a person would see of a mail, read defensively.

mail-parser is used here and nowhere else.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Tree
from email.parser import BytesHeaderParser

import mailparser

from classifiers.domains import is_amazon_domain, is_relay_domain
from classifiers.fields import decoded, mailboxes, message_ids
from classifiers.forwards import InlineForward, author_of, find_inline, subject_prefix
from classifiers.mail import Attachment, Link, Mailbox, Message
from classifiers.maildate import WrittenDate, read_date
from classifiers.origin import is_bounce, origin_of, posing_as_amazon
from classifiers.parts import MAX_TEXT, Body, read_body
from classifiers.prescan import bounded
from classifiers.quoting import split_quotes
from classifiers.text import VisibleText

__all__ = ["Attachment", "Link", "Mailbox", "Message", "UnreadableMail", "read_message"]

_LATE = timedelta(minutes=10)
_MAX_FORWARDS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The library reports what it could not decode through logging; the defects say the same to people.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


class UnreadableMail(ValueError):
    """The input is no mail at all; the text is a plain sentence for people."""


class _Reader(mailparser.MailParser):  # type: ignore[misc]
    """mail-parser's guarded tree and its account of the defects in it.

    Its readings of header fields, dates and texts are left out: they are read here once more and otherwise (charsets,
    what is hidden, who may be believed), and made up a third of the time in which a mail is read.
    """

    def parse(self) -> _Reader:
        """Walk the tree once for its defects."""
        self._defects: list[dict[str, list[str]]] = []
        self._defects_categories: set[str] = set()
        self._has_defects = False
        for part in self.message.walk() if self.message is not None else ():
            self._append_defects(part, part.get_content_type())
        return self


def read_message(raw: bytes, *, arrived_at: datetime | None = None, as_sent: bool = False) -> Message:
    """Read one mail; for a colleague's forward of Amazon's mail the result is the inner mail, unless `as_sent`.

    `arrived_at` is the aware INTERNALDATE when the caller knows it. Bad MIME never raises; UnreadableMail is
    raised only for input without a single header field.
    """
    safe = bounded(raw)
    if safe is None:
        raise UnreadableMail(
            "This is no mail: it has no header field." if raw.strip() else "This is no mail: it is empty."
        )
    tree, defects = _parse(safe.raw)
    message, body = _read_tree(tree, arrived_at=arrived_at, defects=(*safe.defects, *defects))
    return message if as_sent else _opened(message, body)


def _parse(raw: bytes) -> tuple[Tree, tuple[str, ...]]:
    """The tree by mail-parser, else by the standard library alone, else the header alone."""
    try:
        parser = _Reader.from_bytes(raw)
        tree: Tree = parser.message
        return tree, tuple(
            f"{kind}: {said}" for found in parser.defects for kind, texts in found.items() for said in texts
        )
    except Exception as error:  # mail-parser raises AttributeError and more for broken boundaries
        first = f"mail-parser gave up ({type(error).__name__})"
    try:
        return message_from_bytes(raw), (f"{first}; read with the standard library",)
    except Exception as error:  # RecursionError among others
        head = raw.partition(b"\n\n")[0]
        return BytesHeaderParser().parsebytes(head), (f"{first}, {type(error).__name__}; only the header was read",)


def _read_tree(
    tree: Tree, *, arrived_at: datetime | None, defects: tuple[str, ...], carried_at: datetime | None = None
) -> tuple[Message, Body]:
    """Read header and body; `carried_at` is when the mail that carries an attached one came."""
    body = read_body(tree)
    hint = tree.get_content_charset() if isinstance(tree.get("content-type"), str) else None
    raw_fields = [(name.strip().lower(), str(value)) for name, value in tree.raw_items()]
    headers = tuple((name, decoded(value, hint=hint)) for name, value in raw_fields)

    def boxes(name: str) -> tuple[Mailbox, ...]:
        return tuple(box for key, value in raw_fields if key == name for box in mailboxes(value, hint=hint))

    def first(name: str) -> str:
        return next((value for key, value in headers if key == name), "")

    arrival = arrived_at or _arrival(headers) or carried_at
    sent_at, date_defect = _start_of_clock(first("date"), arrival)
    found = [*defects, *body.defects, *([date_defect] if date_defect else [])]
    author = boxes("from")
    sender = boxes("sender")
    text, quoted, signature = _own_text(body.text, author)
    return Message(
        message_id=next(iter(message_ids(first("message-id"))), None),
        sent_at=sent_at,
        subject=first("subject"),
        from_=author,
        sender=sender[0] if sender else None,
        reply_to=boxes("reply-to"),
        to=boxes("to"),
        in_reply_to=message_ids(first("in-reply-to")),
        references=message_ids(first("references")),
        headers=headers,
        text=text,
        quoted=quoted,
        hidden=body.hidden,
        links=body.links,
        attachments=tuple(body.attachments),
        forwarded_by=None,
        forward_note="",
        outer_headers=headers,
        arrived_at=arrival,
        defects=tuple(dict.fromkeys(found)),
        signature=signature,
    ), body


def _own_text(text: str, author: tuple[Mailbox, ...]) -> tuple[str, str, str]:
    """Own words, history and signature; Amazon's notices have no signature that could be cut off."""
    segments = split_quotes(text)
    domain = author[0].domain if author else ""
    if is_amazon_domain(domain) and not is_relay_domain(domain) and segments.signature:
        return f"{segments.own}\n\n{segments.signature}", segments.quoted, ""
    return segments.own, segments.quoted, segments.signature


def _arrival(headers: tuple[tuple[str, str], ...]) -> datetime | None:
    """The instant behind the last semicolon of the topmost Received field."""
    received = next((value for name, value in headers if name == "received"), "")
    written = read_date(received.rpartition(";")[2].strip()) if ";" in received else None
    return written.instant if written else None


def _start_of_clock(date: str, arrival: datetime | None) -> tuple[datetime, str | None]:
    """The contract's rule: own Date, or the arrival when that is missing, unreadable or over ten minutes later."""
    written = read_date(date) if date else None
    if written and (arrival is None or written.instant <= arrival + _LATE):
        return written.instant, None
    if arrival is not None:
        flaw = "later than the arrival" if written else "unreadable" if date else "missing"
        return arrival, f"Date {flaw}; the arrival counts"
    return _EPOCH, "neither a readable Date nor an arrival time"


def _opened(message: Message, body: Body, depth: int = 0) -> Message:
    """The innermost mail of Amazon's that a colleague forwarded, else the message itself."""
    if depth >= _MAX_FORWARDS or not _may_forward(message):
        return message
    count = len(body.attached_mails)
    several = (f"{count} mails attached; only the first of Amazon's was read",) if count > 1 else ()
    carried_at = message.arrived_at or message.sent_at
    for tree in body.attached_mails:
        defects = (*message.defects, *several)
        inner, inner_body = _read_tree(tree, arrived_at=None, defects=defects, carried_at=carried_at)
        innermost = _opened(inner, inner_body, depth + 1)
        if _concerns_amazon(innermost):
            return _wrapped(innermost, message, note=message.text)
    whole = body.text
    inline = find_inline(whole, message.subject)
    if inline:
        inner = _inner_of(inline, message)
        innermost = _opened(inner, _text_body(inline.body), depth + 1)
        if _concerns_amazon(innermost):
            return _wrapped(innermost, message, note=inline.note)
    return _without_header(message) or message


def _without_header(message: Message) -> Message | None:
    """A forward of which only subject prefix and Amazon's marked or signed text are left; null for other mail."""
    prefix, subject = subject_prefix(message.subject)
    if prefix != "forward":
        return None
    inner = replace(message, from_=(), subject=subject, message_id=_answered_id(message), forwarded_by=message.author)
    return inner if origin_of(inner).amazon else None


def _may_forward(message: Message) -> bool:
    """Amazon's own mail, imitations and bounces are what they are, whatever they carry."""
    return not (is_bounce(message) or is_amazon_domain(message.author.domain) or posing_as_amazon(message))


def _concerns_amazon(inner: Message) -> bool:
    if is_amazon_domain(inner.author.domain):
        return True
    if not inner.author.address:
        return origin_of(replace(inner, forwarded_by=Mailbox(display="", address=""))).amazon
    return posing_as_amazon(inner) is not None


def _wrapped(inner: Message, outer: Message, *, note: str) -> Message:
    note = note if inner.forwarded_by is None else f"{note}\n\n{inner.forward_note}"
    return replace(
        inner,
        forwarded_by=outer.author,
        forward_note=note.strip()[:MAX_TEXT],
        outer_headers=outer.outer_headers,
        arrived_at=outer.arrived_at,
    )


def _inner_of(inline: InlineForward, outer: Message) -> Message:
    """The inner mail of an inline forward; what the client left out is taken from the outer mail or is unknown."""
    fields = inline.fields
    sent_at, defect = _inner_date(fields.get("date", ""), outer)
    author = author_of(fields["from"]) if "from" in fields else None
    text, quoted, signature = _own_text(inline.body, (author,) if author else ())
    subject = fields.get("subject") or subject_prefix(outer.subject)[1]
    return replace(
        outer,
        message_id=fields.get("message_id", "").strip("<> ") or _answered_id(outer),
        sent_at=sent_at,
        subject=subject,
        from_=(author,) if author else (),
        sender=None,
        reply_to=mailboxes(fields.get("reply_to", "")),
        to=mailboxes(fields.get("to", "")),
        in_reply_to=(),
        references=(),
        headers=tuple((name.replace("_", "-"), value) for name, value in fields.items()),
        text=text,
        quoted=quoted,
        signature=signature,
        defects=(*outer.defects, *([defect] if defect else [])),
    )


def _inner_date(date: str, outer: Message) -> tuple[datetime, str | None]:
    own = _own_date(outer)
    offset = own.offset if own else timedelta(0)
    written = read_date(date, offset=offset, not_after=outer.sent_at) if date else None
    if written and written.instant <= outer.sent_at + _LATE:
        return written.instant, None
    return outer.sent_at, "date of the forwarded mail unreadable; the forward's counts"


def _own_date(message: Message) -> WrittenDate | None:
    return read_date(message.header("date") or "")


def _answered_id(outer: Message) -> str | None:
    """The inner Message-ID: clients name the mail that they forward in In-Reply-To; believed when Amazon made it."""
    for identifier in outer.in_reply_to:
        domain = identifier.rpartition("@")[2].lower()
        if is_amazon_domain(domain) or domain.endswith("amazonses.com"):
            return identifier
    return None


def _text_body(text: str) -> Body:
    """A body of plain text, for looking for a forward inside a forward."""
    return Body(pieces=[VisibleText(text=text, hidden="", links=())])
