"""Tracking numbers by shape, check digit and the word beside them."""

from __future__ import annotations

import pytest

from classifiers.message import read_message
from classifiers.tracking import tracking_numbers


def found(text: str) -> tuple[str, ...]:
    head = "From: a@b.example\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\nSubject: x\r\n"
    return tracking_numbers(read_message(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("UPS says 1Z999AA10123456784.", "1Z999AA10123456784"),
        ("Sent as RR123456785DE last week.", "RR123456785DE"),
        ("Tracking number: 9400 1000 0000 0000 0000 00", "9400100000000000000000"),
        ("Sendungsnummer 00340123456789012345", "00340123456789012345"),
        ("Numéro de suivi : 6A12345678901", "6A12345678901"),
        ("numero di spedizione 123456789012", "123456789012"),
        ("número de seguimiento: PQ1234567890", "PQ1234567890"),
        ("kollinummer 12345678901SE", "12345678901SE"),
        ("numer przesyłki 620999000000123456789012", "620999000000123456789012"),
        ("kargo takip no 1234567890123", "1234567890123"),
        ("追跡番号: 1234-5678-9012", "123456789012"),
        ("运单号YT1234567890123456", "YT1234567890123456"),
        ("TBA123456789012 was left at the door", "TBA123456789012"),
    ],
)
def test_a_tracking_number_is_read(text: str, number: str) -> None:
    assert found(text) == (number,)


@pytest.mark.parametrize(
    "text",
    [
        "Order 111-0000001-0000001",
        "Case ID 12345678901 about your tracking",
        "Call us at 123456789012",
        "RR123456789DE has a wrong check digit",
        "ASIN B0ABCDEF12, delivery on 2026-05-12",
        "Tracking is missing.",
    ],
)
def test_other_numbers_are_no_tracking_numbers(text: str) -> None:
    assert found(text) == ()
