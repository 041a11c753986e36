"""Verified needs a trusted server's word; forgeries are suspicious; everything honest in between is unverified."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import pytest

from classifiers.authentication import judge_authenticity
from classifiers.authentication_results import parse_results
from classifiers.message import read_message
from config.vocabulary import Authenticity

TRUSTED = ["mx.lanternwerk.example"]
ATOZ = "Amazon <atoz-guarantee-no-reply@amazon.de>"
PASS = "Authentication-Results: mx.lanternwerk.example; dkim=pass header.d=amazon.de; spf=pass; dmarc=pass header.from=amazon.de\r\n"


def mail(body="Please answer within 48 hours.", *, author=ATOZ, top="", html=False, subject="Claim"):
    kind = "html" if html else "plain"
    head = (
        f"{top}From: {author}\r\nTo: shop@lanternwerk.example\r\nSubject: {subject}\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    )
    return read_message((head + body).encode())


def verdict(message, trusted=TRUSTED):
    return judge_authenticity(message, trusted_authserv=trusted).authenticity


def results(value, *, author=ATOZ):
    return verdict(mail(top=f"Authentication-Results: {value}\r\n", author=author))


@pytest.mark.parametrize(
    "value",
    [
        "mx.lanternwerk.example; dmarc=pass header.from=amazon.de",
        "mx.lanternwerk.example; dmarc=pass (p=quarantine dis=none) header.from=amazon.de",
        "MX.Lanternwerk.Example 1; dmarc=pass",
        "mx.lanternwerk.example; dkim=pass header.d=amazon.de header.s=x header.b=abc",
        "mx.lanternwerk.example; dkim=pass header.i=@bounces.amazon.de",
        "mx.lanternwerk.example; dkim=pass header.d=amazonses.com; dkim=pass header.d=amazon.de",
        'mx.lanternwerk.example; dkim=pass (2048-bit key; secure) header.d="amazon.de"; spf=softfail',
        "mx.lanternwerk.example;\r\n\tdkim=neutral (body hash); \r\n\tdmarc=pass header.from=amazon.de",
    ],
)
def test_a_trusted_servers_dmarc_or_aligned_dkim_pass_verifies(value):
    assert results(value) is Authenticity.VERIFIED


@pytest.mark.parametrize(
    "value",
    [
        "mx.other.example; dmarc=pass header.from=amazon.de",
        "mx.lanternwerk.example.evil.example; dmarc=pass header.from=amazon.de",
        "mx.lanternwerk.example; dkim=pass header.d=amazonses.com; spf=pass smtp.mailfrom=amazonses.com",
        "mx.lanternwerk.example; dkim=pass header.d=amazon.com",
        "mx.lanternwerk.example; dkim=pass header.d=evil-amazon.de.example",
        "mx.lanternwerk.example; spf=pass smtp.mailfrom=amazon.de",
        "mx.lanternwerk.example; dkim=none; spf=softfail; dmarc=none header.from=amazon.de",
        "mx.lanternwerk.example; dkim=none (dmarc=pass header.from=amazon.de)",
        'mx.lanternwerk.example; x=y reason="; dmarc=pass header.from=amazon.de"',
        "mx.lanternwerk.example; dmarc=pass header.from=evil.example",
        "mx.lanternwerk.example; none",
        "mx.lanternwerk.example; dkim=pass",
        "dkim=pass header.d=amazon.de; dmarc=pass header.from=amazon.de",
        "mx.lanternwerk.example; spf=fail; dkim=none",
        "mx.lanternwerk.example; dmarc=temperror",
        "",
    ],
)
def test_anything_less_proves_nothing_and_accuses_nobody(value):
    assert results(value) is Authenticity.UNVERIFIED


@pytest.mark.parametrize(
    "value",
    [
        "mx.lanternwerk.example; dmarc=fail header.from=amazon.de",
        "mx.lanternwerk.example; dmarc=fail (p=reject) header.from=amazon.de; dkim=pass header.d=amazonses.com",
        "mx.lanternwerk.example; spf=fail smtp.mailfrom=amazon.de; dkim=fail header.d=amazon.de",
        "mx.lanternwerk.example; spf=hardfail; dkim=fail; dmarc=none",
    ],
)
def test_a_trusted_servers_failure_is_suspicious(value):
    assert results(value) is Authenticity.SUSPICIOUS


def test_a_failure_that_an_unknown_server_reports_accuses_nobody():
    assert results("mx.other.example; dmarc=fail header.from=amazon.de") is Authenticity.UNVERIFIED
    assert verdict(mail(top=PASS.replace("pass", "fail")), trusted=[]) is Authenticity.UNVERIFIED


def test_without_trusted_servers_nothing_is_verified():
    assert verdict(mail(top=PASS), trusted=[]) is Authenticity.UNVERIFIED


def test_only_the_topmost_report_counts():
    forged_below = "Authentication-Results: mx.lanternwerk.example; dkim=none; dmarc=none\r\n" + PASS
    assert verdict(mail(top=forged_below)) is Authenticity.UNVERIFIED
    foreign_on_top = "Authentication-Results: mx.other.example; dmarc=none\r\n" + PASS
    assert verdict(mail(top=foreign_on_top)) is Authenticity.UNVERIFIED


def test_a_report_below_a_strangers_received_field_came_with_the_mail():
    own = "Received: from x.example by mx.lanternwerk.example with ESMTPS; Tue, 12 May 2026 12:30:00 +0000\r\n"
    strange = "Received: from y.example by x.example; Tue, 12 May 2026 12:29:00 +0000\r\n"
    assert verdict(mail(top=own + PASS + strange)) is Authenticity.VERIFIED
    assert verdict(mail(top=PASS + own + strange)) is Authenticity.VERIFIED
    assert verdict(mail(top=own + strange + PASS)) is Authenticity.UNVERIFIED


def test_exchanges_form_without_an_id_is_believed_only_when_that_is_configured():
    top = "Authentication-Results: spf=pass smtp.mailfrom=amazon.de; dkim=pass header.d=amazon.de;dmarc=pass action=none header.from=amazon.de;compauth=pass reason=100\r\n"
    assert verdict(mail(top=top), trusted=["-"]) is Authenticity.VERIFIED
    assert verdict(mail(top=top)) is Authenticity.UNVERIFIED


def test_several_authors_are_never_verified():
    two_boxes = mail(top=PASS, author="Amazon <a@amazon.de>, Eve <eve@evil.example>")
    assert verdict(two_boxes) is Authenticity.UNVERIFIED
    two_fields = mail(top=PASS + "From: Eve <b@amazon.de>\r\n")
    assert verdict(two_fields) is Authenticity.UNVERIFIED


def test_an_imitators_own_dmarc_pass_does_not_help_it():
    top = "Authentication-Results: mx.lanternwerk.example; dmarc=pass header.from=amazon-support.example\r\n"
    assert verdict(mail(top=top, author="Amazon <a@amazon-support.example>")) is Authenticity.SUSPICIOUS


def test_an_honest_vendor_and_a_relay_are_unverified_without_proof():
    assert (
        verdict(mail(author="Owl for Amazon sellers <n@owl.example>", body="Your Owl team")) is Authenticity.UNVERIFIED
    )
    assert verdict(mail(author="Rachel <k2n8@marketplace.amazon.de>")) is Authenticity.UNVERIFIED


def test_a_store_relay_is_verified_by_its_own_domain():
    top = "Authentication-Results: mx.lanternwerk.example; dkim=pass header.d=marketplace.amazon.co.uk\r\n"
    assert verdict(mail(top=top, author="R <k2@marketplace.amazon.co.uk>")) is Authenticity.VERIFIED


DEMANDS = {
    "en password": "To keep your account, reply with your password and the code.",
    "en code": "We sent a text message. Please send us the 6-digit code you received.",
    "en card": "Enter your card number and CVV to continue.",
    "en gift": "The fee is due today. Please pay with gift cards and send us the numbers.",
    "en transfer": "Pay the outstanding fee of 300 USD by bank transfer to the following account.",
    "de": "Bitte senden Sie uns Ihr Passwort, damit wir den Antrag bearbeiten können.",
    "de code": "Geben Sie den Bestätigungscode aus der SMS hier ein.",
    "fr": "Merci de confirmer : saisissez votre mot de passe pour éviter la suspension.",
    "fr card": "Veuillez indiquer votre numéro de carte et le cryptogramme.",
    "it": "Per evitare la sospensione inserisca la Sua password e il codice di sicurezza.",
    "es": "Para evitar el cierre, responda con su contraseña y el código de verificación.",
    "es gift": "Pague la tasa con tarjetas regalo antes de hoy.",
    "pt": "Envie a sua senha e o código de verificação por este e-mail.",
    "nl": "Stuur ons uw wachtwoord en de verificatiecode.",
    "sv": "Skicka ditt lösenord och sms-koden till oss.",
    "pl": "Proszę podać hasło oraz kod weryfikacyjny.",
    "tr": "Lütfen şifrenizi ve doğrulama kodunu bize gönderin.",
    "ja": "アカウント維持のため、パスワードと認証コードをご返信ください。",
    "zh": "请回复您的密码和短信验证码。",
    "zh card": "请提供信用卡卡号。",
}


@pytest.mark.parametrize("key", DEMANDS)
def test_unproved_amazon_mail_that_demands_secrets_or_odd_payment_is_suspicious(key):
    assert verdict(mail(DEMANDS[key])) is Authenticity.SUSPICIOUS
    assert verdict(mail(DEMANDS[key], top=PASS)) is Authenticity.VERIFIED


SAFE = {
    "en": "Amazon will never ask for your password, card number or a verification code by e-mail.",
    "en share": "Please answer within 48 hours. Do not share your password or one-time code with anybody.",
    "en bank": "The buyer's bank disputes the charge. Please send us proof of delivery. The card issuer decides.",
    "en payout": "Your refund was sent by bank transfer on 3 May.",
    "en claim": "The buyer paid with a gift card. Please provide the tracking number.",
    "de": "Amazon fragt Sie niemals nach Ihrem Passwort oder nach Kartendaten. Bitte senden Sie uns die Sendungsnummer.",
    "fr": "Amazon ne vous demandera jamais votre mot de passe. Veuillez envoyer le numéro de suivi.",
    "it": "Amazon non chiede mai la password. La preghiamo di inviare il numero di tracking.",
    "es": "Amazon nunca le pedirá su contraseña. Envíe el número de seguimiento.",
    "pt": "A Amazon nunca pede a sua senha. Envie o código de rastreamento.",
    "nl": "Amazon vraagt nooit om uw wachtwoord. Stuur ons het trackingnummer.",
    "sv": "Amazon frågar aldrig efter ditt lösenord. Skicka spårningsnumret.",
    "pl": "Amazon nigdy nie prosi o hasło. Prosimy przesłać numer przesyłki.",
    "tr": "Amazon sizden asla şifrenizi istemez. Takip numarasını gönderin.",
    "ja store": "今後ともamazon.co.jpをよろしくお願いいたします。詳しくはsellercentral.amazon.co.jpへ。",
    "ja": "Amazonがパスワードをお尋ねすることはありません。追跡番号をお送りください。",
    "zh": "亚马逊不会要求您提供密码或验证码。请提供物流单号。",
}


@pytest.mark.parametrize("key", SAFE)
def test_safety_notes_and_ordinary_demands_are_not_suspicious(key):
    assert verdict(mail(SAFE[key])) is Authenticity.UNVERIFIED


def page(href, text):
    return f'<p>Please answer within 48 hours.</p><p><a href="{href}">{text}</a></p>'


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://sellercentral.amazon.com.login.example/claims", "Respond"),
        ("https://evil.example/x", "Sign in to respond"),
        ("https://evil.example/signin", "Respond"),
        ("https://evil.example/x", "https://sellercentral.amazon.de/claims"),
        ("https://evil.example/x", "Seller Central öffnen"),
        ("https://amaz0n.example/x", "Respond"),
        ("https://evil.example/x", "登录卖家平台"),
        ("https://evil.example/x", "Jetzt anmelden"),
        ("http://sellercentral.amazon.de@evil.example/login", "Respond"),
    ],
)
def test_unproved_amazon_mail_that_leads_to_a_foreign_sign_in_is_suspicious(href, text):
    assert verdict(mail(page(href, text), html=True)) is Authenticity.SUSPICIOUS


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://sellercentral.amazon.de/claims", "Sign in to respond"),
        ("https://www.parcels.example/track?n=1", "Track the parcel"),
        ("mailto:help@parcels.example", "Write to us"),
        ("https://www.amazon.co.jp/ap/signin", "ログイン"),
    ],
)
def test_links_to_amazon_and_to_carriers_are_not_suspicious(href, text):
    assert verdict(mail(page(href, text), html=True)) is Authenticity.UNVERIFIED


FORWARD = (
    "FYI\n\n---------- Forwarded message ---------\nFrom: Amazon <{address}>\nDate: Tue, 12 May 2026 12:30:00 +0000\n"
    "Subject: Claim received\nTo: <shop@lanternwerk.example>\n\n{body}"
)


def forward(body, address="atoz-guarantee-no-reply@amazon.de", top=""):
    text = FORWARD.format(address=address, body=body)
    return verdict(mail(text, author="Ina <ina@lanternwerk.example>", subject="Fwd: Claim", top=top))


def test_a_forward_is_unverified_unless_its_content_is_suspicious():
    assert forward("Please answer within 48 hours.") is Authenticity.UNVERIFIED
    assert forward("Please answer within 48 hours.", top=PASS) is Authenticity.UNVERIFIED
    failed = "Authentication-Results: mx.lanternwerk.example; spf=fail; dkim=none; dmarc=fail header.from=lanternwerk.example\r\n"
    assert forward("Please answer within 48 hours.", top=failed) is Authenticity.UNVERIFIED
    assert forward("Please reply with your password.") is Authenticity.SUSPICIOUS
    assert forward("Answer at https://amazon.com.evil.example/signin") is Authenticity.SUSPICIOUS
    assert forward("Please answer.", address="claims@amazon-support.example") is Authenticity.SUSPICIOUS


def test_the_parser_keeps_method_properties_and_skips_nonsense():
    parsed = parse_results(
        "mx.example 1; ;; spf=pass smtp.mailfrom=a@b.example; =; dkim = pass (a (nested) one) header.d = X.example"
    )
    assert parsed.authserv_id == "mx.example"
    assert [(found.method, found.result) for found in parsed.results] == [("spf", "pass"), ("dkim", "pass")]
    assert parsed.results[1].properties["header.d"] == "x.example"
    assert parse_results("none").results == ()
    assert parse_results("((((").results == ()
    assert parse_results('"unclosed').results == ()


def test_every_verdict_carries_its_reason():
    for message in (mail(), mail(top=PASS), mail(DEMANDS["de"]), mail(author="A <a@b.example>")):
        assert all(judge_authenticity(message, trusted_authserv=TRUSTED).because)


def test_a_buyers_own_words_are_judged_by_links_alone():
    buyer = "Rachel <k2n8@marketplace.amazon.de>"
    wish = "Please send me the default password of the router and pay the refund by bank transfer."
    assert verdict(mail(wish, author=buyer)) is Authenticity.UNVERIFIED
    assert verdict(mail(wish, author="Amazon Customer Service <k2n8@marketplace.amazon.de>")) is Authenticity.SUSPICIOUS
    assert verdict(mail(page("https://evil.example/", "Sign in"), author=buyer, html=True)) is Authenticity.SUSPICIOUS


def test_unproved_amazon_mail_whose_answers_go_to_an_imitator_is_suspicious():
    assert verdict(mail(top="Reply-To: a@amazon-support.example\r\n")) is Authenticity.SUSPICIOUS
    assert verdict(mail(top="Reply-To: a@amazon.de\r\n")) is Authenticity.UNVERIFIED
