"""The language of the sender's own words."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

from __future__ import annotations

import pytest

from classifiers.frame import framed_words
from classifiers.language import language_of
from classifiers.mail import Message
from classifiers.message import read_message


def mail(text: str, subject: str = "Order 111-0000001-0000001") -> Message:
    head = "From: R <x1@marketplace.amazon.com>\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\n"
    head += f"Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return read_message((head + text).encode())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my parcel?", "en"),
        ("Wo bleibt mein Paket?", "de"),
        ("Où est mon colis ?", "fr"),
        ("Dov'è il mio pacco?", "it"),
        ("¿Dónde está mi paquete?", "es"),
        ("Onde está o meu pedido?", "pt"),
        ("Waar blijft mijn pakket?", "nl"),
        ("Var är mitt paket någonstans?", "sv"),
        ("Gdzie jest moja paczka?", "pl"),
        ("Kargom nerede kaldı?", "tr"),
        ("荷物はどこですか?", "ja"),
        ("我的包裹在哪里?", "zh"),
        ("我的包裹在哪裡?到現在還沒收到。", "zh"),
    ],
)
def test_a_short_question_has_its_language(text: str, language: str) -> None:
    assert language_of(mail(text)) == language


def test_an_english_footer_does_not_make_a_mail_english() -> None:
    text = "Ein Kunde hat sich wegen der Bestellung gemeldet.\n\n© 2026 Amazon.com, Inc. All rights reserved. 410 Terry Ave N"
    assert language_of(mail(text)) == "de"


def test_a_buyers_words_count_not_amazons_frame() -> None:
    framed = mail(
        "You have received a message from a customer.\n\n------------- Message: -------------\n\n"
        "Hallo, wann wird die Ware verschickt?\n\n------------- End message -------------\n\nCustomers value quick answers."
    )
    assert language_of(framed, framed_words(framed)) == "de"


def test_chinese_inside_a_japanese_frame_is_chinese() -> None:
    text = "注文番号: 1\n\n老板,你们发错了尺码,我要换货,请尽快回复我。\n\nこのメールに返信できます。"
    assert language_of(mail(text)) == "zh"


def test_the_subject_helps_where_the_text_is_empty() -> None:
    assert language_of(mail("111-0000001-0000001", "Rimborso per il tuo ordine")) == "it"
