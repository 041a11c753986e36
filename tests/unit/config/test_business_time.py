from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.business_time import FIVE_DAYS, SIX_DAYS, add_business_days, at_local, no_holidays, public_holidays

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-03 10:00", 3, "2026-03-06 10:00"),  # Tuesday to Friday
        ("2026-03-06 10:00", 1, "2026-03-09 10:00"),  # over a weekend
        ("2026-03-08 15:00", 3, "2026-03-11 23:00"),  # from a Sunday: Thursday 00:00 in Berlin
        ("2026-03-27 17:40", 2, "2026-03-31 16:40"),  # the clock goes forward on the Sunday
        ("2026-12-30 09:00", 3, "2027-01-04 09:00"),  # over the turn of the year
        ("2026-03-06 23:30", 1, "2026-03-09 23:00"),  # already Saturday in Berlin
    ],
)
def test_business_days_end_at_the_same_wall_clock_time(start: str, days: int, end: str) -> None:
    assert add_business_days(utc(start), days, zone=BERLIN) == utc(end)


def test_a_saturday_counts_only_in_a_six_day_week() -> None:
    friday = utc("2026-03-06 10:00")
    assert add_business_days(friday, 1, zone=BERLIN, week=SIX_DAYS) == utc("2026-03-07 10:00")
    assert add_business_days(friday, 1, zone=BERLIN, week=FIVE_DAYS) == utc("2026-03-09 10:00")


def test_public_holidays_stop_the_clock_only_when_asked() -> None:
    wednesday = utc("2026-12-23 10:00")
    counted = add_business_days(wednesday, 2, zone=BERLIN, is_holiday=public_holidays("DE"))
    assert counted == utc("2026-12-28 10:00")
    assert add_business_days(wednesday, 2, zone=BERLIN) == utc("2026-12-25 10:00")


def test_england_has_its_august_bank_holiday_and_an_unknown_store_has_none() -> None:
    assert public_holidays("UK")(date(2026, 8, 31))
    assert public_holidays(None) is no_holidays


def test_a_wall_clock_time_in_a_clock_change_is_the_earlier_instant() -> None:
    assert at_local(date(2026, 10, 25), time(2, 30), BERLIN) == utc("2026-10-25 00:30")
    assert at_local(date(2026, 3, 29), time(2, 30), BERLIN) == utc("2026-03-29 00:30")


@given(
    start=st.integers(1_704_067_200, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC)),
    days=st.integers(1, 30),
    zone=st.sampled_from([BERLIN, ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")]),
)
def test_business_days_never_end_early_nor_before_the_start(start: datetime, days: int, zone: ZoneInfo) -> None:
    end = add_business_days(start, days, zone=zone)
    assert end > start
    assert (end - start).total_seconds() >= days * 86400 - 3600 - 86400
    assert end <= add_business_days(start, days + 1, zone=zone)
    assert add_business_days(start, days, zone=zone, week=SIX_DAYS) <= end
    assert end.astimezone(zone).weekday() < 5
