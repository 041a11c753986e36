"""Senders by address and name; imitators told from honest vendors that have Amazon in their name."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import pytest

from classifiers.domains import is_amazon_domain, is_relay_domain, organisational_domain, store_of
from classifiers.lookalike import imitates_domain, is_department
from classifiers.message import read_message
from classifiers.origin import Role, origin_of, posing_as_amazon


def mail(author, body="Hello, we write about your order.", *, to="shop@lanternwerk.example", headers=""):
    head = f"From: {author}\r\nTo: {to}\r\nSubject: News\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\n{headers}"
    return read_message((head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + body).encode())


@pytest.mark.parametrize(
    ("author", "role", "store"),
    [
        ("Amazon <atoz-guarantee-no-reply@amazon.com>", Role.ATOZ, None),
        ("Amazon <atoz-guarantee-no-reply@amazon.it>", Role.ATOZ, "IT"),
        ("<seller-guarantee@amazon.com>", Role.ATOZ, None),
        ("Amazon Pay <amazon-pay-seller-guarantee@amazon.com>", Role.PAY_ATOZ, None),
        ("<cb-seller-notification@amazon.com>", Role.CHARGEBACK, None),
        ("<cb-seller-query@amazon.co.uk>", Role.CHARGEBACK, "UK"),
        ("Amazon Seller Support <merch.service05@amazon.com.au>", Role.SUPPORT, "AU"),
        ("<seller.service05@amazon.com>", Role.SUPPORT, "US"),
        ("<merch.service@amazon.in>", Role.SUPPORT, "IN"),
        ("SAFE-T <in-safe-t@amazon.com>", Role.SAFE_T, None),
        ("Amazon SAFE-T <donotreply@amazon.com>", Role.SAFE_T, None),
        ("CSBA <csba-cn2de@amazon.de>", Role.CSBA, "DE"),
        ("Rachel <k2n8x1@marketplace.amazon.co.jp>", Role.RELAY, "JP"),
        ("Rachel <k2n8x1+0f3c5d1e@marketplace.amazon.com>", Role.RELAY, "US"),
        ("Amazon.de Kundenservice <k2n8x1@marketplace.amazon.de>", Role.RELAY, "DE"),
        ("Amazon Seller Central (do not reply) <donotreply@amazon.com>", Role.RETURNS_REFUNDS_ORDERS, None),
        ("<seller-notification@amazon.co.uk>", Role.RETURNS_REFUNDS_ORDERS, "UK"),
        ("<auto-communication@amazon.co.jp>", Role.RETURNS_REFUNDS_ORDERS, "JP"),
        ("<payments-messages@amazon.fr>", Role.RETURNS_REFUNDS_ORDERS, "FR"),
        ("<seller-performance@amazon.es>", Role.PERFORMANCE, "ES"),
        ("<news@sell.amazon.com>", Role.MARKETING, None),
        ("<amazon-eu-webinars@amazon.com>", Role.MARKETING, None),
        ("<auto-confirm@amazon.nl>", Role.CONSUMER, "NL"),
        ("<ship-confirm@amazon.com>", Role.CONSUMER, None),
        ("<somebody-new@amazon.pl>", Role.AMAZON_OTHER, "PL"),
        ("Garanzia dalla A alla Z di Amazon <somebody-new@amazon.it>", Role.ATOZ, "IT"),
        ("Amazon Chargebacks <donotreply@amazon.com>", Role.CHARGEBACK, None),
    ],
)
def test_amazons_senders_have_roles_and_a_store_only_where_the_domain_proves_one(author, role, store):
    origin = origin_of(mail(author))
    assert (origin.role, origin.amazon, origin.marketplace) == (role, True, store)


@pytest.mark.parametrize(
    "domain",
    ["amazon.com", "amazon.co.uk", "AMAZON.DE", "marketplace.amazon.com.tr", "bounces.amazon.com", "gs.amazon.cn", "amazon.lu",
     "sell.amazon.com", "amazonsellerservices.com", "amazon.com.be", "amazon.eg", "amazon.co.za", "amazon.ie"],
)  # fmt: skip
def test_genuine_domains_and_their_subdomains_are_amazons(domain):
    assert is_amazon_domain(domain)


@pytest.mark.parametrize(
    "domain",
    ["", "amazon", "amazonses.com", "notamazon.com", "amazon.com.evil.example", "amazon.example", "xamazon.de", "amazon-de.example",
     "amazonaws.com", "marketplace.amazon.cn", "amazon.co", "com"],
)  # fmt: skip
def test_other_domains_are_not(domain):
    assert not is_amazon_domain(domain)


@pytest.mark.parametrize(
    "store",
    [
        "com",
        "co.uk",
        "de",
        "fr",
        "it",
        "es",
        "nl",
        "se",
        "pl",
        "ie",
        "com.be",
        "com.tr",
        "co.jp",
        "in",
        "sg",
        "com.au",
        "ca",
        "com.mx",
        "com.br",
        "ae",
        "sa",
        "eg",
    ],
)
def test_every_stores_relay_is_known(store):
    assert is_relay_domain(f"marketplace.amazon.{store}")
    assert store_of(f"marketplace.amazon.{store}") is not None


def test_the_organisational_domain_keeps_two_part_suffixes():
    assert organisational_domain("mail.bounces.amazon.co.uk") == "amazon.co.uk"
    assert organisational_domain("marketplace.amazon.com.mx") == "amazon.com.mx"
    assert organisational_domain("a.b.amazon.de") == "amazon.de"


@pytest.mark.parametrize(
    "domain",
    [
        "amazon.com.evil.example", "amazon.co.uk.account-check.example", "amaz0n.example", "arnazon.example", "xn--mazon-3ve.example",
        "amazon-support-team.example", "marketplace-amazon.example", "amazon-co-jp.verify.example", "sellercentral-amazon.example",
        "amazon.top", "amazonsupport.example", "amazon-kontosicherheit.example", "sellercentral.amazon.com.login.example",
        "amàzon.example", "amazom-support.example", "amzon-verify.example", "sellercentral-login.example", "amazon-de-hilfeseite.example", "amazon.de-verify.example", "amazon-dispute-desk.example", "amazon-seller-performance.example", "mail.amazon-payments.example", "amazonseller-support.example",
        "amazon-atencion-clientes.example", "amazonde.example", "service.arnazon-help.example",
    ],
)  # fmt: skip
def test_imitating_domains_are_seen(domain):
    assert imitates_domain(domain)


@pytest.mark.parametrize(
    "domain",
    [
        "lanternwerk.example", "amazon.de", "amazon-agentur-nord.example", "amazonkurier.example", "toolsforamazon.example",
        "amazone.example", "amazonas-reisen.example", "amazon-seller-akademie.example", "amazing-lamps.example", "shipmason.example",
        "the-amazonian.example", "barnamazones.example", "amazone-support.example", "amazon-tools.example", "sellerboard-amazon.example", "amazonreviews.example", "centralseller.example",
    ],
)  # fmt: skip
def test_vendors_domains_with_the_word_in_them_are_not_imitations_by_themselves(domain):
    assert not imitates_domain(domain)


@pytest.mark.parametrize(
    "name",
    [
        "Amazon", "Amazon.de", "Amazon Seller Support", "Amazon A-to-z Guarantee", "A-to-z Guarantee", "A-bis-z-Garantie von Amazon",
        "Garantie A à Z d'Amazon", "Garanzia dalla A alla Z di Amazon", "Garantía de la A a la Z de Amazon", "Amazon Chargeback Team",
        "Servicio de Atención al Cliente de Amazon", "Atendimento ao Cliente Amazon", "Amazon Klantenservice", "Amazon kundtjänst",
        "Dział Obsługi Klienta Amazon", "Amazon Satıcı Desteği", "Amazon 出品者サポート", "Amazonマーケットプレイス保証", "亚马逊卖家支持",
        "亚马逊商城交易保障团队", "Ａｍａｚｏｎ", "Amaz\u200bon Support", "Аmazon Support", "Amaz0n Seller Central", "Ihr Amazon-Team",
        "L'équipe Amazon", "The Amazon Team", "Amazon Verkäuferleistung", "Il team Amazon", "Zespół Amazon", "Amazon ekibi", "Seller Central",
        "Customer Service, Amazon.es", "Amazon Services Europe S.à r.l.",
    ],
)  # fmt: skip
def test_names_of_amazons_departments_are_recognised(name):
    assert is_department(name)


@pytest.mark.parametrize(
    "name",
    [
        "Owl Feedback for Amazon sellers", "FBA Coach Lena", "Amazon-Agentur Nordlicht", "Lena Brandt (Amazon Consulting)", "SellerPilot",
        "Parcels Claims Desk", "Amazon PPC Weekly", "Kauz Tools für Amazon-Händler", "Amazonas Reisen", "Lampada24 su Amazon",
        "卖家之家·亚马逊培训", "アマゾン物販スクール", "Returns Team", "Customer Service", "Marketplace Watch", "", "Amazon Seller Academy",
    ],
)  # fmt: skip
def test_names_with_an_own_word_in_them_are_somebody_elses(name):
    assert not is_department(name)


@pytest.mark.parametrize(
    ("author", "body"),
    [
        ("Amazon Seller Support <help@parcel-desk.example>", "Hello"),
        ("Seller Team <mail@amazon-verification.example>", "Hello"),
        ("Claims <claims@evil.example>", "Pay now.\n\nSincerely,\nAmazon Seller Performance Team"),
        ("Konto <konto@evil.example>", "Bitte handeln Sie.\n\nMit freundlichen Grüßen\nIhr Amazon-Team"),
        ("Servizio <no-reply@evil.example>", "Agisca subito.\n\nCordiali saluti\nAmazon.it"),
        ("通知 <no-reply@evil.example>", "请立即处理。\n\n亚马逊卖家支持团队"),
        ("Amazоn Notice <no-reply@evil.example>", "Hello"),
        ("Rachel - Amazon Seller Support <rachel@evil.example>", "Hello"),
        ("Rachel <rachel@evil.example>", "Please act today.\n\nRachel M., Amazon Seller Performance"),
        ("atoz-guarantee-no-reply@amazon.com <eve@evil.example>", "Hello"),
        ("<atoz-guarantee-no-reply@evil.example>", "Hello"),
        ("Amazon <shop@other.example>", "Hello"),
    ],
)
def test_a_foreign_mail_that_speaks_as_amazon_is_posing(author, body):
    message = mail(author, body)
    assert posing_as_amazon(message)
    assert origin_of(message).role is Role.POSES_AS_AMAZON
    assert not origin_of(message).amazon


@pytest.mark.parametrize(
    ("author", "body"),
    [
        (
            "Owl Feedback for Amazon sellers <news@owl-feedback.example>",
            "Win every A-to-z claim on Amazon!\n\nYour Owl team",
        ),
        ("Digest <digest@claimpal.example>", "Store\tAmazon.de\nClaims\t2\n\nClaimPal GmbH, Musterweg 1\nUnsubscribe"),
        ("Northway <desk@northway.example>", "Your Amazon order 302-1111111-2222222 was lost.\n\nNorthway Parcels"),
        ("MAILER-DAEMON <mailer-daemon@lanternwerk.example>", "550 not delivered\n\nAmazon Seller Support"),
        ("Ina <ina@lanternwerk.example>", "FYI, text from the portal:\n\nplease answer\nAmazon Seller Support"),
        ("Amazon <amazon@lanternwerk.example>", "Who takes order 302-1111111-2222222?"),
        ("Lena Brandt, Amazon Europe <lena@brandt.example>", "Our offer"),
        ("Lena <lena@brandt.example>", "Our offer\n\nLena Brandt, Amazon Consulting"),
        ("Kai <kai@amazon-agentur-nord.example>", "Angebot für Ihren Shop bei Amazon.\n\nKai Nord, Agentur"),
    ],
)
def test_an_honest_foreign_mail_is_only_foreign(author, body):
    message = mail(author, body)
    assert posing_as_amazon(message) is None
    assert origin_of(message).role is Role.FOREIGN


@pytest.mark.parametrize(
    ("author", "posed"),
    [
        ("Amazon A-to-z Guarantee <x@amazon-help.example>", Role.ATOZ),
        ("Amazon <seller-performance@amazon-help.example>", Role.PERFORMANCE),
        ("Amazon Customer Service <k2n8@marketplace-amazon.example>", Role.RELAY),
        ("Amazon <x@amazon-help.example>", None),
    ],
)
def test_an_imitators_part_is_named_where_it_shows(author, posed):
    assert origin_of(mail(author)).posed is posed
