"""Business-day arithmetic on a store's own clock (contract, section 5); pure, aware datetimes in and UTC out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIVE_DAYS = frozenset(range(5))
"""Monday to Friday, as `date.weekday()` counts."""
SIX_DAYS = frozenset(range(6))
"""Monday to Saturday: Werktage, jours ouvrables, giorni feriali."""

IsHoliday = Callable[[date], bool]
"""Tells of a local date whether the clock stands still; must not be true for ever."""

_COUNTRY = {"UK": ("GB", "ENG")}


def no_holidays(day: date) -> bool:
    """Read strictly: public holidays do not stop the clock."""
    return False


@lru_cache(maxsize=32)
def public_holidays(marketplace: str | None) -> IsHoliday:
    """Give the public holidays of a store's country (England's for UK); none when the store is not known."""
    if marketplace is None:
        return no_holidays
    import holidays  # loaded only for teams that count holidays: it costs memory

    country, region = _COUNTRY.get(marketplace, (marketplace, None))
    try:
        calendar = holidays.country_holidays(country, subdiv=region)
    except NotImplementedError:
        return no_holidays
    return lambda day: day in calendar


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Turn a wall-clock time of a local day into UTC; in a clock change the earlier of the two possible instants."""
    naive = datetime.combine(day, clock)
    return min(naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def add_business_days(
    start: datetime,
    days: int,
    *,
    zone: ZoneInfo,
    week: frozenset[int] = FIVE_DAYS,
    is_holiday: IsHoliday = no_holidays,
) -> datetime:
    """`days` steps, each to the same wall-clock time on the next local day that counts; UTC.

    A start on a day that does not count moves first to 00:00 of the next day that does.
    """
    local = start.astimezone(zone)
    day, clock = local.date(), local.time()
    if not _counts(day, week, is_holiday):
        day, clock = _next(day, week, is_holiday), time.min
    for _ in range(days):
        day = _next(day, week, is_holiday)
    return at_local(day, clock, zone)


def _counts(day: date, week: frozenset[int], is_holiday: IsHoliday) -> bool:
    return day.weekday() in week and not is_holiday(day)


def _next(day: date, week: frozenset[int], is_holiday: IsHoliday) -> date:
    day += timedelta(days=1)
    while not _counts(day, week, is_holiday):
        day += timedelta(days=1)
    return day
