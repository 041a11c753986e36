from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.phrasebook import team_phrases
from responders.clock import countdown, spoken, spoken_short

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("left", "english", "chinese"),
    [
        (timedelta(minutes=35, seconds=59), "in 35 min", "还剩 35 分钟"),
        (timedelta(hours=41, minutes=59), "in 41 h", "还剩 41 小时"),
        (timedelta(hours=72), "in 3 d 0 h", "还剩 3 天 0 小时"),
        (timedelta(days=6, hours=5), "in 6 d 5 h", "还剩 6 天 5 小时"),
        (timedelta(0), "in 0 min", "还剩 0 分钟"),
        (-timedelta(minutes=1), "overdue by 1 min", "已超时 1 分钟"),
        (-timedelta(hours=3), "overdue by 3 h", "已超时 3 小时"),
        (-timedelta(days=4), "overdue by 4 d 0 h", "已超时 4 天 0 小时"),
    ],
)
def test_the_countdown_never_promises_more_time_than_there_is(left: timedelta, english: str, chinese: str) -> None:
    assert countdown(NOW + left, NOW, team_phrases("en")) == english
    assert countdown(NOW + left, NOW, team_phrases("zh")) == chinese


def test_midnight_is_shown_as_the_end_of_the_day_before() -> None:
    thursday = datetime(2026, 3, 12, tzinfo=BERLIN)
    assert spoken(thursday, BERLIN, team_phrases("en")) == "Wed 11 Mar 2026, end of day (24:00)"
    assert spoken_short(thursday, BERLIN, team_phrases("en")) == "Wed 11 Mar, 24:00"
    assert spoken(thursday, BERLIN, team_phrases("zh")) == "2026年3月11日周三 当日结束（24:00）"


def test_an_instant_is_shown_in_the_zone_asked_for_across_the_change_to_summer_time() -> None:
    instant = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert spoken(instant, BERLIN, team_phrases("en")) == "Sun 29 Mar 2026, 03:30"
    assert spoken(instant, ZoneInfo("America/Los_Angeles"), team_phrases("en")) == "Sat 28 Mar 2026, 18:30"
