from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from config.marketplaces import MARKETPLACES, by_currency, by_domain, by_id, zone_of


def test_every_store_of_the_contract_is_known() -> None:
    expected = [
        "US",
        "CA",
        "MX",
        "BR",
        "UK",
        "IE",
        "DE",
        "FR",
        "IT",
        "ES",
        "NL",
        "BE",
        "SE",
        "PL",
        "TR",
        "JP",
        "AU",
        "SG",
        "IN",
        "AE",
        "SA",
        "EG",
        "ZA",
    ]
    assert list(MARKETPLACES) == expected


def test_ids_and_domains_are_unique() -> None:
    stores = MARKETPLACES.values()
    assert len({store.id for store in stores}) == len({store.domain for store in stores}) == len(stores)


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("US", "America/Los_Angeles"),
        ("MX", "America/Los_Angeles"),
        ("BR", "America/Sao_Paulo"),
        ("BE", "Europe/Brussels"),
        ("TR", "Europe/Istanbul"),
        ("EG", "Africa/Cairo"),
        (None, "UTC"),
        ("XX", "UTC"),
    ],
)
def test_limits_run_on_the_stores_clock_and_on_utc_without_a_store(code: str | None, zone: str) -> None:
    assert zone_of(code) == ZoneInfo(zone)


def test_only_the_american_store_puts_the_month_first_and_only_japan_the_year() -> None:
    assert [code for code, store in MARKETPLACES.items() if store.order == "mdy"] == ["US"]
    assert [code for code, store in MARKETPLACES.items() if store.order == "ymd"] == ["JP"]


def test_a_store_is_found_by_its_id_in_any_case() -> None:
    store = by_id("apj6jra9ng5v4")
    assert store is not None
    assert store.code == "IT"
    assert by_id("A0000000000000") is None


def test_a_sub_domain_belongs_to_the_store_and_a_look_alike_does_not() -> None:
    store = by_domain("sellercentral.amazon.co.uk")
    assert store is not None
    assert store.code == "UK"
    assert by_domain("amazon.com.evil.example") is None
    assert by_domain("notamazon.de") is None


def test_a_shared_currency_names_no_store() -> None:
    assert by_currency("EUR") is None
    pounds = by_currency("gbp")
    assert pounds is not None
    assert pounds.code == "UK"
