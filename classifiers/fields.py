"""Header field values: encoded words, raw 8-bit text, mailboxes, message ids; linear in their length."""

from __future__ import annotations

import base64
import binascii
import re

from classifiers.charsets import decode
from classifiers.mail import Mailbox
from classifiers.normalise import clean_text

MAX_MAILBOXES = 100
MAX_IDS = 100
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\n]{0,20000})\?=")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\]{1,128}@[^\s<>()\[\],;:\"\\]{1,255}")
_BLANKS = re.compile(r"\s+")


def decoded(raw: str, *, hint: str | None = None) -> str:
    """A field's value for people: unfolded, encoded words and raw 8-bit text decoded, control characters removed.

    `raw` is the standard library's form with surrogate escapes; `hint` is the charset of the mail's body.
    """
    value = _text_of(raw, hint)
    if "\n" in value or "\r" in value:
        value = _FOLD.sub(" ", value)
    value = value.strip()
    if "=?" in value:
        value = _decode_words(value)
    return value if value.isprintable() and value.isascii() else clean_text(_FOLD.sub(" ", value)).strip()


def _text_of(raw: str, hint: str | None) -> str:
    if raw.isascii():
        return raw
    data = raw.encode("utf-8", "surrogateescape")
    return decode(data, hint)[0] if any("\udc80" <= character <= "\udcff" for character in raw) else raw


def _decode_words(value: str) -> str:
    """Encoded words replaced; neighbours of one charset are joined as bytes, since many senders split characters."""
    pieces: list[str] = []
    pending = b""
    charset = ""
    end = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        data = _word_bytes(word[2], word[3])
        if pending and not between.strip() and word[1].lower() == charset:
            pending += data
        else:
            if pending:
                pieces.append(decode(pending, charset)[0])
                between = between if between.strip() else ""
            pieces.append(between)
            pending, charset = data, word[1].lower()
        end = word.end()
    if pending:
        pieces.append(decode(pending, charset)[0])
    return "".join(pieces) + value[end:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _Q_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), data.replace(b"_", b" "))
    return decode_base64(data)


def decode_base64(data: bytes) -> bytes:
    """Base64 with foreign characters skipped and missing padding supplied; never raises."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def mailboxes(raw: str, *, hint: str | None = None) -> tuple[Mailbox, ...]:
    """All mailboxes of an address field, at most a hundred; names are decoded only after the commas are split."""
    text = _FOLD.sub(" ", _text_of(raw, hint))
    found: list[Mailbox] = []
    lead = ""
    for segment in _segments(text):
        addresses = _angle_addresses(segment)
        bare = segment if addresses else _without_comments(segment)
        if not addresses:
            match = _ADDRESS.search(bare)
            addresses = [match[0]] if match else []
        if not addresses:
            # "Doe, John <j@x>" without quotes: the comma belongs to the name.
            lead = f"{lead}{segment.strip()}, " if segment.strip() else lead
            continue
        display = lead + _display(segment)
        found.extend(Mailbox(display=display.strip(), address=_addr_spec(address)) for address in addresses)
        lead = ""
        if len(found) >= MAX_MAILBOXES:
            return tuple(found[:MAX_MAILBOXES])
    if not found and lead.strip(" ,"):
        return (Mailbox(display=decoded(lead.strip(" ,"), hint=hint), address=""),)
    return tuple(found)


def _segments(text: str) -> list[str]:
    """Split at commas and group marks outside quotes, comments and angle brackets."""
    segments: list[str] = []
    start = depth = 0
    quoted = angle = escaped = False
    has_groups = ";" in text
    for place, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted or depth > 0
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif character == "<" and depth == 0:
            angle = True
        elif character == ">" and depth == 0:
            angle = False
        elif character in ",;" and depth == 0 and not angle:
            segments.append(text[start:place])
            start = place + 1
        elif character == ":" and has_groups and depth == 0 and not angle:
            start = place + 1
    segments.append(text[start:])
    return segments


def _angle_addresses(segment: str) -> list[str]:
    """The contents of angle brackets outside quotes; several of them make a mailbox ambiguous."""
    found: list[str] = []
    start = -1
    quoted = False
    for place, character in enumerate(segment):
        if character == '"' and start < 0 and (place == 0 or segment[place - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif character == "<":
            start = place + 1
        elif character == ">" and start >= 0:
            found.append(segment[start:place])
            start = -1
    if not found and start >= 0:
        found.append(segment[start:])
    return [address for address in found if "@" in address]


def _without_comments(segment: str) -> str:
    kept: list[str] = []
    depth = 0
    for character in segment:
        if character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def _display(segment: str) -> str:
    name = segment.partition("<")[0].strip() if "<" in segment else ""
    if segment.lstrip().startswith('"'):
        name = segment.strip()
        closing = _closing_quote(name)
        name = name[1:closing] + name[closing + 1 :].partition("<")[0]
        name = re.sub(r"\\(.)", r"\1", name)
    elif not name and "(" in segment:
        name = segment.partition("(")[2].rpartition(")")[0]
    return _BLANKS.sub(" ", decoded(name)).strip().strip("'\"").strip()


def _closing_quote(text: str) -> int:
    escaped = False
    for place in range(1, len(text)):
        if escaped:
            escaped = False
        elif text[place] == "\\":
            escaped = True
        elif text[place] == '"':
            return place
    return len(text)


def _addr_spec(text: str) -> str:
    return clean_text(_BLANKS.sub("", text)).strip("'\"").rstrip(".").lower()[:400]


def message_ids(raw: str) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References field without brackets; the newest hundred at most."""
    value = _FOLD.sub(" ", raw)
    found = _MESSAGE_ID.findall(value)
    if not found and "@" in value:
        found = [word for word in value.split() if "@" in word and len(word) <= 500]
    return tuple(clean_text(identifier) for identifier in found[-MAX_IDS:])
