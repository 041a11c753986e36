"""Order ids, support case ids and ASINs, and the numbers that are none of them."""

from __future__ import annotations

import pytest

from classifiers.identifiers import asins, case_ids, order_ids
from classifiers.mail import Message
from classifiers.message import read_message


def mail(text: str, subject: str = "News") -> Message:
    head = "From: a@b.example\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\nMIME-Version: 1.0\r\n"
    head += f"Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return read_message((head + text).encode())


def test_order_ids_come_in_order_of_appearance_subject_first_and_once() -> None:
    found = order_ids(mail("See 222-0000002-0000002 and 111-0000001-0000001.", "Order 111-0000001-0000001"))
    assert found == ("111-0000001-0000001", "222-0000002-0000002")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("111‑0000001‑0000001", "111-0000001-0000001"),
        ("111–0000001–0000001", "111-0000001-0000001"),
        ("11\u200b1-0000001-0000001", "111-0000001-0000001"),
        ("１１１-０００００01-0000001", "111-0000001-0000001"),
        ("D01-1234567-7654321", "D01-1234567-7654321"),
        ("P01-1234567-7654321", "P01-1234567-7654321"),
        ("S02-1234567-7654321", "S02-1234567-7654321"),
        ("订单111-0000001-0000001的", None),
        ("(111-0000001-0000001)", "111-0000001-0000001"),
        ("#111-0000001-0000001", "111-0000001-0000001"),
    ],
)
def test_an_order_id_is_read_in_every_disguise(written: str, expected: str | None) -> None:
    assert order_ids(mail(f"Order {written}.")) == ((expected or "111-0000001-0000001"),)


@pytest.mark.parametrize(
    "text",
    [
        "99111-0000001-0000001",
        "111-0000001-00000012",
        "111-0000001-0000001-9",
        "12345-67890-1234567",
        "+49 111 0000001",
    ],
)
def test_an_order_id_is_never_cut_out_of_a_longer_number(text: str) -> None:
    assert order_ids(mail(f"Number {text} here")) == ()


def test_quoted_history_gives_no_order_id() -> None:
    assert order_ids(mail("Thanks.\n\n> about order 111-0000001-0000001\n")) == ()


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("[Case ID:10234567891]*Your Help Needed*", "Hello", ("10234567891",)),
        ("[CASE 10234567891] Order", "Hello", ("10234567891",)),
        ("News", "Numero del caso: 10234567891", ("10234567891",)),
        ("News", "Fallnummer: 10234567891", ("10234567891",)),
        ("News", "ケース番号: 10234567891", ("10234567891",)),
        ("News", "请在案例 10234567891 中回复", ("10234567891",)),
        ("News", "SAFE-T claim 10234-56789-1234567", ("10234-56789-1234567",)),
        ("News", "Call 10234567891 please", ()),
        ("News", "Order 111-0000001-0000001", ()),
    ],
)
def test_a_case_id_needs_its_word(subject: str, text: str, expected: tuple[str, ...]) -> None:
    assert case_ids(mail(text, subject)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASIN B0ABCDEF12", ("B0ABCDEF12",)),
        ("Item (B0ABCDEF12) and B0ABCDEF12", ("B0ABCDEF12",)),
        ("ISBN: 0306406152", ("0306406152",)),
        ("ISBN: 0306406153", ()),
        ("number 0306406152", ()),
        ("XB0ABCDEF12", ()),
    ],
)
def test_an_asin_is_b0_or_a_named_isbn(text: str, expected: tuple[str, ...]) -> None:
    assert asins(mail(text)) == expected
