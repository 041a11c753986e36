"""Which notices say that the buyer got money back, and how much."""

from email.message import EmailMessage

import pytest

from classifiers.message import read_message
from classifiers.refunds import Refund, refund_told

ORDER = "204-1234567-7654321"


def told(subject, body, language="en", mark=None):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "donotreply@amazon.com", subject
    mail["Date"] = "Tue, 03 Mar 2026 09:00:00 +0000"
    if mark:
        mail["X-Space-Notification-Type"] = mark
    mail.set_content(body)
    return refund_told(read_message(mail.as_bytes()), language)


@pytest.mark.parametrize(
    ("language", "subject", "body", "refund"),
    [
        ("en", f"Refund initiated for order {ORDER}", "We have refunded the buyer £34.90.", ("34.90", "GBP")),
        ("de", f"Erstattung veranlasst für Bestellung {ORDER}", "Betrag: 34,90 €", ("34.90", "EUR")),
        ("fr", f"Remboursement effectué pour la commande {ORDER}", "Montant : 34,90 €", ("34.90", "EUR")),
        ("it", f"Rimborso avviato - ordine {ORDER}", "Importo: EUR 34,90", ("34.90", "EUR")),
    ],
)
def test_a_notice_of_a_refund_tells_its_sum(language, subject, body, refund):
    assert told(subject, body, language) == Refund(value=refund[0], currency=refund[1])


def test_the_machine_mark_is_enough_and_a_refund_without_a_sum_is_one():
    assert told(f"Your order {ORDER}", "It is done.", mark="REFUND_ISSUED") == Refund()


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (f"Order {ORDER} shipped", "The parcel is on its way. Total: £34.90"),
        (f"Buyer asks for a refund of order {ORDER}", "The customer would like a refund. Please refund the customer."),
    ],
)
def test_other_news_and_demands_are_no_refund(subject, body):
    assert told(subject, body) is None


def test_only_a_sum_that_is_certainly_less_covers_less():
    ten = Refund(value="10.00", currency="EUR")
    assert ten.covers(("10.00", "EUR"))
    assert not ten.covers(("10.01", "EUR"))
    assert ten.covers(("99.00", "GBP"))
    assert ten.covers(None)
    assert Refund().covers(("99.00", "EUR"))
    assert not Refund(value="10.00", currency="$").covers(("99.00", "USD"))
