import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from config.vocabulary import Kind, Outcome, Reason
from responders.report import Rate, ReportCase, build_report, response_band
from responders.report_letter import as_csv, as_json, report_letter
from responders.voice import TeamVoice

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
DAY = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def case(number: int, outcome: Outcome | None = Outcome.WON, **changes: object) -> ReportCase:
    plain = ReportCase(
        number=f"CC-{number:06d}",
        kind=Kind.ATOZ_CLAIM,
        reason=Reason.ITEM_NOT_RECEIVED,
        outcome=outcome,
        is_over=outcome is not None,
        marketplace="DE",
        agent="Ana",
        amount=(Decimal("10.00"), "EUR"),
        opened_at=DAY,
        answered_at=DAY + timedelta(hours=3),
        ended_at=DAY + timedelta(days=5) if outcome else None,
        evidence=("proof_of_delivery",),
    )
    return replace(plain, **changes)


def hints(*cases: ReportCase) -> dict[str, dict[str, str]]:
    return {hint.key: dict(hint.values) for hint in build_report(cases, first=FIRST, last=LAST).hints}


def test_what_amazon_pays_is_won_and_what_the_seller_refunds_is_lost() -> None:
    outcomes = [Outcome.WON, Outcome.AMAZON_FUNDED, Outcome.LOST, Outcome.REFUNDED, Outcome.WITHDRAWN, Outcome.UNKNOWN]
    report = build_report([case(n, each) for n, each in enumerate(outcomes)], first=FIRST, last=LAST)
    assert report.total == Rate(key="", won=2, lost=2) and report.total.share == 0.5
    (money,) = report.money
    assert (money.kept, money.amazon, money.lost) == (Decimal("20.00"), Decimal("10.00"), Decimal("20.00"))


def test_only_what_ended_in_the_period_counts_and_currencies_are_never_added_up() -> None:
    late = case(1, ended_at=LAST)
    open_ = case(2, None, opened_at=DAY)
    yen = case(3, amount=(Decimal(3000), "JPY"))
    report = build_report([late, open_, yen, case(4)], first=FIRST, last=LAST)
    assert report.total.won == 2 and (report.opened, report.open) == (4, 1)
    assert [(each.currency, each.kept) for each in report.money] == [("EUR", Decimal("10.00")), ("JPY", Decimal(3000))]


@pytest.mark.parametrize(
    ("hours", "band"), [(4, "h4"), (4.1, "h24"), (24, "h24"), (40, "h48"), (60, "later"), (None, "never")]
)
def test_the_time_to_the_answer_is_told_in_bands(hours: float | None, band: str) -> None:
    answered = DAY + timedelta(hours=hours) if hours is not None else None
    assert response_band(case(1, answered_at=answered)) == band


def test_a_group_by_evidence_counts_a_case_with_two_items_in_both() -> None:
    report = build_report(
        [case(1, evidence=("invoice", "weight_record")), case(2, Outcome.LOST, evidence=())], first=FIRST, last=LAST
    )
    assert {rate.key: (rate.won, rate.lost) for rate in report.by["evidence"]} == {
        "invoice": (1, 0),
        "weight_record": (1, 0),
        "none": (0, 1),
    }


def test_an_article_that_is_complained_of_twice_asks_for_its_listing_and_its_packing() -> None:
    found = hints(*(case(n, reason=Reason.WRONG_ITEM, asins=("B0TESTTEST",)) for n in (1, 2)))
    assert found["listing"] == found["packing"] == {"count": "2", "cases": "CC-000001, CC-000002", "name": "B0TESTTEST"}
    assert "listing" not in hints(*(case(n, asins=("B0TESTTEST",)) for n in (1, 2)))


def test_carriers_buyers_threats_silence_and_bare_losses_are_told() -> None:
    lost = case(1, Outcome.LOST, carrier="DHL", buyer="B-1", evidence=(), answered_at=None, threatened_before=True)
    found = hints(lost, replace(lost, number="CC-000002", threatened_before=False))
    assert set(found) == {"carrier", "buyer", "threatened", "unanswered", "bare"}
    assert found["threatened"] == {"count": "1", "all": "2", "cases": "CC-000001"}


def test_speed_is_told_only_when_there_is_enough_to_tell() -> None:
    fast = [case(n) for n in range(5)]
    slow = [case(10 + n, Outcome.LOST, answered_at=DAY + timedelta(days=3)) for n in range(5)]
    assert hints(*fast, *slow)["late"] == {"fast": "100%", "slow": "0%"}
    assert "late" not in hints(*fast, *slow[:4])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_letter_holds_nothing_remote_and_says_in_text_what_it_shows(language: str) -> None:
    team = TeamVoice(language=language, zone=ZoneInfo("UTC"), instance="shop", domain="seller.example")
    report = build_report(
        [case(1, asins=("B0TESTTEST",), reason=Reason.WRONG_ITEM), case(2, Outcome.LOST)], first=FIRST, last=LAST
    )
    letter = report_letter(report, team=team, now=LAST)
    assert re.search(r"<img|https?://|<script|<link", letter.html) is None
    assert letter.html.count('width="50%"') >= 2
    for word in ("50%", "Amazon.de", "Ana", "10.00"):
        assert word in letter.text and word in letter.html
    assert letter.key == report_letter(report, team=team, now=LAST + timedelta(days=1)).key


def test_an_empty_period_is_a_letter_too() -> None:
    team = TeamVoice(language="en", zone=ZoneInfo("UTC"), instance="shop", domain="seller.example")
    letter = report_letter(build_report([], first=FIRST, last=LAST), team=team, now=LAST)
    assert "No case was decided, 2026-01-01 to 2026-03-31" in letter.text


def test_csv_and_json_hold_the_same_figures_and_no_formula() -> None:
    report = build_report([case(1, agent="=cmd()"), case(2, Outcome.LOST, agent="Bo")], first=FIRST, last=LAST)
    rows = list(csv.DictReader(io.StringIO(as_csv(report))))
    assert {row["name"]: row["won"] for row in rows if row["section"] == "agent"} == {"'=cmd()": "1", "Bo": "0"}
    told = as_json(report)
    assert told["total"] == {"name": None, "won": 1, "lost": 1, "win_rate": 0.5}
    assert told["money"] == [{"currency": "EUR", "kept": "10.00", "paid_by_amazon": "0", "lost": "10.00"}]
