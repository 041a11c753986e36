"""Moments: a day, a clock time and a zone in any order, with small words between them."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.temporal.clocks import read_clock
from classifiers.temporal.days import read_day
from classifiers.temporal.reading import Reading
from classifiers.temporal.values import Clock, DayValue, Lead, Moment, WeekdayName
from classifiers.temporal.zones import read_zone

_BETWEEN = ",()"
_MOST_STEPS = 4
"""Small words that may stand between two parts of a moment."""


def read_moment(reading: Reading, place: int, *, lead: Lead) -> tuple[Moment, int] | None:
    """Give (moment, place behind) for a moment that begins at this token, or null; a zone alone is none."""
    parts = _Parts(reading, lead)
    at = behind = place
    steps = 0
    while steps < _MOST_STEPS:
        after = parts.take(at)
        if after is not None:
            at = behind = after
            steps = 0
            continue
        following = _step_over(reading, at) if behind > place else None
        if following is None:
            break
        at = following
        steps += 1
    moment = parts.moment()
    return (moment, _closed(reading, place, behind)) if moment is not None else None


@dataclass(slots=True)
class _Parts:
    """The parts of a moment found so far; each is taken once."""

    reading: Reading
    lead: Lead
    day: DayValue | None = None
    clock: Clock | None = None
    zone: str = ""
    evening: bool = False

    def take(self, at: int) -> int | None:
        """Take the part that begins at a token and give the place behind it; null when none does."""
        if not self.zone and (zone := read_zone(self.reading, at)):
            self.zone = zone[0]
            return zone[1]
        clock = read_clock(self.reading, at, dated=self.day is not None, lead=self.lead) if self.clock is None else None
        led = self.lead is not Lead.NONE or self.clock is not None
        day = read_day(self.reading, at, led=led) if self.day is None else None
        if day is not None and (clock is None or day[1] >= clock[1]):
            self.day = day[0]
            self.evening = self.reading.word(at, "evening") is not None
            return day[1] if isinstance(day[0], WeekdayName) else _over_weekday(self.reading, day[1])
        if clock is not None:
            self.clock = clock[0]
            return clock[1]
        return None

    def moment(self) -> Moment | None:
        """Give the moment of the parts; eight in the evening is 20:00."""
        if self.day is None and self.clock is None:
            return None
        clock = self.clock
        if self.evening and clock is not None and 1 <= clock.hour < 12:
            clock = Clock(hour=clock.hour + 12, minute=clock.minute)
        return Moment(day=self.day, clock=clock, zone=self.zone)


def _step_over(reading: Reading, place: int) -> int | None:
    """Skip one small word or mark that may stand between the parts of a moment; null when there is none."""
    after = reading.skip(place, "date_filler", "clock_lead", "clock_suffix", "own_zone", marks=_BETWEEN, most=1)
    return after if after > place else None


def _over_weekday(reading: Reading, place: int) -> int:
    """Skip the weekday that some put behind a date: "12 March (Thursday)", "6 Mart Cuma"."""
    name = reading.word(reading.skip(place, marks=_BETWEEN, most=1), "weekday")
    return place if name is None else name[1] + (reading.tokens.text(name[1]) == ")")


def _closed(reading: Reading, place: int, behind: int) -> int:
    """Take a closing bracket whose opening one is inside."""
    inside = reading.original(place, behind)
    if inside.count("(") + inside.count("\uff08") > inside.count(")") + inside.count("\uff09"):
        return behind + (reading.tokens.text(behind) == ")")
    return behind
