"""The store of a mail by the contract's order of evidence."""

from __future__ import annotations

import pytest

from classifiers.assessment import assess
from classifiers.message import read_message
from config.policy import default_policy

DONOTREPLY = "donotreply@amazon.com"


def store(author: str, text: str, headers: str = "", assumed: str | None = None) -> str | None:
    head = f"From: Amazon <{author}>\r\nSubject: Order 026-0000001-0000001\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\n"
    raw = f"{head}{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    return assess(read_message(raw), policy=default_policy(), marketplace=assumed).marketplace


@pytest.mark.parametrize(
    ("author", "text", "headers", "expected"),
    [
        (DONOTREPLY, "Amazon.de, £5.00", "X-Marketplace-ID: APJ6JRA9NG5V4\r\n", "IT"),
        ("x1@marketplace.amazon.fr", "You sold it on Amazon.it.", "", "IT"),
        (DONOTREPLY, "See https://sellercentral.amazon.co.uk/orders", "", "UK"),
        (DONOTREPLY, "See https://sellercentral.amazon.com/x?marketplaceID=A1PA6795UKMFR9", "", "DE"),
        ("x1@marketplace.amazon.com.mx", "Hola", "", "MX"),
        ("merch.service05@amazon.com.au", "Hello", "", "AU"),
        ("atoz-guarantee-no-reply@amazon.com", "A claim of £5.00", "", "UK"),
        ("atoz-guarantee-no-reply@amazon.com", "A claim of 900円", "", "JP"),
        ("atoz-guarantee-no-reply@amazon.com", "A claim of 5,00 €", "", None),
        ("atoz-guarantee-no-reply@amazon.com", "A claim on order 026-0000001-0000001", "", None),
    ],
)
def test_the_strongest_evidence_names_the_store(author: str, text: str, headers: str, expected: str | None) -> None:
    assert store(author, text, headers) == expected


def test_the_assumed_store_counts_only_when_the_mail_names_none() -> None:
    assert store(DONOTREPLY, "Hello", assumed="PL") == "PL"
    assert store(DONOTREPLY, "Hello from Amazon.se", assumed="PL") == "SE"
