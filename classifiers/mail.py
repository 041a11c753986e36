"""The values that a mail is read into; `message.py` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A visible link: its anchor text and its absolute address."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What is known of an attachment without opening it."""

    filename: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One RFC 5322 mailbox: display name and addr-spec (lower case, IDNA decoded as written)."""

    display: str
    address: str

    @property
    def domain(self) -> str:
        """The part behind the last @, without a trailing dot; empty when there is none."""
        return self.address.rpartition("@")[2].rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail as it is judged: for a colleague's forward, the mail that was forwarded.

    Text fields hold what a person sees, NFC, newline separated, without NUL or surrogates, each at most 1 MiB.
    """

    message_id: str | None
    """RFC 5322 Message-ID without the brackets, of this (inner) mail; null when unreadable."""
    sent_at: datetime
    """Aware UTC: the mail's own Date, or the arrival when that is missing, unreadable or over 10 minutes later."""
    subject: str
    """Decoded and unfolded, control characters removed."""
    from_: tuple[Mailbox, ...]
    """Every mailbox of every From field; more than one is ambiguous and never trusted."""
    sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    """All header fields of this mail, topmost first: lower-case name, decoded unfolded value."""
    text: str
    """The sender's own visible text; table cells of one row are separated by a tab."""
    quoted: str
    """Quoted history that stands below (or above) the own text; never a source of ids or deadlines."""
    hidden: str
    """Text that is in the HTML but that nobody sees (preheader, zero size, MSO comment)."""
    links: tuple[Link, ...]
    attachments: tuple[Attachment, ...]
    forwarded_by: Mailbox | None
    """The colleague who forwarded this mail, inline or attached; null for a direct mail."""
    forward_note: str
    """The colleague's own words above the forwarded mail; judged for nothing."""
    outer_headers: tuple[tuple[str, str], ...]
    """Header fields of the mail as it was delivered; equal to `headers` unless forwarded."""
    arrived_at: datetime | None
    """Aware UTC: INTERNALDATE, else the topmost Received of the delivered mail; null when neither is known."""
    defects: tuple[str, ...]
    """What was broken and how it was read all the same, for people."""
    signature: str = ""
    """The signature below the own text of mail from outside Amazon; judged for nothing but posing."""

    def header(self, name: str) -> str | None:
        """The first (topmost) value of a header field of this mail, or null; `name` in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    def header_values(self, name: str) -> tuple[str, ...]:
        """All values of a header field, topmost first; `name` in lower case."""
        return tuple(value for key, value in self.headers if key == name)

    @property
    def author(self) -> Mailbox:
        """The first From mailbox, or an empty one."""
        return self.from_[0] if self.from_ else Mailbox(display="", address="")
