"""Moments: a day, a clock time and a zone in any order, with small words between them."""

from __future__ import annotations

from classifiers.temporal.clocks import read_clock
from classifiers.temporal.days import read_day
from classifiers.temporal.reading import Reading
from classifiers.temporal.values import Clock, DayValue, Lead, Moment
from classifiers.temporal.zones import read_zone

_BETWEEN = ",()"


def read_moment(reading: Reading, place: int, *, lead: Lead) -> tuple[Moment, int] | None:
    """Give (moment, place behind) for a moment that begins at this token, or null; a zone alone is none."""
    day: DayValue | None = None
    clock: Clock | None = None
    zone = ""
    behind = place
    for _ in range(4):
        at = behind if day is None and clock is None and not zone else _over(reading, behind)
        found_zone = read_zone(reading, at) if not zone else None
        if found_zone is not None:
            zone, behind = found_zone
            continue
        found_clock = read_clock(reading, at, dated=day is not None, lead=lead) if clock is None else None
        found_day = read_day(reading, at, led=lead is not Lead.NONE or clock is not None) if day is None else None
        if found_day is not None and (found_clock is None or found_day[1] >= found_clock[1]):
            day, behind = found_day
        elif found_clock is not None:
            clock, behind = found_clock
        else:
            break
    if day is None and clock is None:
        return None
    return Moment(day=day, clock=clock, zone=zone), _closed(reading, place, behind)


def _over(reading: Reading, place: int) -> int:
    """Skip the small words and marks that may stand between the parts of a moment."""
    return reading.skip(place, "date_filler", "clock_lead", "clock_suffix", "own_zone", marks=_BETWEEN, most=4)


def _closed(reading: Reading, place: int, behind: int) -> int:
    """Take a closing bracket whose opening one is inside."""
    inside = reading.original(place, behind)
    if inside.count("(") + inside.count("\uff08") > inside.count(")") + inside.count("\uff09"):
        return behind + (reading.tokens.text(behind) == ")")
    return behind
