"""Lengths of time: "48 hours", "24-48h", "three (3) business days", "tweemaal 24 uur", 三个工作日, "a week"."""

from __future__ import annotations

from classifiers.temporal.reading import Reading
from classifiers.temporal.values import Span, Unit

_LIMIT = {
    Unit.MINUTE: 1440,
    Unit.HOUR: 2400,
    Unit.DAY: 400,
    Unit.BUSINESS_DAY: 120,
    Unit.BUSINESS_DAY_SIX: 120,
    Unit.WEEK: 60,
    Unit.MONTH: 24,
}
"""The most of each unit that is read as a limit; more is no limit but a number in front of a word."""


_HALVED = {"hour": (Unit.MINUTE, 60), "day": (Unit.HOUR, 24), "week": (Unit.HOUR, 168)}


def read_span(reading: Reading, place: int) -> tuple[Span, int] | None:
    """Give (span, place behind) for a length of time that begins at this token, or null."""
    if not free_standing(reading, place):
        return None
    halved = _with_half(reading, place)
    if halved is not None:
        return halved
    article = reading.word(place, "article")
    if article is not None:
        unit = reading.word(reading.skip(article[1], "adjective", most=2), "unit")
        if unit is not None:
            return _span(unit, 1, 1)
    amounts = _amounts(reading, place)
    if amounts is None:
        return None
    low, high, behind = amounts
    unit = _unit(reading, behind)
    if unit is None:
        return None
    further = _second_bound(reading, unit[1]) if low == high else None
    if further is not None and further[0] > high and further[1][0] == unit[0]:
        return _span(further[1], low, further[0])
    return _span(unit, low, high)


def _with_half(reading: Reading, place: int) -> tuple[Span, int] | None:
    """Read "half a day", "anderthalb Tage" and "1.5 days" in the smaller unit; business days have no halves."""
    length = reading.word(place, "length")
    if length is not None:
        amount, _, unit = length[0].partition(" ")
        return _span((unit, length[1]), int(amount), int(amount))
    whole, tokens = reading.digits(place, 2), reading.tokens
    if whole is None or tokens.text(place + 1) not in {".", ","} or tokens.text(place + 2) != "5":
        return None
    unit_word = reading.word(place + 3, "unit")
    if unit_word is None or unit_word[0] not in _HALVED or not tokens.touches(place + 2):
        return None
    smaller, parts = _HALVED[unit_word[0]]
    amount_of = whole * parts + parts // 2
    return _span((smaller.value, unit_word[1]), amount_of, amount_of)


def read_unit_alone(reading: Reading, place: int) -> tuple[Span, int] | None:
    """Give one unit where the language needs no "one": "w ciągu doby", "within the hour"."""
    unit = reading.word(place, "unit_alone")
    return _span(unit, 1, 1) if unit is not None else None


def free_standing(reading: Reading, place: int) -> bool:
    """Tell whether a number at this token is one by itself and not the tail of an id, a price or a decimal."""
    tokens = reading.tokens
    if tokens.kind(place) != "digits" or not tokens.touches(place):
        return True
    before = tokens.text(place - 1)
    if tokens.kind(place - 1) == "word":
        return False
    if before in {".", ",", "-", "/", ":", "#", "_", "$", "€", "£"}:
        return (
            not (tokens.kind(place - 2) in {"digits", "word"} and tokens.touches(place - 1)) and before not in "#_$€£"
        )
    return True


def _span(unit: tuple[str, int], low: int, high: int) -> tuple[Span, int] | None:
    kind = Unit(unit[0])
    if not 0 < low <= high <= _LIMIT[kind]:
        return None
    return Span(unit=kind, low=low, high=high), unit[1]


def _amounts(reading: Reading, place: int) -> tuple[int, int, int] | None:
    """Read (low, high, place behind): one number, twice the same, a product or a range."""
    times = reading.word(place, "times")
    if times is not None:
        number = reading.number(times[1])
        return (int(times[0]) * number[0], int(times[0]) * number[0], number[1]) if number else None
    first = reading.number(place)
    if first is None:
        return None
    low, behind = first
    behind = _repeated(reading, low, behind)
    factor = reading.word(behind, "times_sign")
    if factor is not None and (second := reading.number(factor[1])):
        return low * second[0], low * second[0], second[1]
    second = _range_end(reading, place, behind)
    if second is not None and second[0] > low:
        return low, second[0], _repeated(reading, second[0], second[1])
    return low, low, behind


def _repeated(reading: Reading, number: int, place: int) -> int:
    """Skip the same number in brackets: "three (3)", "3 (three)"."""
    if reading.tokens.text(place) not in {"(", "\uff08"}:
        return place
    again = reading.number(place + 1)
    if again is None or again[0] != number or reading.tokens.text(again[1]) not in {")", "\uff09"}:
        return place
    return again[1] + 1


def _range_end(reading: Reading, start: int, place: int) -> tuple[int, int] | None:
    """Read the second number of a range; "and" makes one only behind "between"."""
    if reading.tokens.text(place) in {"-", "~", "/"}:
        return reading.number(place + 1)
    joint = reading.word(place, "range_joint")
    if joint is None:
        joint = reading.word(place, "and_joint")
        if joint is None or not _behind_between(reading, start):
            return None
    return reading.number(joint[1])


def _behind_between(reading: Reading, start: int) -> bool:
    return any(
        match is not None and match[1] >= start - 1
        for back in (1, 2, 3)
        if start - back >= 0 and (match := reading.word(start - back, "between"))
    )


def _unit(reading: Reading, place: int) -> tuple[str, int] | None:
    place = reading.skip(place, "adjective", marks="-", most=2)
    unit = reading.word(place, "unit")
    if unit is None:
        short = reading.word(place, "unit_before_within")
        return short if short and reading.word(short[1], "within_after") else None
    return _qualified_day(reading, unit) if unit[0] == Unit.DAY.value else unit


def _qualified_day(reading: Reading, unit: tuple[str, int]) -> tuple[str, int]:
    """Read what follows a bare "days": "(business)", "(working days)", "(including weekends)"."""
    place = unit[1]
    if reading.tokens.text(place) in {"(", ",", "-"}:
        kind = reading.word(place + 1, "day_kind")
        if kind is not None:
            closed = reading.tokens.text(kind[1]) == ")"
            return kind[0], kind[1] + 1 if closed else kind[1]
    return unit


def _second_bound(reading: Reading, place: int) -> tuple[int, tuple[str, int]] | None:
    """Read the rest of "24 hours to 48 hours"."""
    if reading.tokens.text(place) in {"-", "~"}:
        number = reading.number(place + 1)
    else:
        joint = reading.word(place, "range_joint")
        number = reading.number(joint[1]) if joint else None
    unit = _unit(reading, number[1]) if number else None
    return (number[0], unit) if number and unit else None
