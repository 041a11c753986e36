"""What people can say about a case, in one place: the command line and replies by mail make the same acts of it.

    ack      ACKNOWLEDGED   seen: the ladder's next step is left out, the clock runs on
    mine     TAKEN          seen, and held by whoever says it
    assign   ASSIGNED       held by the named person
    snooze   SNOOZED        quiet for whoever says it until `until`, never past the point where a step still helps
    done     ANSWERED       answered; the case waits for Amazon and its clock stops
    won      CLOSED         with the outcome `won`; likewise lost, withdrawn, refunded; the note is the lesson
    reopen   REOPENED       open again with the clock that had been stopped
    note     NOTED          a line in the trail, nothing else
    wrong    CORRECTED      it is no such case: closed, its mails filed as what they are (`corrections.py`)

Acts are recorded by `acting.act`, folded into the case by `matters.py`, and heard by `ladder.py`. Names of people are
those of the settings' team list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActKind(StrEnum):
    """What a person said about a case."""

    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    NOTED = "noted"
    REFUNDED = "refund notice"
    """Said by no person: Amazon tells that the buyer got the money back, so nobody needs to be woken."""
    CORRECTED = "corrected"


HEEDED = frozenset({ActKind.ACKNOWLEDGED, ActKind.TAKEN, ActKind.ASSIGNED})
"""The acts that show that somebody has seen the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An act that the ladder heeds, as the case remembers it."""

    what: ActKind
    by: str
    """Name of the person."""
    at: datetime
    until: datetime | None = None
    """For a snooze: the end that was asked for."""
