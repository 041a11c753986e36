"""Days: ISO, numeric, with month names, Han, weekdays, relative days, ends of weeks and months."""

from __future__ import annotations

from classifiers.temporal.reading import Reading
from classifiers.temporal.spans import free_standing
from classifiers.temporal.values import (
    CalendarDay,
    DayOfMonth,
    DayValue,
    NumericDay,
    PeriodEnd,
    RelativeDay,
    WeekdayName,
)

_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_REIWA = 2018
"""Year 1 of the Reiwa era is 2019."""

Found = tuple[DayValue, int]

_NAMED_DAYS = frozenset(
    {"month", "weekday", "this", "this_week", "next", "next_week", "relative_day", "period_end"},
)
_HAN_DAYS = frozenset({"era", "number", "cjk_digit"})
_RANKED_DAYS = frozenset({"ordinal_day"})
DAY_BEGINNINGS = _NAMED_DAYS | _HAN_DAYS | _RANKED_DAYS
"""Classes of which one begins every day, beside digits."""


def read_day(reading: Reading, place: int, *, led: bool) -> Found | None:
    """Give (day, place behind) for a day that begins at this token, or null.

    `led` says that a limit word stands in front: only then "10/09" or "the 15th" is a date and not a fraction or rank.
    """
    if reading.tokens.kind(place) == "digits":
        if reading.digits(place) is not None and not free_standing(reading, place):
            return None
        named = _named(reading, place, led=led) if reading.may_be(place, _NAMED_DAYS) else None
        return (
            named
            or _han(reading, place)
            or _numeric(reading, place, led=led)
            or _day_first(reading, place)
            or _day_of_month(reading, place, led=led)
        )
    found = _named(reading, place, led=led) if reading.may_be(place, _NAMED_DAYS) else None
    found = found or (_han(reading, place) if reading.may_be(place, _HAN_DAYS) else None)
    return found or (_day_first(reading, place) if reading.may_be(place, _RANKED_DAYS) else None)


def _named(reading: Reading, place: int, *, led: bool) -> Found | None:
    return _weekday(reading, place, led=led) or _relative(reading, place) or _month_first(reading, place)


def _year(reading: Reading, place: int, *, short: bool = False) -> tuple[int, int] | None:
    year = reading.digits(place)
    if year is None:
        return None
    if _FIRST_YEAR <= year <= _LAST_YEAR:
        return year, place + 1
    if short and len(reading.tokens.text(place)) == 2:
        return _FIRST_YEAR + year, place + 1
    return None


def _trailing_year(reading: Reading, place: int) -> tuple[int | None, int]:
    """Read an optional year behind a day with a month name: ", 2026", "de 2026", "2026 r."."""
    year = _year(reading, reading.skip(place, "date_filler", marks=",.", most=2))
    if year is None:
        return None, place
    if reading.tokens.text(year[1]) == ":":
        return None, place
    return year[0], reading.skip(year[1], "year_mark", most=1)


def _day_number(reading: Reading, place: int) -> tuple[int, int] | None:
    """Read 1 to 31 with an optional ordinal mark: "12.", "1st", "1er", "1º"."""
    match = reading.word(place, "ordinal_day")
    if match is not None:
        return int(match[0]), match[1]
    day = reading.digits(place, 2)
    if day is None or not 1 <= day <= 31:
        return None
    place += 1
    ordinal = reading.word(place, "ordinal")
    if ordinal is not None and (reading.tokens.touches(place) or reading.tokens.text(place) == "."):
        return day, ordinal[1]
    return day, place + 1 if reading.tokens.text(place) == "." and reading.word(place + 1, "month") else place


def _day_first(reading: Reading, place: int) -> Found | None:
    day = _day_number(reading, place)
    if day is None:
        return None
    month = reading.word(reading.skip(day[1], "date_filler", marks="-", most=2), "month")
    if month is None:
        return None
    year, behind = _trailing_year(reading, reading.skip(month[1], marks=".-", most=1))
    if year is None:
        behind = month[1]
    return CalendarDay(year=year, month=int(month[0]), day=day[0]), behind


def _month_first(reading: Reading, place: int) -> Found | None:
    month = reading.word(place, "month")
    if month is None:
        return None
    day = _day_number(reading, reading.skip(month[1], "date_filler", marks=".", most=2))
    if day is None or reading.tokens.text(day[1]) == ":" or reading.word(day[1], "unit", "month"):
        return None
    year, behind = _trailing_year(reading, day[1])
    return CalendarDay(year=year, month=int(month[0]), day=day[0]), behind


