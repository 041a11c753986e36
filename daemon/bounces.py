"""A delivery report (RFC 3464) about one of our own letters: a letter did not arrive, and somebody must know."""

from __future__ import annotations

import re
from dataclasses import dataclass

_READ = 256 * 1024
"""Bytes of a report that are looked at; what it returns of a letter comes behind the facts."""

_REPORT = re.compile(rb"^content-type:[^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,4}?report-type=\"?delivery-status", re.I | re.M)
_FIELD = re.compile(
    rb"^(final-recipient|original-recipient|action|status|diagnostic-code):[ \t]*([^\r\n]{1,400})", re.I | re.M
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A letter that a server reports as undeliverable for good."""

    message_ids: tuple[str, ...]
    """Those of ours that the report names, without brackets, lower case."""
    recipients: tuple[str, ...]
    """Whom it did not reach, lower case: as we addressed it and as it was perhaps forwarded."""
    why: str
    """The server's words on one line."""


def bounce_in(raw: bytes, ours: re.Pattern[str]) -> Bounce | None:
    """The bounce that a mail is; null for any other mail, for reports of delay and for reports on foreign mail."""
    seen = raw[:_READ]
    head = re.split(rb"\r?\n\r?\n", seen, maxsplit=1)[0]
    if not _REPORT.search(head):
        return None
    fields = [(name.lower(), value.decode("utf-8", "replace").strip()) for name, value in _FIELD.findall(seen)]
    ids = tuple(dict.fromkeys(match[0].lower() for match in ours.finditer(seen.decode("ascii", "replace"))))
    if not ids or "failed" not in {value.lower() for name, value in fields if name == b"action"}:
        return None
    recipients = [
        value.rpartition(";")[2].strip(" <>").lower() for name, value in fields if name.endswith(b"recipient")
    ]
    words = [value for name, value in fields if name in (b"status", b"diagnostic-code")]
    return Bounce(
        message_ids=ids, recipients=tuple(dict.fromkeys(recipients)), why=" ".join(" ".join(words).split())[:300]
    )
