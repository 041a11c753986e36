"""The working time of people: hours a weekday, weekends, holidays, make-up days, each on the wall clock of a zone.

Pure: aware instants in, UTC out. A span's hours are wall-clock times, so a change of the clock moves it as it moves
people.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.business_time import at_local
from config.workdays import WITH_TABLES, is_holiday, is_made_up, year_tables

Span = tuple[time, time]
"""From and until on the wall clock; an end that is not later than the beginning lies on the next day."""
Week = tuple[tuple[Span, ...], ...]
"""The spans of Monday to Sunday."""

NINE_TO_SIX: Week = (((time(9), time(18)),),) * 5 + ((),) * 2
UTC_ZONE = ZoneInfo("UTC")
_FAR = timedelta(days=90)
"""After this the search for a working moment ends: longer than any holidays."""
_PERIOD = timedelta(days=64)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """When a team or a person works."""

    zone: ZoneInfo = UTC_ZONE
    week: Week = NINE_TO_SIX
    country: str | None = None
    """ISO 3166-1 alpha-2, for public holidays; null to have none."""
    subdivision: str | None = None
    working_days: frozenset[date] = frozenset()
    """Days that are worked although they would be free."""
    free_days: frozenset[date] = frozenset()
    """Days that are free although they would be worked."""

    def __hash__(self) -> int:
        """A part is enough, and cheap: this is the key of a cache that is asked for every case."""
        return hash((self.zone.key, self.country, self.subdivision))


def spans_of(work: WorkingTime, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """What is worked on a local day, as UTC instants, in order."""
    return _spans_of(work, day)


@lru_cache(maxsize=16384)
def _spans_of(work: WorkingTime, day: date) -> tuple[tuple[datetime, datetime], ...]:
    spans = sorted(work.week[day.weekday()])
    made_up = day in work.working_days or is_made_up(day, work.country)
    if day in work.free_days or (not made_up and is_holiday(day, work.country, work.subdivision)):
        return ()
    if made_up and not spans:
        spans = sorted(next((each for each in work.week if each), ()))  # worked like the week's first working day
    return tuple(
        (at_local(day, start, work.zone), at_local(day if end > start else day + timedelta(days=1), end, work.zone))
        for start, end in spans
    )


def is_working(work: WorkingTime, instant: datetime) -> bool:
    """Whether work goes on at this instant; a span's end no longer counts."""
    starts, ends = _stretch(work, (instant - _EPOCH) // _PERIOD)
    at = bisect_right(starts, instant) - 1
    return at >= 0 and instant < ends[at]


def last_working_moment(work: WorkingTime, instant: datetime) -> datetime | None:
    """The latest instant not after this one at which work goes on or just ends; null when none was in 90 days."""
    starts, ends = _stretch(work, (instant - _EPOCH) // _PERIOD)
    at = bisect_left(starts, instant) - 1
    if at < 0 or instant - ends[at] > _FAR:
        return None
    return min(ends[at], instant.astimezone(UTC))


def next_working_moment(work: WorkingTime, instant: datetime) -> datetime | None:
    """The instant itself if work goes on, else the next beginning; null when there is none in 90 days."""
    starts, ends = _stretch(work, (instant - _EPOCH) // _PERIOD)
    at = bisect_right(ends, instant)
    if at == len(starts) or starts[at] - instant > _FAR:
        return None
    return max(starts[at], instant.astimezone(UTC))


@lru_cache(maxsize=512)
def _stretch(work: WorkingTime, number: int) -> tuple[list[datetime], list[datetime]]:
    """Beginnings and ends of all work around a period, 90 days on either side included; what touches is one."""
    begin = _EPOCH + number * _PERIOD - _FAR
    day, last = begin.astimezone(work.zone).date(), (begin + _PERIOD + 2 * _FAR).astimezone(work.zone).date()
    spans: list[tuple[datetime, datetime]] = []
    while day <= last:
        spans += _spans_of(work, day)
        day += timedelta(days=1)
    starts: list[datetime] = []
    ends: list[datetime] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def working_between(work: WorkingTime, start: datetime, end: datetime) -> timedelta:
    """How much is worked from one instant to another; nothing when the end is not later."""
    total, reached = timedelta(), start
    day, last = start.astimezone(work.zone).date() - timedelta(days=1), end.astimezone(work.zone).date()
    while day <= last:
        for begin, until in spans_of(work, day):
            worked = min(until, end) - max(begin, reached)
            if worked > timedelta():
                total += worked
                reached = min(until, end)
        day += timedelta(days=1)
    return total


def working_time_before(work: WorkingTime, end: datetime, span: timedelta) -> datetime | None:
    """The latest instant from which `span` is still worked until `end`; null when less was worked in 90 days."""
    left, day = span, end.astimezone(work.zone).date()
    reached = end
    for step in range(_FAR.days):
        for begin, until in reversed(spans_of(work, day - timedelta(days=step))):
            until = min(until, reached)
            if until - begin >= left:
                return (until - left).astimezone(UTC)
            if until > begin:
                left -= until - begin
                reached = begin
    return None


def years_without_table(work: WorkingTime, first: int, last: int) -> tuple[int, ...]:
    """Years whose make-up days nobody has given, for a country that announces them year by year."""
    if work.country not in WITH_TABLES:
        return ()
    known = {*year_tables(work.country), *(day.year for day in work.working_days | work.free_days)}
    return tuple(year for year in range(first, last + 1) if year not in known)
