from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.dates import find_expressions
from classifiers.temporal.instants import Frame, due
from config.business_time import public_holidays
from config.vocabulary import LANGUAGES

START = datetime(2026, 3, 3, 10, tzinfo=UTC)
TABLE = Path(__file__).with_name("time_expressions.txt")


def rows() -> list[tuple[str, ...]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("|")) for line in lines if line and not line.startswith("#")]


def frame(*, start: datetime = START, store: str | None = "UK", language: str = "en") -> Frame:
    return Frame(start=start, marketplace=store, language=language)


def ends(
    text: str, *, start: datetime = START, store: str | None = "UK", language: str = "en"
) -> list[datetime | None]:
    found = [
        due(one.value, frame(start=start, store=store, language=language))
        for one in find_expressions(text, language=language)
    ]
    return [one.respond_by if one else None for one in found]


def printed(end: datetime, target: datetime | None, form: str) -> str:
    if not form.startswith("+"):
        return f"{end:%m-%dT%H:%M}"
    hours = f"{(end - START) / timedelta(hours=1):g}h"
    return f"+{(target - START) / timedelta(hours=1):g}-{hours}" if target else f"+{hours}"


@pytest.mark.parametrize(("language", "store", "text", "expected"), rows())
def test_an_expression_ends_when_the_contract_says(language: str, store: str, text: str, expected: str) -> None:
    found = [due(one.value, frame(store=store, language=language)) for one in find_expressions(text, language=language)]
    got = [printed(one.respond_by, one.target, expected) for one in found if one]
    assert got == ([] if expected == "-" else [expected])


@pytest.mark.parametrize(
    ("store", "language", "text", "expected"),
    [
        ("US", "en", "by 03/04/2026", "2026-03-05 07:59:59"),  # 4 March
        ("UK", "en", "by 03/04/2026", "2026-04-03 22:59:59"),  # 3 April
        ("JP", "en", "by 2026/03/04", "2026-03-04 14:59:59"),
        (None, "de", "bis 03.04.2026", "2026-04-03 23:59:59"),
        (None, "en", "by 03/04/2026", "2026-03-04 23:59:59"),  # ambiguous: the earlier that is not past
        (None, "en", "by 04/03/2026", "2026-03-04 23:59:59"),
        ("US", "en", "by 25/03/2026", "2026-03-26 06:59:59"),  # no 25th month
        ("US", "de", "bis 12.03.2026", "2026-03-13 06:59:59"),  # dots put the day first
    ],
)
def test_the_store_and_else_the_language_order_a_numeric_date(
    store: str | None, language: str, text: str, expected: str
) -> None:
    assert ends(text, store=store, language=language) == [datetime.fromisoformat(expected).replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by 5 PM PST on 10 July 2026", "2026-07-11 01:00"),  # UTC-8 even in summer
        ("by 5 PM PT on 10 July 2026", "2026-07-11 00:00"),
        ("by 17:00 CET on 10 July 2026", "2026-07-10 16:00"),
        ("by 17:00 (UTC+05:30) on 10 July 2026", "2026-07-10 11:30"),
        ("by 17:00 GMT-3 on 10 July 2026", "2026-07-10 20:00"),
        ("by 17:00 JST on 10 July 2026", "2026-07-10 08:00"),
        ("by 17:00 on 10 July 2026", "2026-07-10 16:00"),  # the store's clock
    ],
)
def test_a_named_zone_counts_as_written(text: str, expected: str) -> None:
    assert ends(text) == [datetime.fromisoformat(expected).replace(tzinfo=UTC)]


def test_a_day_without_a_year_is_the_first_such_day_on_or_after_the_start() -> None:
    late = datetime(2026, 12, 30, 12, tzinfo=UTC)
    assert ends("by 2 January", start=late) == [datetime(2027, 1, 2, 23, 59, 59, tzinfo=UTC)]
    assert ends("by 30 December", start=late) == [datetime(2026, 12, 30, 23, 59, 59, tzinfo=UTC)]


def test_a_leap_day_without_a_year_waits_for_its_year_and_a_false_one_is_no_date() -> None:
    assert ends("by 29 February") == [datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)]
    assert ends("by 29 February 2027") == [None]


def test_hours_run_through_a_clock_change_and_a_date_ends_on_the_stores_clock() -> None:
    friday = datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert ends("within 72 hours", start=friday) == [friday + timedelta(hours=72)]
    assert ends("by 29 March", start=friday) == [datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)]


def test_a_weekday_is_the_first_on_or_after_the_start_and_next_means_a_later_day() -> None:
    assert ends("by Tuesday") == [datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC)]
    assert ends("by next Tuesday") == [datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC)]


def test_a_clock_time_that_has_passed_today_is_tomorrows() -> None:
    assert ends("by 9 am") == [datetime(2026, 3, 4, 9, tzinfo=UTC)]
    assert ends("by 11 am") == [datetime(2026, 3, 3, 11, tzinfo=UTC)]


def test_public_holidays_stop_business_days_only_when_the_frame_counts_them() -> None:
    (expression,) = find_expressions("binnen 2 Arbeitstagen", language="de")
    start = datetime(2026, 12, 23, 10, tzinfo=UTC)
    plain = due(expression.value, Frame(start=start, marketplace="DE", language="de"))
    counted = due(
        expression.value,
        Frame(start=start, marketplace="DE", language="de", is_holiday=public_holidays("DE")),
    )
    assert plain is not None
    assert counted is not None
    assert (plain.respond_by.day, counted.respond_by.day) == (25, 28)


@pytest.mark.parametrize(
    "text",
    ["order 113-0092847-6631805", "open 24/7", "rated 4.5 of 5", "SKU B08HV6TT3K", "£48 or 3.5 kg", "three weeks ago"],
)
def test_ids_prices_and_times_ago_are_no_expressions(text: str) -> None:
    assert find_expressions(text, language="en") == ()


def test_the_phrase_is_the_mails_own_words_with_their_odd_spaces_and_wide_digits() -> None:
    (wide,) = find_expressions("ご返信は２４～４８時間以内にお願いします", language="ja")
    assert wide.phrase == "２４～４８時間以内に"
    (odd,) = find_expressions("innerhalb von 48\u00a0Stun\u00adden", language="de")
    assert odd.phrase == "innerhalb von 48\u00a0Stun\u00adden"


@given(
    hours=st.integers(1, 240),
    start=st.integers(1_704_067_200, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC)),
)
def test_hours_are_exact_multiples_from_any_start(hours: int, start: datetime) -> None:
    assert ends(f"Please answer within {hours} hours.", start=start) == [start + timedelta(hours=hours)]


@given(
    text=st.text(alphabet="0123456789 .:/-年月日時内前までbyin hoursdayPM,()\n周五第", max_size=60),
    language=st.sampled_from(LANGUAGES),
    store=st.sampled_from(["US", "DE", "JP", None]),
)
@example(text="by 24:00", language="en", store="US")
@example(text="0000-00-00 00/00/0000 99:99", language="en", store=None)
def test_no_text_breaks_the_reader_and_places_lie_inside_the_text(text: str, language: str, store: str | None) -> None:
    last = 0
    for one in find_expressions(text, language=language):
        assert last <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.phrase
        last = one.end
        due(one.value, frame(store=store, language=language))
