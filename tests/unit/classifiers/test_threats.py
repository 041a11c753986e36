"""Buyers' threats in several languages, and what is none."""

from __future__ import annotations

import pytest

from classifiers.threats import threatens
from classifiers.wording import read_wording
from config.vocabulary import Kind

THREATS = [
    ("en", "If I don't hear from you by Friday I will open an A-to-z claim."),
    ("en", "Refund me or I'll dispute the charge with my bank."),
    ("en", "Otherwise you can expect a one star review."),
    ("de", "Wenn bis Montag nichts passiert, stelle ich einen A-bis-z-Antrag."),
    ("de", "Sonst lasse ich das Geld über meine Bank zurückbuchen."),
    ("de", "Ansonsten werde ich eine schlechte Bewertung schreiben."),
    ("fr", "Sans réponse de votre part, je vais ouvrir une réclamation Garantie A à Z."),
    ("fr", "Sinon je contesterai le paiement auprès de ma banque."),
    ("it", "Se non rispondete aprirò un reclamo con la Garanzia dalla A alla Z."),
    ("it", "Altrimenti lascerò una recensione negativa."),
    ("es", "Si no me responden voy a abrir una reclamación de la Garantía de la A a la Z."),
    ("es", "De lo contrario disputaré el cargo con mi banco."),
    ("pt", "Se não resolverem, vou abrir uma reclamação na Garantia de A a Z."),
    ("nl", "Anders dien ik een A-tot-Z-claim in."),
    ("sv", "Annars kommer jag att öppna ett anspråk enligt A-till-Z-garantin."),
    ("pl", "W przeciwnym razie złożę roszczenie z gwarancji od A do Z."),
    ("tr", "Aksi halde A'dan Z'ye Garanti talebi açacağım."),
    ("ja", "返金していただけない場合は、マーケットプレイス保証を申請します。"),
    ("zh", "再不处理我就申请A-to-z索赔。"),
    ("zh", "不退款我就給差評。"),
]  # fmt: skip

HARMLESS = [
    ("en", "I don't want to open a claim, please just answer me."),
    ("en", "How does the A-to-z Guarantee work?"),
    ("en", "I will gladly leave a good review."),
    ("en", "My bank says the refund has not arrived yet."),
    ("de", "Ich möchte keinen A-bis-z-Antrag stellen."),
    ("de", "Gerne schreibe ich Ihnen eine gute Bewertung."),
    ("fr", "Je ne veux pas ouvrir de réclamation."),
    ("it", "Non voglio aprire un reclamo."),
    ("es", "No quiero abrir una reclamación."),
    ("ja", "良い評価をつけます。"),
    ("zh", "我会给你们好评。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), THREATS)
def test_a_threat_of_claim_bank_or_review_is_seen(language: str, text: str) -> None:
    assert threatens(Kind.BUYER_MESSAGE, read_wording("Order", text, language))[0]


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_asking_denying_and_praising_are_no_threats(language: str, text: str) -> None:
    assert not threatens(Kind.BUYER_MESSAGE, read_wording("Order", text, language))[0]


def test_only_a_buyer_threatens() -> None:
    text = "If I don't hear from you I will open an A-to-z claim."
    assert not threatens(Kind.CS_REQUEST, read_wording("Order", text, "en"))[0]
