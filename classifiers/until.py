"""The time behind a snooze ("quiet until when"), in English and Chinese, on the person's own clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.commands import time_words

_NUMBER = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*")
_CLOCK = re.compile(r"(\d{1,2})(?:\s?[:.h]\s?(\d{2}))?(?![\d:.])")
_ISO_DAY = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})(?:日|号|號|t(?=\d))?")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(?:(\d{4})\b)?")
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?!\d)")
_NAMED_DAYS = (
    re.compile(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<month>[a-z]{3})[a-z]*\.?(?:,?\s+(?P<year>\d{4})\b)?"
    ),
    re.compile(r"(?P<month>[a-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(?P<year>\d{4})\b)?"),
)
_CHINESE_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号號]")
_UNITS = (
    ("minutes", timedelta(minutes=1)),
    ("hours", timedelta(hours=1)),
    ("days", timedelta(days=1)),
    ("weeks", timedelta(weeks=1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """An instant (aware UTC) and how much of the text said it."""

    at: datetime
    length: int


class _Cursor:
    """A place in a lower-case text that moves over words."""

    def __init__(self, text: str, place: int = 0) -> None:
        self.text, self.place = text, place
        self.named_today = False
        """Whether the day was called "today", not by its name."""

    def spaces(self) -> None:
        while self.place < len(self.text) and self.text[self.place] in " \t":
            self.place += 1

    def word(self, words: Iterable[str]) -> str | None:
        """Move over the first of these words that stands here as a whole."""
        self.spaces()
        for word in words:
            end = self.place + len(word)
            following = self.text[end : end + 1]
            if self.text.startswith(word, self.place) and not (
                word[-1].isascii() and word[-1].isalpha() and following.isascii() and following.isalpha()
            ):
                self.place = end
                return word
        return None

    def pattern(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Move over a pattern that stands here."""
        self.spaces()
        found = pattern.match(self.text, self.place)
        if found:
            self.place = found.end()
        return found


def read_until(text: str, *, now: datetime, zone: ZoneInfo) -> Until | None:
    """The instant that the start of `text` (lower case, NFKC) names; null when it names none after `now`.

    A span counts from `now`; a day and a time are on the clock of `zone`, and a time alone is its next occurrence.
    """
    words, cursor = time_words().lists, _Cursor(text)
    while cursor.word(words["before"]):
        pass
    start = cursor.place
    at = _span_end(cursor, now)
    if at is None:
        cursor.place = start
        at = _clock_time(cursor, now.astimezone(zone), zone)
    if at is None or not now < at <= now + timedelta(days=time_words().longest_days):
        return None
    cursor.word(words["after"])
    return Until(at=at.astimezone(UTC), length=cursor.place)


def _span_end(cursor: _Cursor, now: datetime) -> datetime | None:
    """Spans such as "3h", "1h30", "2 days 4 hours", "半小时", "1个半小时"."""
    total, found = timedelta(), False
    while True:
        before = cursor.place
        part = _one_span(cursor, open_ended=found)
        if part is None:
            cursor.place = before
            return now + total if found and total > timedelta() else None
        total, found = total + part, True


def _one_span(cursor: _Cursor, *, open_ended: bool) -> timedelta | None:
    """A number and its unit; behind another span a bare number of two digits counts minutes ("1h30")."""
    words = time_words().lists
    amount = _amount(cursor)
    if amount is None:
        return None
    for name, unit in _UNITS:
        if cursor.word(words[name]):
            return unit * amount
    bare = re.search(r"\d{2}$", cursor.text[: cursor.place].rstrip())
    return timedelta(minutes=amount) if open_ended and bare and amount < 60 else None


def _amount(cursor: _Cursor) -> float | None:
    number = cursor.pattern(_NUMBER)
    if number:
        amount = float(number[1].replace(",", "."))
        more = re.compile(r"[个個]半").match(cursor.text, cursor.place)
        if more:
            cursor.place = more.end()
            return amount + 0.5
        return amount
    if cursor.word(time_words().lists["half"]):
        return 0.5
    numeral = cursor.word(time_words().numerals)
    if numeral is None:
        return None
    more = re.compile(r"[个個]半").match(cursor.text, cursor.place)
    if more:
        cursor.place = more.end()
    return time_words().numerals[numeral] + (0.5 if more else 0.0)


def _clock_time(cursor: _Cursor, local: datetime, zone: ZoneInfo) -> datetime | None:
    """Times such as "tomorrow 9:00", "monday 14:30", "15:00", "明天下午3点"; also with the time in front of the day."""
    words = time_words().lists
    day, half_day = _day(cursor, local.date())
    while cursor.word(words["before"]) or cursor.word((",", "，")):
        pass
    at = _time_of_day(cursor, half_day, needs_mark=day is None)
    if at is not None and day is None:
        before = cursor.place
        day, _ = _day(cursor, local.date())
        cursor.place = cursor.place if day else before
    if day is None and at is not None:
        moment = datetime.combine(local.date(), at, tzinfo=zone)
        return moment if moment > local else datetime.combine(local.date() + timedelta(days=1), at, tzinfo=zone)
    if at is None and (half_day == "morning" or cursor.word(words["morning"])):
        half_day = None  # a morning without an hour is the default time
    if day is None or (at is None and (half_day is not None or cursor.named_today)):
        return None
    moment = datetime.combine(day, at or time_words().default_time, tzinfo=zone)
    if moment <= local and not cursor.named_today and day == local.date():
        return datetime.combine(day + timedelta(days=7), moment.timetz())  # the same weekday, its time being over
    return moment


