"""Values to instants: the contract's section 5, always on the earliest honest reading; aware UTC in and out."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from classifiers.temporal.values import (
    CalendarDay,
    Clock,
    DayOfMonth,
    DayValue,
    Moment,
    NumericDay,
    PeriodEnd,
    RelativeDay,
    Span,
    Unit,
    Value,
    WeekdayName,
)
from config.business_time import FIVE_DAYS, SIX_DAYS, IsHoliday, add_business_days, no_holidays
from config.marketplaces import MARKETPLACES, DateOrder, zone_of

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_END_OF_DAY = time(23, 59, 59)
_LANGUAGE_ORDER: dict[str, DateOrder] = {"ja": "ymd", "zh": "ymd"}
"""English has no order of its own; every other language puts the day first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a value ends; `target` is the earlier bound of a range."""

    respond_by: datetime
    target: datetime | None
    rule: str
    """The arithmetic, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where and when a value is read: the mail's start, its store and its language."""

    start: datetime
    marketplace: str | None
    language: str
    is_holiday: IsHoliday = no_holidays

    @property
    def zone(self) -> ZoneInfo:
        """The store's zone, UTC when it is not known."""
        return zone_of(self.marketplace)

    @property
    def order(self) -> DateOrder | None:
        """How a numeric date is read here; null when neither store nor language decides."""
        store = MARKETPLACES.get(self.marketplace or "")
        if store is not None:
            return store.order
        return None if self.language == "en" else _LANGUAGE_ORDER.get(self.language, "dmy")


def due(value: Value, frame: Frame) -> Due | None:
    """Work out when a value ends; null when it names no real day. The result may lie before the start."""
    try:
        return _span_due(value, frame) if isinstance(value, Span) else _moment_due(value, frame)
    except (ValueError, OverflowError):
        return None


def _span_due(span: Span, frame: Frame) -> Due:
    end = _add(span.unit, span.high, frame)
    target = _add(span.unit, span.low, frame) if span.low != span.high else None
    amount = f"{span.high}" if target is None else f"{span.low} to {span.high}"
    words = span.unit.replace("business_day_six", "business day (Saturday counts)").replace("_", " ")
    return Due(respond_by=end, target=target, rule=f"{amount} {words}(s) from the mail's start")


def _add(unit: Unit, amount: int, frame: Frame) -> datetime:
    if unit in {Unit.BUSINESS_DAY, Unit.BUSINESS_DAY_SIX}:
        week = FIVE_DAYS if unit is Unit.BUSINESS_DAY else SIX_DAYS
        return add_business_days(frame.start, amount, zone=frame.zone, week=week, is_holiday=frame.is_holiday)
    if unit is Unit.MONTH:
        return min(frame.start + timedelta(days=30 * amount), _months_later(frame.start, amount))
    step = {Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1), Unit.WEEK: timedelta(days=7)}
    return frame.start + amount * step.get(unit, timedelta(days=1))


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _moment_due(moment: Moment, frame: Frame) -> Due | None:
    zone = _zone(moment.zone) or frame.zone
    day = _day(moment.day, frame, zone) if moment.day is not None else None
    if moment.day is not None and day is None:
        return None
    if moment.clock is None:
        if day is None:
            return None
        bare_before = moment.before
        day = day - timedelta(days=1) if bare_before else day
        rule = f"end of {day.isoformat()}" + (" (the day before the one named)" if bare_before else "")
        end = _local(day, _END_OF_DAY, zone)
        return Due(respond_by=end, target=_earlier_end(moment, end, frame, zone), rule=f"{rule}, {zone}")
    if day is None:
        day = frame.start.astimezone(zone).date()
        if _at(day, moment.clock, zone) <= frame.start:
            day += timedelta(days=1)
    end = _at(day, moment.clock, zone)
    clock = f"{moment.clock.hour:02d}:{moment.clock.minute:02d}"
    return Due(respond_by=end, target=None, rule=f"{day.isoformat()} {clock}, {zone}")


def _earlier_end(moment: Moment, end: datetime, frame: Frame, zone: tzinfo) -> datetime | None:
    """Give the end of the first day of a range of days; null when there is none or it has passed."""
    first = _day(moment.earliest, frame, zone) if moment.earliest is not None else None
    target = _local(first, _END_OF_DAY, zone) if first is not None else None
    return target if target is not None and frame.start < target < end else None


def _at(day: date, clock: Clock, zone: tzinfo) -> datetime:
    if clock.hour == 24:
        return _local(day, _END_OF_DAY, zone)
    return _local(day, time(clock.hour, clock.minute, clock.second), zone)


def _local(day: date, clock: time, zone: tzinfo) -> datetime:
    naive = datetime.combine(day, clock)
    return min(naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    match = _OFFSET.fullmatch(name)
    if match is None:
        return ZoneInfo(name)
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(offset if match[1] == "+" else -offset)


def _day(value: DayValue, frame: Frame, zone: tzinfo) -> date | None:
    today = frame.start.astimezone(zone).date()
    match value:
        case CalendarDay(year=year, month=month, day=day):
            return date(year, month, day) if year else _next_such(month, day, today)
        case NumericDay():
            return _numeric_day(value, frame.order, today)
        case WeekdayName(weekday=weekday, week=week) if week is not None:
            return today + timedelta(days=7 * week + weekday - today.weekday())
        case WeekdayName(weekday=weekday, strictly_after=later):
            ahead = (weekday - today.weekday()) % 7
            return today + timedelta(days=7 if later and ahead == 0 else ahead)
        case RelativeDay(offset=offset):
            return today + timedelta(days=offset)
        case DayOfMonth(day=day):
            return _next_day_of_month(day, today)
        case PeriodEnd(period=period):
            return _period_end(period, today)


def _next_such(month: int, day: int, today: date) -> date | None:
    """Find the first such date on or after today; a 29 February waits for its leap year."""
    for year in range(today.year, today.year + 9):
        if day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
    return None


def _next_day_of_month(day: int, today: date) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        if day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return None


def _period_end(period: str, today: date) -> date:
    if period == "month":
        return today.replace(day=monthrange(today.year, today.month)[1])
    return today + timedelta(days=4 - today.weekday() if today.weekday() <= 4 else 6 - today.weekday())


def _numeric_day(value: NumericDay, order: DateOrder | None, today: date) -> date | None:
    """Read two numbers by the order of store or language; the earlier one not before today where none decides."""
    orders: tuple[bool, ...]  # whether the day stands first
    if value.dotted or order == "dmy":
        orders = (True,)
    elif order is None:
        orders = (True, False)
    else:
        orders = (False,)
    readings = [found for first in orders if (found := _as_date(value, first, today))]
    if not readings:
        readings = [found for first in (True, False) if (found := _as_date(value, first, today))]
    coming = [found for found in readings if found >= today]
    return min(coming) if coming else max(readings, default=None)


def _as_date(value: NumericDay, day_first: bool, today: date) -> date | None:
    day, month = (value.first, value.second) if day_first else (value.second, value.first)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if value.year is None:
        return _next_such(month, day, today)
    return date(value.year, month, day) if day <= monthrange(value.year, month)[1] else None