def _han(reading: Reading, place: int) -> Found | None:
    """Read 2026年3月5日, 3月5号, 令和8年3月5日, 三月五日."""
    year: int | None = None
    era = reading.word(place, "era")
    number = reading.number(era[1] if era else place)
    if number is None:
        return None
    if reading.tokens.text(number[1]) == "年":
        year = number[0] + _REIWA if era else number[0]
        number = reading.number(number[1] + 1)
        if number is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
            return None
    if reading.tokens.text(number[1]) != "月" or not 1 <= number[0] <= 12:
        return None
    day = reading.number(number[1] + 1)
    if day is None or reading.tokens.text(day[1]) not in {"日", "号", "號"} or not 1 <= day[0] <= 31:
        return None
    return CalendarDay(year=year, month=number[0], day=day[0]), day[1] + 1


def _numeric(reading: Reading, place: int, *, led: bool) -> Found | None:
    first = reading.digits(place)
    mark = reading.tokens.text(place + 1)
    if first is None or mark not in {"-", "/", "."} or not reading.tokens.touches(place + 1):
        return None
    second = reading.digits(place + 2, 2)
    if second is None:
        return None
    third_mark = reading.tokens.text(place + 3) == mark
    if _FIRST_YEAR <= first <= _LAST_YEAR and third_mark:
        return _year_first(reading, first, second, place + 4)
    if first > 31 or not 1 <= second <= 31 or first == 0:
        return None
    if third_mark and (year := _year(reading, place + 4, short=True)):
        value = NumericDay(first=first, second=second, year=year[0], dotted=mark == ".")
        return value, reading.skip(year[1], "year_mark", most=1)
    return _without_year(reading, place, first, second, led=led)


def _year_first(reading: Reading, year: int, month: int, place: int) -> Found | None:
    day = reading.digits(place, 2)
    if day is None or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return CalendarDay(year=year, month=month, day=day), place + 1


def _without_year(reading: Reading, place: int, first: int, second: int, *, led: bool) -> Found | None:
    """Read "10/09" behind a limit word or "12.03." with its last dot; "24/7" and "4.5" are no dates."""
    mark = reading.tokens.text(place + 1)
    closed = mark == "." and reading.tokens.text(place + 3) == "." and reading.tokens.touches(place + 3)
    if mark == "-" or (first, second) == (24, 7) or not (led or closed) or max(first, second) > 31:
        return None
    if mark == "." and not closed and (first > 31 or second > 12 or len(reading.tokens.text(place + 2)) < 2):
        return None
    if min(first, second) > 12 or reading.word(place + 3, "unit"):
        return None
    return NumericDay(first=first, second=second, year=None, dotted=mark == "."), place + 3 + closed


def _weekday(reading: Reading, place: int, *, led: bool) -> Found | None:
    """Read a weekday; a date that follows it says more and wins: "Friday, 14 March"."""
    ahead = reading.word(place, "next", "next_week", "this_week", "this")
    kind = _class_of(reading, place, ahead)
    name = reading.word(reading.skip(ahead[1], "date_filler", most=1) if ahead else place, "weekday")
    if name is None:
        return None
    if kind not in {"next_week", "this_week"}:
        inner = read_day(reading, reading.skip(name[1], "date_filler", "article", marks=",.()", most=3), led=led)
        if inner is not None and not isinstance(inner[0], WeekdayName | RelativeDay):
            closed = reading.tokens.text(inner[1]) == ")"
            return inner[0], inner[1] + closed
    behind, after = name[1], reading.word(name[1], "next_after")
    if after is not None and ahead is None:
        kind, behind = "next_week" if after[0] == "week" else "next", after[1]
    value = WeekdayName(
        weekday=int(name[0]),
        strictly_after=kind == "next",
        week={"next_week": 1, "this_week": 0}.get(kind),
    )
    return value, behind


def _class_of(reading: Reading, place: int, match: tuple[str, int] | None) -> str:
    if match is None:
        return ""
    classes = reading.classes(place)
    return next(
        (name for name in ("next_week", "this_week", "next", "this") if classes.get(name) == match),
        "",
    )


def _relative(reading: Reading, place: int) -> Found | None:
    period = reading.word(place, "period_end")
    if period is not None:
        return PeriodEnd(period=period[0]), period[1]
    match = reading.word(place, "relative_day")
    return (RelativeDay(offset=int(match[0])), match[1]) if match else None


def _day_of_month(reading: Reading, place: int, *, led: bool) -> Found | None:
    """Read "the 15th", "15日までに", "15号之前"; 15日前 is no day but two weeks ago."""
    day = reading.digits(place, 2)
    if day is None or not 1 <= day <= 31:
        return None
    mark = reading.word(place + 1, "ordinal", "day_of_month_mark")
    if (
        mark is None
        or not reading.tokens.touches(place + 1)
        or reading.number(mark[1])
        or reading.word(mark[1], "unit")
    ):
        return None
    ago = reading.tokens.text(place + 1) == "日" or reading.word(mark[1], "before_after") is None
    if not led and ago and reading.word(mark[1], "by_after") is None:
        return None
    return DayOfMonth(day=day), mark[1]
