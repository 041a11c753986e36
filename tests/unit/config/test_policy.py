from __future__ import annotations

from datetime import timedelta

import pytest

from config.policy import default_policy, parse_duration, policy_from_table, policy_table


@pytest.mark.parametrize(
    ("key", "hours", "target"),
    [
        ("atoz_claim.opened", 72, None),
        ("atoz_claim.opened_action", 48, None),
        ("atoz_claim.info_requested", 48, None),
        ("atoz_claim.reminder", 48, None),
        ("atoz_claim.granted_seller", 720, None),
        ("cs_request.opened", 48, 24),
        ("cs_request.reminder", 24, None),
        ("chargeback.opened", 168, None),
        ("chargeback.reminder", 168, None),
        ("buyer_message", 24, None),
        ("return_request", 48, None),
    ],
)
def test_the_shipped_clocks_are_the_contracts_table(key: str, hours: int, target: int | None) -> None:
    clock = default_policy().clocks[key]
    assert clock.respond == timedelta(hours=hours)
    assert clock.target == (None if target is None else timedelta(hours=target))


def test_the_contract_has_no_further_clock() -> None:
    assert len(default_policy().clocks) == 11


def test_public_holidays_do_not_stop_the_clock_by_default() -> None:
    assert default_policy().count_public_holidays is False
    assert default_policy().past_after == timedelta(days=30)


@pytest.mark.parametrize("text", ["48", "48 Stunden", "-1 hours", "1.5 hours", "", "2 weeks"])
def test_a_duration_that_is_not_understood_is_named_in_the_error(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


def test_a_table_with_a_changed_clock_makes_a_changed_policy() -> None:
    table = policy_table()
    table["clocks"]["buyer_message"] = {"respond": "12 hours", "target": "6 hours"}
    clock = policy_from_table(table).clocks["buyer_message"]
    assert (clock.respond, clock.target) == (timedelta(hours=12), timedelta(hours=6))
    assert default_policy().clocks["buyer_message"].respond == timedelta(hours=24)
