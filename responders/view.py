"""What the templates see: finished strings in the team's language, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass

from responders.cautions import Caution
from responders.evidence import EvidenceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """The deadline: label and countdown for the eye, then every line that explains it."""

    label: str
    when: str
    """In the team's zone, in full."""
    glance: str
    """The same without the year, for the preview line."""
    countdown: str
    urgent: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of draft text, or a gap in it."""

    text: str
    gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """One variant of the answer; `gloss` is the same in the team's language, empty when it reads the draft's."""

    title: str
    language: str
    language_code: str
    when: str
    subject: str
    file: str
    """Which enclosure holds the same text as a message to complete, else empty."""
    length: str
    body: str
    pieces: tuple[Piece, ...]
    gloss: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """One letter, ready to be laid out."""

    language: str
    preheader: str
    tag: str
    headline: str
    rows: tuple[tuple[str, str], ...]
    clock: ClockView | None
    clock_note: str
    """What stands in place of a clock that does not run, else empty."""
    steps: tuple[str, ...]
    cautions: tuple[Caution, ...]
    lessons: tuple[str, ...]
    drafts: tuple[DraftView, ...]
    draft_note: str
    no_draft: str
    """Why there is no draft where one is to be expected, else empty."""
    evidence: tuple[EvidenceItem, ...]
    mail_rows: tuple[tuple[str, str], ...]
    excerpt: str
    because: tuple[str, ...]
    footer: str
    headings: dict[str, str]
    on_file: tuple[str, ...] = ()
    """What exports say of the order, each with its source."""
