"""Working time: hours, weekends, holidays, make-up days, clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendars import (
    WorkingTime,
    is_working,
    last_working_moment,
    next_working_moment,
    working_between,
    years_without_table,
)
from config.workdays import place_fault

BERLIN = WorkingTime(zone=ZoneInfo("Europe/Berlin"), country="DE", subdivision="BE")
SHENZHEN = WorkingTime(zone=ZoneInfo("Asia/Shanghai"), country="CN")
NIGHT = WorkingTime(zone=ZoneInfo("America/New_York"), week=(((time(22), time(6)),),) * 5 + ((),) * 2)


def local(work, *parts):
    return datetime(*parts, tzinfo=work.zone).astimezone(UTC)


def test_a_span_begins_with_its_first_instant_and_ends_before_its_last():
    assert is_working(BERLIN, local(BERLIN, 2026, 3, 2, 9))
    assert is_working(BERLIN, local(BERLIN, 2026, 3, 2, 17, 59, 59))
    assert not is_working(BERLIN, local(BERLIN, 2026, 3, 2, 18))


def test_weekends_and_public_holidays_are_not_worked():
    assert not is_working(BERLIN, local(BERLIN, 2026, 3, 7, 12))
    assert not is_working(BERLIN, local(BERLIN, 2026, 4, 3, 12))  # Good Friday
    assert not is_working(BERLIN, local(BERLIN, 2027, 3, 8, 12))  # Berlin's own


def test_the_last_moment_before_a_monday_morning_is_fridays_close():
    assert last_working_moment(BERLIN, local(BERLIN, 2026, 3, 9, 8)) == local(BERLIN, 2026, 3, 6, 18)


def test_the_last_moment_during_work_is_the_moment_itself():
    assert last_working_moment(BERLIN, local(BERLIN, 2026, 3, 9, 11)) == local(BERLIN, 2026, 3, 9, 11)


def test_the_next_moment_passes_over_easter():
    assert next_working_moment(BERLIN, local(BERLIN, 2026, 4, 2, 19)) == local(BERLIN, 2026, 4, 7, 9)


def test_make_up_days_are_worked_and_bridged_days_are_not():
    assert is_working(SHENZHEN, local(SHENZHEN, 2026, 2, 14, 10))  # a Saturday
    assert not is_working(SHENZHEN, local(SHENZHEN, 2026, 2, 20, 10))  # a Friday
    assert next_working_moment(SHENZHEN, local(SHENZHEN, 2025, 9, 30, 18)) == local(SHENZHEN, 2025, 10, 9, 9)
    assert is_working(SHENZHEN, local(SHENZHEN, 2025, 10, 11, 10))  # a Saturday


def test_a_year_that_nobody_has_announced_is_named():
    assert years_without_table(SHENZHEN, 2026, 2029) == (2027, 2028, 2029)
    given = WorkingTime(country="CN", working_days=frozenset({date(2027, 1, 31)}))
    assert years_without_table(given, 2026, 2027) == ()
    assert years_without_table(BERLIN, 2026, 2040) == ()


def test_own_days_win_over_the_calendar():
    own = WorkingTime(
        zone=BERLIN.zone,
        country="DE",
        working_days=frozenset({date(2026, 3, 7)}),
        free_days=frozenset({date(2026, 3, 9)}),
    )
    assert is_working(own, local(own, 2026, 3, 7, 12))
    assert not is_working(own, local(own, 2026, 3, 9, 12))


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    assert is_working(NIGHT, local(NIGHT, 2026, 3, 7, 3))  # of Friday
    assert not is_working(NIGHT, local(NIGHT, 2026, 3, 7, 23))
    assert last_working_moment(NIGHT, local(NIGHT, 2026, 3, 8, 12)) == local(NIGHT, 2026, 3, 7, 6)


def test_the_clock_change_keeps_the_wall_clock():
    assert next_working_moment(BERLIN, local(BERLIN, 2026, 3, 28, 12)) == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_without_any_hours_there_is_no_working_moment():
    never = WorkingTime(week=((),) * 7)
    assert last_working_moment(never, datetime(2026, 3, 2, tzinfo=UTC)) is None
    assert next_working_moment(never, datetime(2026, 3, 2, tzinfo=UTC)) is None


def test_an_unknown_place_is_told():
    assert place_fault("DE", "BE") is None
    assert "DE" in place_fault("DE", "ZZ")
    assert "XX" in place_fault("XX", None)


instants = st.integers(0, 720 * 86400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([BERLIN, SHENZHEN, NIGHT]), instants, st.integers(0, 20 * 24 * 4))
def test_working_time_adds_up_to_the_quarters_of_an_hour_that_are_worked(work, start, quarters):
    start = start.replace(minute=start.minute // 15 * 15, second=0)
    step = timedelta(minutes=15)
    worked = sum(is_working(work, start + number * step) for number in range(quarters))
    assert working_between(work, start, start + quarters * step) == worked * step


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([BERLIN, SHENZHEN, NIGHT]), instants)
def test_the_last_moment_is_the_nearest_one(work, instant):
    last = last_working_moment(work, instant)
    assert last <= instant
    assert is_working(work, last - timedelta(seconds=1))
    assert working_between(work, last, instant) == timedelta()
