"""Stated reasons in twelve languages, and nothing where none is stated."""

from __future__ import annotations

import pytest

from classifiers.reasons import read_reason
from classifiers.wording import read_wording
from config.vocabulary import Kind, Reason

STATED = [
    ("en", "item_not_received", "The buyer says the parcel never arrived."),
    ("en", "late_delivery", "The customer reports that the order came five days late."),
    ("en", "not_as_described", "The buyer says the scarf does not match the description."),
    ("en", "damaged_or_defective", "The customer says the kettle stopped working after two days."),
    ("en", "wrong_item", "The customer received a blue cup instead of the red one."),
    ("en", "missing_parts", "The customer says two screws were missing."),
    ("en", "return_not_refunded", "The buyer returned the item on 3 May and has not been refunded."),
    ("en", "return_refused", "The buyer says you refused the return."),
    ("en", "cancelled_not_refunded", "The buyer cancelled the order and has not received a refund."),
    ("de", "item_not_received", "Der Käufer gibt an, das Paket nicht erhalten zu haben."),
    ("de", "late_delivery", "Laut Kunde kam die Lieferung eine Woche zu spät."),
    ("de", "not_as_described", "Der Artikel entspricht laut Käufer nicht der Beschreibung."),
    ("de", "damaged_or_defective", "Die Kundin meldet, dass die Uhr defekt ist."),
    ("de", "wrong_item", "Der Kunde hat einen falschen Artikel erhalten."),
    ("de", "missing_parts", "Laut Kunde fehlen zwei Schrauben."),
    ("de", "return_not_refunded", "Der Kunde hat die Ware zurückgeschickt und noch keine Erstattung erhalten."),
    ("de", "return_refused", "Der Verkäufer verweigert laut Kunde die Rücknahme."),
    ("fr", "item_not_received", "Le client indique qu'il n'a jamais reçu son colis."),
    ("fr", "late_delivery", "Le client signale un retard de livraison."),
    ("fr", "damaged_or_defective", "L'article est arrivé cassé selon le client."),
    ("fr", "wrong_item", "Le client a reçu un autre article que celui commandé."),
    ("fr", "missing_parts", "Il manque deux pièces selon l'acheteur."),
    ("fr", "return_not_refunded", "L'acheteur a renvoyé l'article et n'a pas été remboursé."),
    ("it", "item_not_received", "Il cliente afferma di non aver ricevuto il pacco."),
    ("it", "damaged_or_defective", "Il cliente segnala che il prodotto è arrivato rotto."),
    ("it", "wrong_item", "Il cliente ha ricevuto un articolo sbagliato."),
    ("it", "return_not_refunded", "Il cliente ha restituito l'articolo ma non è stato rimborsato."),
    ("it", "late_delivery", "La consegna è avvenuta in ritardo."),
    ("es", "item_not_received", "El cliente dice que no ha recibido el paquete."),
    ("es", "damaged_or_defective", "El comprador indica que el artículo llegó roto."),
    ("es", "wrong_item", "El cliente recibió un artículo equivocado."),
    ("es", "missing_parts", "Faltan dos piezas según el cliente."),
    ("es", "return_not_refunded", "El cliente devolvió el artículo y aún no ha recibido el reembolso."),
    ("pt", "item_not_received", "O cliente diz que não recebeu o pedido."),
    ("pt", "damaged_or_defective", "O produto chegou quebrado."),
    ("pt", "wrong_item", "O cliente recebeu o produto errado."),
    ("nl", "item_not_received", "De klant heeft het pakket niet ontvangen."),
    ("nl", "damaged_or_defective", "De klant meldt dat het apparaat kapot is."),
    ("nl", "wrong_item", "De klant heeft een verkeerd artikel gekregen."),
    ("sv", "item_not_received", "Kunden uppger att paketet aldrig har kommit fram."),
    ("sv", "damaged_or_defective", "Kunden säger att lampan är trasig."),
    ("sv", "missing_parts", "Det saknas två skruvar enligt köparen."),
    ("pl", "item_not_received", "Klient twierdzi, że nie otrzymał paczki."),
    ("pl", "damaged_or_defective", "Klient zgłasza, że towar jest uszkodzony."),
    ("pl", "wrong_item", "Klient otrzymał niewłaściwy produkt."),
    ("tr", "item_not_received", "Müşteri paketin kendisine ulaşmadığını bildirdi, ürün gelmedi."),
    ("tr", "damaged_or_defective", "Müşteri ürünün kırık geldiğini belirtti."),
    ("tr", "wrong_item", "Müşteriye yanlış ürün gönderilmiş."),
    ("ja", "item_not_received", "購入者様によると、商品が届いていないとのことです。"),
    ("ja", "damaged_or_defective", "購入者様より、商品が破損していたとのご連絡がありました。"),
    ("ja", "wrong_item", "注文と違う商品が届いたとのことです。"),
    ("ja", "late_delivery", "お届けが予定日より遅れたとのことです。"),
    ("ja", "return_not_refunded", "返品したのに返金されていないとのことです。"),
    ("zh", "item_not_received", "买家表示一直没有收到包裹。"),
    ("zh", "late_delivery", "买家称商品延迟送达。"),
    ("zh", "damaged_or_defective", "买家反映收到的商品已损坏。"),
    ("zh", "wrong_item", "买家称卖家发错了颜色。"),
    ("zh", "missing_parts", "买家称缺少两个零件。"),
    ("zh", "return_not_refunded", "买家已退货但仍未收到退款。"),
    ("zh", "not_as_described", "買家表示商品與描述不符。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "reason", "text"), STATED)
def test_a_stated_reason_is_read(language: str, reason: str, text: str) -> None:
    assert read_reason(Kind.CS_REQUEST, read_wording("Order", text, language))[0] == Reason(reason)


UNSTATED = [
    ("en", "We received an A-to-z claim. No action is needed now."),
    ("en", "We have not received your response. Granted claims count towards your Order Defect Rate."),
    ("en", "The guarantee covers timely delivery and items that arrive damaged, late, incomplete or not as described."),
    ("de", "Bis heute haben wir keine Antwort erhalten."),
    ("fr", "Nous n'avons pas reçu votre réponse. Votre taux de commandes défectueuses peut augmenter."),
    ("it", "Non abbiamo ricevuto la sua risposta."),
    ("es", "No hemos recibido su respuesta."),
    ("ja", "まだご回答が届いておりません。注文不良率に影響します。"),
    ("zh", "我们仍未收到您的回复。索赔会影响订单缺陷率。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), UNSTATED)
def test_a_reason_that_is_not_stated_is_never_guessed(language: str, text: str) -> None:
    assert read_reason(Kind.ATOZ_CLAIM, read_wording("Claim", text, language))[0] is None


def test_a_labelled_reason_is_read_from_its_cell() -> None:
    wording = read_wording("Inquiry", "Order\t1\nReason\tDefective item\nDetails\tPlease help.", "en")
    assert read_reason(Kind.CS_REQUEST, wording)[0] is Reason.DAMAGED_OR_DEFECTIVE


def test_a_labelled_other_reason_is_other() -> None:
    wording = read_wording("Inquiry", "Reason: Other\nDetails: call back", "en")
    assert read_reason(Kind.CS_REQUEST, wording)[0] is Reason.OTHER


def test_kinds_that_carry_no_reason_have_none() -> None:
    assert read_reason(Kind.NOTICE, read_wording("x", "The parcel never arrived.", "en"))[0] is None


def test_unauthorized_is_a_reason_of_banks_only() -> None:
    text = "The cardholder did not authorize the transaction."
    assert read_reason(Kind.CHARGEBACK, read_wording("x", text, "en"))[0] is Reason.UNAUTHORIZED
    assert read_reason(Kind.ATOZ_CLAIM, read_wording("x", text, "en"))[0] is None


def test_property_damage_is_another_reason_than_a_damaged_item() -> None:
    wording = read_wording("Property damage claim", "The heater burned the floor.", "en")
    assert read_reason(Kind.ATOZ_CLAIM, wording)[0] is Reason.OTHER
