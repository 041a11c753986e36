"""The deadline as an iCalendar entry (RFC 5545) with alarms, updated and withdrawn as the case moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.phrasebook import Phrasebook
from config.vocabulary import Basis
from responders.deadline_view import clock_label
from responders.letter import Enclosure
from responders.quoting import plain_line
from responders.summary import CaseSummary
from responders.voice import TeamVoice

_SHOWN = timedelta(minutes=30)
"""Length of the entry, which ends at the deadline: a calendar shows a zero-length event badly."""
_ALARMS = (timedelta(hours=24), timedelta(hours=4), timedelta(hours=1))
_CALM_ALARMS = (timedelta(hours=24),)
"""A conditional clock reminds, but pages nobody."""


def calendar_entry(summary: CaseSummary, *, team: TeamVoice, now: datetime) -> Enclosure | None:
    """The deadline as an .ics file; withdrawn when a later mail has ended the clock, null when there never was one.

    UID is the case's, SEQUENCE the number of its mails before this one, so that a later letter replaces the entry.
    """
    if summary.respond_by is None and len(summary.mails) == 1:
        return None
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Claimclock//EN",
        "CALSCALE:GREGORIAN",
        *(["METHOD:PUBLISH"] if team.address else []),
        "BEGIN:VEVENT",
        *_event(summary, team, now),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    method = "; method=PUBLISH" if team.address else ""
    return Enclosure(
        filename=f"{summary.number}.ics",
        content_type=f"text/calendar{method}; charset=utf-8",
        content="".join(f"{_folded(line)}\r\n" for line in lines).encode(),
    )


def _event(summary: CaseSummary, team: TeamVoice, now: datetime) -> list[str]:
    phrases, over = team.phrases, summary.respond_by is None
    end = summary.respond_by or summary.newest.sent_at
    return [
        f"UID:{summary.number}.{team.instance}@{team.domain}",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{len(summary.mails) - 1}",
        f"DTSTART:{_utc(end - _SHOWN)}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY:{_escaped(_title(summary, phrases))}",
        f"DESCRIPTION:{_escaped(phrases.say('calendar.text'))}",
        f"STATUS:{'CANCELLED' if over else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        *([f"ORGANIZER:mailto:{team.address}"] if team.address else []),
        *([] if over else _alarms(summary, end, now, phrases)),
    ]


def _title(summary: CaseSummary, phrases: Phrasebook) -> str:
    matter = f"{phrases.say(f'kind.{summary.kind}')} {' '.join(summary.order_ids[:1])}"
    return plain_line(
        phrases.say(
            "calendar.title", label=phrases.say(f"clock.{clock_label(summary)}"), matter=matter, number=summary.number
        )
    )


def _alarms(summary: CaseSummary, end: datetime, now: datetime, phrases: Phrasebook) -> list[str]:
    chosen = _CALM_ALARMS if summary.basis is Basis.CONDITIONAL else _ALARMS
    lines: list[str] = []
    for before in chosen:
        if end - before > now:
            hours = before // timedelta(hours=1)
            text = _escaped(_title(summary, phrases))
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
