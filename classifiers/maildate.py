"""Dates as header fields and mail clients write them, in twelve languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any

from classifiers.normalise import for_matching

_RFC = re.compile(
    r"(?:[A-Za-z]{3,9}\s*,\s*)?(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"\s*([+-]\d{4}|[A-Za-z]{1,5})?\s*(?:\(.*\))?\s*$"
)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(
    r"(?<![\d:+-])(\d{1,2})\s?(?:[:.h]|時|时|點|点)\s?(\d{2})(?:\s?(?:[:.]|分)\s?(\d{2}))?(?!\d|\.\d|/)\s?(?:分|秒|uhr|h\b)?"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{2,4})(?!\d)")
_EAST_ASIAN = re.compile(r"(?<!\d)(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_NUMBER = re.compile(r"(?<![\d:.])\d{1,4}(?![\d:])")
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)")
_MAX_OFFSET = timedelta(hours=15)


@cache
def _words() -> dict[str, Any]:
    data = tomllib.loads(resources.files("config").joinpath("data/quoting.toml").read_text("utf-8"))["dates"]
    months = {name: number for number, names in enumerate(data["months"], 1) for name in names}
    return {**data, "month": months}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A date that was read: the instant in UTC, and whether the text itself gave the zone."""

    instant: datetime
    offset: timedelta
    has_zone: bool


def read_date(text: str, *, offset: timedelta = timedelta(0), not_after: datetime | None = None) -> WrittenDate | None:
    """The first date of a header field or of a client's date line, null when it cannot be read.

    `offset` counts where the text names no zone. Of two readings of a numeric date the later one that is not
    after `not_after` wins, because a quoted mail is older than the mail that quotes it.
    """
    match = _RFC.match(text.strip()) if len(text) < 200 else None
    if match and match[2].lower() in _ENGLISH:
        return _read_rfc(match, offset)
    return _read_loosely(text, offset, not_after)


def _read_rfc(match: re.Match[str], offset: timedelta) -> WrittenDate | None:
    zone = _zone_of(match[7] or "")
    if match[7] and zone is None and match[7][0] in "+-":
        return None
    month = _ENGLISH.index(match[2].lower()) + 1
    when = (int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), int(match[6] or 0))
    return _settled(when, zone, offset)


def _zone_of(text: str) -> timedelta | None:
    """The offset of "+0200", "+02:00", "UTC+2" or an abbreviation; null when it names none."""
    match = _OFFSET.fullmatch(text.lower())
    if match:
        shift = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if shift > _MAX_OFFSET or int(match[3] or 0) > 59:
            return None
        return -shift if match[1] == "-" else shift
    minutes = _words()["zones"].get(text.lower())
    return None if minutes is None else timedelta(minutes=minutes)


def _settled(
    parts: tuple[int, int, int, int, int, int], zone: timedelta | None, offset: timedelta
) -> WrittenDate | None:
    year, month, day, hour, minute, second = parts
    try:
        local = datetime(
            year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset if zone is None else zone)
        )
        instant = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not 1990 <= year <= 2200:
        return None
    return WrittenDate(instant=instant, offset=offset if zone is None else zone, has_zone=zone is not None)


def _read_loosely(text: str, offset: timedelta, not_after: datetime | None) -> WrittenDate | None:
    plain = for_matching(text[:300]).lower().replace("i̇", "i").strip()
    time, rest, behind = _time_of(plain)
    if time is None and len(plain) > 80:
        return None
    zone = _written_zone(behind)
    readings = [
        settled
        for day in _days_of(rest, month_first=" am" in f" {plain}" or " pm" in f" {plain}")
        if (settled := _settled((*day, *(time or (0, 0, 0))), zone, offset))
    ]
    if not readings:
        return None
    limit = not_after + timedelta(days=1) if not_after else None
    fitting = [reading for reading in readings if limit is None or reading.instant <= limit]
    if limit is not None and fitting:
        return max(fitting, key=lambda reading: reading.instant)
    return readings[0]


def _time_of(plain: str) -> tuple[tuple[int, int, int] | None, str, str]:
    """The time of day, the text without it, and the text behind it where a zone would stand."""
    for match in _TIME.finditer(plain):
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if hour > 24 or minute > 59 or _is_date_piece(plain, match):
            continue
        before, behind = plain[: match.start()].rstrip(), plain[match.end() :].lstrip()
        words = _words()
        if any(behind.startswith(word) or before.endswith(word) for word in words["afternoon"]):
            hour = hour + 12 if hour < 12 else hour
        elif any(behind.startswith(word) or before.endswith(word) for word in words["morning"]):
            hour = 0 if hour == 12 else hour
        for word in (*words["afternoon"], *words["morning"]):
            behind = behind.removeprefix(word)
        return (hour, minute, second), f"{before} {behind}", behind.lstrip(" ,")
    return None, plain, ""


def _is_date_piece(plain: str, match: re.Match[str]) -> bool:
    """Whether "28.04" of "28.04.2026" was taken for a time of day."""
    return any(date.start() <= match.start() < date.end() for date in _NUMERIC.finditer(plain))


def _written_zone(behind: str) -> timedelta | None:
    match = _OFFSET.match(behind.lstrip("(["))
    if match:
        return _zone_of(match[0].strip())
    for word in _WORD.findall(behind)[:3]:
        if word in _words()["zones"] and len(word) >= 3:
            return _zone_of(word)
    return timedelta(0) if behind.startswith("z") and len(behind.rstrip(")")) == 1 else None


def _days_of(text: str, *, month_first: bool) -> Iterator[tuple[int, int, int]]:
    """Every reading of the day as (year, month, day), the likeliest first."""
    match = _EAST_ASIAN.search(text)
    if match:
        yield int(match[1]), int(match[2]), int(match[3])
        return
    match = _NUMERIC.search(text)
    if match:
        yield from _numeric_days(match, month_first=month_first)
        return
    months = _words()["month"]
    # From the end, because "mar" is Tuesday in front of the day and March behind it.
    for word in reversed(list(_WORD.finditer(text))):
        month = months.get(word[0])
        if month and (day := _around(text, word, month)):
            yield day
            return


def _numeric_days(match: re.Match[str], *, month_first: bool) -> Iterator[tuple[int, int, int]]:
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        yield first, second, third
        return
    if len(match[1]) == 3 or len(match[4]) == 3:
        return
    year = third if len(match[4]) == 4 else 2000 + third
    pairs = (
        [(first, second), (second, first)] if month_first and match[2] == "/" else [(second, first), (first, second)]
    )
    if match[2] == ".":
        pairs = pairs[:1]
    for month, day in pairs:
        if month <= 12:
            yield year, month, day


def _around(text: str, word: re.Match[str], month: int) -> tuple[int, int, int] | None:
    """Day and year that stand around a month's name, in either order."""
    numbers = [int(number) for number in _NUMBER.findall(text[max(0, word.start() - 14) : word.start()])[-2:]]
    after = [int(number) for number in _NUMBER.findall(text[word.end() : word.end() + 20])[:2]]
    years = [number for number in (*after, *numbers) if number >= 1990]
    days = [number for number in (*reversed(numbers), *after) if 1 <= number <= 31]
    return (years[0], month, days[0]) if years and days else None
