"""Clock times: 5 PM, 17:00, 17h30, 18 Uhr, kl. 17, ore 18, 下午5点, noon, midnight, close of business."""

from __future__ import annotations

from classifiers.temporal.days import read_day
from classifiers.temporal.reading import Reading
from classifiers.temporal.spans import free_standing
from classifiers.temporal.values import Clock, Lead

Found = tuple[Clock, int]

CLOCK_BEGINNINGS = frozenset(
    {"number", "cjk_digit", "clock_name", "end_of", "half_of_day", "hour_prefix", "clock_lead"}
)
"""Classes of which one begins every clock time, beside digits."""
CLOSE_OF_BUSINESS = Clock(hour=17)
"""End or close of business (contract, section 5)."""


def read_clock(reading: Reading, place: int, *, dated: bool, lead: Lead) -> Found | None:
    """Give (clock, place behind) for a clock time that begins at this token, or null.

    `dated` says that a day stands in front: only then "kl"-less numbers such as "12 March, 17 hours" are times.
    """
    if reading.tokens.kind(place) != "digits" and not reading.may_be(place, CLOCK_BEGINNINGS):
        return None
    named = reading.word(place, "clock_name")
    told = _told(reading, place, dated=dated, lead=lead)
    if named is not None and (told is None or named[1] >= told[1]):
        return _named(named[0]), named[1]
    end = reading.word(place, "end_of")
    if end is not None and read_day(reading, reading.skip(end[1], "date_filler", most=2), led=True):
        return CLOSE_OF_BUSINESS, end[1]
    return told


def _told(reading: Reading, place: int, *, dated: bool, lead: Lead) -> Found | None:
    """Read a clock time in numbers, with what stands before the hour."""
    half = reading.word(place, "half_of_day")
    mark = reading.word(half[1] if half else place, "hour_prefix", "clock_lead")
    at = mark[1] if mark else (half[1] if half else place)
    number = reading.number(at)
    if number is None or not free_standing(reading, at) or not 0 <= number[0] <= 24:
        return None
    strict = reading.word(half[1] if half else place, "hour_prefix") is not None or _behind_article(
        reading, at, number[1]
    )
    article = reading.word(at - 1, "hour_article") if at else None
    led = mark is not None or (article is not None and article[1] == at)
    found = _numeric(reading, at, number, marked=strict, led=led, dated=dated, lead=lead)
    if found is None or half is None:
        return found
    return _shifted(found[0], half[0]), found[1]


def _behind_article(reading: Reading, place: int, behind: int) -> bool:
    """Tell whether an article makes the bare number a clock time: "entro le 18 di domani", "antes de las 6"."""
    article = reading.word(place - 1, "hour_article") if place else None
    if article is None or article[1] != place:
        return False
    return reading.tokens.kind(behind) != "word" or bool(reading.word(behind, "date_filler", "relative_day", "weekday"))


def _named(name: str) -> Clock:
    hour, _, minute = name.partition(":")
    return Clock(hour=int(hour), minute=int(minute or 0))


def _numeric(
    reading: Reading, place: int, number: tuple[int, int], *, marked: bool, led: bool, dated: bool, lead: Lead
) -> Found | None:
    """Read what follows the hour; a bare number is a time only behind a mark such as "kl." or "ore"."""
    hour, behind = number
    minutes = _minutes(reading, behind, dotted_counts=marked or dated or led)
    if minutes is not None:
        minute, second, behind = minutes
        mark = reading.word(behind, "hour_mark")
        behind = mark[1] if mark else behind
        return _with_half(reading, hour, minute, second, behind)
    half = reading.word(behind, "half_of_day_after")
    if half is not None:
        return (_shifted(Clock(hour=hour), half[0]), half[1]) if 1 <= hour <= 12 else None
    mark = reading.word(behind, "hour_mark")
    if mark is None and (led or dated or lead in {Lead.BY, Lead.BEFORE, Lead.LATEST}):
        mark = reading.word(behind, "hour_mark_or_unit")
        if mark is not None and not (led or dated) and lead is not Lead.BEFORE and hour in {24, 12}:
            mark = None
    if mark is not None:
        return _behind_mark(reading, hour, mark[1])
    return (Clock(hour=hour), behind) if marked and reading.word(behind, "unit", "month") is None else None


def _minutes(reading: Reading, place: int, *, dotted_counts: bool) -> tuple[int, int, int] | None:
    """Read ":30", ":30:15", and ".30" where an hour mark says that this is a time."""
    mark = reading.tokens.text(place)
    if mark == "." and not (dotted_counts or reading.word(place + 2, "hour_mark", "half_of_day_after")):
        return None
    if mark not in {":", "."} or not reading.tokens.touches(place) or not reading.tokens.touches(place + 1):
        return None
    minute = reading.digits(place + 1, 2)
    if minute is None or minute > 59 or len(reading.tokens.text(place + 1)) != 2:
        return None
    second = reading.digits(place + 3, 2) if reading.tokens.text(place + 2) == ":" else None
    return (minute, second, place + 4) if second is not None and second < 60 else (minute, 0, place + 2)


def _behind_mark(reading: Reading, hour: int, place: int) -> Found | None:
    """Read the minutes behind an hour mark: "17h30", "18 Uhr 30", 5点半."""
    half = reading.word(place, "half_hour")
    if half is not None:
        return Clock(hour=hour % 24, minute=30), half[1]
    minute = reading.digits(place, 2)
    if minute is not None and minute < 60 and len(reading.tokens.text(place)) == 2 and _tight(reading, place):
        mark = reading.word(place + 1, "minute_mark")
        return _with_half(reading, hour, minute, 0, mark[1] if mark else place + 1)
    return _with_half(reading, hour, 0, 0, place)


def _tight(reading: Reading, place: int) -> bool:
    return reading.tokens.touches(place) or reading.word(place + 1, "minute_mark") is not None


def _with_half(reading: Reading, hour: int, minute: int, second: int, place: int) -> Found | None:
    half = reading.word(place, "half_of_day_after")
    if half is not None and hour <= 12:
        return _shifted(Clock(hour=hour, minute=minute, second=second), half[0]), half[1]
    if hour == 24 and minute:
        return None
    return Clock(hour=hour, minute=minute, second=second), place


def _shifted(clock: Clock, half: str) -> Clock:
    hour = clock.hour
    if half == "pm" and 1 <= hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return Clock(hour=hour, minute=clock.minute, second=clock.second)
