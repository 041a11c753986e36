"""Sums in every local form, and which one is the disputed one."""

from __future__ import annotations

import pytest

from classifiers.money import disputed_amount, only_currency, sums
from classifiers.wording import read_wording

FORMS = [
    ("en", "a claim of $1,234.56", None, ("1234.56", "USD")),
    ("en", "a claim of $20", "CA", ("20.00", "CAD")),
    ("en", "a claim of CDN$ 31.40", None, ("31.40", "CAD")),
    ("en", "a claim of £7.5", None, ("7.50", "GBP")),
    ("en", "a claim of 107.25 USD", None, ("107.25", "USD")),
    ("en", "a claim of ₹1,23,456.00", None, ("123456.00", "INR")),
    ("en", "a claim of Rs. 499", None, ("499.00", "INR")),
    ("en", "a claim of AED 81.50", None, ("81.50", "AED")),
    ("en", "a claim of S$33", None, ("33.00", "SGD")),
    ("de", "ein Antrag über 1.234,50 €", None, ("1234.50", "EUR")),
    ("de", "ein Antrag über EUR 99,-", None, ("99.00", "EUR")),
    ("nl", "een claim van 17 euro", None, ("17.00", "EUR")),
    ("it", "un reclamo di 118,20\u00a0€", None, ("118.20", "EUR")),
    ("it", "un reclamo di 171.03 EUR", None, ("171.03", "EUR")),
    ("sv", "ett anspråk på 1 234,56 kr", None, ("1234.56", "SEK")),
    ("pl", "roszczenie na 1 234,56 zł", None, ("1234.56", "PLN")),
    ("pt", "uma reivindicação de R$ 1.234,56", None, ("1234.56", "BRL")),
    ("tr", "1.234,56 TL tutarında talep", None, ("1234.56", "TRY")),
    ("ja", "申請額は￥7,300です", None, ("7300", "JPY")),
    ("ja", "申請額は6,120円です", None, ("6120", "JPY")),
    ("zh", "索赔金额为$52.30", None, ("52.30", "USD")),
    ("zh", "索赔金额为300元人民币", None, ("300.00", "CNY")),
    ("zh", "索赔金额为4410日元", None, ("4410", "JPY")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "store", "expected"), FORMS)
def test_a_sum_is_read_in_its_local_form(
    language: str, text: str, store: str | None, expected: tuple[str, str]
) -> None:
    wording = read_wording("Claim", text, language)
    amount = disputed_amount(wording, sums(wording), marketplace=store)
    assert amount is not None
    assert (amount.value, amount.currency) == expected


CHOICES = [
    ("en", "Order total: $80.00\nAmount claimed: $40.00\nThe claim is for half of the order.", "40.00"),
    ("en", "We received a claim of $25.00. You already refunded $5.00 on Monday.", "25.00"),
    ("de", "Bestellwert: 60,00 €\nBeantragter Betrag: 20,00 €", "20.00"),
    ("fr", "Total de la commande : 60,00 €\nMontant réclamé : 20,00 €", "20.00"),
    ("zh", "订单总额:60.00 美元\n索赔金额:20.00 美元", "20.00"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "value"), CHOICES)
def test_the_disputed_sum_is_told_from_totals_and_earlier_refunds(language: str, text: str, value: str) -> None:
    wording = read_wording("Claim", text, language)
    amount = disputed_amount(wording, sums(wording), marketplace=None)
    assert amount is not None
    assert amount.value == value


@pytest.mark.parametrize(
    "text", ["order 111-2233445-6677889", "code KR123456785GB", "2026-05-12", "1.5 kg", "24-48 hours"]
)
def test_other_numbers_are_no_money(text: str) -> None:
    assert sums(read_wording("Claim", text, "en")) == ()


def test_mixed_currencies_name_no_store() -> None:
    wording = read_wording("Claim", "a claim of £5 and of €6", "en")
    assert only_currency(wording, sums(wording)) is None
