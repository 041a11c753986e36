"""The statement of an evidence pack, ready to be laid out: cover, timeline, facts, items, hashes, messages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.evidence import evidence_policy
from config.phrasebook import Phrasebook, team_phrases
from responders.case_facts import settled_of
from responders.clock import spoken
from responders.evidence import files_for, item_keys
from responders.evidence_notes import dispute_lines, fact_lines
from responders.summary import CaseSummary

MOST_OF_MESSAGE = 20_000
"""Characters of one message; the original holds the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """One piece of evidence; `entry` is its place in the pack, empty when it was left out."""

    name: str
    sha256: str
    size: int
    media: str
    items: tuple[str, ...]
    at: datetime
    by: str
    entry: str
    picture: bytes | None = None
    """A small upright JPEG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMessage:
    """One mail of the case as text."""

    sent_at: datetime
    sender: str
    subject: str
    text: str
    sha256: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackEvent:
    """One line of the timeline."""

    when: datetime
    what: str
    why: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of the statement; `kind` is title, heading, text, small, row, item, message, picture or break."""

    kind: str
    text: str
    label: str = ""
    picture: bytes | None = None


Clean = Callable[[str], str]


def statement(
    number: str,
    rows: Sequence[tuple[str, str]],
    summary: CaseSummary | None,
    events: Sequence[PackEvent],
    files: Sequence[PackFile],
    messages: Sequence[PackMessage],
    *,
    redacted: bool,
    clean: Clean,
    now: datetime,
    zone: ZoneInfo,
    language: str,
    team: str,
) -> tuple[Block, ...]:
    """Everything that the PDF says, in order; `clean` takes people out of texts when the pack is redacted."""
    phrases = team_phrases(language)
    say = phrases.say
    made = say("pack.made", when=spoken(now, zone, phrases), zone=zone.key)
    blocks = [
        Block(kind="title", text=say("pack.title", number=number)),
        Block(kind="small", text=" ".join(part for part in (clean(team) if redacted else team, made) if part)),
        Block(kind="text", text=say("pack.redacted" if redacted else "pack.whole")),
        *(Block(kind="row", label=label, text=clean(value)) for label, value in rows if value),
        Block(kind="heading", text=say("pack.timeline")),
        *(_event(event, phrases, zone, clean) for event in events),
    ]
    if summary is not None:
        blocks += _facts(summary, phrases, clean)
        blocks += _items(summary, files, phrases, clean)
    blocks += [Block(kind="heading", text=say("pack.files")), *_files(files, phrases, zone, clean, redacted=redacted)]
    blocks.append(Block(kind="heading", text=say("pack.messages")))
    for message in messages:
        blocks += _message(message, phrases, zone, clean, redacted=redacted)
    blocks += _pictures(files, phrases, clean)
    return tuple(blocks)


def _event(event: PackEvent, phrases: Phrasebook, zone: ZoneInfo, clean: Clean) -> Block:
    by = f" ({event.by})" if event.by else ""
    why = f": {event.why}" if event.why else ""
    return Block(kind="row", label=spoken(event.when, zone, phrases), text=clean(f"{event.what}{why}{by}"))


def _facts(summary: CaseSummary, phrases: Phrasebook, clean: Clean) -> list[Block]:
    lines = [*fact_lines(summary, phrases), *dispute_lines(settled_of(summary).disputes, phrases)]
    if not lines:
        return []
    return [
        Block(kind="heading", text=phrases.say("pack.facts")),
        *(Block(kind="text", text=f"• {clean(line)}") for line in lines),
    ]


def _items(summary: CaseSummary, files: Sequence[PackFile], phrases: Phrasebook, clean: Clean) -> list[Block]:
    numbers = {file.name: str(place) for place, file in enumerate(files, start=1)}
    blocks = [Block(kind="heading", text=phrases.say("pack.items"))]
    for key in item_keys(summary):
        text = evidence_policy().items[key].texts[phrases.language]
        names = files_for(summary, key)
        shown = ", ".join(f"{clean(name)} [{numbers[name]}]" if name in numbers else clean(name) for name in names)
        mark = "☒" if names else "☐"
        blocks.append(Block(kind="item", label=mark, text=f"{text.what}. {shown or phrases.say('pack.none')}"))
    return blocks


def _files(
    files: Sequence[PackFile], phrases: Phrasebook, zone: ZoneInfo, clean: Clean, *, redacted: bool
) -> list[Block]:
    blocks = []
    for place, file in enumerate(files, start=1):
        proves = ", ".join(evidence_policy().items[key].texts[phrases.language].short for key in file.items)
        where = phrases.say("pack.copy", entry=file.entry) if redacted and file.entry else file.entry
        where = where or phrases.say("pack.left_out")
        came = phrases.say("pack.came", when=spoken(file.at, zone, phrases), by="" if redacted else file.by).strip()
        lines = [f"{clean(file.name)} · {file.media} · {file.size} B", f"SHA-256 {file.sha256}", f"{came} · {where}"]
        if proves:
            lines.insert(1, phrases.say("pack.proves", items=proves))
        blocks.append(Block(kind="item", label=f"[{place}]", text="\n".join(lines)))
    return blocks or [Block(kind="text", text=phrases.say("pack.none"))]


def _message(message: PackMessage, phrases: Phrasebook, zone: ZoneInfo, clean: Clean, *, redacted: bool) -> list[Block]:
    text = message.text[:MOST_OF_MESSAGE]
    if len(message.text) > MOST_OF_MESSAGE:
        text += f"\n{phrases.say('pack.cut')}"
    return [
        Block(
            kind="row", label=spoken(message.sent_at, zone, phrases), text=clean(f"{message.sender}: {message.subject}")
        ),
        Block(kind="message", text=clean(text)),
        Block(
            kind="small",
            text=f"SHA-256 {message.sha256}" + ("" if redacted or not message.entry else f" · {message.entry}"),
        ),
    ]


def _pictures(files: Sequence[PackFile], phrases: Phrasebook, clean: Clean) -> list[Block]:
    shown = [(place, file) for place, file in enumerate(files, start=1) if file.picture is not None]
    if not shown:
        return []
    return [
        Block(kind="break", text=""),
        Block(kind="heading", text=phrases.say("pack.pictures")),
        *(Block(kind="picture", text=f"[{place}] {clean(file.name)}", picture=file.picture) for place, file in shown),
    ]
