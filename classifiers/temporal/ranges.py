"""Ranges of days: "between 3 and 5 March", "March 3-5", "entre el 3 y el 5 de marzo"; one limit, not two."""

from __future__ import annotations

from dataclasses import replace

from classifiers.temporal.days import read_day
from classifiers.temporal.reading import Reading
from classifiers.temporal.spans import free_standing
from classifiers.temporal.values import CalendarDay, DayValue, Lead, Moment

_SMALL = ("date_filler", "lead_filler", "article", "ordinal")
_REACH = 3
"""Small words that may stand between the parts of a range."""

Ranged = tuple[Moment, Lead, int, int]


def read_day_range(reading: Reading, moment: Moment, lead: Lead, start: int, behind: int) -> Ranged:
    """Widen a day by the other end of its range: (moment, lead, first token, token behind); unchanged where none is."""
    between = _between(reading, start)
    later = _later_day(reading, moment.day, behind, led=between is not None)
    if later is not None:
        widened = replace(moment, day=later[0], earliest=moment.day)
        if between is not None and lead is Lead.NONE:
            return widened, Lead.WITHIN, between, later[1]
        return widened, lead, start, later[1]
    earlier = _earlier_day(reading, moment.day, start) if lead is Lead.NONE else None
    if earlier is None:
        return moment, lead, start, behind
    widened = replace(moment, earliest=earlier[0])
    between = _between(reading, earlier[1])
    return (widened, lead, earlier[1], behind) if between is None else (widened, Lead.WITHIN, between, behind)


def _between(reading: Reading, start: int) -> int | None:
    """Find the "between" in front of a range, over small words."""
    start = _back_over_small_words(reading, start)
    match = reading.word(start - 1, "between") if start else None
    return start - 1 if match is not None and match[1] == start else None


def _later_day(reading: Reading, first: DayValue | None, place: int, *, led: bool) -> tuple[DayValue, int] | None:
    """Read what follows the first day of a range: "- 5", "to 5 March", "und dem 5. März"."""
    if not isinstance(first, CalendarDay):
        return None
    joint = reading.word(place, "range_joint", *(["and_joint"] if led else []))
    if joint is None and reading.tokens.text(place) not in {"-", "~"}:
        return None
    at = reading.skip(joint[1] if joint else place + 1, *_SMALL, most=_REACH)
    day = read_day(reading, at, led=True)
    if day is not None and isinstance(day[0], CalendarDay):
        return day if (day[0].month, day[0].day) != (first.month, first.day) else None
    number = reading.digits(at, 2)
    if number is None or not first.day < number <= 31 or reading.word(at + 1, "unit", "hour_mark"):
        return None
    tail = reading.tokens.text(at + 1)
    return None if tail in {":", "."} else (replace(first, day=number), at + 1)


def _earlier_day(reading: Reading, last: DayValue | None, start: int) -> tuple[DayValue, int] | None:
    """Read the bare number in front of the last day of a range: "3 and" in "between 3 and 5 March"."""
    if not isinstance(last, CalendarDay):
        return None
    at = _back_over_small_words(reading, start)
    joint = reading.word(at - 1, "range_joint", "and_joint") if at else None
    if not (joint is not None and joint[1] == at) and reading.tokens.text(at - 1) not in {"-", "~"}:
        return None
    at -= 1
    if reading.tokens.text(at - 1) == "." or reading.word(at - 1, "ordinal"):
        at -= 1
    number = reading.digits(at - 1, 2)
    if number is None or not 0 < number < last.day or not free_standing(reading, at - 1):
        return None
    only_and = joint is not None and reading.word(at, "range_joint") is None
    if only_and and _between(reading, at - 1) is None:
        return None
    return replace(last, day=number), at - 1


def _back_over_small_words(reading: Reading, start: int) -> int:
    """Step back over up to two articles and the like."""
    for _ in range(2):
        match = reading.word(start - 1, *_SMALL) if start else None
        if match is None or match[1] != start or reading.word(start - 1, "between", "range_joint", "and_joint"):
            break
        start -= 1
    return start
