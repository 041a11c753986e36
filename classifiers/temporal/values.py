"""What a time expression says, before anybody asks when the mail was sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a span counts; the six-day business day counts Saturday (contract, section 5)."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    BUSINESS_DAY = "business_day"
    BUSINESS_DAY_SIX = "business_day_six"
    WEEK = "week"
    MONTH = "month"


class Lead(StrEnum):
    """The kind of preposition or suffix that an expression carries."""

    NONE = ""
    WITHIN = "within"
    BY = "by"
    BEFORE = "before"
    LATEST = "latest"
    """No later than: says by itself that this is a limit."""
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time; `low` equals `high` unless the mail gives a range."""

    unit: Unit
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day with a known month; the year may be missing."""

    year: int | None
    month: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericDay:
    """Two numbers of a date whose order the store or the language decides; dotted dates put the day first."""

    first: int
    second: int
    year: int | None
    dotted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayName:
    """A weekday, 0 is Monday; `strictly_after` for "next", `week` 1 for "of next week"."""

    weekday: int
    strictly_after: bool = False
    week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeDay:
    """Days from the local day of the mail's start."""

    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMonth:
    """A day of the month alone: "by the 15th"."""

    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEnd:
    """The last working day of the running "week" or the last day of the running "month"."""

    period: str


DayValue = CalendarDay | NumericDay | WeekdayName | RelativeDay | DayOfMonth | PeriodEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of the day; hour 24 is the end of the day."""

    hour: int
    minute: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, a clock time or both; `zone` is an IANA name or an offset such as +08:00, empty for the store's.

    `earliest` is the first day of a range of days, whose last one is `day`.
    """

    day: DayValue | None
    clock: Clock | None
    zone: str = ""
    before: bool = False
    earliest: DayValue | None = None


Value = Span | Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One time expression: its place in the text, the mail's own words, and what they say."""

    start: int
    end: int
    phrase: str
    value: Value
    lead: Lead
    language: str
