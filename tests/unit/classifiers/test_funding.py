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


@pytest.mark.parametrize(
    ("who", "language", "sentence"),
    [
        ("seller", "en", "We have granted the claim and debited the amount of 40.00 EUR from your account."),
        ("seller", "en", "We charged your account for the refund amount."),
        ("seller", "en", "The amount has been deducted from your seller account balance."),
        ("seller", "en", "We have refunded the buyer and the amount was recovered from your account."),
        ("seller", "de", "Wir haben den Betrag Ihrem Verkäuferkonto belastet."),
        ("seller", "de", "Der Betrag wurde von Ihrem Konto abgebucht."),
        ("seller", "de", "Wir haben dem Käufer den Betrag erstattet und Ihr Konto entsprechend belastet."),
        ("seller", "fr", "Nous avons débité le montant de votre compte vendeur."),
        ("seller", "fr", "Nous avons prélevé le montant du remboursement sur votre compte."),
        ("seller", "fr", "Le montant a été débité de votre compte."),
        ("seller", "es", "Hemos cobrado el importe de su cuenta y la reclamación se contabilizará."),
        ("seller", "es", "Hemos cargado el importe del reembolso en su cuenta."),
        ("seller", "es", "Hemos descontado el importe de su saldo."),
        ("seller", "it", "Abbiamo addebitato l'importo sul suo account."),
        ("seller", "it", "Abbiamo prelevato l'importo del rimborso dal suo conto venditore."),
        ("seller", "it", "L'importo è stato addebitato sul tuo account."),
        ("seller", "pt", "Debitamos o valor da sua conta."),
        ("seller", "pt", "Cobramos o valor do reembolso em sua conta."),
        ("seller", "nl", "We hebben het bedrag van uw account afgeschreven."),
        ("seller", "nl", "Wij hebben het bedrag in rekening gebracht bij uw verkopersaccount."),
        ("seller", "sv", "Vi har debiterat ditt säljarkonto beloppet."),
        ("seller", "sv", "Vi har dragit beloppet från ditt konto."),
        ("seller", "pl", "Obciążyliśmy Twoje konto kwotą zwrotu."),
        ("seller", "pl", "Pobraliśmy kwotę z Twojego konta sprzedawcy."),
        ("seller", "tr", "Tutarı satıcı hesabınızdan tahsil ettik."),
        ("seller", "tr", "İade tutarı hesabınızdan düşülmüştür."),
        ("seller", "ja", "返金額を貴店のアカウントから引き落としました。"),
        ("seller", "ja", "出品者様のアカウントに請求いたしました。"),
        ("seller", "zh", "我们已从您的账户中扣除该金额。"),
        ("seller", "zh", "退款金额已由我们从您的卖家账户余额中扣除。"),
        ("amazon", "en", "Amazon has funded this refund and your account will not be debited."),
        ("amazon", "en", "We have covered the cost of the refund; this claim does not count against you."),
        ("amazon", "de", "Amazon übernimmt die Kosten der Erstattung, Ihr Konto wird nicht belastet."),
        ("amazon", "fr", "Amazon prend en charge le remboursement et votre compte ne sera pas débité."),
        ("amazon", "es", "Amazon ha asumido el coste del reembolso y no se le cobrará nada."),
        ("amazon", "es", "Hemos asumido el importe del reembolso."),
        ("amazon", "it", "Amazon ha coperto il rimborso e non addebiterà alcun importo sul suo account."),
        ("amazon", "pt", "A Amazon arcou com o reembolso; nenhum valor será debitado da sua conta."),
        ("amazon", "nl", "Amazon neemt de kosten van de terugbetaling op zich; uw account wordt niet belast."),
        ("amazon", "sv", "Amazon står för kostnaden och ditt konto debiteras inte."),
        ("amazon", "pl", "Amazon pokryje koszt zwrotu, Twoje konto nie zostanie obciążone."),
        ("amazon", "tr", "İade tutarı Amazon tarafından karşılandı, hesabınızdan tahsilat yapılmayacak."),
        ("amazon", "ja", "返金額は当社が負担し、貴店へのご請求はございません。"),
        ("amazon", "zh", "该退款由亚马逊承担，不会从您的账户扣款。"),
    ],
)
def test_whoever_is_charged_pays_in_every_language(who: str, language: str, sentence: str) -> None:
    wording = read_wording("A-to-z", sentence, language)
    assert funded_by(Kind.ATOZ_CLAIM, Event.GRANTED, wording)[0] == who
