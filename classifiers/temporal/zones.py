"""Time zones by name, by abbreviation in capitals, and by offset: Pacific Time, PST, UTC+8, 北京时间."""

from __future__ import annotations

from classifiers.temporal.reading import Reading

ZONE_BEGINNINGS = frozenset({"zone", "zone_short"})


def read_zone(reading: Reading, place: int) -> tuple[str, int] | None:
    """Give (IANA name or offset such as +08:00, place behind), or null."""
    if not reading.may_be(place, ZONE_BEGINNINGS):
        return None
    named = reading.word(place, "zone")
    short = reading.word(place, "zone_short")
    if short is not None and (named is None or short[1] > named[1]) and reading.is_upper(place, short[1]):
        zone, behind = short
        if zone == "+00:00" and (offset := _offset(reading, behind)):
            return offset
        if reading.tokens.text(place) == "cst" and reading.language == "en":
            zone = "-06:00"
        return zone, behind
    return named


def _offset(reading: Reading, place: int) -> tuple[str, int] | None:
    """Read "+8", "-3", "+05:30" behind UTC or GMT."""
    sign = reading.tokens.text(place)
    hours = reading.digits(place + 1, 4) if sign in {"+", "-"} else None
    if hours is None:
        return None
    behind, minutes = place + 2, 0
    if len(reading.tokens.text(place + 1)) == 4:
        hours, minutes = divmod(hours, 100)
    elif reading.tokens.text(behind) == ":" and (after := reading.digits(behind + 1, 2)) is not None:
        minutes, behind = after, behind + 2
    return (f"{sign}{hours:02d}:{minutes:02d}", behind) if hours <= 14 and minutes < 60 else None
