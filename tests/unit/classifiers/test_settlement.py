from dataclasses import replace
from datetime import UTC, datetime

import pytest
from servers.growth import grows_no_faster_than_its_text

from classifiers.message import read_message
from classifiers.settlement import settlement_of
from config.settlement import CLASSES, settlement_phrases
from config.vocabulary import LANGUAGES, Outcome

BLANK = read_message(b"Subject: x\r\n\r\nx", arrived_at=datetime(2026, 3, 2, tzinfo=UTC))

CLOSINGS = [
    ("en", "The buyer is satisfied with your answer. No refund was necessary. The request is closed.", Outcome.WON),
    ("en", "Thank you for your refund, which the customer has received. This contact is closed.", Outcome.REFUNDED),
    ("en", "As we had no answer, we refunded the customer and charged the amount to your account.", Outcome.LOST),
    ("en", "The customer has filed a claim, so this contact is closed.", None),
    ("de", "Der Kunde ist zufrieden; eine Rückerstattung war nicht nötig.", Outcome.WON),
    ("de", "Vielen Dank, der Kunde hat die Rückerstattung erhalten.", Outcome.REFUNDED),
    ("de", "Wir haben den Kunden entschädigt und Ihr Verkäuferkonto wurde mit dem Betrag belastet. Von Ihrem Konto "
           "wurden 20 EUR abgebucht.", Outcome.LOST),
    ("fr", "Le client a bien reçu son colis. Le dossier est clos.", Outcome.WON),
    ("fr", "Le client a été remboursé par vos soins, merci.", Outcome.REFUNDED),
    ("fr", "Le montant a été débité de votre compte vendeur.", Outcome.LOST),
    ("it", "Il cliente ha ricevuto l'articolo e non desidera altro.", Outcome.WON),
    ("it", "Il cliente è stato rimborsato, grazie per la collaborazione.", Outcome.REFUNDED),
    ("es", "El cliente ha recibido el pedido y cerramos la consulta.", Outcome.WON),
    ("es", "Hemos comprobado que el cliente ha sido reembolsado.", Outcome.REFUNDED),
    ("es", "El importe se ha cargado en su cuenta de vendedor.", Outcome.LOST),
    ("pt", "O cliente recebeu o produto e o contato foi encerrado.", Outcome.WON),
    ("pt", "O cliente foi reembolsado por você. Obrigado.", Outcome.REFUNDED),
    ("nl", "De klant heeft het pakket inmiddels ontvangen.", Outcome.WON),
    ("nl", "Het bedrag is van uw saldo afgetrokken.", Outcome.LOST),
    ("sv", "Kunden är nöjd och ärendet är avslutat.", Outcome.WON),
    ("sv", "Kunden har fått sin återbetalning, tack. Vi ser att beloppet är återbetalat.", Outcome.REFUNDED),
    ("pl", "Klient otrzymał przesyłkę, sprawa jest zamknięta.", Outcome.WON),
    ("pl", "Klient potwierdza zwrot pieniędzy. Dziękujemy.", Outcome.REFUNDED),
    ("tr", "Müşteri ürünü teslim aldı ve memnun kaldı.", Outcome.WON),
    ("tr", "Müşteriye ödemesi iade edildi, talep kapatıldı.", Outcome.REFUNDED),
    ("ja", "お客様は商品を受け取られました。返金の必要はございません。", Outcome.WON),
    ("ja", "出品者様の返金を確認いたしましたので、本件を終了いたします。返金が完了しています。", Outcome.REFUNDED),
    ("zh", "买家已收到商品，本次咨询已关闭。", Outcome.WON),
    ("zh", "买家已经收到退款，感谢您的处理。", Outcome.REFUNDED),
    ("zh", "退款金额已从您的账户中扣除。", Outcome.LOST),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "outcome"), CLOSINGS)
def test_a_closing_names_what_became_of_the_money(language, text, outcome):
    assert settlement_of(replace(BLANK, text=text), language) is outcome


def test_a_wrapped_line_is_read_as_one():
    assert settlement_of(replace(BLANK, text="No\nrefund\n was needed."), "en") is Outcome.WON


def test_every_language_has_every_class():
    assert set(settlement_phrases()) == set(LANGUAGES)
    assert all(table[name] for table in settlement_phrases().values() for name in CLASSES)


def test_a_hostile_text_costs_no_more_than_its_length():
    def read(text):
        return settlement_of(replace(BLANK, text=text), "en")

    assert grows_no_faster_than_its_text(read, "charged received refund ", size=10_000)
