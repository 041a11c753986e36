"""Letter to RFC 5322 bytes: our header fields and no others, whatever a hostile subject holds.

On Python before 3.11.9 an encoded word inside a header value can smuggle a line break (CVE-2024-6923), so values are
cleaned first, and the finished header block is compared with what it must be.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from responders.letter import Enclosure, Letter


class _Registry(HeaderRegistry):
    """The header classes, each made once: the library makes one anew for every field."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


POLICY = SMTP.clone(cte_type="7bit", header_factory=_Registry())
"""CRLF, 7-bit transfer encodings: not every server on the way offers 8BITMIME."""

_ADDR_SPEC = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._+=-]{1,200}@[A-Za-z0-9.-]{1,200}")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNENCODABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Categories Cc, but for line feed and tab, and Cs."""
_MIME_FIELDS = frozenset({"MIME-Version", "Content-Type", "Content-Transfer-Encoding"})
_LONGEST_HEADER = 180


class UnsafeLetter(ValueError):
    """A letter that cannot become a safe message; the sentence says why."""


def message_id_for(key: str, instance: str, domain: str) -> str:
    """The one Message-ID (no brackets) of the letter `key` of this installation, at every attempt to send it."""
    digest = hashlib.sha256(f"{instance}\0{key}".encode()).hexdigest()[:32]
    return f"{digest}.{_token(instance)}@{domain}"


def header_text(value: str) -> str:
    """`value` as one safe line for a header field: no control, format or private characters, no encoded words."""
    flat = "".join(" " if _breaks(char) else char for char in value if char == "\t" or not _drops(char))
    while "=?" in flat or "?=" in flat:
        flat = flat.replace("=?", "= ").replace("?=", " =")
    flat = " ".join(flat.split())
    return flat if len(flat) <= _LONGEST_HEADER else flat[: _LONGEST_HEADER - 1].rstrip() + "…"


def to_bytes(
    letter: Letter,
    *,
    from_display: str,
    from_address: str,
    recipient: str,
    instance: str,
    message_id: str | None = None,
    reply_to: str | None = None,
) -> bytes:
    """The complete message to one recipient, CRLF, the same bytes at every call; raises UnsafeLetter.

    `message_id` is that of this recipient's copy when it has one of its own; the letter's then stays the thread's root.
    """
    fields = _fields(letter, from_display, from_address, recipient, instance, message_id=message_id, reply_to=reply_to)
    return _message(fields, _content(letter))


@lru_cache(maxsize=4)
def _content(letter: Letter) -> bytes:
    """The content with its own header fields; encoded once for all recipients of a letter."""
    message = EmailMessage(policy=POLICY)
    message.set_content(_body(letter.text))
    message.add_alternative(_body(letter.html), subtype="html")
    for enclosure in letter.enclosures:
        _enclose(message, enclosure)
    _fix_boundaries(message, letter.message_id)
    return message.as_bytes()


def _message(fields: list[tuple[str, str | Address]], content: bytes) -> bytes:
    """Our header fields before a content that begins with its own; raises UnsafeLetter when others have crept in."""
    top = EmailMessage(policy=POLICY)
    for name, value in fields:
        top[name] = value
    data = top.as_bytes().rstrip(b"\r\n") + b"\r\n" + content
    _assert_headers(data, [name for name, _ in fields])
    return data


def unsent_bytes(*, recipient: str, subject: str, text: str, in_reply_to: str | None) -> bytes:
    """A message for a person to complete and send ("X-Unsent" opens it as a draft); raises UnsafeLetter."""
    fields: list[tuple[str, str | Address]] = [
        ("To", Address(addr_spec=_address(recipient))),
        ("Subject", header_text(subject)),
        ("X-Unsent", "1"),
    ]
    if in_reply_to and _MESSAGE_ID.fullmatch(in_reply_to):
        fields += [("In-Reply-To", f"<{in_reply_to}>"), ("References", f"<{in_reply_to}>")]
    message = EmailMessage(policy=POLICY)
    message.set_content(_body(text), cte="base64")
    return _message(fields, message.as_bytes())


def _fields(
    letter: Letter,
    from_display: str,
    from_address: str,
    recipient: str,
    instance: str,
    *,
    message_id: str | None,
    reply_to: str | None,
) -> list[tuple[str, str | Address]]:
    sender = Address(display_name=header_text(from_display), addr_spec=_address(from_address))
    thread = [("In-Reply-To", _reference(letter.in_reply_to))] if letter.in_reply_to else []
    references = letter.references or ((letter.message_id,) if message_id else ())
    if references:
        thread.append(("References", " ".join(_reference(each) for each in references)))
    answers = [("Reply-To", Address(addr_spec=_address(reply_to)))] if reply_to else []
    return [
        ("From", sender),
        *answers,
        ("To", Address(addr_spec=_address(recipient))),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", _reference(message_id or letter.message_id)),
        ("Subject", header_text(letter.subject)),
        *thread,
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "bulk"),
        ("X-Claimclock", _token(instance)),
    ]


def _enclose(message: EmailMessage, enclosure: Enclosure) -> None:
    maintype, _, subtype = enclosure.content_type.partition("/")
    subtype, _, parameters = subtype.partition(";")
    name = re.sub(r"[^A-Za-z0-9._-]", "_", enclosure.filename)[:80]
    extra = dict(pair.strip().split("=", 1) for pair in parameters.split(";") if "=" in pair)
    message.add_attachment(
        enclosure.content, maintype=maintype, subtype=subtype.strip(), filename=name, params=extra or None
    )


def _assert_headers(data: bytes, ours: list[str]) -> None:
    block = data.partition(b"\r\n\r\n")[0]
    if b"\n" in block.replace(b"\r\n", b"") or b"\r" in block.replace(b"\r\n", b""):
        raise UnsafeLetter("the header block holds a bare line break")
    names = [
        line.partition(b":")[0].decode("ascii", "replace") for line in block.split(b"\r\n") if line[:1] not in b" \t"
    ]
    rest = names[len(ours) :]
    if names[: len(ours)] != ours or len(set(rest)) != len(rest) or not set(rest) <= _MIME_FIELDS:
        raise UnsafeLetter(f"the header block is not ours: {', '.join(names)}")


def _fix_boundaries(message: EmailMessage, seed: str) -> None:
    digest = hashlib.sha256(seed.encode()).hexdigest()[:24]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{digest}")


def _body(text: str) -> str:
    """Bare newlines only, without controls and surrogates, which no charset can carry."""
    return _UNENCODABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _address(value: str) -> str:
    if not _ADDR_SPEC.fullmatch(value):
        raise UnsafeLetter(f"not a plain mail address: {value!r}")
    return value


def _reference(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise UnsafeLetter(f"not a plain Message-ID: {message_id!r}")
    return f"<{message_id}>"


def _token(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", value)[:40] or "claimclock"


def _breaks(char: str) -> bool:
    return char == "\t" or unicodedata.category(char) in {"Zl", "Zp"} or char in "\r\n\v\f\x1c\x1d\x1e\x85"


def _drops(char: str) -> bool:
    return unicodedata.category(char) in _UNSAFE and not _breaks(char)
