"""Who pays a granted claim."""

from __future__ import annotations

import pytest

from classifiers.funding import funded_by
from classifiers.wording import read_wording
from config.vocabulary import Event, FundedBy, Kind

AMAZON, SELLER = FundedBy.AMAZON, FundedBy.SELLER

PAYERS = [
    ("en", AMAZON, "We granted the claim. Amazon covered the cost."),
    ("en", AMAZON, "We granted the claim and nothing will be debited from your account."),
    ("en", SELLER, "We granted the claim and debited $9.00 from your account."),
    ("en", None, "We granted the claim."),
    ("de", AMAZON, "Dem Antrag wurde stattgegeben. Amazon übernimmt die Kosten."),
    ("de", SELLER, "Dem Antrag wurde stattgegeben. Ihr Konto wurde belastet."),
    ("fr", AMAZON, "La réclamation a été accordée et prise en charge par Amazon."),
    ("fr", SELLER, "La réclamation a été accordée et votre compte a été débité."),
    ("it", AMAZON, "Il reclamo è stato accolto a spese di Amazon."),
    ("it", SELLER, "Il reclamo è stato accolto e l'importo addebitato sul suo conto."),
    ("es", AMAZON, "Hemos concedido la reclamación y Amazon asume el coste."),
    ("es", SELLER, "Hemos concedido la reclamación y se ha cargado en su cuenta."),
    ("ja", AMAZON, "保証申請は承認されました。費用はAmazonが負担いたします。"),
    ("ja", SELLER, "保証申請は承認されました。金額は貴店のアカウントから差し引かれました。"),
    ("zh", AMAZON, "索赔已获批准,费用由亚马逊承担。"),
    ("zh", SELLER, "索赔已获批准,款项已从您的账户中扣除。"),
]


@pytest.mark.parametrize(("language", "payer", "text"), PAYERS)
def test_the_payer_is_read_where_the_mail_names_one(language: str, payer: FundedBy | None, text: str) -> None:
    assert funded_by(Kind.ATOZ_CLAIM, Event.GRANTED, read_wording("Decision", text, language))[0] is payer


def test_an_undecided_claim_has_no_payer() -> None:
    wording = read_wording("Claim", "Amazon covered the cost.", "en")
    assert funded_by(Kind.ATOZ_CLAIM, Event.OPENED, wording) == (None, "")