def _day(cursor: _Cursor, today: date) -> tuple[date | None, str | None]:
    """The day that is named, and the half of it when the word says that too ("明早")."""
    words, start = time_words().lists, cursor.place
    for key, ahead, half_day in (
        ("day_after", 2, None),
        ("tomorrow_morning", 1, "morning"),
        ("tomorrow_evening", 1, "afternoon"),
        ("today_evening", 0, "afternoon"),
        ("tomorrow", 1, None),
        ("today", 0, None),
    ):
        if cursor.word(words[key]):
            cursor.named_today = ahead == 0
            return today + timedelta(days=ahead), half_day
    if found := cursor.pattern(_ISO_DAY):
        return _calendar_day(int(found[1]), int(found[2]), int(found[3])), None
    if day := _yearless_day(cursor, today):
        return day, None
    if weekday := _weekday(cursor, today):
        return weekday, None
    cursor.place = start
    return None, None


def _yearless_day(cursor: _Cursor, today: date) -> date | None:
    """A day and a month in one of their manners; a slash between two numbers that could both be months says nothing."""
    if found := cursor.pattern(_CHINESE_DAY):
        return _coming(today, None, int(found[1]), int(found[2]))
    if found := cursor.pattern(_GERMAN_DAY):
        return _coming(today, found[3], int(found[2]), int(found[1]))
    start = cursor.place
    if found := cursor.pattern(_SLASHED_DAY):
        first, second = int(found[1]), int(found[2])
        if first > 12 or second > 12 or first == second:
            return _coming(today, found[3], min(first, second), max(first, second))
    months = time_words().months
    for pattern in _NAMED_DAYS:
        cursor.place = start
        if (found := cursor.pattern(pattern)) and found["month"] in months:
            return _coming(today, found["year"], months.index(found["month"]) + 1, int(found["day"]))
    cursor.place = start
    return None


def _coming(today: date, year: str | None, month: int, day: int) -> date | None:
    if year:
        return _calendar_day(int(year), month, day)
    this = _calendar_day(today.year, month, day)
    return _calendar_day(today.year + 1, month, day) if this and this < today else this


def _weekday(cursor: _Cursor, today: date) -> date | None:
    names = time_words().weekdays
    next_week = cursor.word(time_words().lists["next_week"])
    bare = {"周", "週", "星期", "礼拜", "禮拜"}
    if next_week and not next_week.isascii():
        # 下周一: the word for "week" has been read with the one for "next".
        tails = {name[len(head) :]: day for name, day in names for head in bare if name.startswith(head)}
        tail = cursor.word(sorted(tails, key=len, reverse=True))
        return today + timedelta(days=7 - today.weekday() + tails[tail]) if tail else None
    name = cursor.word(name for name, _ in names)
    if name is None:
        return None
    day = dict(names)[name]
    if next_week:
        return today + timedelta(days=7 - today.weekday() + day)
    return today + timedelta(days=(day - today.weekday()) % 7)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time_of_day(cursor: _Cursor, half_day: str | None, *, needs_mark: bool) -> time | None:
    """A time on a clock of 24 or 12 hours; `needs_mark`: a bare number is no time."""
    words, start = time_words().lists, cursor.place
    if cursor.word(words["noon"]):
        return time(12, 0)
    half_day = _half_day(cursor) or half_day
    hour, minute, marked = _hour_and_minute(cursor)
    if hour is None:
        cursor.place = start
        return None
    half_after = _half_day(cursor)
    half_day = half_after or half_day
    if half_day == "afternoon" and 1 <= hour < 12:
        hour += 12
    elif half_day == "morning" and hour == 12:
        hour = 0
    if (needs_mark and not marked and half_day is None) or hour > 23 or minute > 59:
        cursor.place = start
        return None
    return time(hour, minute)


def _half_day(cursor: _Cursor) -> str | None:
    for half in ("morning", "afternoon"):
        if cursor.word(time_words().lists[half]):
            return half
    return None


def _hour_and_minute(cursor: _Cursor) -> tuple[int | None, int, bool]:
    """Hour, minute, and whether anything but a bare number said that it is a time."""
    words = time_words()
    found = cursor.pattern(_CLOCK)
    numeral = None if found else cursor.word(words.numerals)
    if found is None and (numeral is None or numeral.isascii()):
        return None, 0, False
    hour = int(found[1]) if found else words.numerals[str(numeral)]
    if found and found[2]:
        return hour, int(found[2]), True
    if not cursor.word(words.lists["o_clock"]):
        return (hour, 0, False) if found else (None, 0, False)
    if cursor.word(words.lists["half_past"]):
        return hour, 30, True
    minute = cursor.pattern(re.compile(r"(\d{1,2})分?"))
    return hour, int(minute[1]) if minute else 0, True
