"""The deadline as an iCalendar entry (RFC 5545) with alarms, updated and withdrawn as the case moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.phrasebook import Phrasebook
from config.vocabulary import Basis, Kind
from responders.deadline_view import clock_label
from responders.letter import Enclosure
from responders.quoting import plain_line
from responders.summary import CaseSummary
from responders.voice import TeamVoice

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""From which SEQUENCE counts seconds: it grows with every letter and stays a 32-bit number."""
_SHOWN = timedelta(minutes=30)
"""Length of the entry, which ends at the deadline: a calendar shows a zero-length event badly."""
_ALARMS = (timedelta(hours=24), timedelta(hours=4), timedelta(hours=1))
_CALM_ALARMS = (timedelta(hours=24),)
"""A conditional clock reminds, but pages nobody."""


def calendar_entry(summary: CaseSummary, *, team: TeamVoice, now: datetime) -> Enclosure | None:
    """The deadline as an .ics file; withdrawn when a later mail has ended the clock, null when there never was one."""
    if summary.respond_by is None and len(summary.mails) == 1:
        return None
    return _file(
        _Entry(
            number=summary.number,
            kind=summary.kind,
            order=" ".join(summary.order_ids[:1]),
            label=clock_label(summary),
            until=summary.respond_by,
            calm=summary.basis is Basis.CONDITIONAL,
        ),
        team,
        now,
    )


def entry_of_act(
    number: str, kind: Kind, order: str, respond_by: datetime | None, *, team: TeamVoice, now: datetime
) -> Enclosure:
    """The entry after a person stopped the clock (`respond_by` null: withdrawn) or started it again."""
    entry = _Entry(number=number, kind=kind, order=order, label="answer", until=respond_by, calm=False)
    return _file(entry, team, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    number: str
    kind: Kind
    order: str
    label: str
    """Of the phrases' [clock]."""
    until: datetime | None
    """Null when it is withdrawn."""
    calm: bool


def _file(entry: _Entry, team: TeamVoice, now: datetime) -> Enclosure:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Claimclock//EN",
        "CALSCALE:GREGORIAN",
        *(["METHOD:PUBLISH"] if team.address else []),
        "BEGIN:VEVENT",
        *_event(entry, team, now),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    method = "; method=PUBLISH" if team.address else ""
    return Enclosure(
        filename=f"{entry.number}.ics",
        content_type=f"text/calendar{method}; charset=utf-8",
        content="".join(f"{_folded(line)}\r\n" for line in lines).encode(),
    )


def _event(entry: _Entry, team: TeamVoice, now: datetime) -> list[str]:
    """UID is the case's; SEQUENCE grows with time, so every later letter replaces the entry (RFC 5545, 3.8.7.4)."""
    phrases, end = team.phrases, entry.until or now
    return [
        f"UID:{entry.number}.{team.instance}@{team.domain}",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{max(0, int((now - _BEGINNING).total_seconds()))}",
        f"DTSTART:{_utc(end - _SHOWN)}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY:{_escaped(_title(entry, phrases))}",
        f"DESCRIPTION:{_escaped(phrases.say('calendar.text'))}",
        f"STATUS:{'CONFIRMED' if entry.until else 'CANCELLED'}",
        "TRANSP:TRANSPARENT",
        *([f"ORGANIZER:mailto:{team.address}"] if team.address else []),
        *(_alarms(entry, end, now, phrases) if entry.until else []),
    ]


def _title(entry: _Entry, phrases: Phrasebook) -> str:
    matter = f"{phrases.say(f'kind.{entry.kind}')} {entry.order}"
    label = phrases.say(f"clock.{entry.label}")
    return plain_line(phrases.say("calendar.title", label=label, matter=matter, number=entry.number))


def _alarms(entry: _Entry, end: datetime, now: datetime, phrases: Phrasebook) -> list[str]:
    chosen = _CALM_ALARMS if entry.calm else _ALARMS
    lines: list[str] = []
    for before in chosen:
        if end - before > now:
            hours = before // timedelta(hours=1)
            text = _escaped(_title(entry, phrases))
            lines += [
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                f"TRIGGER;RELATED=END:-PT{hours}H",
                f"DESCRIPTION:{text}",
                "END:VALARM",
            ]
    return lines


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 octets a line, never inside a character (RFC 5545, section 3.1)."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])
